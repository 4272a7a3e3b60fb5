"""States on other engines: what is said of them beside the baseline's."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from snippetlab.accept.enginestate import applied, delta_of, state_on, update_states_on, usual_of
from snippetlab.accept.statefile import update_states
from snippetlab.compare.states import UNSEEN, State
from snippetlab.model import Scenario, ScenarioResult

from tests.tool.runs import console, run, written

BASE: State = {
    "containers": {"web": {"Image": "busybox", "HostConfig.Memory": 64}},
    "networks": {"app": {"Driver": "bridge"}, "bridge": {"Driver": "bridge"}},
}
NOW: State = {
    "containers": {"web": {"Image": "busybox", "HostConfig.Memory": 32, "Extra": True}},
    "networks": {"app": {"Driver": "bridge", "EnableIPv4": True}, "bridge": {"Driver": "bridge", "EnableIPv4": True}},
    "volumes": {"data": {"Driver": "local"}},
}


def test_what_is_said_of_one_state_makes_the_other() -> None:
    usual = usual_of([(BASE, NOW)])
    assert usual == {"networks": {"EnableIPv4": True}}
    delta = delta_of(applied(BASE, usual, {}), NOW)
    assert delta == {
        "containers": {"web": {"Extra": True, "HostConfig.Memory": 32}},
        "volumes": {"data": {"Driver": "local"}},
    }
    assert applied(BASE, usual, delta) == NOW


def test_what_is_gone_is_said_too() -> None:
    delta = delta_of(NOW, BASE)
    assert delta["volumes"] == {"data": None}
    assert delta["containers"] == {"web": {"Extra": None, "HostConfig.Memory": 64}}
    assert applied(NOW, {}, delta) == BASE


def test_an_object_that_was_not_seen_says_nothing() -> None:
    assert delta_of({"containers": {"web": UNSEEN}}, {"containers": {"web": {"Image": "busybox"}}}) == {}
    assert applied({"containers": {"web": UNSEEN}}, {"containers": {"Extra": True}}, {}) == {
        "containers": {"web": UNSEEN}
    }


@pytest.fixture
def scenarios(tmp_path: Path) -> list[Scenario]:
    """Two scenarios whose states on the baseline are recorded."""
    found = [written(tmp_path, f"test/{name}", console("$ true")) for name in ("one", "two")]
    results = [ScenarioResult(s, (replace(run(s), state=BASE),), (), "2026-11-25") for s in found]
    update_states(results, everything=True)
    return found


def on_newer(scenario: Scenario, state: State) -> ScenarioResult:
    done = replace(run(scenario, engine="28.5"), state=state, whole=True)
    return ScenarioResult(scenario, (done,), (), "2026-11-25", engine="28.5")


def test_files_hold_what_is_other_and_read_back(scenarios: list[Scenario], tmp_path: Path) -> None:
    one, two = scenarios
    other: State = {**BASE, "networks": NOW["networks"]}
    files = update_states_on([on_newer(one, NOW), on_newer(two, other)], "28.5", everything=True)
    assert sorted(f.relative_to(tmp_path).as_posix() for f in files) == [
        "defaults.28.5.state.yml",
        "test/one.28.5.state.yml",
    ]
    for scenario, wanted in ((one, NOW), (two, other)):
        recorded = state_on(scenario, "28.5", "26.1")
        assert recorded is not None and recorded.state == wanted
    recorded = state_on(one, "28.5", "26.1")
    assert recorded is not None
    assert str(recorded.place("containers", "web")) == f"{tmp_path}/test/one.28.5.state.yml:4"
    assert update_states_on([on_newer(one, NOW), on_newer(two, other)], "28.5", everything=True) == []


def test_a_scenario_in_which_nothing_differs_any_more_has_no_file(scenarios: list[Scenario], tmp_path: Path) -> None:
    update_states_on([on_newer(scenarios[0], NOW)], "28.5")
    own = tmp_path / "test" / "one.28.5.state.yml"
    assert own.exists()
    update_states_on([on_newer(scenario, BASE) for scenario in scenarios], "28.5", everything=True)
    assert not own.exists() and not (tmp_path / "defaults.28.5.state.yml").exists()


def test_a_run_that_did_not_end_keeps_what_is_recorded(scenarios: list[Scenario]) -> None:
    update_states_on([on_newer(scenarios[0], NOW)], "28.5")
    dead = on_newer(scenarios[0], NOW)
    dead = replace(dead, runs=tuple(replace(r, state=None) for r in dead.runs))
    assert update_states_on([dead], "28.5") == []


def test_the_baselines_own_state_stays(scenarios: list[Scenario]) -> None:
    update_states_on([on_newer(scenarios[0], NOW)], "28.5")
    recorded = state_on(scenarios[0], "26.1", "26.1")
    assert recorded is not None and recorded.state == BASE
