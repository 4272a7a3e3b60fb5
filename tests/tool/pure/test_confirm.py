"""Two runs of a scenario: what is forgiven, what is remembered, and what is too often."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from snippetlab.confirm import confirmed, wants_second_run
from snippetlab.model import Drift, DriftKind, Place, Scenario, ScenarioResult
from snippetlab.results.cache import ResultCache
from snippetlab.results.history import History
from snippetlab.results.key import Key

from tests.tool.runs import console, result, run, written

BY_TIME = {DriftKind.OUTPUT, DriftKind.CAPTURE, DriftKind.TIME_LIMIT, DriftKind.LAB_DIED}


@pytest.fixture
def scenario(tmp_path: Path) -> Scenario:
    return written(tmp_path, "test/a", console("$ echo fine", "fine"))


def clean(scenario: Scenario) -> ScenarioResult:
    return result(scenario, run(scenario))


def drifted(scenario: Scenario, *kinds: DriftKind, values: tuple[str, ...] = ()) -> ScenarioResult:
    step = scenario.steps[0]
    drifts = tuple(Drift(kind, step.id, step.place, "fine\n", "", "it differs", values=values) for kind in kinds)
    return replace(clean(scenario), drifts=drifts)


@pytest.mark.parametrize("kind", [k for k in DriftKind if k is not DriftKind.UNSTEADY])
def test_only_what_time_can_explain_runs_again(scenario: Scenario, kind: DriftKind) -> None:
    assert wants_second_run(drifted(scenario, kind)) is (kind in BY_TIME)


def test_one_drift_that_time_does_not_explain_is_enough(scenario: Scenario) -> None:
    assert not wants_second_run(drifted(scenario, DriftKind.OUTPUT, DriftKind.STATE))


def test_another_identity_is_not_explained_by_time(scenario: Scenario) -> None:
    assert not wants_second_run(drifted(scenario, DriftKind.OUTPUT, values=("3efd115129ac", "7aa0d8e7a8bd")))


def test_what_is_clean_does_not_run_again(scenario: Scenario) -> None:
    assert not wants_second_run(clean(scenario))


def test_a_drift_that_does_not_come_again_is_unsteady(scenario: Scenario) -> None:
    found = confirmed(drifted(scenario, DriftKind.OUTPUT), clean(scenario))
    assert found.ok and found.unsteady
    assert [(d.warning, d.message) for d in found.drifts] == [
        (True, "unsteady, 1 of 2: it differs; a second run did not show it")
    ]


def test_a_drift_that_comes_again_is_drift(scenario: Scenario) -> None:
    found = confirmed(drifted(scenario, DriftKind.OUTPUT), drifted(scenario, DriftKind.OUTPUT))
    assert not found.ok and not found.unsteady
    assert len(found.drifts) == 1


def test_what_only_the_second_run_shows_is_told_where_time_does_not_explain_it(scenario: Scenario) -> None:
    found = confirmed(drifted(scenario, DriftKind.OUTPUT), drifted(scenario, DriftKind.OUTPUT, DriftKind.EXIT_CODE))
    assert [d.kind for d in found.drifts] == [DriftKind.OUTPUT, DriftKind.EXIT_CODE]


def test_a_clean_result_is_not_unsteady(scenario: Scenario) -> None:
    assert not clean(scenario).unsteady


def test_unsteadiness_survives_the_cache(scenario: Scenario, tmp_path: Path) -> None:
    cache, key = ResultCache(tmp_path / "results"), Key((("scenario", "x"),))
    found = confirmed(drifted(scenario, DriftKind.OUTPUT), clean(scenario))
    cache.save(key, found, at=datetime.now(UTC))
    again = cache.load(key, scenario, timedelta(days=1))
    assert again is not None and again.unsteady
    assert again.drifts == found.drifts


def test_what_drifted_is_not_kept(scenario: Scenario, tmp_path: Path) -> None:
    cache, key = ResultCache(tmp_path / "results"), Key((("scenario", "x"),))
    cache.save(key, drifted(scenario, DriftKind.OUTPUT))
    assert cache.load(key, scenario, timedelta(days=1)) is None


def unsteady(scenario: Scenario) -> ScenarioResult:
    return confirmed(drifted(scenario, DriftKind.OUTPUT), clean(scenario))


def judged(history: History, *results: ScenarioResult) -> ScenarioResult:
    """The last of several runs, one after the other."""
    return [history.judged([found])[0] for found in results][-1]


def test_once_in_ten_runs_is_told_and_forgiven(scenario: Scenario, tmp_path: Path) -> None:
    found = judged(History(tmp_path / "history.json"), unsteady(scenario))
    assert found.ok
    assert found.drifts[-1].message == "unsteady in 1 of its last 1 runs"


@pytest.mark.parametrize(("between", "ok"), [(0, False), (8, False), (9, True)])
def test_twice_in_ten_runs_is_drift(scenario: Scenario, tmp_path: Path, between: int, ok: bool) -> None:
    history = History(tmp_path / "cache" / "history.json")
    found = judged(history, unsteady(scenario), *[clean(scenario)] * between, unsteady(scenario))
    assert found.ok is ok
    if not ok:
        assert found.drifts[-1].kind is DriftKind.UNSTEADY
        assert found.drifts[-1].place == Place(scenario.path, 1)
        assert "unsteady in 2 of its last" in found.drifts[-1].message


def test_the_steps_that_were_unsteady_are_told_over_time(scenario: Scenario, tmp_path: Path) -> None:
    history = History(tmp_path / "history.json")
    runs = [unsteady(scenario), clean(scenario), clean(scenario), unsteady(scenario)]
    judged(history, *[replace(found, when=f"2026-11-2{day}") for day, found in enumerate(runs)])
    (step,) = history.unsteady_steps([scenario])
    assert str(step) == "test/a#a: 2 of its last 4 runs, last on 2026-11-23"
    scenario.path.write_text(scenario.path.read_text() + "\nMended.\n")
    assert history.unsteady_steps([scenario]) == []


def test_the_worst_step_is_told_first(tmp_path: Path) -> None:
    history = History(tmp_path / "history.json")
    one, two = (written(tmp_path, f"test/{name}", console("$ echo fine", "fine")) for name in "ab")
    judged(history, unsteady(one))
    judged(history, unsteady(two), unsteady(two))
    assert [(step.id, step.times) for step in history.unsteady_steps([one, two])] == [("test/b#a", 2), ("test/a#a", 1)]


def test_a_clean_run_after_two_unsteady_ones_is_clean(scenario: Scenario, tmp_path: Path) -> None:
    assert judged(History(tmp_path / "h.json"), *[unsteady(scenario)] * 2, clean(scenario)).ok


def test_a_scenario_that_was_mended_begins_anew(scenario: Scenario, tmp_path: Path) -> None:
    history = History(tmp_path / "history.json")
    judged(history, unsteady(scenario))
    scenario.path.write_text(scenario.path.read_text() + "\nA note.\n")
    assert judged(history, unsteady(scenario)).ok


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        '{"a": 1}',
        '{"a": {"digest": "x"}}',
        '{"a": {"digest": "x", "runs": [true]}}',
        '{"a": {"digest": "x", "runs": [{"day": "2026-11-25", "steps": 1}]}}',
    ],
)
def test_a_history_that_cannot_be_read_is_none(scenario: Scenario, tmp_path: Path, text: str) -> None:
    (tmp_path / "history.json").write_text(text)
    assert judged(History(tmp_path / "history.json"), unsteady(scenario)).ok
