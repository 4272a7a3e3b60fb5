"""``python -m tests.reader``: types what pages show into one machine, exercises included, and tells where a reader fails.

Each page has a machine of its own; with ``--through CHAPTER`` one reader goes from the first page to the end of that
chapter on a single machine. Needs labs. The exit code is 1 where a command failed or printed something else.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from difflib import unified_diff
from pathlib import Path

from handbook.pages.chapters import chapters_of
from handbook.pages.sources import PageSource, read_pages
from mkdocs.config import load_config
from snippetlab.check import Silent, default_provider
from snippetlab.compare import compare_run
from snippetlab.lab.pool import Pool
from snippetlab.model import Drift, Scenario
from snippetlab.packs import Pack, find_pack
from snippetlab.run.track import run_track
from snippetlab.scenario import discover
from snippetlab.settings import find_project

from .typing import Typed, by_scenario, typed

# What differs for another reason than that the page is wrong.
_IMAGES = "the machine holds the images of all pages from the beginning"
_WAY_OUT = "the machine has the way out that other pages need"
EXCUSED = {
    "start/parts#info": _IMAGES,
    "start/registry#clean-up": _IMAGES,
    "images/names#list": _IMAGES,
    "images/names#pull-unknown": _WAY_OUT,
}
_MOST_LINES = 12  # of a difference


def main() -> int:
    """Type and tell."""
    options = argparse.ArgumentParser(prog="python -m tests.reader", description=__doc__)
    options.add_argument("pages", nargs="*", help="paths of pages below docs/en, or of folders; all of them by default")
    options.add_argument("--through", metavar="CHAPTER", help="the last chapter of one reader's way")
    given = options.parse_args()
    scenarios = {scenario.id: scenario for scenario in discover(Path("snippets"))}
    pack = find_pack(find_project(Path.cwd()))
    provider = default_provider(pack, Silent())
    ways = list(_ways(given.pages, given.through, scenarios))
    failed = 0
    with Pool(provider, pack) as pool, ThreadPoolExecutor(provider.at_once()) as workers:
        for way, drifts in zip(ways, workers.map(lambda way: _walk(way, scenarios, pack, pool), ways), strict=True):
            for drift in drifts:
                reason = EXCUSED.get(drift.step_id) if given.through else None
                failed += reason is None
                _tell(way.scenario.id, drift, reason)
    steps = sum(len(way.scenario.steps) for way in ways)
    elsewhere = sum(len(way.elsewhere) for way in ways)
    print(f"{steps} steps typed on {len(ways)} machines, {failed} not as the page says; {elsewhere} need more machines")
    return 1 if failed else 0


def _walk(way: Typed, scenarios: Mapping[str, Scenario], pack: Pack, pool: Pool) -> list[Drift]:
    with pool.lend(way.scenario, pack.baseline) as labs:
        run = run_track(way.scenario, "shell", labs, pack)
    parts = by_scenario(run, scenarios)
    return [drift for scenario, own in parts for drift in compare_run(scenario, own, pack.vocabulary)]


def _ways(paths: Sequence[str], through: str | None, scenarios: Mapping[str, Scenario]) -> Iterator[Typed]:
    pages = _in_order()
    if through:
        last = max((number for number, page in enumerate(pages) if page.chapter == through), default=None)
        if last is None:
            raise SystemExit(f"there is no chapter {through!r}: {', '.join(dict.fromkeys(p.chapter for p in pages))}")
        yield typed(f"from the first page through {through}", pages[: last + 1], scenarios)
        return
    for page in pages:
        if paths and not any(page.uri == path or page.uri.startswith(f"{path}/") for path in paths):
            continue
        try:
            yield typed(page.uri.removesuffix(".md"), [page], scenarios)
        except ValueError:
            continue  # it shows nothing that one machine can run


def _in_order() -> list[PageSource]:
    titles = load_config(config_file="mkdocs.yml")["extra"]["handbook"]["chapters"]
    return [page for chapter in chapters_of(read_pages(Path("docs/en")), titles) for page in chapter.pages]


def _tell(where: str, drift: Drift, reason: str | None) -> None:
    print(f"{where}: {drift.place}: {drift.kind.value}: {drift.message}  {drift.step_id}")
    if reason:
        print(f"    excused: {reason}")
    lines = unified_diff(drift.recorded.splitlines(), drift.captured.splitlines(), lineterm="", n=0)
    for line in list(lines)[2 : 2 + _MOST_LINES]:
        print(f"    {line}")


if __name__ == "__main__":
    sys.exit(main())
