"""The result cache: what a scenario gave when everything that decides its outcome was as it is now."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from snippetlab.accept.rewrite import write_atomically
from snippetlab.errors import SnippetLabError
from snippetlab.lab.stock.cache import cache_root, digest
from snippetlab.model import Scenario, ScenarioResult, StepCapture, TrackRun
from snippetlab.packs.docker.docker_py import docker_py_digest


@cache
def package_digest() -> str:
    """A digest over this package's own files: a changed harness trusts no older result."""
    here = Path(__file__).parent
    files = sorted(p for p in here.rglob("*") if p.suffix in (".py", ".sh") and "report" not in p.parts)
    return digest(*(part for p in files for part in (str(p.relative_to(here)), p.read_bytes())))


def context_files(scenario: Scenario) -> list[Path]:
    """Every file beside the scenario that it copies into its lab."""
    found: list[Path] = []
    for entry in scenario.context:
        source = scenario.path.parent / entry
        found += sorted(p for p in source.rglob("*") if p.is_file()) if source.is_dir() else [source]
    return found


@dataclass(frozen=True)
class ResultCache:
    """Results on disk, one file a key. Only results without any drift are kept."""

    folder: Path

    @classmethod
    def of_user(cls) -> ResultCache:
        """The cache in the user's cache folder."""
        return cls(cache_root() / "results")

    def key(self, scenario: Scenario, lab_identities: Mapping[str, str]) -> str:
        """The key over scenario file, context, labs (engine to identity), docker-py and this package."""
        parts: list[str | bytes] = [scenario.id, scenario.path.read_bytes(), package_digest(), docker_py_digest()]
        parts += [f"{engine}={identity}" for engine, identity in sorted(lab_identities.items())]
        for file in context_files(scenario):
            mode = "executable" if file.stat().st_mode & 0o100 else "plain"
            parts += [str(file.relative_to(scenario.path.parent)), mode, file.read_bytes()]
        return digest(*parts)

    def load(self, key: str, scenario: Scenario) -> ScenarioResult | None:
        """The stored result, or None. Its captures are the recordings, which it was equal to."""
        try:
            stored = json.loads((self.folder / f"{key}.json").read_text(encoding="utf-8"))
            runs = tuple(
                TrackRun(
                    run["track"],
                    run["engine"],
                    tuple(
                        StepCapture(step, run["track"], (), run["seconds"][step.name])
                        for step in scenario.steps
                        if step.name in run["seconds"]
                    ),
                    {},
                    run["versions"],
                )
                for run in stored["runs"]
            )
            return ScenarioResult(scenario, runs, (), stored["when"], stored["seconds"], cached=True)
        except (OSError, ValueError, KeyError, TypeError):
            # A cache that cannot be read is a cache that is not there.
            return None

    def save(self, key: str, result: ScenarioResult) -> None:
        """Keep a result, unless something drifted. A cache that cannot be written keeps nothing."""
        if result.drifts or not result.runs:
            return
        stored = {
            "scenario": result.scenario.id,
            "when": result.when,
            "seconds": result.seconds,
            "runs": [
                {
                    "track": run.track,
                    "engine": run.engine,
                    "versions": dict(run.versions),
                    "seconds": {s.step.name: s.seconds for s in run.steps},
                }
                for run in result.runs
            ],
        }
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            write_atomically(self.folder / f"{key}.json", json.dumps(stored, indent=1))
        except (OSError, SnippetLabError):
            return
