"""Labs: throw-away machines with one Docker Engine each. This module is what the rest of snippetlab sees."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import docker

from snippetlab.errors import LabUnavailable
from snippetlab.model import BASELINE_ENGINE

ALWAYS_THERE = ("busybox", "debian:bookworm")
HOME = "/root"
COLUMNS = 100
ENVIRONMENT: Mapping[str, str] = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "HOME": HOME,
    "LANG": "C.UTF-8",
    "TZ": "UTC",
    "TERM": "xterm",
    "COLUMNS": str(COLUMNS),
    "BUILDKIT_PROGRESS": "plain",
    "DOCKER_CLI_HINTS": "false",
    "DEBIAN_FRONTEND": "noninteractive",
    "PYTHONPATH": "/opt/docker-py",
    "PYTHONDONTWRITEBYTECODE": "1",
}


@dataclass(frozen=True)
class LabSpec:
    """What a lab must be: labs of equal specs may stand in for each other.

    ``images`` are the base images beyond ``ALWAYS_THERE``, ``daemon`` is the
    text of daemon.json (empty for none) and ``name`` the host name inside.
    """

    engine: str = BASELINE_ENGINE
    images: frozenset[str] = frozenset()
    daemon: str = ""
    name: str = "lab"


class Lab(Protocol):
    """One running lab."""

    spec: LabSpec

    @property
    def client(self) -> docker.DockerClient:
        """docker-py, connected to the lab's engine from outside."""

    @property
    def alive(self) -> bool:
        """False once the lab has ended, by itself or by ``stop``."""

    def spawn(self, argv: Sequence[str]) -> subprocess.Popen[bytes]:
        """Start a program inside, with pipes for stdin and stdout, in the fixed environment."""

    def run(self, argv: Sequence[str], stdin: bytes = b"", timeout: float = 60.0) -> str:
        """Run a program inside to its end; gives its stdout. Raises LabError when it fails."""

    def interact(self, argv: Sequence[str]) -> int:
        """Run a program inside on the terminal of this process; gives its exit code."""

    def attach_outside(self) -> None:
        """Give the lab a way out to the package mirrors."""

    def detach_outside(self) -> None:
        """Take the way out away again."""

    def connect(self, other: Lab, own_address: str, other_address: str) -> None:
        """Join two labs by a network of their own; addresses are like ``192.168.65.2/24``."""

    def reset(self) -> bool:
        """Bring the lab back to its beginning. False when that is not possible: stop it then."""

    def stop(self) -> None:
        """End every process in the lab and leave nothing behind. May be called twice."""


class Provider(Protocol):
    """A way to run labs on this machine."""

    def problem(self) -> LabUnavailable | None:
        """Why no lab can run here; ``None`` where labs can."""

    def start(self, spec: LabSpec) -> Lab:
        """Start a lab that is ready for use. Raises LabError."""

    def identity(self, spec: LabSpec) -> str:
        """A digest over everything that decides what a lab of ``spec`` holds; builds it where needed."""
