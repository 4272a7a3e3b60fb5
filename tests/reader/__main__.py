"""``python -m tests.reader``: types what pages show into one machine, exercises included, and tells where a reader fails.

Each page has a machine of its own; with ``--through CHAPTER`` one reader goes from the first page to the end of that
chapter on a single machine. Needs labs. The exit code is 1 where a command failed or printed something else.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from difflib import unified_diff
from pathlib import Path

from handbook.pages.chapters import chapters_of
from handbook.pages.sources import PageSource, read_pages
from mkdocs.config import load_config
from snippetlab.check import check_scenarios
from snippetlab.model import Drift, Scenario
from snippetlab.packs import find_pack
from snippetlab.scenario import discover
from snippetlab.settings import find_project

from .typing import Typed, typed

_MOST_LINES = 12  # of a difference


def main() -> int:
    """Type and tell."""
    options = argparse.ArgumentParser(prog="python -m tests.reader", description=__doc__)
    options.add_argument("pages", nargs="*", help="paths of pages below docs/en, or of folders; all of them by default")
    options.add_argument("--through", metavar="CHAPTER", help="the last chapter of one reader's way")
    given = options.parse_args()
    scenarios = {scenario.id: scenario for scenario in discover(Path("snippets"))}
    runs = list(_runs(given.pages, given.through, scenarios))
    results = check_scenarios([run.scenario for run in runs], pack=find_pack(find_project(Path.cwd())))
    drifts = [drift for result in results for drift in result.drifts if not drift.warning]
    for result in results:
        for drift in result.drifts:
            _tell(result.scenario.id, drift)
    steps = sum(len(run.scenario.steps) for run in runs)
    elsewhere = sum(len(run.elsewhere) for run in runs)
    print(f"{steps} steps typed on {len(runs)} machines, {len(drifts)} not as the page says; {elsewhere} need more")
    return 1 if drifts else 0


def _runs(paths: Sequence[str], through: str | None, scenarios: Mapping[str, Scenario]) -> Iterator[Typed]:
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


def _tell(where: str, drift: Drift) -> None:
    print(f"{where}: {drift.place}: {drift.kind.value}: {drift.message}  {drift.step_id}")
    lines = unified_diff(drift.recorded.splitlines(), drift.captured.splitlines(), lineterm="", n=0)
    for line in list(lines)[2 : 2 + _MOST_LINES]:
        print(f"    {line}")


if __name__ == "__main__":
    sys.exit(main())
