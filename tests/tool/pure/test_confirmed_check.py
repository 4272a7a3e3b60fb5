"""A whole check with ``confirm``: what two runs of a scenario give together, and what is remembered. Runs are made
by hand, everything else is as in a real check."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from snippetlab import check
from snippetlab.check import work
from snippetlab.cli import check as check_command
from snippetlab.cli import engines, listing
from snippetlab.cli.commands import app
from snippetlab.errors import LabError
from snippetlab.lab import Lab, LabSpec
from snippetlab.lab.preparing import one_by_one
from snippetlab.model import DriftKind, Failure, Scenario, ScenarioResult, Track, TrackRun
from snippetlab.results.cache import ResultCache, Reuse
from snippetlab.results.history import History
from typer.testing import CliRunner

from tests.tool.runs import NOTHING_LEFT, PACK, console, run, written

WEB = "3efd115129ac12a3ec4260a9edfdfb9dcce17741b751b274abc9a0082ffc5575"
COMMANDS = (check_command, listing)  # importing them adds them to the program
NEW = "0b4c1f2d3e4a5b6c7d8e9fa0b1c2d3e4f5a6b7c8d9eafb0c1d2e3f4a5b6c7d8e"
OTHER = "1c5d2e3f4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f6"
BODY = console("$ docker run -d busybox", WEB, "$ docker ps -q --no-trunc", WEB, "$ echo fine", "fine")
PYTHON = '## b\n\n```pycon\n>>> print("fine")\nfine\n```\n'
FINE = [f"{NEW}\n", f"{NEW}\n", "fine\n"]


@dataclass
class Labs:
    """A provider whose labs do nothing, and the runs that they give: the first of a track, the second …"""

    runs: list[TrackRun] = field(default_factory=list)
    alive: bool = True

    def problem(self) -> None:
        """Labs can run."""

    def prepare(self, specs: Collection[LabSpec]) -> Mapping[LabSpec, LabError]:
        return one_by_one(specs, self.identity)

    def identity(self, spec: LabSpec) -> str:
        return spec.engine

    def describe(self) -> str:
        return "here"

    def at_once(self) -> int:
        return 1

    def lost(self, lab: Lab) -> bool:
        return False

    def start(self, spec: LabSpec, beside: Lab | None = None) -> Any:
        return self

    def stop(self) -> None:
        """Nothing runs."""

    def track(self, scenario: Scenario, track: Track, labs: Mapping[str, Lab], *_: object, **__: object) -> TrackRun:
        """What stands for ``run_track``."""
        return self.runs.pop(0)


@pytest.fixture
def labs(monkeypatch: pytest.MonkeyPatch) -> Labs:
    made = Labs()
    monkeypatch.setattr(work, "run_track", made.track)
    for module in (check, engines):
        monkeypatch.setattr(module, "default_provider", lambda pack, progress: made)
    # What these labs start from is there: a real one would be built, in the empty cache of a test.
    monkeypatch.setattr(engines, "absent", lambda wanted, provider: {})
    return made


@pytest.fixture
def scenario(tmp_path: Path) -> Scenario:
    return written(tmp_path / "snippets", "test/a", BODY)


def checked(labs: Labs, scenario: Scenario, *runs: TrackRun, **options: Any) -> ScenarioResult:
    """The result of a check with ``confirm`` in which labs give these runs."""
    labs.runs = list(runs)
    (found,) = check.check_scenarios(
        [scenario],
        pack=PACK,
        jobs=1,
        **{"provider": labs, "confirm": True, **options},  # type: ignore[arg-type]
    )
    return found


def fine(scenario: Scenario) -> TrackRun:
    return run(scenario, FINE)


def exit_code(scenario: Scenario) -> TrackRun:
    return run(scenario, [*FINE[:2], ("fine\n", 1)])


def identity(scenario: Scenario) -> TrackRun:
    return run(scenario, [FINE[0], f"{OTHER}\n", FINE[2]])


def stranger(scenario: Scenario) -> TrackRun:
    return replace(fine(scenario), objects={"container": frozenset({OTHER})})


def memory(scenario: Scenario) -> TrackRun:
    return replace(fine(scenario), state=None, steps=run(scenario, [*FINE[:2], Failure.OUT_OF_MEMORY]).steps)


def shell_ended(scenario: Scenario) -> TrackRun:
    return replace(fine(scenario), state=None, steps=run(scenario, [*FINE[:2], Failure.SHELL_ENDED]).steps)


@pytest.mark.parametrize("wrong", [exit_code, identity, stranger, memory, shell_ended])
def test_what_is_wrong_in_one_run_of_two_is_drift(labs: Labs, scenario: Scenario, wrong: Any) -> None:
    found = checked(labs, scenario, wrong(scenario), fine(scenario))
    assert not found.ok and not found.unsteady
    assert len(labs.runs) == 1, "no second run is asked for"


@pytest.mark.parametrize("wrong", [exit_code, identity, stranger])
def test_so_is_what_is_wrong_in_the_second_run_alone(labs: Labs, scenario: Scenario, wrong: Any) -> None:
    first = run(scenario, [*FINE[:2], "late\n"])
    found = checked(labs, scenario, first, wrong(scenario))
    assert not found.ok and not found.unsteady
    assert labs.runs == []
    late, other, *_ = found.drifts
    assert (late.kind, late.captured) == (DriftKind.OUTPUT, "late\n")
    assert other.kind is DriftKind.EXIT_CODE or other.values, "what time does not explain is told beside what it may"


def test_an_exception_in_one_run_of_two_is_drift(labs: Labs, tmp_path: Path) -> None:
    scenario = written(tmp_path, "test/b", PYTHON, "tracks: [python]\n")
    wrong, right = (run(scenario, [answer], track="python") for answer in (("KeyError: 'web'\n", 1), "fine\n"))
    found = checked(labs, scenario, wrong, right)
    assert [drift.kind for drift in found.drifts if not drift.warning] == [DriftKind.EXCEPTION]


def test_a_state_in_one_run_of_two_is_drift(labs: Labs, tmp_path: Path) -> None:
    scenario = written(tmp_path, "test/c", console("$ true") + PYTHON, "")
    shell, python = run(scenario, ["", "fine\n"]), run(scenario, ["", "fine\n"], track="python")
    left = replace(shell, state={**NOTHING_LEFT, "volumes": {"data": {"Driver": "local"}}})
    found = checked(labs, scenario, left, python, shell, python)
    assert [drift.kind for drift in found.drifts if not drift.warning] == [DriftKind.STATE]
    assert len(labs.runs) == 2


def test_an_exception_or_a_state_of_the_second_run_alone_is_drift(labs: Labs, tmp_path: Path) -> None:
    scenario = written(tmp_path, "test/d", console("$ echo one", "one") + PYTHON, "")
    shell, python = run(scenario, ["one\n", "fine\n"]), run(scenario, ["one\n", "fine\n"], track="python")
    late = run(scenario, ["late\n", "fine\n"])
    left = replace(shell, state={**NOTHING_LEFT, "volumes": {"data": {"Driver": "local"}}})
    raised = run(scenario, ["one\n", ("KeyError: 'web'\n", 1)], track="python")
    for second, kind in (((left, python), DriftKind.STATE), ((shell, raised), DriftKind.EXCEPTION)):
        found = checked(labs, scenario, late, python, *second)
        assert not found.ok and not found.unsteady
        assert kind in [drift.kind for drift in found.drifts if not drift.warning]
        assert labs.runs == []


def test_what_time_may_explain_in_both_runs_is_drift(labs: Labs, scenario: Scenario) -> None:
    first, second = (run(scenario, [*FINE[:2], f"{word}\n"]) for word in ("late", "later"))
    found = checked(labs, scenario, first, second)
    assert not found.ok and not found.unsteady
    assert [(drift.kind, drift.captured) for drift in found.drifts] == [(DriftKind.OUTPUT, "late\n")]


BY_TIME: Mapping[str, Sequence[Any]] = {
    "an output": [*FINE[:2], "late\n"],
    "a time limit": [*FINE[:2], Failure.TIME_LIMIT],
    "a lab that died": [*FINE[:2], Failure.LAB_DIED],
}


@pytest.mark.parametrize("answers", BY_TIME.values(), ids=BY_TIME)
def test_what_time_explains_is_unsteady_one_of_two(labs: Labs, scenario: Scenario, answers: Sequence[Any]) -> None:
    first = run(scenario, answers)
    found = checked(labs, scenario, replace(first, state=first.state if "late\n" in answers else None), fine(scenario))
    assert found.ok and found.unsteady
    (drift,) = found.drifts
    assert drift.warning and drift.message.startswith("unsteady, 1 of 2: ")


def test_twice_in_ten_runs_is_drift(labs: Labs, scenario: Scenario, tmp_path: Path) -> None:
    history = History(tmp_path / "history.json")
    late = run(scenario, [*FINE[:2], "late\n"])
    given = [*[(late, fine(scenario))], *[(fine(scenario),)] * 8, (late, fine(scenario))]
    results = [checked(labs, scenario, *runs, history=history) for runs in given]
    assert [result.ok for result in results] == [True] * 9 + [False]
    assert results[-1].drifts[-1].kind is DriftKind.UNSTEADY
    (step,) = history.unsteady_steps([scenario], PACK.baseline)
    assert (step.id, step.times, step.runs) == ("test/a#a", 2, 10)


def test_unsteadiness_survives_the_cache(labs: Labs, scenario: Scenario, tmp_path: Path) -> None:
    reuse = Reuse(ResultCache(tmp_path / "results"))
    first = checked(labs, scenario, run(scenario, [*FINE[:2], "late\n"]), fine(scenario), reuse=reuse)
    again = checked(labs, scenario, reuse=reuse)
    assert again.cached and again.unsteady
    assert again.drifts == first.drifts


def test_what_the_history_says_of_it_survives_too(labs: Labs, scenario: Scenario, tmp_path: Path) -> None:
    kept: Any = {"reuse": Reuse(ResultCache(tmp_path / "results")), "history": History(tmp_path / "history.json")}
    first = checked(labs, scenario, run(scenario, [*FINE[:2], "late\n"]), fine(scenario), **kept)
    assert first.ok and "unsteady in 1 of its last 1 runs" in first.drifts[-1].message
    assert checked(labs, scenario, **kept).drifts == first.drifts


def test_what_was_unsteady_too_often_is_not_kept_as_verified(labs: Labs, scenario: Scenario, tmp_path: Path) -> None:
    kept: Any = {"reuse": Reuse(ResultCache(tmp_path / "results")), "history": History(tmp_path / "history.json")}
    late = run(scenario, [*FINE[:2], "late\n"])
    checked(labs, scenario, late, fine(scenario), history=kept["history"])
    assert not checked(labs, scenario, late, fine(scenario), **kept).ok
    again = checked(labs, scenario, fine(scenario), **kept)
    assert not again.cached and labs.runs == []


def test_the_command_line_ends_with_4_and_tells_the_step(
    labs: Labs, scenario: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))

    def told(*runs: TrackRun) -> tuple[int, str]:
        labs.runs = list(runs)
        done = CliRunner().invoke(app, ["check", "--confirm"])
        return done.exit_code, done.output

    late = run(scenario, [*FINE[:2], "late\n"])
    code, output = told(late, fine(scenario))
    assert (code, "unsteady: test/a#a on 26.1: 1 of its last 1 runs" in output) == (4, True), output
    code, output = told(fine(scenario))
    assert (code, "unsteady: test/a#a on 26.1: 1 of its last 2 runs" in output) == (0, True), output
    code, output = told(late, fine(scenario))
    assert (code, "unsteady in 2 of its last 3 runs" in output) == (1, True), output
