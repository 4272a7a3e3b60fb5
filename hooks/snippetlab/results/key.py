"""What decides the outcome of a scenario, part by part. A result may be taken again when no part has changed."""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from snippetlab.accept.enginestate import file_on, usual_file
from snippetlab.accept.statefile import defaults_file
from snippetlab.files import digest
from snippetlab.model import Scenario
from snippetlab.packs import Pack
from snippetlab.scenario.context import context_files
from snippetlab.scenario.engines import recordings_file

_NOT_DECIDING = {"jobs", "provider", "on", "reuse_days", "reuse_days_outside"}
# How a result is told does not change it.
_TOLD_BY = ("report",)
_CGROUP_2 = Path("/sys/fs/cgroup/cgroup.controllers")


@dataclass(frozen=True)
class Key:
    """The parts, each with a name that a person understands and a value or a digest of it."""

    parts: tuple[tuple[str, str], ...]

    @property
    def digest(self) -> str:
        """One digest over all, under which a result is kept."""
        return digest(*(text for part in self.parts for text in part))

    def changed(self, former: Mapping[str, str]) -> list[str]:
        """The names of the parts that differ from a former key's."""
        now = dict(self.parts)
        return sorted(name for name in {*now, *former} if now.get(name) != former.get(name))


def key_of(
    scenario: Scenario, pack: Pack, labs: Mapping[str, str], machine: Mapping[str, str], engine: str = ""
) -> Key:
    """The key of a scenario's result on ``engine`` (the baseline).

    ``labs`` maps each engine that it runs on to the identity of its lab (lab
    image and base images), ``machine`` is what ``this_machine`` gives.
    """
    engine = engine or pack.baseline
    # Of one file, several parts may run: the sections of a page, or some steps of a scenario.
    blocks = (f"{step.name}:{block.place.line}" for step in scenario.steps for block in step.blocks)
    parts = {"scenario": digest(scenario.id, scenario.path.read_bytes(), *blocks)}
    for file in beside(scenario):
        mode = "executable" if file.stat().st_mode & 0o100 else "plain"
        parts[f"file {os.path.relpath(file, scenario.path.parent)}"] = f"{digest(file.read_bytes())} {mode}"
    if (defaults := defaults_file(scenario)).exists():
        parts["defaults of states"] = digest(defaults.read_bytes())
    if engine != pack.baseline:
        for file in _of_engine(scenario, engine):
            parts[f"file {file.name}"] = digest(file.read_bytes())
    for name, identity in labs.items():
        settings = pack.engines[name].model_dump(mode="json", exclude={"role"})
        parts[f"lab {name}"] = identity
        parts[f"engine {name}"] = digest(json.dumps(settings, sort_keys=True))
    parts["runs on"] = engine
    parts["baseline"] = pack.baseline
    parts["pack"] = f"{pack.name} {code_of(Path(sys.modules[type(pack).__module__].__file__ or ''))}"
    parts["settings"] = digest(pack.settings.model_dump_json(exclude=_NOT_DECIDING))
    return Key(tuple(sorted({**parts, **machine}.items())))


def beside(scenario: Scenario) -> list[Path]:
    """The files, apart from its own, that decide a scenario's outcome: what it copies into its lab, and its state."""
    state = sorted(scenario.path.parent.glob(f"{scenario.path.stem}.state.*"))
    return [*context_files(scenario), *state]


def _of_engine(scenario: Scenario, engine: str) -> list[Path]:
    """The files that say what is other on an engine."""
    files = recordings_file(scenario.path, engine), file_on(scenario, engine), usual_file(scenario, engine)
    return [file for file in files if file.exists()]


@cache
def code_of(module: Path) -> str:
    """A digest over the code of the package whose file ``module`` is: sources, shell scripts and data beside them.

    Paths count from the package's folder, so it does not matter where that lies.
    """
    folder = module.parent
    files = sorted(
        path
        for path in folder.rglob("*")
        if path.suffix in (".py", ".sh", ".toml") and path.relative_to(folder).parts[0] not in _TOLD_BY
    )
    return digest(*(part for path in files for part in (path.relative_to(folder).as_posix(), path.read_bytes())))


@cache
def this_machine() -> Mapping[str, str]:
    """What this machine and the installed software add to every key: kernel, cgroups, Python, libraries, the tool."""
    import snippetlab

    return {
        "kernel": f"{platform.release()} {platform.machine()}",
        "cgroup version": "2" if _CGROUP_2.exists() else "1",
        "python": platform.python_version(),
        "tool": code_of(Path(snippetlab.__file__)),
        **{f"library {name}": version for name, version in _libraries().items()},
    }


def _libraries() -> dict[str, str]:
    """The versions of what the tool needs, and of what that needs in turn; names by PEP 503."""
    found: dict[str, str] = {}
    wanted = ["snippetlab"]
    while wanted:
        name = wanted.pop()
        for requirement in importlib.metadata.requires(name) or ():
            if "extra ==" in requirement:
                continue
            needed = re.sub(r"[-_.]+", "-", re.split(r"[^A-Za-z0-9._-]", requirement, maxsplit=1)[0]).lower()
            try:
                version = importlib.metadata.version(needed)
            except importlib.metadata.PackageNotFoundError:
                continue  # for another platform
            if needed not in found:
                found[needed] = version
                wanted.append(needed)
    return found
