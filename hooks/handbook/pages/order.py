"""Compares pages with scenarios: steps that do not exist or ran in another order, and steps that nothing shows."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from snippetlab.model import Drift, DriftKind, Place, Scenario


def page_drifts(scenarios: Sequence[Scenario], references: Mapping[str, Sequence[Place]]) -> list[Drift]:
    """Steps that pages name and that do not exist, or that ran before a step that stands above them.

    A reader types from top to bottom, and must come to the same outputs. Steps
    that no page names are warnings. ``references`` maps each step id that pages
    name to the lines on which they do.
    """
    steps = {step.id: step for scenario in scenarios for step in scenario.steps}
    drifts = []
    for step_id, places in references.items():
        if step_id not in steps:
            near = _near(step_id, list(steps))
            hint = f"; did you mean {' or '.join(near)}?" if near else ""
            message = f"there is no step {step_id!r}{hint}"
            drifts += [Drift(DriftKind.UNKNOWN_STEP, step_id, place, "", "", message) for place in places]
    drifts += _order_drifts(scenarios, references)
    for step_id, step in steps.items():
        if step_id not in references:
            message = "no page shows this step"
            drifts.append(Drift(DriftKind.UNUSED_STEP, step_id, step.place, "", "", message, warning=True))
    return drifts


def _order_drifts(scenarios: Sequence[Scenario], references: Mapping[str, Sequence[Place]]) -> Iterator[Drift]:
    for scenario in scenarios:
        position = {step.id: index for index, step in enumerate(scenario.steps)}
        shown = sorted((str(p.path), p.line, i) for i in position for p in references.get(i, ()))
        above: dict[str, str] = {}  # the latest step so far, by page
        for page, line, step_id in shown:
            last = above.get(page, step_id)
            if position[step_id] < position[last]:
                message = (
                    f"this step ran before {last}, which stands above it on the page; move one of the two, here or in "
                    f"{scenario.step(step_id.partition('#')[2]).place}"
                )
                yield Drift(DriftKind.STEP_ORDER, step_id, Place(Path(page), line), "", "", message)
            else:
                above[page] = step_id


def _near(step_id: str, known: Sequence[str]) -> list[str]:
    """Ids that may have been meant: those written alike, or steps of that name in another scenario."""
    name = step_id.rpartition("#")[2]
    alike = difflib.get_close_matches(step_id, known, 3, 0.7)
    return list(dict.fromkeys([*alike, *(k for k in known if k.endswith(f"#{name}"))]))[:3]
