"""What such a reader types: the shell commands of pages, in the order of the pages, as one scenario."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from handbook.pages.sources import PageSource
from snippetlab.model import Scenario, Step, StepCapture, TrackRun


@dataclass(frozen=True)
class Leg:
    """The part of a way that is one page: ``steps`` are the ids of what is typed there, in order; ``images`` the base
    images that it starts from, beside those that every lab holds; ``outside`` says whether it needs a way to the
    package mirrors."""

    page: str
    steps: tuple[str, ...]
    images: frozenset[str] = frozenset()
    outside: bool = False


@dataclass(frozen=True)
class Typed:
    """``scenario`` holds the steps, and ``legs`` parts them by page. ``elsewhere`` names the steps that are not among
    them, since they need more than one machine with Docker as it comes: further nodes, or settings of the daemon from
    the beginning."""

    scenario: Scenario
    legs: tuple[Leg, ...]
    elsewhere: tuple[str, ...]


def typed(name: str, pages: Sequence[PageSource], scenarios: Mapping[str, Scenario]) -> Typed:
    """The steps that ``pages`` show, each once, as one scenario called ``name`` on one machine.

    ``scenarios`` are all that there are, by id. Raises ValueError when the pages show no step.
    """
    legs: list[Leg] = []
    elsewhere: list[str] = []
    seen: set[str] = set()
    for page in pages:
        ids = list(dict.fromkeys(fence.step_id for fence in page.fences if fence.only != "python"))
        new = [step_id for step_id in ids if step_id not in seen]
        seen.update(new)
        elsewhere += [step_id for step_id in new if _needs_more(_of(step_id, scenarios))]
        if here := tuple(step_id for step_id in new if step_id not in elsewhere):
            using = [_of(step_id, scenarios) for step_id in here]
            images = frozenset(image for scenario in using for image in scenario.images)
            legs.append(Leg(page.uri, here, images, any(scenario.outside for scenario in using)))
    if not legs:
        raise ValueError(f"{name} shows no step that one machine can run")
    ids = [step_id for leg in legs for step_id in leg.steps]
    using = list({_of(step_id, scenarios).id: _of(step_id, scenarios) for step_id in ids}.values())
    together = replace(
        using[0],
        id=name,
        steps=tuple(_step(step_id, scenarios) for step_id in ids),
        images=tuple(sorted({image for scenario in using for image in scenario.images})),
        context=tuple(sorted({path for scenario in using for path in scenario.context})),
        timeout=max(scenario.timeout for scenario in using),
        outside=False,  # a matter of each leg
        tracks=("shell",),
        engines=(),
        others={},
        in_place=True,  # nothing is recorded of what it leaves
    )
    return Typed(together, tuple(legs), tuple(elsewhere))


def by_scenario(run: TrackRun, scenarios: Mapping[str, Scenario]) -> list[tuple[Scenario, TrackRun]]:
    """What was typed, scenario by scenario: each has its own recording, in which the same image has another id."""
    captures: dict[str, list[StepCapture]] = {}
    for capture in run.steps:
        captures.setdefault(capture.step.id.partition("#")[0], []).append(capture)
    return [
        (
            replace(scenarios[name], steps=tuple(c.step for c in own), tracks=("shell",), engines=(), others={}),
            replace(run, steps=tuple(own)),
        )
        for name, own in captures.items()
    ]


def _of(step_id: str, scenarios: Mapping[str, Scenario]) -> Scenario:
    return scenarios[step_id.partition("#")[0]]


def _step(step_id: str, scenarios: Mapping[str, Scenario]) -> Step:
    return _of(step_id, scenarios).step(step_id.partition("#")[2])


def _needs_more(scenario: Scenario) -> bool:
    return bool(scenario.nodes or scenario.daemon)
