"""The machine of a reader between two pages: what a page leaves behind, and the images that the next one downloads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from docker.errors import ImageNotFound
from snippetlab.lab import HOME, Lab
from snippetlab.model import StepCapture
from snippetlab.packs.docker.base_images import Recipes, folder_of
from snippetlab.run.session import SHELL, Budget
from snippetlab.run.track import Stage

from .typing import Leg

ALWAYS = ("busybox", "debian:bookworm")  # what every lab holds
# Networks that an engine makes by itself; the last one comes with the first swarm, and stays.
_ENGINES_OWN = ("bridge", "host", "none", "docker_gwbridge")
_WAIT = 60.0  # seconds for what is asked between two pages


@dataclass(frozen=True)
class Left:
    """Something that a page leaves behind and was not there before it."""

    page: str
    what: str


@dataclass
class Machine:
    """Looks on at the end of each leg of a way, and has the images there that the next one needs."""

    legs: Sequence[Leg]
    lab: Lab
    archives: Mapping[str, Path]
    left: list[Left] = field(default_factory=list)
    _there: frozenset[str] = frozenset()
    _outside: bool = False

    def after(self, captured: StepCapture, stage: Stage) -> bool:
        """To be called after each step; never asks to stop."""
        for leg, following in zip(self.legs, (*self.legs[1:], None), strict=True):
            if captured.step.id == leg.steps[-1] and stage.alive:
                self.left += [Left(leg.page, what) for what in self._look(stage)]
                if following:
                    self._prepare(following)
        return False

    def begin(self) -> None:
        """Remove the images that a reader of the first page has not downloaded yet."""
        for name in set(self.archives) - {*ALWAYS, *self.legs[0].images}:
            self.lab.client.images.remove(name)
        self._prepare(self.legs[0])

    def _prepare(self, leg: Leg) -> None:
        """Give the machine a way out where a leg needs one, and the images that are not there (any more)."""
        if leg.outside != self._outside:
            (self.lab.attach_outside if leg.outside else self.lab.detach_outside)()
            self._outside = leg.outside
        for name in (*ALWAYS, *sorted(leg.images)):
            if name in self.archives and not self._has(name):
                with open(self.archives[name], "rb") as archive:
                    self.lab.client.images.load(archive)
        self._there = frozenset(_objects(self.lab))

    def _has(self, name: str) -> bool:
        try:
            self.lab.client.images.get(name)
        except ImageNotFound:
            return False
        return True

    def _look(self, stage: Stage) -> list[str]:
        folder = stage.session(None, SHELL).run("pwd", Budget.of(_WAIT)).output.strip()
        elsewhere = [] if folder == HOME else [f"its reader in {folder}"]
        return elsewhere + sorted(frozenset(_objects(self.lab)) - self._there)


def _objects(lab: Lab) -> Iterator[str]:
    for container in lab.client.containers.list(all=True):
        yield f"the container {container.name}"
    for network in lab.client.networks.list():
        if network.name not in _ENGINES_OWN:
            yield f"the network {network.name}"
    for volume in lab.client.volumes.list():
        yield f"the volume {volume.name}"
    for image in lab.client.images.list():
        yield f"the image {', '.join(image.tags) or 'without a name'}"


def archives_of(names: Sequence[str], recipes: Recipes) -> Mapping[str, Path]:
    """Base images as files, by name; they are there once a lab holds them."""
    return {name: folder_of(name, recipes) / "image.tar" for name in names}
