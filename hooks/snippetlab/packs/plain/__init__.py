"""The plain pack: a shell on a small Debian, without any engine, for documentation of anything that runs in one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from snippetlab.compare.plain import PLAIN
from snippetlab.compare.states import Fields, State
from snippetlab.errors import UsageError
from snippetlab.lab import Builder, Lab, LabBase, LabSpec, Say
from snippetlab.lab.stock.image import Recipe
from snippetlab.model import Scenario
from snippetlab.settings import EngineSettings, Project, Settings

DEFAULT = EngineSettings(name="debian", suite="trixie", packages=(), role="baseline")


@dataclass(frozen=True)
class PlainPack:
    """Its engines are user lands: Debian suites, each with the packages that the project's pages use."""

    engines: Mapping[str, EngineSettings]
    settings: Settings

    name = "plain"
    python = ""
    vocabulary = PLAIN

    @property
    def images(self) -> frozenset[str]:
        """There are no base images."""
        return frozenset()

    @property
    def captures(self) -> Mapping[str, bool]:
        """There are no captures."""
        return {}

    @property
    def baseline(self) -> str:
        """The name of the user land whose drift always fails a check."""
        return next(engine.name for engine in self.engines.values() if engine.role == "baseline")

    def spec(self, scenario: Scenario, engine: str, name: str) -> LabSpec:
        """What the lab called ``name`` of a scenario must be on ``engine``."""
        return LabSpec(engine, name=name)

    def base(self, spec: LabSpec, builder: Builder, say: Say) -> LabBase:
        """What labs of ``spec`` start from: the root filesystem alone. Raises LabError."""
        engine = self.engines[spec.engine or self.baseline]
        recipe = Recipe(
            f"plain-{engine.name}",
            engine.suite,
            () if engine.packages_from else engine.packages,
            engine.packages if engine.packages_from else (),
            engine.packages_from,
            engine.options,
        )
        return LabBase(recipe, builder.image(recipe), environment=tuple(self.settings.environment.items()))

    def ready(self, lab: Lab) -> None:
        """A lab without an engine is ready when it has started."""

    def capture(self, lab: Lab, what: str) -> str:
        """This pack has no captures. Raises UsageError."""
        raise UsageError(f"unknown capture {what!r}", hint="the plain pack has none")

    def alias(self, name: str, image: str) -> str:
        """This pack has no images."""
        return ""

    @contextmanager
    def watch(self, lab: Lab) -> Iterator[_Watcher]:
        """What a track leaves in its home: the paths of its files, with their kind and size in bytes."""
        yield _Watcher(lab)

    def versions(self, lab: Lab) -> Mapping[str, str]:
        """The version of the user land, and of the shell that commands are typed into."""
        told = lab.run(["sh", "-c", "cat /etc/debian_version; bash -c 'echo ${BASH_VERSION%%(*}'"]).split("\n")
        return {"engine": f"Debian {told[0].strip()}", "bash": told[1].strip()}


@dataclass(frozen=True)
class _Watcher:
    lab: Lab

    def state(self) -> State:
        return {"files": _files(self.lab)}

    def objects(self) -> None:
        """Nothing in a plain lab has an id."""


def _files(lab: Lab) -> dict[str, Fields]:
    listed = lab.run(["find", ".", "-mindepth", "1", "-printf", r'{"name": "%P", "kind": "%y", "bytes": %s}\n'])
    files = sorted((json.loads(line) for line in listed.splitlines()), key=lambda file: str(file["name"]))
    # The size of a folder is a matter of its file system.
    return {
        file["name"]: {"kind": file["kind"], **({} if file["kind"] == "d" else {"bytes": file["bytes"]})}
        for file in files
    }


def make(project: Project) -> PlainPack:
    """The plain pack with a project's user lands; without any, Debian stable as it is."""
    engines = project.settings.engines or (DEFAULT,)
    return PlainPack({engine.name: engine for engine in engines}, project.settings)
