"""The verification page: every step with who ran it and when, every exemption with its reason, the totals."""

from __future__ import annotations

from collections.abc import Sequence

from snippetlab.compare.explain import Share
from snippetlab.model import Scenario, Step
from snippetlab.results.history import UnsteadyStep

from handbook.counts import by_engine, count_of, has_executed
from handbook.html.page import row_anchor, steps_of
from handbook.html.templates import render
from handbook.library import Library, command_count, executed_blocks, exempt_blocks
from handbook.pages.chapters import Chapter
from handbook.pages.embed import anchor_of
from handbook.pages.quotations import Quotation
from handbook.pages.sources import PageSource
from handbook.pages.step_links import StepLinks
from handbook.verdict import Verdict
from handbook.views import names


def verification_page(
    library: Library,
    verdict: Verdict,
    chapters: Sequence[Chapter],
    pages: Sequence[PageSource],
    links: StepLinks,
    quotations: Sequence[Quotation] = (),
    masked: Share | None = None,
) -> str:
    """The page as Markdown with HTML tables. ``masked`` is the share of all recordings, of every engine, that is
    compared by kind. Seconds are filled in from a file of their own, so that
    a rebuild in which nothing changed gives the same page."""
    titles = {chapter.folder: chapter.title for chapter in chapters}
    folders = dict.fromkeys(s.id.partition("/")[0] for s in library.scenarios.values())
    order = [f for f in (*titles, *(f for f in folders if f not in titles)) if f in folders]
    return str(
        render(
            "verification.md",
            verdict=verdict,
            engines=by_engine(library.steps(), library),
            exemptions=[
                (links.get(step.id, ()), block.exempt) for step in library.steps() for block in exempt_blocks(step)
            ],
            quotations=quotations,
            pages=[(row_anchor(p), p, count_of(steps, library)) for p in pages if (steps := steps_of(p, library))],
            unsteady=[(links.get(step.id, ()), step) for step in _unsteady(library, verdict)],
            masked=_masked(masked),
            folders=[(folder, titles.get(folder, folder), _scenarios(folder, library, links)) for folder in order],
        )
    )


def _unsteady(library: Library, verdict: Verdict) -> list[UnsteadyStep]:
    """The unsteady steps of this folder's history, and those of kept results that another folder's check made."""
    told = {(step.id, step.engine) for step in verdict.unsteady}
    kept = [
        UnsteadyStep(step.id, 1, 1, proof.when, engine)
        for step in library.steps()
        for engine in library.unsteady_on(step.id)
        if (step.id, engine) not in told and (proof := library.proof_on(step.id, [engine]))
    ]
    return [*verdict.unsteady, *kept]


def _masked(share: Share | None) -> list[tuple[str, str]]:
    """Each kind of values that are compared by kind, and its share of all recorded characters, the largest first."""
    if share is None or not share.recorded:
        return []
    kinds = sorted(share.masked.items(), key=lambda item: (-item[1], item[0]))
    rows = [(kind, characters / share.recorded) for kind, characters in kinds]
    return [(kind, f"{part:.2%}") for kind, part in [*rows, ("together", share.share)]]


def _scenarios(folder: str, library: Library, links: StepLinks) -> list[dict[str, object]]:
    return [
        {
            "scenario": scenario,
            "proofs": [row.proof for row in by_engine(scenario.steps, library) if row.proof],
            "with_docker_py": any(has_executed(s, "pycon") or s.of_kind("capture") for s in scenario.steps),
            "rows": [_row(scenario, step, library, links) for step in scenario.steps],
        }
        for scenario in library.scenarios.values()
        if scenario.id.startswith(f"{folder}/")
    ]


def _row(scenario: Scenario, step: Step, library: Library, links: StepLinks) -> dict[str, object]:
    return {
        "step": step,
        "anchor": anchor_of(step.id),
        "capture": f"../captures/{scenario.id}.json",
        "links": links.get(step.id, ()),
        "commands": command_count(step),
        "tracks": [
            name
            for name, runs in (("Shell", has_executed(step, "console")), ("Python", has_executed(step, "pycon")))
            if runs
        ],
        "state": _state(step, library),
    }


def _state(step: Step, library: Library) -> str:
    if not executed_blocks(step):
        return "exempt" if exempt_blocks(step) else "captured" if step.of_kind("capture") else "files"
    if library.proof(step.id) is None:
        return "recorded"
    unsteady = names(library.unsteady_on(step.id))
    return f"verified, unsteady, 1 of 2, on {unsteady}" if unsteady else "verified"
