"""Verifies the book: pages and scenarios fit each other, and every scenario prints what is recorded."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console
from snippetlab.check import refuse_misfits
from snippetlab.engines import wanted_engines
from snippetlab.errors import SnippetLabError
from snippetlab.model import Drift, ScenarioResult
from snippetlab.packs import Pack, find_pack, known_to
from snippetlab.report.terminal import ConsoleProgress, print_drifts
from snippetlab.results.cache import ResultCache, Reuse
from snippetlab.scenario import discover
from snippetlab.settings import find_project

from handbook.pages.order import page_drifts
from handbook.pages.quotations import Quotation, quotations
from handbook.pages.replay import Replay, replays
from handbook.pages.sources import PageSource, embedding, read_pages
from handbook.settings import Mode, Settings
from handbook.verdict import Verdict, verify


class DriftError(SnippetLabError):
    """Pages and engine do not agree. The drifts have been printed."""


@dataclass(frozen=True)
class Book:
    """What was read, and what running it gave."""

    pack: Pack
    pages: Sequence[PageSource]
    quotations: Sequence[Quotation]
    verdict: Verdict


def verify_book(
    root: Path,
    docs: Path,
    settings: Settings,
    mode: Mode,
    console: Console,
    *,
    strict: bool = False,
    fresh: bool = False,
) -> Book:
    """Read scenarios and pages, and run the scenarios, and by itself each page that leaves something of one out.

    They run on the baseline and the newest engine, or on those that ``ENGINES`` in the environment names.
    Results of former runs stand where nothing has changed, unless ``fresh``.
    Raises DriftError after printing every drift, and any other SnippetLabError
    for what cannot be read or run; with ``strict``, also where nothing was run.
    """
    project = find_project(root)
    pack = find_pack(project)
    known = known_to(pack)
    scenarios = discover(root / settings.snippets, known, project.page_settings)
    # Where no lab runs, too: what is stale would be shown as what another engine printed.
    refuse_misfits(scenarios, pack)
    pages = read_pages(docs)
    quoted = quotations(pages)
    references = {step_id: [p for _, p in found] for step_id, found in embedding(pages).items()}
    # A step on no page is only a warning, and often wanted: set-up and checks are such steps.
    unknown = [d for d in page_drifts(scenarios, references) if not d.warning]
    if unknown:
        # Nothing has to run to see this, so say it at once.
        print_drifts(console, (), pack.vocabulary, unknown)
        raise _drift_error(unknown)
    names = os.environ.get("ENGINES", "").replace(",", " ").split()
    engines = wanted_engines(names, pack, project)
    chosen = pack.settings
    reuse = Reuse(ResultCache.of_user(), chosen.reuse_days, chosen.reuse_days_outside, take=not fresh)
    alone = replays(pages, scenarios)
    single_pages = [replay.scenario for replay in alone]
    with ConsoleProgress(console, [*scenarios, *single_pages], len({pack.baseline, *engines})) as progress:
        verdict = verify(
            scenarios,
            single_pages=single_pages,
            mode=mode,
            pack=pack,
            progress=progress,
            reuse=reuse,
            engines=engines,
            named=bool(names) and "all" not in names,
        )
    told = _results(verdict, alone)
    drifts = [d for r in told for d in r.drifts if not d.warning]
    if drifts:
        print_drifts(console, told, pack.vocabulary)
        raise _drift_error(drifts)
    if not verdict.live and strict:
        raise DriftError(
            f"nothing was verified: {verdict.reason}",
            hint="build without --strict to take the recordings as they are, or on a machine that can run labs",
        )
    return Book(pack, pages, quoted, verdict)


def _results(verdict: Verdict, alone: Sequence[Replay]) -> list[ScenarioResult]:
    """All that ran. What drifts in a scenario drifts on its pages for the same reason, and is told once."""
    drifted = {drift.step_id for result in (*verdict.results, *verdict.others) for drift in result.drifts}
    of = {replay.scenario.id: replay for replay in alone}
    told = [*verdict.results, *verdict.others]
    for result in verdict.replayed:
        drifts = [d for d in of[result.scenario.id].drifts(result) if d.step_id not in drifted]
        told.append(replace(result, drifts=tuple(drifts)))
    return told


def _drift_error(drifts: Sequence[Drift]) -> DriftError:
    count = f"{len(drifts)} drift{'s' if len(drifts) > 1 else ''}"
    places = "\n".join(f"  {d.place}: {d.kind}: {d.step_id}" for d in drifts)
    return DriftError(
        f"{count} between the pages and this run; no site was written\n{places}",
        hint="see CONTRIBUTING.md, “Accept or reject a drift”",
    )
