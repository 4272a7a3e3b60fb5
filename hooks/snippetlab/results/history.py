"""How often a scenario was unsteady: a run in ten may be bad luck, two in ten are not."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from snippetlab.errors import SnippetLabError
from snippetlab.files import digest, write_atomically
from snippetlab.lab.stock.cache import cache_root
from snippetlab.model import Drift, DriftKind, Place, ScenarioResult

RUNS = 10
TOO_OFTEN = 2


@dataclass(frozen=True)
class Record:
    """The last runs of a scenario whose file has this ``digest``, the newest last; true for an unsteady one."""

    digest: str
    runs: tuple[bool, ...] = ()

    @property
    def unsteady(self) -> int:
        """How many of them were unsteady."""
        return sum(self.runs)

    def with_run(self, result: ScenarioResult, now: str) -> Record:
        """The record with one more run. A scenario that was edited begins anew."""
        former = self.runs if self.digest == now else ()
        return Record(now, (*former, result.unsteady)[-RUNS:])


@dataclass(frozen=True)
class History:
    """The records of all scenarios, in one file of the cache. What cannot be read or written is not there."""

    file: Path

    @classmethod
    def of_user(cls) -> History:
        """The history in the user's cache folder."""
        return cls(cache_root() / "history.json")

    def records(self) -> dict[str, Record]:
        """The records by the paths of scenarios and the engines that they ran on."""
        try:
            stored = json.loads(self.file.read_text(encoding="utf-8"))
            return {name: Record(row["digest"], tuple(map(bool, row["unsteady"]))) for name, row in stored.items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return {}

    def judged(self, results: Sequence[ScenarioResult]) -> list[ScenarioResult]:
        """The results, kept in the history; a scenario that was unsteady too often drifts."""
        records = self.records()
        found = []
        for result in results:
            name = f"{result.scenario.path.resolve()} {result.engine}".rstrip()
            now = digest(result.scenario.path.read_bytes())
            if result.ok:
                records[name] = records.get(name, Record(now)).with_run(result, now)
            found.append(_judged(result, records.get(name)))
        self._write(records)
        return found

    def _write(self, records: Mapping[str, Record]) -> None:
        stored = {name: {"digest": r.digest, "unsteady": list(r.runs)} for name, r in records.items() if any(r.runs)}
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(self.file, json.dumps(stored, indent=1) + "\n")
        except (OSError, SnippetLabError):
            return


def _judged(result: ScenarioResult, record: Record | None) -> ScenarioResult:
    if record is None or not result.unsteady:
        return result
    told = f"unsteady in {record.unsteady} of its last {len(record.runs)} runs"
    drift = Drift(DriftKind.UNSTEADY, result.scenario.id, Place(result.scenario.path, 1), "", "", told, warning=True)
    if record.unsteady >= TOO_OFTEN:
        hint = "wait in it for what it shows, or show what is the same each time"
        drift = replace(drift, message=f"{told}: {hint}", warning=False)
    return replace(result, drifts=(*result.drifts, drift))
