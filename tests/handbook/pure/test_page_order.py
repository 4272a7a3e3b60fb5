"""Steps that pages name and that do not exist or ran in another order, and steps that no page shows."""

from __future__ import annotations

from pathlib import Path

from handbook.pages.order import page_drifts
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


def test_a_page_shows_steps_in_the_order_in_which_they_ran() -> None:
    references = {"networking/start#stop": [Place(PAGE, 3)], "networking/start#run": [Place(PAGE, 9)]}
    (drift,) = page_drifts([scenario("run", "stop")], references)
    assert (drift.kind, drift.step_id, str(drift.place)) == (
        DriftKind.STEP_ORDER,
        "networking/start#run",
        "docs/en/networking/index.md:9",
    )
    assert not drift.warning
    assert "ran before networking/start#stop" in drift.message
    assert "snippets/networking/start.md:10" in drift.message


def test_each_page_has_an_order_of_its_own_and_may_leave_steps_out() -> None:
    other = Path("docs/en/index.md")
    references = {
        "networking/start#run": [Place(PAGE, 5)],
        "networking/start#look": [Place(other, 20)],
        "networking/start#stop": [Place(PAGE, 10), Place(other, 30)],
    }
    assert page_drifts([scenario("run", "look", "stop")], references) == []


def test_only_the_step_that_stands_too_low_is_named() -> None:
    references = {
        "networking/start#run": [Place(PAGE, 1)],
        "networking/start#stop": [Place(PAGE, 2)],
        "networking/start#look": [Place(PAGE, 3)],
        "networking/start#remove": [Place(PAGE, 4)],
    }
    found = page_drifts([scenario("run", "look", "stop", "remove")], references)
    assert [d.step_id for d in found] == ["networking/start#look"]
