"""From the runs of a scenario to its result: what is put together, and compared."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from snippetlab.accept.statefile import Recorded
from snippetlab.check.progress import Progress
from snippetlab.check.targets import Job, Name, jobs_of
from snippetlab.compare import compare_recorded, compare_run, compare_states
from snippetlab.compare.vocabulary import Vocabulary
from snippetlab.model import Drift, DriftKind, Place, Scenario, ScenarioResult, TrackRun
from snippetlab.packs import Pack
from snippetlab.results.cache import Reuse
from snippetlab.results.key import Key

_LABS_MISSED = 3  # one after the other: then it is the machine, not the scenario


class Collector:
    """Puts the tracks of a scenario together and compares them as soon as all are there."""

    def __init__(
        self,
        pack: Pack,
        progress: Progress,
        reuse: Reuse | None,
        keys: Mapping[Name, Key],
        recorded: Mapping[Name, Recorded | None],
        on_drift: threading.Event | None,
    ) -> None:
        self.results: dict[Name, ScenarioResult] = {}
        self._pack = pack
        self._on_drift = on_drift
        self._progress = progress
        self._reuse = reuse
        self._keys = keys
        self._recorded = recorded
        self._runs: dict[Name, dict[tuple[str, str], TrackRun]] = {}
        self._missed = 0
        self._lock = threading.Lock()

    def had_lab(self) -> None:
        """A lab did what it was asked to."""
        with self._lock:
            self._missed = 0

    def missed_again(self) -> bool:
        """A lab could not be had. True when that is so for several in a row."""
        with self._lock:
            self._missed += 1
            return self._missed >= _LABS_MISSED

    def add(self, job: Job, run: TrackRun) -> None:
        """Take one finished run."""
        target, name = job.target, job.target.name
        scenario = target.scenario
        with self._lock:
            runs = self._runs.setdefault(name, {})
            runs[(job.track, job.engine)] = run
            if len(runs) < len(jobs_of(target)):
                return
        ordered = tuple(runs[(j.track, j.engine)] for j in jobs_of(target))
        other = "" if target.engine == self._pack.baseline else target.engine
        drifts = drifts_of(scenario, ordered, self._pack.vocabulary, self._recorded.get(name))
        result = ScenarioResult(
            scenario,
            ordered,
            tuple(replace(drift, engine=other) for drift in drifts),
            datetime.now(UTC).date().isoformat(),
            sum(s.seconds for r in ordered for s in r.steps),
            engine=target.engine,
        )
        if self._reuse and name in self._recorded:
            self._reuse.cache.save(self._keys[name], result)
        with self._lock:
            self.results[name] = result
        if self._on_drift and not result.ok:
            self._on_drift.set()
        self._progress.done(result)


def drifts_of(
    scenario: Scenario, runs: Sequence[TrackRun], vocabulary: Vocabulary, recorded: Recorded | None = None
) -> list[Drift]:
    """Every drift of a scenario: each run against the recordings, the two tracks against each other, and
    what was left against the ``recorded`` state (not compared when None)."""
    drifts = [drift for run in runs for drift in compare_run(scenario, run, vocabulary)]
    whole = {run.track: run for run in runs if run.whole}
    shell, python = whole.get("shell"), whole.get("python")
    if shell and python and shell.state is not None and python.state is not None:
        drifts += compare_states(scenario, shell, python, vocabulary)
    if recorded and (first := whole.get(scenario.tracks[0])):
        drifts += _recorded_drifts(scenario, first, recorded)
    return drifts


def _recorded_drifts(scenario: Scenario, run: TrackRun, recorded: Recorded) -> list[Drift]:
    if recorded.state is not None:
        return compare_recorded(scenario, run, recorded.state, recorded.place)
    if run.state is None:
        return []
    message = "the state that this scenario leaves is not recorded yet; snippetlab update writes it"
    return [Drift(DriftKind.NO_RECORDING, scenario.id, Place(scenario.path, 1), "", "", message, run.track)]
