"""Walks a way: types its steps into one machine, and compares what came with what the pages say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from handbook.pages.chapters import chapters_of
from handbook.pages.sources import PageSource, read_pages
from mkdocs.config import load_config
from snippetlab.compare import compare_run
from snippetlab.lab.pool import Pool
from snippetlab.model import Drift, Scenario
from snippetlab.packs.docker import DockerPack
from snippetlab.run.track import run_track

from .excuses import EXCUSES, excused
from .machine import ALWAYS, Left, Machine, archives_of
from .typing import Typed, by_scenario, typed


@dataclass(frozen=True)
class Walked:
    """What came of a way. ``excused`` holds the steps with a difference that has an excuse, each with its reason;
    ``unneeded`` those whose excuse was not needed."""

    way: Typed
    drifts: tuple[Drift, ...]
    left: tuple[Left, ...]
    excused: tuple[tuple[str, str], ...] = ()
    unneeded: tuple[str, ...] = ()

    @property
    def faults(self) -> int:
        """How many things are not as the pages say."""
        return len(self.drifts) + len(self.left) + len(self.unneeded)


def walk(way: Typed, scenarios: Mapping[str, Scenario], pack: DockerPack, pool: Pool) -> Walked:
    """Type a way into a fresh machine. ``scenarios`` are all that there are, by id."""
    alone = len(way.legs) == 1
    names = [] if alone else [*ALWAYS, *way.scenario.images]
    with pool.lend(way.scenario, pack.baseline) as labs:
        machine = Machine(way.legs, labs["main"], archives_of(names, pack.recipes))
        machine.begin()
        run = run_track(way.scenario, "shell", labs, pack, stop_after=machine.after)
    steps = [excused(captured, EXCUSES) for captured in run.steps]
    run = replace(run, steps=tuple(captured for captured, _ in steps))
    drifts = [d for scenario, own in by_scenario(run, scenarios) for d in compare_run(scenario, own, pack.vocabulary)]
    reasons = tuple((captured.step.id, reason) for captured, reason in steps if reason)
    # On a page of its own a step may well need none.
    unneeded = tuple(c.step.id for c, reason in steps if c.step.id in EXCUSES and not reason and not alone)
    return Walked(way, tuple(drifts), tuple(machine.left), reasons, unneeded)


def page_by_page(pages: Sequence[PageSource], scenarios: Mapping[str, Scenario]) -> Iterator[Typed]:
    """A way for each page; those that show nothing that one machine can run have none."""
    for page in pages:
        try:
            yield typed(page.uri.removesuffix(".md"), [page], scenarios)
        except ValueError:
            continue


def through(chapter: str, pages: Sequence[PageSource], scenarios: Mapping[str, Scenario]) -> Typed:
    """The way from the first page to the end of ``chapter``. Raises ValueError where there is no such chapter."""
    last = max((number for number, page in enumerate(pages) if page.chapter == chapter), default=None)
    if last is None:
        known = ", ".join(dict.fromkeys(page.chapter for page in pages if page.chapter))
        raise ValueError(f"there is no chapter {chapter!r}: {known}")
    return typed(f"from the first page through {chapter}", pages[: last + 1], scenarios)


def in_reading_order(project: Path) -> list[PageSource]:
    """The pages of the book's chapters, as a reader comes to them."""
    titles = load_config(config_file=str(project / "mkdocs.yml"))["extra"]["handbook"]["chapters"]
    return [page for chapter in chapters_of(read_pages(project / "docs/en"), titles) for page in chapter.pages]
