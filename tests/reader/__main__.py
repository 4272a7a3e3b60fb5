"""``python -m tests.reader``: types what pages show into one machine, exercises included, and tells where a reader fails.

Each page has a machine of its own; with ``--through CHAPTER`` one reader goes from the first page to the end of that
chapter on a single machine. Needs labs. The exit code is 1 where a command failed or printed something else, or where
a page left something behind.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
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

from .excuses import EXCUSES, excused
from .machine import ALWAYS, Left, Machine, archived
from .typing import Typed, by_scenario, typed

_MOST_LINES = 12  # of a difference


@dataclass(frozen=True)
class Walked:
    """What came of a way: ``excused`` holds the steps with a difference that has an excuse, each with its reason."""

    way: Typed
    drifts: tuple[Drift, ...]
    left: tuple[Left, ...]
    excused: tuple[tuple[str, str], ...]


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
    found = 0
    with Pool(provider, pack) as pool, ThreadPoolExecutor(provider.at_once()) as workers:
        for walked in workers.map(lambda way: _walk(way, scenarios, pack, pool), ways):
            _tell(walked)
            found += len(walked.drifts) + len(walked.left)
    steps = sum(len(way.scenario.steps) for way in ways)
    elsewhere = sum(len(way.elsewhere) for way in ways)
    print(f"{steps} steps typed on {len(ways)} machines, {found} not as the page says; {elsewhere} need more machines")
    return 1 if found else 0


def _walk(way: Typed, scenarios: Mapping[str, Scenario], pack: Pack, pool: Pool) -> Walked:
    alone = len(way.legs) == 1
    names = [] if alone else [*ALWAYS, *way.scenario.images]
    with pool.lend(way.scenario, pack.baseline) as labs, archived(labs["main"], names) as archives:
        machine = Machine(way.legs, labs["main"], archives)
        machine.begin()
        run = run_track(way.scenario, "shell", labs, pack, stop_after=machine.after)
    steps = [excused(captured, {} if alone else EXCUSES) for captured in run.steps]
    run = replace(run, steps=tuple(captured for captured, _ in steps))
    drifts = [d for scenario, own in by_scenario(run, scenarios) for d in compare_run(scenario, own, pack.vocabulary)]
    reasons = tuple((captured.step.id, reason) for captured, reason in steps if reason)
    return Walked(way, tuple(drifts), tuple(machine.left), reasons)


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


if __name__ == "__main__":
    sys.exit(main())
