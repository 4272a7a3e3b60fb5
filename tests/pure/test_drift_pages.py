"""Steps that pages name and that do not exist, and steps that no page shows."""

from __future__ import annotations

from pathlib import Path

from snippetlab.drift import page_drifts
from snippetlab.model import DriftKind, Place, Scenario, Step

SCENARIO = Path("snippets/networking/start.md")
PAGE = Path("docs/en/networking/index.md")


def scenario(*names: str) -> Scenario:
    steps = tuple(Step(f"networking/start#{n}", n, (), (), Place(SCENARIO, 10 * i)) for i, n in enumerate(names, 1))
    return Scenario("networking/start", SCENARIO, "t", steps)


def test_pages_that_name_every_step() -> None:
    assert page_drifts([scenario("run")], {"networking/start#run": [Place(PAGE, 3)]}) == []


def test_an_unknown_step_is_drift_wherever_it_is_named() -> None:
    references = {"networking/start#rum": [Place(PAGE, 3), Place(PAGE, 9)], "networking/start#run": [Place(PAGE, 4)]}
    found = page_drifts([scenario("run")], references)
    assert [(d.kind, str(d.place), d.warning) for d in found] == [
        (DriftKind.UNKNOWN_STEP, "docs/en/networking/index.md:3", False),
        (DriftKind.UNKNOWN_STEP, "docs/en/networking/index.md:9", False),
    ]
    assert found[0].message == "there is no step 'networking/start#rum'; did you mean networking/start#run?"


def test_a_step_that_moved_to_another_scenario_is_proposed() -> None:
    found = page_drifts([scenario("run")], {"compose/first#run": [Place(PAGE, 3)]})
    assert "networking/start#run" in found[0].message


def test_nothing_is_proposed_where_nothing_is_near() -> None:
    found = page_drifts([scenario("run")], {"compose/first#scale": [Place(PAGE, 3)]})
    assert found[0].message == "there is no step 'compose/first#scale'"


def test_a_step_that_no_page_shows_is_a_warning() -> None:
    (drift,) = page_drifts([scenario("run", "stop")], {"networking/start#run": [Place(PAGE, 3)]})
    assert (drift.kind, drift.step_id, str(drift.place)) == (
        DriftKind.UNUSED_STEP,
        "networking/start#stop",
        "snippets/networking/start.md:20",
    )
    assert drift.warning
