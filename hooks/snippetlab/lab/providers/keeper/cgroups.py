"""The cgroups of a lab, in version 1 and version 2, on two levels.

The outer one, ``snippetlab-<lab>``, carries the limits and the rules for
devices; the inner one, ``lab``, is what the lab sees as the root of its own
hierarchy. So nothing inside can lift a limit. In version 2 a cgroup that has
children with controllers may hold no process itself: the outer one holds
``monitor`` beside ``lab``, and in the lab all starts in ``init``.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from . import devices

ROOT = Path("/sys/fs/cgroup")
PREFIX = "snippetlab-"
NEEDED = ("cpu", "memory", "pids")  # without one of these, an engine quietly sets no limits
NEEDED_1 = (*NEEDED, "devices")  # in version 2, rules for devices need no controller
CLEAR_LIMIT = 10.0  # seconds that killed processes may take to be gone


class Refused(Exception):
    """The machine's cgroups cannot carry a lab; the text says why, for a person."""


class Limits:
    """What a lab may take: ``memory`` in bytes (processes and files), ``pids`` processes and threads."""

    def __init__(self, memory: int, pids: int) -> None:
        self.memory = memory
        self.pids = pids


class Version1:
    """A hierarchy for each controller, or for a few together."""

    number = 1

    def __init__(self, root: Path, lab: str) -> None:
        self.hierarchies = [
            folder
            for folder in sorted(root.iterdir())
            if (folder / "cgroup.procs").exists()
            and not folder.is_symlink()
            # A hierarchy of version 2 beside the others has no controllers left.
            and not (folder / "cgroup.controllers").exists()
        ]
        self.outer = [folder / f"{PREFIX}{lab}" for folder in self.hierarchies]

    @property
    def names(self) -> list[str]:
        """What the lab mounts, as it stands in the options of mount: ``memory``, ``cpu,cpuacct``."""
        return [folder.name for folder in self.hierarchies]

    def make(self, limits: Limits) -> None:
        """Make the cgroups, with their limits. Raises Refused."""
        refuse_without((name for folder in self.hierarchies for name in folder.name.split(",")), NEEDED_1)
        for hierarchy, outer in zip(self.hierarchies, self.outer, strict=True):
            names = hierarchy.name.split(",")
            outer.mkdir()
            if "cpuset" in names:
                inherit(hierarchy, outer)
            if "memory" in names:
                (outer / "memory.limit_in_bytes").write_text(str(limits.memory))
            if "pids" in names:
                (outer / "pids.max").write_text(str(limits.pids))
            if "devices" in names:
                for rule in devices.VERSION_1_RULES:
                    (outer / "devices.deny").write_text(rule)
            (outer / "lab").mkdir()
            if "cpuset" in names:
                inherit(outer, outer / "lab")

    def birthplace(self) -> list[Path]:
        """The files by which a process becomes one that a lab's namespaces can be made from."""
        return [outer / "lab" / "cgroup.procs" for outer in self.outer]

    def settle(self, monitor: int, first: int) -> None:
        """Nothing: here a cgroup may hold processes and children."""

    def entrance(self) -> list[Path]:
        """The files by which a process of the machine joins the lab."""
        return self.birthplace()

    @property
    def memory(self) -> Path:
        """The cgroup that has the lab's limit of memory."""
        return next(o for h, o in zip(self.hierarchies, self.outer, strict=True) if "memory" in h.name.split(","))


class Version2:
    """One hierarchy for all controllers."""

    number = 2
    names: tuple[str, ...] = ()

    def __init__(self, root: Path, lab: str) -> None:
        self.root = root
        self.outer = [root / f"{PREFIX}{lab}"]
        self.lab = self.outer[0] / "lab"

    def make(self, limits: Limits) -> None:
        """Make the cgroups, with their limits. Raises Refused."""
        own(self.root)
        (outer,) = self.outer
        outer.mkdir()
        (outer / "memory.max").write_text(str(limits.memory))
        (outer / "pids.max").write_text(str(limits.pids))
        try:
            devices.attach(str(outer))
        except OSError as error:
            raise Refused(f"the kernel takes no rules for devices ({error.strerror})") from error
        _delegate(outer)
        self.lab.mkdir()
        (outer / "monitor").mkdir()

    def birthplace(self) -> list[Path]:
        """The file by which a process becomes one that a lab's namespaces can be made from."""
        return [self.lab / "cgroup.procs"]

    def settle(self, monitor: int, first: int) -> None:
        """Once ``monitor`` has made the lab's ``first`` process: no process stays where controllers are handed on."""
        (self.outer[0] / "monitor" / "cgroup.procs").write_text(str(monitor))
        (self.lab / "init").mkdir()
        (self.lab / "init" / "cgroup.procs").write_text(str(first))
        _delegate(self.lab)

    def entrance(self) -> list[Path]:
        """The file by which a process of the machine joins the lab."""
        return [self.lab / "init" / "cgroup.procs"]

    @property
    def memory(self) -> Path:
        """The cgroup that has the lab's limit of memory."""
        return self.outer[0]


def of_machine(lab: str, root: Path = ROOT) -> Version1 | Version2:
    """The cgroups of a lab, not made yet, in the version that the machine has."""
    return Version2(root, lab) if (root / "cgroup.controllers").exists() else Version1(root, lab)


def lab_id(owner: int) -> str:
    """The beginning of the ids of labs that process ``owner`` owns: a pid means something in its namespace alone."""
    return f"{owner}-{Path('/proc/self/ns/pid').stat().st_ino:x}"


def abandoned(root: Path = ROOT) -> list[str]:
    """The ids of labs whose owner, a process of this PID namespace, is gone."""
    tops = [root] if (root / "cgroup.controllers").exists() else [p for p in root.iterdir() if p.is_dir()]
    found = {p.name.removeprefix(PREFIX) for top in tops for p in top.glob(f"{PREFIX}*-*-*")}
    return sorted(lab for lab in found if _abandoned(lab))


def _abandoned(lab: str) -> bool:
    owner = lab.split("-")[0]
    return owner.isdigit() and lab.startswith(f"{lab_id(int(owner))}-") and not Path("/proc", owner).exists()


def clear(outer: Iterable[Path], seconds: float = CLEAR_LIMIT) -> list[Path]:
    """End every process in cgroups and below, and remove them; gives those that could not be removed in time."""
    deadline = time.monotonic() + seconds
    left = [folder for folder in outer if folder.exists()]
    while left:
        for folder in left:
            for inner in _deepest_first(folder):
                _end_processes(inner)
                try:
                    inner.rmdir()
                except OSError:
                    pass  # it holds a process that was killed but is not gone yet
        left = [folder for folder in left if folder.exists()]
        if left and time.monotonic() > deadline:
            break
        if left:
            time.sleep(0.01)
    return left


def _end_processes(folder: Path) -> None:
    state = folder / "freezer.state"
    if state.exists() and state.read_text().strip() != "THAWED":
        state.write_text("THAWED")  # what is frozen (a paused container) would not hear that it is killed
    for word in _words(folder / "cgroup.procs"):
        # 0 stands for a process of a PID namespace that cannot be seen from here.
        if word != "0" and int(word) != os.getpid():
            try:
                os.kill(int(word), signal.SIGKILL)
            except ProcessLookupError:
                pass


def _deepest_first(folder: Path) -> Iterator[Path]:
    try:
        inner = [entry.path for entry in os.scandir(folder) if entry.is_dir(follow_symlinks=False)]
    except FileNotFoundError:
        return
    for path in inner:
        yield from _deepest_first(Path(path))
    yield folder


def _words(file: Path) -> list[str]:
    try:
        return file.read_text().split()
    except OSError:
        return []


def inherit(parent: Path, child: Path) -> None:
    """Give a new cgroup of version 1 its processors and memory nodes, without which it takes no process."""
    for name in ("cpuset.cpus", "cpuset.mems"):
        (child / name).write_text((parent / name).read_text())


def _delegate(folder: Path) -> None:
    for name in _words(folder / "cgroup.controllers"):
        (folder / "cgroup.subtree_control").write_text(f"+{name}")


def own(root: Path) -> None:
    """Hand every controller of version 2 on to the children of ``root``. Raises Refused.

    In a container, what one sees as the root is a cgroup like any other: its
    processes must leave it first. (The image of Docker in Docker does the same.)
    """
    missing = set(_words(root / "cgroup.controllers")) - set(_words(root / "cgroup.subtree_control"))
    if missing and (root / "cgroup.type").exists() and _words(root / "cgroup.procs"):
        (root / "init").mkdir(exist_ok=True)
        for pid in _words(root / "cgroup.procs"):
            try:
                (root / "init" / "cgroup.procs").write_text(pid)
            except ProcessLookupError:
                pass
    for name in missing:
        try:
            (root / "cgroup.subtree_control").write_text(f"+{name}")
        except OSError:
            pass  # told below, should it be one that is needed
    refuse_without(set(_words(root / "cgroup.subtree_control")))


def refuse_without(there: Iterable[str], needed: Iterable[str] = NEEDED) -> None:
    """Raises Refused where a controller that labs need is not among those that are there."""
    known = set(there)
    if missing := [name for name in needed if name not in known]:
        raise Refused(
            f"no lab has limits here: this machine hands on no cgroup controller for {', '.join(missing)}"
            " (a container needs --privileged and --cgroupns=private; see /sys/fs/cgroup/cgroup.subtree_control)"
        )
