"""The provider of labs on Linux as root."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from snippetlab.errors import LabError, LabUnavailable
from snippetlab.lab import Equipment, Lab, LabBase, LabSpec, Limits, Say, fitting
from snippetlab.lab.preparing import at_once
from snippetlab.lab.providers.bubblewrap_lab import BubblewrapLab, stock_folder
from snippetlab.lab.providers.engine.programs import fetch_here
from snippetlab.lab.stock.cache import cached, require_space
from snippetlab.lab.stock.image import Recipe, Taken, lab_image, mmdebstrap
from snippetlab.lab.stock.undertakings import Undertakings

TOOLS = ("bwrap", "nsenter", "setpriv", "slirp4netns", "mmdebstrap", "ip", "unshare")
_OR_NONE = "or build in recorded mode: SNIPPETLAB_MODE=recorded make site"
_STOCK_SPACE = 1_000_000_000  # bytes that a stock may take on disk


@dataclass(frozen=True)
class Bubblewrap:
    """The provider of bubblewrap labs for ``pack``. ``say`` gets a line for each slow thing that is built."""

    pack: Equipment
    say: Say = print
    limits: Limits = field(default_factory=Limits)
    undertakings: Undertakings = field(default_factory=Undertakings, compare=False)

    name = "bubblewrap"

    def problem(self) -> LabUnavailable | None:
        """Why no lab can run here; ``None`` where labs can."""
        if sys.platform != "linux":
            return LabUnavailable("labs need Linux", hint=f"use an engine, such as Docker Desktop's, {_OR_NONE}")
        if os.geteuid() != 0:
            return LabUnavailable(
                "labs need root (they mount file systems and make network namespaces)",
                hint=f"run as root, or use a Docker Engine that this user may use, {_OR_NONE}",
            )
        missing = [tool for tool in TOOLS if shutil.which(tool) is None]
        if missing:
            return LabUnavailable(
                f"not installed: {', '.join(missing)}",
                hint="apt-get install bubblewrap slirp4netns mmdebstrap iproute2 util-linux (`make setup` does it)",
            )
        probe = subprocess.run(
            ["unshare", "--mount", "--net", "--propagation", "private", "sh", "-c",
             "mount -t tmpfs none /mnt && ip link add name sl0 type bridge"],
            capture_output=True, text=True,
        )  # fmt: skip
        if probe.returncode != 0:
            return LabUnavailable(
                f"this machine refuses mounts or network namespaces: {probe.stderr.strip()}",
                hint=f"a container needs --privileged for labs; or use a Docker Engine, {_OR_NONE}",
            )
        return None

    def describe(self) -> str:
        """This machine."""
        return f"bubblewrap on this machine, kernel {platform.release()}"

    def at_once(self) -> int:
        """How many labs run at once where nobody says."""
        there = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
        return fitting(os.cpu_count() or 1, there, self.limits.memory)

    def lost(self, lab: Lab) -> bool:
        """This machine is never gone."""
        return False

    def start(self, spec: LabSpec, beside: Lab | None = None) -> BubblewrapLab:
        """Start a lab that is ready for use. Raises LabError."""
        return BubblewrapLab.start(spec, self._base(spec), self.pack, self.limits)

    def identity(self, spec: LabSpec) -> str:
        """A digest over the lab image and the base images of ``spec``; builds them where needed."""
        return self._base(spec).identity

    def prepare(self, specs: Collection[LabSpec]) -> Mapping[LabSpec, LabError]:
        """Build all that labs of these kinds hold, several at once; gives what went wrong, by kind."""
        return at_once(specs, self.identity, self.undertakings)

    @property
    def _workbench(self) -> _Workbench:
        return _Workbench(self.pack, self.say, self.limits, self.undertakings)

    def _base(self, spec: LabSpec) -> LabBase:
        return self.pack.base(spec, self._workbench, self.say)


@dataclass(frozen=True)
class _Workbench:
    """Makes what labs start from in the user's cache. See ``snippetlab.lab.Builder`` for the interface."""

    pack: Equipment
    say: Say
    limits: Limits
    undertakings: Undertakings

    def keep(self, kind: str, name: str, build: Callable[[Path], None]) -> Path:
        """A folder of the cache, filled by ``build`` where it is not there."""
        return cached(kind, name, build, self.say, self.undertakings.go_on)

    def image(self, recipe: Recipe) -> str:
        """The identity of a lab image; builds it where the cache lacks it."""

        def fetch(taken: Taken, target: Path) -> str:
            return fetch_here(taken, target, self.say)

        return lab_image(recipe, fetch, say=self.say, undertakings=self.undertakings).identity

    def debian(self, suite: str, options: Sequence[str], target: Path, what: str) -> None:
        """Write a tree of Debian's packages as a tar archive."""
        mmdebstrap(suite, target, options, self.say, what, self.undertakings)

    @contextmanager
    def lab(self, spec: LabSpec, base: LabBase) -> Iterator[BubblewrapLab]:
        """A lab to build in; it ends with the block."""
        lab = BubblewrapLab.start(spec, base, self.pack, self.limits)
        try:
            with self.undertakings.one(lab.stop):
                yield lab
        finally:
            lab.stop()

    def stock(self, name: str, spec: LabSpec, base: LabBase, fill: Callable[[Lab], None]) -> None:
        """Keep what the disks of a lab hold after ``fill``, where the cache lacks it."""

        def build(new: Path) -> None:
            require_space(new, _STOCK_SPACE)
            with self.lab(spec, base) as lab:
                fill(lab)
                for path in base.disks:
                    lab.copy_out(path, new / Path(path).name)

        folder = stock_folder(name)
        self.keep(folder.parent.name, folder.name, build)
