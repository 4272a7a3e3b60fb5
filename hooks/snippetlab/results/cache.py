"""Results on disk, one file a key: clean ones alone, each with the time of its run."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from snippetlab.errors import SnippetLabError
from snippetlab.files import write_atomically
from snippetlab.lab.stock.cache import cache_root
from snippetlab.model import (
    BlockCapture,
    CommandCapture,
    Drift,
    DriftKind,
    Place,
    Scenario,
    ScenarioResult,
    Step,
    StepCapture,
    TrackRun,
)
from snippetlab.results.key import Key


@dataclass(frozen=True)
class Reuse:
    """Whether, and for how long, results are taken again.

    ``days`` is the limit of their age, ``days_outside`` that of scenarios which
    reach a package mirror: what they print depends on more than any key holds.
    Without ``take``, results are only kept for later.
    """

    cache: ResultCache
    days: float = 7.0
    days_outside: float = 1.0
    take: bool = True

    def limit(self, scenario: Scenario) -> timedelta:
        """How old a result of this scenario may be."""
        return timedelta(days=self.days_outside if scenario.outside else self.days)

    def find(self, key: Key, scenario: Scenario) -> ScenarioResult | None:
        """The result that may stand for a run of the scenario now, or None."""
        return self.cache.load(key, scenario, self.limit(scenario)) if self.take else None


@dataclass(frozen=True)
class ResultCache:
    """The results in a folder."""

    folder: Path

    @classmethod
    def of_user(cls) -> ResultCache:
        """The results in the user's cache folder."""
        return cls(cache_root() / "results")

    def load(self, key: Key, scenario: Scenario, limit: timedelta) -> ScenarioResult | None:
        """The result kept under ``key``, if it is not older than ``limit``; its ``when`` is the day of its run.

        Its captures are the recordings, which it was equal to. What cannot be
        read, or says of itself that another key made it, is not there.
        """
        try:
            stored = json.loads(self._file(key).read_text(encoding="utf-8"))
            age = datetime.now(UTC) - datetime.fromisoformat(stored["at"])
            if stored["key"] != dict(key.parts) or not timedelta() <= age <= limit:
                return None
            runs = tuple(_run(run, scenario) for run in stored["runs"])
            drifts = tuple(_drift(drift, scenario) for drift in stored["unsteady"])
            return ScenarioResult(scenario, runs, drifts, stored["when"], stored["seconds"], True, stored["engine"])
        except (OSError, ValueError, KeyError, IndexError, TypeError, AttributeError):
            return None

    def save(self, key: Key, result: ScenarioResult, at: datetime | None = None) -> None:
        """Keep a result of a run that ended ``at`` (now), unless something drifted or nothing ran.

        A cache that cannot be written keeps nothing.
        """
        if not result.ok or not result.runs:
            return
        stored = {
            "scenario": result.scenario.id,
            "engine": result.engine,
            "when": result.when,
            "at": (at or datetime.now(UTC)).isoformat(timespec="seconds"),
            "seconds": result.seconds,
            "runs": [_stored(run) for run in result.runs],
            "unsteady": [_stored_drift(drift) for drift in result.drifts],
            "key": dict(key.parts),
        }
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            write_atomically(self._file(key), json.dumps(stored, indent=1))
        except (OSError, SnippetLabError):
            return

    def former(self, scenario: Scenario, engine: str = "") -> Mapping[str, str]:
        """The parts of the newest key under which a result of the scenario on an engine is kept; empty for none."""
        newest: tuple[str, Mapping[str, str]] = ("", {})
        for file in self.folder.glob("*.json"):
            try:
                stored = json.loads(file.read_text(encoding="utf-8"))
                if (stored["scenario"], stored["engine"]) == (scenario.id, engine) and stored["at"] > newest[0]:
                    newest = (stored["at"], stored["key"])
            except (OSError, ValueError, KeyError, TypeError):
                continue
        return newest[1]

    def _file(self, key: Key) -> Path:
        return self.folder / f"{key.digest}.json"


def _stored(run: TrackRun) -> dict[str, Any]:
    return {
        "track": run.track,
        "engine": run.engine,
        "whole": run.whole,
        "versions": dict(run.versions),
        "seconds": {step.step.name: step.seconds for step in run.steps},
        # What never ran is never said to have run: the positions of blocks that did.
        "ran": {step.step.name: [step.step.blocks.index(done.block) for done in step.blocks] for step in run.steps},
    }


def _run(stored: Mapping[str, Any], scenario: Scenario) -> TrackRun:
    seconds, ran = stored["seconds"], stored["ran"]
    steps = tuple(
        StepCapture(step, stored["track"], _captures(step, ran[step.name]), seconds[step.name])
        for step in scenario.steps
        if step.name in seconds
    )
    return TrackRun(stored["track"], stored["engine"], steps, {}, dict(stored["versions"]), whole=bool(stored["whole"]))


def _captures(step: Step, ran: Sequence[int]) -> tuple[BlockCapture, ...]:
    """What blocks gave in a run without drift: what is recorded."""
    blocks = (step.blocks[number] for number in ran)
    return tuple(
        BlockCapture(block, tuple(CommandCapture(c.output, c.exit_code) for c in block.commands), block.text)
        for block in blocks
    )


def _stored_drift(drift: Drift) -> dict[str, Any]:
    """What a first run showed and a second one did not: that is not forgotten while the result stands."""
    kept = asdict(drift)
    return {**kept, "place": [drift.place.path.name, drift.place.line]}


def _drift(stored: Mapping[str, Any], scenario: Scenario) -> Drift:
    name, line = stored["place"]
    place = Place(scenario.path.with_name(name), line)
    return Drift(**{**stored, "kind": DriftKind(stored["kind"]), "place": place, "values": tuple(stored["values"])})
