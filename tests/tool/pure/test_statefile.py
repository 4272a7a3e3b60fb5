"""Recorded states: read back as they were written, whatever stands in them; defaults stand once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from snippetlab.accept.statefile import (
    DEFAULTS,
    Defaults,
    factor,
    read_state,
    update_states,
    written_defaults,
    written_state,
)
from snippetlab.check import drifts_of
from snippetlab.compare.states import State
from snippetlab.errors import SnippetLabError
from snippetlab.model import DriftKind, Scenario, TrackRun

from tests.tool.runs import PACK, console, result, run, written

PLAIN = {"HostConfig.ShmSize": 67108864, "HostConfig.Memory": 0, "Config.Cmd": ["sh"]}


def left(scenario: Scenario, state: State | None) -> TrackRun:
    done = run(scenario)
    return TrackRun(done.track, done.engine, done.steps, state, done.versions)


def project(root: Path, *states: State) -> list[Scenario]:
    """A scenario for each state, all recorded by an update of everything."""
    scenarios = [written(root, f"test/s{n}", console("$ true")) for n in range(len(states))]
    results = [result(s, left(s, state)) for s, state in zip(scenarios, states, strict=True)]
    update_states(results, everything=True)
    return scenarios


TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
VALUE = st.one_of(st.integers(), st.booleans(), TEXT, st.lists(st.one_of(TEXT, st.integers()), min_size=1))
STATES = st.dictionaries(
    st.sampled_from(["containers", "removed networks"]),
    st.dictionaries(TEXT, st.dictionaries(TEXT, VALUE, max_size=3), min_size=1, max_size=3),
    max_size=2,
)


@given(st.lists(STATES, min_size=1, max_size=3))
def test_every_state_is_read_back_as_it_was(tmp_path_factory: pytest.TempPathFactory, states: list[State]) -> None:
    scenarios = project(tmp_path_factory.mktemp("project"), *states)
    for scenario, state in zip(scenarios, states, strict=True):
        recorded = read_state(scenario)
        assert recorded is not None and recorded.state is not None
        assert drifts_of(scenario, [left(scenario, state)], PACK.vocabulary, recorded) == []


def test_a_scenarios_file_holds_what_is_its_own() -> None:
    none: State = {"networks": {"none": {"Driver": "null"}}}
    states: list[State] = [{"containers": {name: PLAIN}, **none} for name in ("a", "b")]
    own: State = {"containers": {"c": {"HostConfig.ShmSize": 67108864, "HostConfig.Memory": 4}}, **none}
    text = written_state(own, factor([*states, own]))
    assert text.split("\n")[2:] == [
        "as in defaults.state.yml:",
        '  networks: ["none"]',
        "containers:",
        "  c:",
        "    Config.Cmd: null",
        "    HostConfig.Memory: 4",
        "",
    ]


def test_a_changed_default_is_one_line_of_a_diff() -> None:
    def state(size: int) -> State:
        return {"containers": {name: {**PLAIN, "Config.Image": name, "HostConfig.ShmSize": size} for name in "abc"}}

    before, after = ((factor([s]), s) for s in (state(1), state(2)))
    assert written_state(before[1], before[0]) == written_state(after[1], after[0])
    lines = [written_defaults(d).split("\n") for d, _ in (before, after)]
    assert [pair for pair in zip(*lines, strict=True) if pair[0] != pair[1]] == [
        ("    HostConfig.ShmSize: 1", "    HostConfig.ShmSize: 2")
    ]


def test_a_changed_default_is_drift_of_each_scenario_and_names_its_field(tmp_path: Path) -> None:
    states: list[State] = [{"containers": {"a": PLAIN, "b": PLAIN}}, {"containers": {"c": PLAIN}}]
    for scenario, state in zip(project(tmp_path, *states), states, strict=True):
        bigger = {"containers": {n: {**f, "HostConfig.ShmSize": 1} for n, f in state["containers"].items()}}
        (drift,) = drifts_of(scenario, [left(scenario, bigger)], PACK.vocabulary, read_state(scenario))
        assert drift.kind is DriftKind.STATE
        assert "HostConfig.ShmSize is recorded as 67108864 and is 1 now" in drift.message
        assert drift.place.path == scenario.path.with_suffix(".state.yml")


def test_a_drift_is_at_the_line_of_its_object(tmp_path: Path) -> None:
    (scenario,) = project(tmp_path, {"containers": {"a": {"x": 1}, "b": {"x": 2}, "c": {"x": 3}}})
    now: State = {"containers": {"a": {"x": 1}, "b": {"x": 9}, "c": {"x": 3}}}
    (drift,) = drifts_of(scenario, [left(scenario, now)], PACK.vocabulary, read_state(scenario))
    lines = drift.place.path.read_text().split("\n")
    assert lines[drift.place.line - 1] == "  b:"


def test_a_scenario_without_a_state_drifts_where_others_have_theirs(tmp_path: Path) -> None:
    project(tmp_path, {"containers": {"a": PLAIN}})
    new = written(tmp_path, "test/new", console("$ true"))
    (drift,) = drifts_of(new, [left(new, {})], PACK.vocabulary, read_state(new))
    assert (drift.kind, drift.place.path) == (DriftKind.NO_RECORDING, new.path)
    assert "snippetlab update" in drift.message


def test_a_project_that_records_no_state_has_none_compared(tmp_path: Path) -> None:
    alone = written(tmp_path, "test/alone", console("$ true"))
    assert read_state(alone) is None


def test_an_update_of_one_scenario_leaves_the_defaults_and_the_others(tmp_path: Path) -> None:
    one, two = project(tmp_path, {"containers": {"a": PLAIN}}, {"containers": {"b": PLAIN}})
    files = [tmp_path / DEFAULTS, two.path.with_suffix(".state.yml")]
    before = [file.read_bytes() for file in files]
    changed = update_states([result(one, left(one, {"containers": {"a": {**PLAIN, "HostConfig.Memory": 7}}}))])
    assert changed == [one.path.with_suffix(".state.yml")]
    assert [file.read_bytes() for file in files] == before
    assert "    HostConfig.Memory: 7\n" in changed[0].read_text()


@pytest.mark.parametrize("state", [None, {"removed containers": {"a": {"unseen": True}}}])
def test_an_update_keeps_what_a_run_did_not_see(tmp_path: Path, state: Any) -> None:
    (scenario,) = project(tmp_path, {"removed containers": {"a": {"x": 1}}})
    before = scenario.path.with_suffix(".state.yml").read_bytes()
    assert update_states([result(scenario, left(scenario, state))]) == []
    assert scenario.path.with_suffix(".state.yml").read_bytes() == before


@pytest.mark.parametrize("text", ["- a\n", "containers: 4\n", "a: [\n", "as in defaults.state.yml:\n  images: [x]\n"])
def test_a_file_that_holds_no_state_is_an_error_with_its_name(tmp_path: Path, text: str) -> None:
    (scenario,) = project(tmp_path, {"containers": {"a": PLAIN}})
    path = scenario.path.with_suffix(".state.yml")
    path.write_text(text)
    with pytest.raises(SnippetLabError) as caught:
        read_state(scenario)
    assert str(path) in str(caught.value)


def test_defaults_that_are_not_there_are_none() -> None:
    assert factor([]) == Defaults({}, {})


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b"containers:\n  web: 5\n", ":2: web is no object of a recorded state: its fields are wanted"),
        (b"as in defaults.state.yml:\n  networks: null\n", ":1: networks None is said to be as in defaults.state.yml"),
        (b"containers:\n  web:\n    Created: 2026-01-02\n", ":1: this is no recorded state"),
        (b"containers:\n  web:\n    Cmd: \xff\n", ":3: the file is not UTF-8"),
        (b"<<<<<<< HEAD\ncontainers: {}\n=======\n", ":2: this is not YAML"),
    ],
)
def test_a_state_that_cannot_be_read_is_told_with_its_line(tmp_path: Path, text: bytes, told: str) -> None:
    (scenario,) = project(tmp_path, {"networks": {"bridge": {"Driver": "bridge"}}})
    file = scenario.path.with_suffix(".state.yml")
    file.write_bytes(text)
    with pytest.raises(SnippetLabError) as caught:
        read_state(scenario)
    assert str(caught.value).startswith(f"{file}{told}")
    # What the hint says: without the file there is none, and an update writes it.
    file.unlink()
    assert (read_state(scenario) or pytest.fail("nothing is recorded in this project")).state is None
