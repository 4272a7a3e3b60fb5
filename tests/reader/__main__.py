"""``python -m tests.reader``: types what pages show into one machine, exercises included, and tells where a reader fails.

Each page has a machine of its own; with ``--through CHAPTER`` one reader goes from the first page to the end of that
chapter on a single machine. Needs labs. The exit code is 1 where a command failed or printed something else, or where
a page left something behind.
"""

from __future__ import annotations

import argparse
import sys
from concurrent.futures import ThreadPoolExecutor
from difflib import unified_diff
from pathlib import Path

from snippetlab.check import Silent, default_provider
from snippetlab.lab.pool import Pool
from snippetlab.packs import find_pack
from snippetlab.packs.docker import DockerPack
from snippetlab.scenario import discover
from snippetlab.settings import find_project

from .walking import Walked, in_reading_order, page_by_page, through, walk

_MOST_LINES = 12  # of a difference


def main() -> int:
    """Type and tell."""
    options = argparse.ArgumentParser(prog="python -m tests.reader", description=__doc__)
    options.add_argument("pages", nargs="*", help="paths of pages below docs/en, or of folders; all of them by default")
    options.add_argument("--through", metavar="CHAPTER", help="the last chapter of one reader's way")
    given = options.parse_args()
    scenarios = {scenario.id: scenario for scenario in discover(Path("snippets"))}
    pages = in_reading_order(Path.cwd())
    if given.through:
        try:
            ways = [through(given.through, pages, scenarios)]
        except ValueError as error:
            options.error(str(error))
    else:
        named = [page for page in pages if not given.pages or _is_among(page.uri, given.pages)]
        ways = list(page_by_page(named, scenarios))
    pack = find_pack(find_project(Path.cwd()))
    assert isinstance(pack, DockerPack)  # the book's
    provider = default_provider(pack, Silent())
    found = 0
    with Pool(provider, pack) as pool, ThreadPoolExecutor(provider.at_once()) as workers:
        for walked in workers.map(lambda way: walk(way, scenarios, pack, pool), ways):
            _tell(walked)
            found += walked.faults
    steps = sum(len(way.scenario.steps) for way in ways)
    elsewhere = sum(len(way.elsewhere) for way in ways)
    print(f"{steps} steps typed on {len(ways)} machines, {found} not as the page says; {elsewhere} need more machines")
    return 1 if found else 0


def _is_among(uri: str, paths: list[str]) -> bool:
    return any(uri == path or uri.startswith(f"{path.rstrip('/')}/") for path in paths)


def _tell(walked: Walked) -> None:
    where = walked.way.scenario.id
    for drift in walked.drifts:
        print(f"{where}: {drift.place}: {drift.kind.value}: {drift.message}  {drift.step_id}")
        lines = unified_diff(drift.recorded.splitlines(), drift.captured.splitlines(), lineterm="", n=0)
        for line in list(lines)[2 : 2 + _MOST_LINES]:
            print(f"    {line}")
    for left in walked.left:
        print(f"{where}: {left.page} leaves {left.what}")
    for step_id, reason in walked.excused:
        print(f"{where}: {step_id}: excused: {reason}")
    for step_id in walked.unneeded:
        print(f"{where}: {step_id}: needs no excuse any more: take it out of tests/reader/excuses.py")


if __name__ == "__main__":
    sys.exit(main())
