"""Reaches a Docker Engine as the docker command does: by an address, by DOCKER_HOST, or by the current context."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import docker
from docker.context import ContextAPI
from docker.context.config import get_current_context_name
from docker.errors import DockerException
from docker.utils import kwargs_from_env
from requests.exceptions import RequestException

from snippetlab.errors import LabUnavailable
from snippetlab.lab.providers.engine.sockets import Gate

TIMEOUT = 300  # seconds that an engine may take for one answer, such as that an image is there
ALIVE_WITHIN = 10  # seconds that one may take to say that it is there
_OWN_SETTINGS = "look at DOCKER_HOST, DOCKER_CONTEXT, and the files in ~/.docker or DOCKER_CONFIG"
_CHOOSE = "set DOCKER_HOST to it, or `docker context use` its context"
_ROOTFUL = "use an engine that runs as root: `docker context ls` lists what is known"
_OLDEST = (20, 10)  # of earlier ones, containers have no cgroups of their own
MORE_WAYS = "start Docker, or set DOCKER_HOST to an engine (`docker context ls` lists what is known)"


@dataclass(frozen=True)
class Engine:
    """A Docker Engine that labs may run on: its address, docker-py connected to it, and what it says of itself."""

    url: str
    client: docker.DockerClient
    facts: Mapping[str, Any]
    gate: Gate | None = None

    @classmethod
    def reach(cls, url: str = "") -> Engine:
        """The engine at ``url`` (as in DOCKER_HOST; empty: the one that the docker command would take).

        Raises LabUnavailable.
        """
        client: docker.DockerClient | None = None
        gate: Gate | None = None
        try:
            options = {"base_url": url} if url else _of_environment()
            url = str(options.get("base_url", "unix:///var/run/docker.sock"))
            if url.startswith("ssh://"):
                gate = Gate(partial(_opened, _by_ssh(url)))
                options = {"base_url": gate.url}
            client = docker.DockerClient(timeout=TIMEOUT, **options)
            return cls(url, client, client.info(), gate)
        except (DockerException, RequestException, OSError) as error:
            _close(client, gate)
            raise _unavailable(url or "the address of the current context", str(error)) from error
        except LabUnavailable:
            raise
        except Exception as error:
            # docker-py reads the user's files and addresses, and whatever is wrong in them comes as it comes.
            _close(client, gate)
            what = f"no Docker Engine can be reached by {url or 'the current context'}: {error}"
            raise LabUnavailable(what, hint=_OWN_SETTINGS) from error

    def close(self) -> None:
        """Let go of it."""
        _close(self.client, self.gate)


def unfit(facts: Mapping[str, Any]) -> LabUnavailable | None:
    """Why an engine that says this of itself can run no labs; None for one that can."""
    version = str(facts.get("ServerVersion", ""))
    numbers = tuple(int(number) for number in re.findall(r"\d+", version)[:2])
    if facts.get("OSType") != "linux":
        return LabUnavailable("the engine runs no Linux containers", hint="switch Docker Desktop to Linux containers")
    if "BuildahVersion" in facts:  # Podman adds it to what Docker's API tells
        what = "Podman answers in the place of a Docker Engine, and labs were never tried on it"
        return LabUnavailable(what, hint=f"install Docker Engine, and {_CHOOSE}")
    if any("rootless" in option for option in facts.get("SecurityOptions") or ()):
        return LabUnavailable("a rootless engine cannot run labs: their networks are others", hint=_ROOTFUL)
    if numbers and numbers < _OLDEST:
        what = f"the engine is of version {version}, and labs need {'.'.join(map(str, _OLDEST))} or a newer one"
        return LabUnavailable(what, hint="update Docker on its machine")
    missing = [name for name, key in (("memory", "MemoryLimit"), ("pids", "PidsLimit")) if facts.get(key) is False]
    if missing:
        return LabUnavailable(f"the engine sets no limits ({', '.join(missing)})", hint="`docker info` says why")
    return None


def _close(client: docker.DockerClient | None, gate: Gate | None) -> None:
    if client:
        client.close()
    if gate:
        gate.close()


def _unavailable(url: str, error: str) -> LabUnavailable:
    """What a person is told of an engine that does not answer; ``error`` is what docker-py says, in brackets."""
    if "PermissionError" in error or "Permission denied" in error:
        hint = "join its group, `sudo usermod -aG docker $USER`, and log in again"
        return LabUnavailable(f"this user may not use the Docker Engine at {url}", hint=hint)
    if url.startswith("ssh://"):
        user, _, host = urlsplit(url).netloc.rpartition("@")
        name, _, port = host.partition(":")
        to = " ".join(filter(None, (f"-p {port}" if port else "", f"{user}@{name}" if user else name)))
        hint = f"`ssh {to} docker version` says why"
        return LabUnavailable(f"ssh reaches no Docker Engine at {url}", hint=hint)
    if any(word in error for word in ("FileNotFoundError", "ConnectionRefused", "Connection refused")):
        return LabUnavailable(f"no Docker Engine listens at {url}", hint=MORE_WAYS)
    return LabUnavailable(f"no Docker Engine answers at {url}: {error}", hint=MORE_WAYS)


def _of_environment() -> dict[str, Any]:
    options: dict[str, Any] = {**kwargs_from_env()}
    if "base_url" not in options:
        name = os.environ.get("DOCKER_CONTEXT") or get_current_context_name()
        # docker-py would take the default in its place; the docker command refuses.
        if ContextAPI.get_context(name) is None:
            raise LabUnavailable(f"there is no Docker context {name!r}", hint="`docker context ls` lists what is known")
        options = {**ContextAPI.kwargs_from_context(environment=os.environ), **options}
    return options


def _by_ssh(url: str) -> list[str]:
    """The command that is a connection to the engine of another machine, as the docker command makes it.

    Source: docker/cli, cli/connhelper: ``ssh HOST docker system dial-stdio``. Raises ValueError for what is no address.
    """
    parts = urlsplit(url)
    if not parts.hostname:
        raise ValueError("it names no host")
    words = ["ssh", "-o", "ConnectTimeout=30", "-T"]
    words += ["-l", parts.username] if parts.username else []
    words += ["-p", str(parts.port)] if parts.port else []
    return [*words, "--", parts.hostname, "docker", "system", "dial-stdio"]


def _opened(words: list[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True
    )
