"""The provider of labs on any Docker Engine that docker-py reaches: each is a privileged container of its own.

Nothing of this machine is mounted into a lab, so the engine may be on another one.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from snippetlab.alive import answers
from snippetlab.errors import LabError, LabUnavailable
from snippetlab.lab import Equipment, Lab, LabBase, LabSpec, Limits, Say, fitting
from snippetlab.lab.preparing import one_by_one
from snippetlab.lab.providers.engine import images, programs, stocks, workshop
from snippetlab.lab.providers.engine.containers import Place
from snippetlab.lab.providers.engine.lab import EngineLab
from snippetlab.lab.providers.engine.labels import sweep
from snippetlab.lab.providers.engine.reach import ALIVE_WITHIN, Engine, unfit
from snippetlab.lab.providers.engine.streams import FAULTS
from snippetlab.lab.stock.cache import cache_root, cached, locked
from snippetlab.lab.stock.image import Recipe, Taken, mmdebstrap, mmdebstrap_runs_here


@dataclass
class EngineProvider:
    """Labs for ``pack`` on the engine at ``url`` (empty: the one that the docker command uses)."""

    pack: Equipment
    say: Say = print
    limits: Limits = field(default_factory=Limits)
    url: str = ""

    name = "engine"

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._brought: dict[str, images.Packed] = {}
        self._stocked: set[str] = set()
        self._labs: list[EngineLab] = []
        self._said = False

    @cached_property
    def engine(self) -> Engine:
        """The engine, reached. Raises LabUnavailable."""
        engine = Engine.reach(self.url)
        sweep(engine.client)
        return engine

    def problem(self) -> LabUnavailable | None:
        """Why no lab can run here; ``None`` where labs can."""
        try:
            facts = self.engine.facts
        except LabUnavailable as error:
            return error
        return unfit(facts)

    def describe(self) -> str:
        """The engine, its kernel and its cgroups."""
        facts = self.engine.facts
        kernel = f"kernel {facts.get('KernelVersion')}, cgroup v{facts.get('CgroupVersion')}"
        return f"Docker Engine {facts.get('ServerVersion')} at {self.engine.url}, {kernel}"

    def at_once(self) -> int:
        """How many labs run at once where nobody says: what the engine's own machine is good for."""
        return fitting(int(self.engine.facts["NCPU"]), int(self.engine.facts["MemTotal"]), self.limits.memory)

    def start(self, spec: LabSpec, beside: Lab | None = None) -> EngineLab:
        """Start a lab that is ready for use. Raises LabError."""
        lab = _Workbench(self).start(spec, self._base(spec))
        with self._lock:
            self._labs = [*(one for one in self._labs if one.alive), lab]
        return lab

    def running(self) -> int:
        """How many labs run."""
        with self._lock:
            return sum(lab.alive for lab in self._labs)

    def owns(self, lab: Lab) -> bool:
        """Whether a lab is one of this engine."""
        return isinstance(lab, EngineLab) and lab.is_on(self.engine.client)

    def answers(self) -> bool:
        """Whether the engine is there."""
        try:
            return answers(self.engine.client.api, ALIVE_WITHIN)
        except (LabUnavailable, *FAULTS):
            return False

    def hangs(self) -> None:
        """Say, once, that labs could not be removed since the engine did not answer."""
        with self._lock:
            said, self._said = self._said, True
        if not said:
            self.say(f"the engine at {self.engine.url} does not answer: what labs it has end as soon as it does")

    def lost(self, lab: Lab) -> bool:
        """Whether what ran in a lab says nothing, because the engine is gone."""
        return not self.answers()

    def identity(self, spec: LabSpec) -> str:
        """A digest over the lab image and the base images of ``spec``; builds them where needed."""
        return self._base(spec).identity

    def prepare(self, specs: Collection[LabSpec]) -> Mapping[LabSpec, LabError]:
        """Build all that labs of these kinds hold, where needed; gives what went wrong, by kind."""
        return one_by_one(specs, self.identity)

    def _base(self, spec: LabSpec) -> LabBase:
        return self.pack.base(spec, _Workbench(self), self.say)

    def brought(self, recipe: Recipe) -> images.Packed:
        """The lab image of a recipe, which the engine has from then on. Raises LabError."""
        key = repr(recipe)
        with self._lock:
            if key not in self._brought:
                image = images.packed(recipe, self.tree, self.programs, self.say)
                images.bring(self.engine.client, image, self.say)
                self._brought[key] = image
            return self._brought[key]

    def tree(self, suite: str, options: Sequence[str], target: Path, what: str) -> None:
        """Write a tree of Debian's packages: by this machine's mmdebstrap, else by one on the engine."""
        if mmdebstrap_runs_here():
            mmdebstrap(suite, target, options, self.say, what)
        else:
            workshop.debian(self.engine.client, suite, options, target, self.say, what)

    def programs(self, taken: Taken, target: Path) -> str:
        """Write programs of an image that the engine has, or pulls, as a tar archive; gives the image's digest."""
        return programs.fetch(self.engine.client, taken, target, self.say)

    def has_stock(self, name: str, image: str) -> bool:
        """Whether the engine has a stock; remembered once it is so."""
        if name not in self._stocked and stocks.is_there(self.engine.client, name, image):
            self._stocked.add(name)
        return name in self._stocked


@dataclass(frozen=True)
class _Workbench:
    """Makes what labs start from on the engine. See ``snippetlab.lab.Builder`` for the interface."""

    provider: EngineProvider

    def keep(self, kind: str, name: str, build: Callable[[Path], None]) -> Path:
        """A folder of the cache, filled by ``build`` where it is not there."""
        return cached(kind, name, build, self.provider.say)

    def image(self, recipe: Recipe) -> str:
        """The identity of a lab image; the engine has it from then on."""
        return self.provider.brought(recipe).identity

    def debian(self, suite: str, options: Sequence[str], target: Path, what: str) -> None:
        """Write a tree of Debian's packages as a tar archive."""
        self.provider.tree(suite, options, target, what)

    @contextmanager
    def lab(self, spec: LabSpec, base: LabBase, *, filling: bool = False) -> Iterator[EngineLab]:
        """A lab to build in; it ends with the block. ``filling`` is one whose disks are kept."""
        lab = self.start(spec, base, filling=filling)
        try:
            yield lab
        finally:
            lab.stop()

    def stock(self, name: str, spec: LabSpec, base: LabBase, fill: Callable[[Lab], None]) -> None:
        """Keep what the disks of a lab hold after ``fill`` in a volume, where the engine lacks it."""
        image = self.provider.brought(base.image).tag
        if self.provider.has_stock(name, image):
            return
        with locked(cache_root() / "stocks" / name, self.provider.say):
            if self.provider.has_stock(name, image):
                return
            stocks.make_empty(self.provider.engine.client, name)
            with self.lab(spec, replace(base, stock=name), filling=True) as lab:
                fill(lab)
                stocks.keep(lab, base.disks)

    def start(self, spec: LabSpec, base: LabBase, *, filling: bool = False) -> EngineLab:
        """Start a lab and wait until it is ready; ``filling`` is one whose disks are kept."""
        provider = self.provider
        image = provider.brought(base.image).tag
        volume = stocks.volume_of(base.stock) if base.stock else None
        place = Place(provider.engine.client, image, volume, filling, provider.hangs)
        return EngineLab.start(spec, base, provider.pack, provider.limits, place)
