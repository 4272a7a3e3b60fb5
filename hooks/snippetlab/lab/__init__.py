"""Labs: throw-away machines of their own. This module is what the rest of snippetlab sees of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Protocol

from snippetlab.errors import LabError, LabUnavailable
from snippetlab.lab.stock.image import Recipe
from snippetlab.model import Scenario

Say = Callable[[str], None]
HOME = "/root"
COLUMNS = 100
# The name server is the one of slirp4netns: it answers only while the lab has a way out.
RESOLV = "nameserver 10.0.2.3\noptions timeout:1 attempts:1\n"
ENVIRONMENT: Mapping[str, str] = {  # of every program in a lab, whatever its pack adds
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "HOME": HOME,
    "LANG": "C.UTF-8",
    "TZ": "UTC",
    "TERM": "xterm",
    "COLUMNS": str(COLUMNS),
    "DEBIAN_FRONTEND": "noninteractive",
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
class Limits:
    """The most that one lab may take: ``memory`` (processes and files, which lie in memory) and ``disk`` (each of its
    file systems) in bytes, ``pids`` processes and threads."""

    memory: int = 2 << 30
    disk: int = 3 << 29
    pids: int = 8192


@dataclass(frozen=True)
class LabBase:
    """What a lab starts from, as its pack wants it.

    ``image`` is the recipe of its root filesystem, which labs share and never
    change. ``disks`` are folders inside that have a file system of their own.
    ``stock`` names what the disks hold at the beginning (see ``Builder.stock``;
    empty: nothing), ``shared`` are folders of the stock that all labs read
    and none copies. ``shown`` are pairs of a folder of this machine and the path
    inside at which it can be read. ``start`` is what the first process of the
    lab runs (shell) when mounts and cgroups stand. ``environment`` are pairs of name and
    value that its programs see beside ``ENVIRONMENT``, and before it. ``identity`` is a digest over
    everything that decides what the lab holds.
    """

    image: Recipe
    identity: str
    disks: tuple[str, ...] = ()
    stock: str = ""
    shared: tuple[str, ...] = ()
    shown: tuple[tuple[Path, str], ...] = ()
    start: str = ""
    environment: tuple[tuple[str, str], ...] = ()

    @property
    def variables(self) -> dict[str, str]:
        """The environment of every program in such a lab."""
        return {**ENVIRONMENT, **dict(self.environment)}


class Process(Protocol):
    """A program that runs in a lab, seen as ``subprocess.Popen`` shows one of this machine."""

    @property
    def stdin(self) -> IO[bytes] | None:
        """Where it reads; closed, it finds an end. Writing raises BrokenPipeError when it is gone."""

    @property
    def stdout(self) -> IO[bytes] | None:
        """What it prints; has a file descriptor that can be waited for."""

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code, at its end. Raises subprocess.TimeoutExpired."""

    def kill(self) -> None:
        """Let it go: it ends now or, at the latest, with its lab."""


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

    def spawn(self, argv: Sequence[str]) -> Process:
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

    def stop(self) -> None:
        """End every process in the lab and leave nothing behind. May be called twice."""


def fitting(processors: int, there: int, memory: int) -> int:
    """How many labs, each of which may take ``memory`` bytes, run at once: three for each processor, since a lab
    waits for much of its time, but no more than there is memory for (``there``, in bytes)."""
    return max(1, min(3 * processors, there // memory))


class Provider(Protocol):
    """A way to run labs."""

    @property
    def name(self) -> str:
        """The name by which settings ask for it."""

    def problem(self) -> LabUnavailable | None:
        """Why no lab can run here; ``None`` where labs can."""

    def describe(self) -> str:
        """A line about where its labs run; what it says may change what a lab prints."""

    def at_once(self) -> int:
        """How many labs run at once where nobody says: what processors and memory are good for."""

    def start(self, spec: LabSpec, beside: Lab | None = None) -> Lab:
        """Start a lab that is ready for use, where it can be joined to ``beside``. Raises LabError."""

    def lost(self, lab: Lab) -> bool:
        """Whether a lab's machine is gone, or does not answer: what ran in it then says nothing about the scenario."""

    def identity(self, spec: LabSpec) -> str:
        """A digest over everything that decides what a lab of ``spec`` holds; builds it where needed."""

    def prepare(self, specs: Collection[LabSpec]) -> Mapping[LabSpec, LabError]:
        """Build all that labs of these kinds hold, where needed; gives what went wrong, by kind.

        Raises LabUnavailable where no lab can run.
        """


class Builder(Protocol):
    """What a provider gives to a pack that makes what labs start from. Everything raises LabError."""

    def keep(self, kind: str, name: str, build: Callable[[Path], None]) -> Path:
        """The folder ``kind/name`` of the cache, filled by ``build`` where it is not there."""

    def image(self, recipe: Recipe) -> str:
        """The identity of a lab image (a digest over its recipe and its packages); builds it where needed."""

    def debian(self, suite: str, options: Sequence[str], target: Path, what: str) -> None:
        """Write a tree of Debian's packages, made by mmdebstrap with ``options``, as a tar archive to ``target``."""

    def lab(self, spec: LabSpec, base: LabBase) -> AbstractContextManager[Lab]:
        """A lab to build in, which ends with the block."""

    def stock(self, name: str, spec: LabSpec, base: LabBase, fill: Callable[[Lab], None]) -> None:
        """Keep what the disks of a lab hold after ``fill`` under ``name``; nothing is done where that is there already.

        Nothing may be writing to the disks any more when ``fill`` returns.
        """


class Specifies(Protocol):
    """What a pool needs of a pack."""

    def spec(self, scenario: Scenario, engine: str, name: str) -> LabSpec:
        """What the lab called ``name`` of a scenario must be on ``engine``."""


class Equipment(Protocol):
    """What a provider needs of a pack (``snippetlab.packs.Pack`` says what each does)."""

    def base(self, spec: LabSpec, builder: Builder, say: Say) -> LabBase:
        """What labs of ``spec`` start from."""

    def ready(self, lab: Lab) -> Any:
        """Wait until what runs in a new lab answers; gives the lab's ``client``."""
