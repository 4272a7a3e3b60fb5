"""Labs: throw-away machines of their own. This module is what the rest of snippetlab sees of them."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from snippetlab.errors import LabUnavailable
from snippetlab.model import Scenario

Say = Callable[[str], None]
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

    ``engine`` names one of the pack's engines (empty: its baseline), ``images``
    are the base images beyond those that every lab holds, ``files`` are pairs of
    path and text that are written before anything starts, ``name`` is the host
    name inside.
    """

    engine: str = ""
    images: frozenset[str] = frozenset()
    files: tuple[tuple[str, str], ...] = ()
    name: str = "lab"


@dataclass(frozen=True)
class Disk:
    """A folder of a lab that has a file system of its own; it begins as a copy of ``source`` (None: empty)."""

    path: str
    source: Path | None = None


@dataclass(frozen=True)
class Limits:
    """The most that one lab may take: ``memory`` (processes and files, which lie in memory) and ``disk`` (each of its
    file systems) in bytes, ``pids`` processes and threads."""

    memory: int = 2 << 30
    disk: int = 3 << 29
    pids: int = 8192


@dataclass(frozen=True)
class LabBase:
    """What a lab starts from, as its pack prepared it.

    ``rootfs`` is the root filesystem, which labs share and never change;
    ``mount_point`` an empty folder on which each lab mounts its own. ``shown``
    are pairs of a folder and the path inside at which it can be read.
    ``start`` is what the first process of the lab runs (shell) when mounts and
    cgroups stand. ``identity`` is a digest over everything that decides what
    the lab holds.
    """

    rootfs: Path
    mount_point: Path
    identity: str
    disks: tuple[Disk, ...] = ()
    shown: tuple[tuple[Path, str], ...] = ()
    start: str = ""


class Lab(Protocol):
    """One running lab."""

    spec: LabSpec

    @property
    def client(self) -> Any:
        """What the pack's ``ready`` gave: of the docker pack, docker-py connected to the lab's engine from outside."""

    def socket_url(self, path: str) -> str:
        """The address at which this process reaches a Unix socket of the lab."""

    @property
    def alive(self) -> bool:
        """False once the lab has ended, by itself or by ``stop``."""

    @property
    def out_of_memory(self) -> bool:
        """True once the lab has met its limit of memory, so that the kernel ended a process in it."""

    def spawn(self, argv: Sequence[str]) -> subprocess.Popen[bytes]:
        """Start a program inside, with pipes for stdin and stdout, in the fixed environment."""

    def run(self, argv: Sequence[str], stdin: bytes = b"", timeout: float = 60.0) -> str:
        """Run a program inside to its end; gives its stdout. Raises LabError when it fails."""

    def interact(self, argv: Sequence[str]) -> int:
        """Run a program inside on the terminal of this process; gives its exit code."""

    def copy_out(self, path: str, target: Path) -> None:
        """Copy a folder of the lab to ``target``, owners and attributes too. Raises LabError."""

    def attach_outside(self) -> None:
        """Give the lab a way out to the package mirrors."""

    def detach_outside(self) -> None:
        """Take the way out away again."""

    def connect(self, other: Lab, own_address: str, other_address: str) -> None:
        """Join two labs by a network of their own; addresses are like ``192.168.65.2/24``."""

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


class StartLab(Protocol):
    """A callable that starts a lab from what it is given, for a pack that builds something in it."""

    def __call__(self, spec: LabSpec, base: LabBase) -> Lab:
        """Start it and wait until it is ready."""


class Specifies(Protocol):
    """What a pool needs of a pack."""

    def spec(self, scenario: Scenario, engine: str, name: str) -> LabSpec:
        """What the lab called ``name`` of a scenario must be on ``engine``."""


class Equipment(Protocol):
    """What a provider needs of a pack (``snippetlab.packs.Pack`` says what each does)."""

    def base(self, spec: LabSpec, start: StartLab, say: Say) -> LabBase:
        """What labs of ``spec`` start from."""

    def ready(self, lab: Lab) -> Any:
        """Wait until what runs in a new lab answers; gives the lab's ``client``."""
