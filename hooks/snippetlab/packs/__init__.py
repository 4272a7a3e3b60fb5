"""Packs: what belongs to one subject, such as Docker. They are found by entry points, so that anybody can write one.

A package that brings a pack has, in its pyproject.toml::

    [project.entry-points."snippetlab.packs"]
    mine = "my_package:make"

and there a function ``make(project)`` that gives a ``Pack``.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, Protocol

from snippetlab.compare.states import State
from snippetlab.compare.vocabulary import Vocabulary
from snippetlab.errors import UsageError
from snippetlab.lab import Builder, Lab, LabBase, LabSpec, Say
from snippetlab.model import Scenario
from snippetlab.scenario.known import Known, image_words, kind_words
from snippetlab.settings import EngineSettings, Project, Settings

GROUP = "snippetlab.packs"


class Watcher(Protocol):
    """Looks on while a track runs in one lab. What it tells is asked at the end of the track, once."""

    def state(self) -> State | None:
        """What the track left in its lab and, where the pack can tell, what it removed (``compare/states.py`` has the
        form); None when the lab does not answer."""

    def objects(self) -> Mapping[str, frozenset[str]] | None:
        """The ids of everything that was there at some time, by kind of object; None where nothing has an id."""


class Pack(Protocol):
    """What the tool must know of a subject.

    ``engines`` are what a lab can run, the baseline among them; a subject
    without an engine has one entry, its user land. ``images`` are the names of
    the base images that a scenario may ask for. ``captures`` maps each word that
    a ``capture`` block may name to whether a name follows it (``network:NAME``).
    """

    @property
    def name(self) -> str:
        """The name under which settings ask for it."""

    @property
    def settings(self) -> Settings:
        """The settings of the project that the pack was made for."""

    @property
    def vocabulary(self) -> Vocabulary:
        """Which values of its outputs are volatile, and how those outputs are laid out."""

    @property
    def engines(self) -> Mapping[str, EngineSettings]:
        """The engines by name."""

    @property
    def baseline(self) -> str:
        """The name of the engine whose drift always fails a check."""

    @property
    def images(self) -> frozenset[str]:
        """The base images that a scenario may name."""

    @property
    def captures(self) -> Mapping[str, bool]:
        """The words of ``capture`` blocks; true for one that takes a name."""

    @property
    def python(self) -> str:
        """What a python track runs before its first example, so that its names are in scope; "" for nothing."""

    def spec(self, scenario: Scenario, engine: str, name: str) -> LabSpec:
        """What the lab called ``name`` of a scenario must be on ``engine``."""

    def base(self, spec: LabSpec, builder: Builder, say: Say) -> LabBase:
        """What labs of ``spec`` start from; made now by ``builder`` where it is not there yet.

        Raises LabError.
        """

    def ready(self, lab: Lab) -> Any:
        """Wait until what runs in a new lab answers; what this gives is the lab's ``client``. Raises LabError."""

    def capture(self, lab: Lab, what: str) -> str:
        """The structure that a ``capture`` block names, as JSON text that ends in a newline."""

    def watch(self, lab: Lab) -> AbstractContextManager[Watcher]:
        """Look on while a track runs in ``lab``, until the block ends."""

    def alias(self, name: str, image: str) -> str:
        """The command, for a lab's shell, that gives a base image the name that a page has for it; "" for none."""

    def versions(self, lab: Lab) -> Mapping[str, str]:
        """The versions of what took part in a run, by name; ``engine`` is among them."""


def pack_names() -> list[str]:
    """The names of the packs that are installed."""
    return sorted(entry.name for entry in entry_points(group=GROUP))


def find_pack(project: Project) -> Pack:
    """The pack that a project's settings name.

    Raises UsageError when nothing installed brings it, or the settings ask it for a base image that it has not, or turn
    off a kind of volatile values that it has not.
    """
    wanted = project.settings.pack
    known = {entry.name: entry for entry in entry_points(group=GROUP)}
    if wanted not in known:
        near = difflib.get_close_matches(wanted, known, 1)
        meant = f"did you mean {near[0]}?" if near else f"installed packs: {', '.join(sorted(known)) or 'none'}"
        raise UsageError(f"there is no pack {wanted!r}", where=str(project.file or Path("pyproject.toml")), hint=meant)
    make: Callable[[Project], Pack] = known[wanted].load()
    pack = make(project)
    for image in project.settings.stand_ins() - pack.images:
        hint = image_words(image, pack.images)
        raise UsageError(f"unknown image {image!r}", where=project.where(image), hint=hint)
    for kind in sorted(project.settings.kinds_turned_off() - pack.vocabulary.names):
        hint = kind_words(kind, pack.vocabulary.names)
        raise UsageError(f"there is no kind {kind!r} to turn off", where=project.where(kind), hint=hint)
    return pack


def known_to(pack: Pack) -> Known:
    """What a pack knows of the names that files may use."""
    return Known(pack.images, pack.captures, pack.alias, pack.vocabulary.names)
