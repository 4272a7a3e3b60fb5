"""The docker pack: labs that each hold one Docker Engine, and what the tool knows about it."""

from __future__ import annotations

import json
import re
import shlex
import time
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import Any

import docker
from docker.constants import DEFAULT_DOCKER_API_VERSION
from docker.errors import DockerException
from requests.exceptions import RequestException

from snippetlab.alive import answers
from snippetlab.compare.states import State
from snippetlab.errors import LabError, UsageError, WrongEngine
from snippetlab.lab import Builder, Lab, LabBase, LabSpec, Say
from snippetlab.model import Scenario
from snippetlab.packs.docker.api_data import Objects
from snippetlab.packs.docker.base_images import ImageRecipe, Recipes
from snippetlab.packs.docker.captures import CAPTURES, capture
from snippetlab.packs.docker.docker_py import docker_py_version
from snippetlab.packs.docker.kinds import VOCABULARY
from snippetlab.packs.docker.objects import read, settings
from snippetlab.packs.docker.seed import DAEMON_JSON, base_for
from snippetlab.packs.docker.state import state_of
from snippetlab.packs.docker.watch import Watch
from snippetlab.settings import EngineSettings, Project, Settings

SOCKET = "/run/docker.sock"
ANSWER_LIMIT = 60.0  # seconds until a new engine must answer
_ALIVE_WITHIN = 20  # seconds in which every engine says that it is there, however busy the machine


@dataclass(frozen=True)
class DockerPack:
    """The pack of a project: ``recipes`` are its base images, ``engines`` what it can run."""

    recipes: Recipes
    engines: Mapping[str, EngineSettings]
    settings: Settings
    _clis: dict[str, str] = field(default_factory=dict, init=False, repr=False, compare=False)

    name = "docker"
    python = "import docker; client = docker.from_env()"
    captures = CAPTURES
    vocabulary = VOCABULARY

    @cached_property
    def baseline(self) -> str:
        """The name of the engine whose drift always fails a check."""
        return next(engine.name for engine in self.engines.values() if engine.role == "baseline")

    @property
    def images(self) -> frozenset[str]:
        """The base images that a scenario may name."""
        return self.recipes.names()

    def engine(self, name: str) -> EngineSettings:
        """The engine of that name; the baseline for an empty one. Raises UsageError."""
        try:
            return self.engines[name or self.baseline]
        except KeyError:
            known = ", ".join(self.engines)
            raise UsageError(f"there is no engine {name!r}", hint=f"known engines: {known}") from None

    def spec(self, scenario: Scenario, engine: str, name: str) -> LabSpec:
        """What the lab called ``name`` of a scenario must be on ``engine``; daemon.json holds what both ask for."""
        wanted = {**self.engine(engine).daemon, **scenario.daemon}
        text = json.dumps(wanted, sort_keys=True) + "\n" if wanted else ""
        return LabSpec(engine, frozenset(scenario.images), ((DAEMON_JSON, text),) if text else (), name)

    def base(self, spec: LabSpec, builder: Builder, say: Say) -> LabBase:
        """What labs of ``spec`` start from. Raises LabError."""
        engines = self.engine(spec.engine), self.engine(self.baseline)
        base = base_for(spec, *engines, self.recipes, builder, say, self.refuse_another_command)
        return replace(base, environment=(*base.environment, *self.settings.environment.items()))

    def ready(self, lab: Lab) -> docker.DockerClient:
        """docker-py, connected, as soon as the lab's engine answers. Raises LabError, for another engine too."""
        deadline = time.monotonic() + ANSWER_LIMIT
        url = lab.socket_url(SOCKET)
        while True:
            try:
                client = _connected(url)
            except (OSError, DockerException) as error:  # those of requests are an OSError
                if not lab.alive:
                    raise LabError("the lab ended before its engine was ready") from error
                if time.monotonic() > deadline:
                    raise LabError(f"the engine did not answer within {ANSWER_LIMIT:.0f} s") from error
                # The socket appears when the engine listens; nothing can be waited on before it exists.
                time.sleep(0.01)
            else:
                self.refuse_another(lab, client)
                return client

    def refuse_another(self, lab: Lab, client: docker.DockerClient) -> None:
        """Raise WrongEngine where a lab holds another engine than the one that it is named for."""
        engine = self.engine(lab.spec.engine)
        found = str(client.version()["Version"])
        if not _is(engine, found):
            moved = f"{engine.source} has" if engine.programs_from else f"the packages of {engine.source} have"
            new = ".".join(re.split(r"[.+~-]", found)[:2])
            add = ", and in the settings already" if new in self.engines else f"; `snippetlab engines add {new}`"
            hint = f"{moved} moved on: a new engine {new} is there{add}"
            raise WrongEngine(engine.name, found, hint=hint)

    def refuse_another_command(self, lab: Lab) -> None:
        """Raise WrongEngine where the docker command in a lab is of another version than the lab is named for."""
        engine = self.engine(lab.spec.engine)
        found = lab.run(["docker", "version", "--format", "{{.Client.Version}}"]).strip()
        if not _is(engine, found):
            hint = f"engine and command come from {engine.source}: `packages` must name what brings the command there"
            raise WrongEngine(engine.name, found, hint=hint, command=True)

    def capture(self, lab: Lab, what: str) -> str:
        """The structure that ``what`` names, read through docker-py, as indented JSON."""
        if not lab.client.api.answers():
            return json.dumps({"error": f"the engine did not answer within {_ALIVE_WITHIN} s"}, indent=2) + "\n"
        return capture(lab.client, what)

    @contextmanager
    def watch(self, lab: Lab) -> Iterator[_Watcher]:
        """Look on while a track runs; what comes out tells what it left, what it removed, and what there was."""
        client = _Client(lab.socket_url(SOCKET), lab.client.version())
        with Watch(client, lambda: lab.alive) as watch:
            yield _Watcher(lab, watch)

    def alias(self, name: str, image: str) -> str:
        """The command that gives a base image the name that a page has for it."""
        return f"docker tag {shlex.quote(image)} {shlex.quote(name)}"

    def versions(self, lab: Lab) -> Mapping[str, str]:
        """The versions of engine, API, CLI and docker-py, without Debian's suffixes."""
        versions = lab.client.version()
        engine = self.engine(lab.spec.engine).name
        # It comes out of the lab image, which labs of one engine share.
        if engine not in self._clis:
            self._clis[engine] = lab.run(["docker", "version", "--format", "{{.Client.Version}}"]).strip()
        return {
            "engine": versions["Version"].split("+")[0],
            "api": versions["ApiVersion"],
            "cli": self._clis[engine].split("+")[0],
            "docker-py": docker_py_version(),
        }


def _is(engine: EngineSettings, found: str) -> bool:
    """Whether a version is what the settings say that an engine's begins with."""
    return not engine.version or re.match(rf"{re.escape(engine.version)}(?![0-9])", found) is not None


class _Api(docker.APIClient):
    """docker-py without what this machine's user has set in ~/.docker: it is none of a lab's, and may be broken."""

    @property
    def _general_configs(self) -> dict[str, Any]:
        return {"auths": {}}  # with nothing at all, docker-py would read the file once more

    @_general_configs.setter
    def _general_configs(self, _: object) -> None:
        pass

    def answers(self) -> bool:
        """Whether the engine is there still."""
        return answers(self, _ALIVE_WITHIN)


class _Client(docker.DockerClient):
    """docker-py that knows what its engine has said of its version: to answer that, an engine starts two programs."""

    def __init__(self, url: str, told: dict[str, Any]) -> None:
        self.api = _Api(base_url=url, version=told["ApiVersion"])
        self._told = told

    def version(self, *_: Any, **__: Any) -> dict[str, Any]:
        return self._told


def _connected(url: str) -> _Client:
    """docker-py, once the engine at a Unix socket has answered. Raises what docker-py raises, and FileNotFoundError at
    once where there is no socket yet: docker-py takes its time to find that."""
    Path(url.removeprefix("unix://")).stat()
    with closing(_Api(base_url=url, version=DEFAULT_DOCKER_API_VERSION)) as asking:
        return _Client(url, asking.version(api_version=False))


@dataclass
class _Watcher:
    lab: Lab
    watch: Watch
    found: Objects | None = None

    def state(self) -> State | None:
        if not self.lab.client.api.answers():
            return None
        try:
            found = read(self.lab.client)
            removed = self.watch.removed(found)
            found["engine"][0] |= settings(self.lab)
        except (DockerException, RequestException, LabError):
            return None
        self.found = found
        return state_of(found, removed)

    def objects(self) -> Mapping[str, frozenset[str]] | None:
        if self.found is None and not self.lab.client.api.answers():
            return None
        return self.watch.held(self.found)


def make(project: Project) -> DockerPack:
    """The docker pack with a project's engines and recipes; what it does not set is in ``defaults.toml``."""
    defaults = tomllib.loads(resources.files(__name__).joinpath("defaults.toml").read_text(encoding="utf-8"))
    engines = project.settings.engines or tuple(EngineSettings.model_validate(e) for e in defaults["engines"])
    built_in = tuple(ImageRecipe(**{**image, "command": tuple(image["command"])}) for image in defaults["images"])
    return DockerPack(Recipes(built_in, project.recipes), {engine.name: engine for engine in engines}, project.settings)
