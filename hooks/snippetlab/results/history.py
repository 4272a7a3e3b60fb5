"""How often a scenario was unsteady, and which of its steps: a run in ten may be bad luck, two in ten are not."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from snippetlab.errors import SnippetLabError
from snippetlab.files import digest, write_atomically
from snippetlab.lab.stock.cache import cache_root
from snippetlab.model import Drift, DriftKind, Place, Scenario, ScenarioResult

RUNS = 10
TOO_OFTEN = 2


@dataclass(frozen=True)
class Run:
    """A run of a scenario on a ``day`` (ISO): the ids of the ``steps`` that were unsteady, none in a steady one."""

    day: str
    steps: tuple[str, ...] = ()


@dataclass(frozen=True)
class Record:
    """The last runs of a scenario whose file has this ``digest``, the newest last."""

    digest: str
    runs: tuple[Run, ...] = ()

    @property
    def unsteady(self) -> int:
        """How many of them were unsteady."""
        return sum(bool(run.steps) for run in self.runs)

    def with_run(self, result: ScenarioResult, now: str) -> Record:
        """The record with one more run. A scenario that was edited begins anew."""
        former = self.runs if self.digest == now else ()
        steps = dict.fromkeys(drift.step_id for drift in result.drifts) if result.unsteady else ()
        return Record(now, (*former, Run(result.when, tuple(steps)))[-RUNS:])


@dataclass(frozen=True)
class UnsteadyStep:
    """A step, or a scenario as a whole, that was unsteady in ``times`` of its last ``runs`` runs, last on ``day``."""

    id: str
    times: int
    runs: int
    day: str
    engine: str = ""

    def __str__(self) -> str:
        where = f" on {self.engine}" if self.engine else ""
        return f"{self.id}{where}: {self.times} of its last {self.runs} runs, last on {self.day}"


@dataclass(frozen=True)
class History:
    """The records of all scenarios, in one file of the cache. What cannot be read or written is not there."""

    file: Path

    @classmethod
    def of_user(cls) -> History:
        """The history in the user's cache folder."""
        return cls(cache_root() / "history.json")

    def records(self) -> dict[str, Record]:
        """The records by the paths and ids of scenarios and the engines that they ran on."""
        try:
            stored = json.loads(self.file.read_text(encoding="utf-8"))
            return {name: Record(row["digest"], tuple(map(_run, row["runs"]))) for name, row in stored.items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return {}

    def unsteady_steps(self, scenarios: Iterable[Scenario], engine: str = "") -> list[UnsteadyStep]:
        """The steps of these scenarios, as their files are now, that were unsteady lately: the worst first.

        ``engine`` is that of their results.
        """
        records = self.records()
        found = []
        for scenario in scenarios:
            record = records.get(_name(scenario, engine))
            if record is None or record.digest != digest(scenario.path.read_bytes()):
                continue
            for step in dict.fromkeys(step for run in record.runs for step in run.steps):
                days = [run.day for run in record.runs if step in run.steps]
                found.append(UnsteadyStep(step, len(days), len(record.runs), days[-1], engine))
        return sorted(found, key=lambda step: (-step.times, step.id))

    def judged(self, results: Sequence[ScenarioResult]) -> list[ScenarioResult]:
        """The results, kept in the history; a scenario that was unsteady too often drifts."""
        records = self.records()
        found = []
        for result in results:
            name = _name(result.scenario, result.engine)
            now = digest(result.scenario.path.read_bytes())
            if result.ok:
                records[name] = records.get(name, Record(now)).with_run(result, now)
            found.append(_judged(result, records.get(name)))
        self._write(records)
        return found

    def _write(self, records: Mapping[str, Record]) -> None:
        stored = {
            name: {"digest": record.digest, "runs": [{"day": run.day, "steps": run.steps} for run in record.runs]}
            for name, record in records.items()
            if record.unsteady
        }
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(self.file, json.dumps(stored, indent=1) + "\n")
        except (OSError, SnippetLabError):
            return


def _name(scenario: Scenario, engine: str) -> str:
    # Several scenarios may be parts of one file: the sections of a page.
    return f"{scenario.path.resolve()} {scenario.id} {engine}".rstrip()


def _run(row: Mapping[str, object]) -> Run:
    day, steps = row["day"], row["steps"]
    if not isinstance(day, str) or not isinstance(steps, list):
        raise TypeError("not a run that was kept")
    return Run(day, tuple(map(str, steps)))


def _judged(result: ScenarioResult, record: Record | None) -> ScenarioResult:
    if record is None or not result.unsteady:
        return result
    told = f"unsteady in {record.unsteady} of its last {len(record.runs)} runs"
    drift = Drift(DriftKind.UNSTEADY, result.scenario.id, Place(result.scenario.path, 1), "", "", told, warning=True)
    if record.unsteady >= TOO_OFTEN:
        hint = "wait in it for what it shows, or show what is the same each time"
        drift = replace(drift, message=f"{told}: {hint}", warning=False)
    return replace(result, drifts=(*result.drifts, drift))
