"""What scenario files and pages share: their settings, what is run first and shown nowhere, and what is not run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pydantic

from snippetlab.errors import ScenarioError
from snippetlab.model import TRACKS, Block, Command, NotRun, Place, Step, Track
from snippetlab.scenario.known import Alias, Known, image_words, kind_words
from snippetlab.settings import PageSettings, SettingsOf
from snippetlab.settingwords import like, said


def settings_by(
    settings_of: SettingsOf, path: Path, own: Mapping[str, Any], where: Callable[[str], str], known: Known
) -> PageSettings:
    """The settings of a file that says ``own`` itself; ``where`` is the place of a key.

    Raises ScenarioError for a value that does not fit, and for a base image that is not ``known``.
    """
    try:
        settings = settings_of(path, own)
    except pydantic.ValidationError as error:
        first = error.errors()[0]
        key = str(first["loc"][0])
        what = said(first["msg"])
        raise ScenarioError(f"{key}: {what}", where=where(key), hint=like(key)) from error
    if "images" in own:
        ScenarioError.raise_all(
            [
                ScenarioError(
                    f"unknown image {image!r}", where=where("images"), hint=image_words(image, known.images or ())
                )
                for image in settings.images.values()
                if not known.image(image)
            ]
        )
    if "kinds_off" in own:
        ScenarioError.raise_all(
            [
                ScenarioError(
                    f"there is no kind {kind!r} to turn off",
                    where=where("kinds_off"),
                    hint=kind_words(kind, known.kinds or ()),
                )
                for kind in settings.kinds_off
                if not known.kind(kind)
            ]
        )
    return settings


def setup_block(path: Path, settings: PageSettings, alias: Alias) -> Block | None:
    """What the settings ask to be run first, which stands nowhere in the file; None where they ask for nothing."""
    place = Place(path, 1)
    sources = [alias(name, image) for name, image in settings.images.items() if name != image]
    sources += [settings.setup.rstrip("\n")] if settings.setup.strip() else []
    commands = tuple(Command(source, "", 0, place) for source in sources if source)
    return Block("console", "console", {}, commands, "", place, 0, 0, hidden=True) if commands else None


def with_first(step: Step, blocks: tuple[Block, ...]) -> Step:
    """The step with these blocks first, unless it has them."""
    own = tuple(block for block in blocks if block not in step.blocks)
    return replace(step, blocks=(*own, *step.blocks))


def exempt_blocks(steps: Iterable[Step]) -> Iterator[NotRun]:
    """The blocks of steps that are shown and not run."""
    for step in steps:
        for block in step.blocks:
            if block.exempt is not None:
                yield NotRun("block", block.place, block.exempt)


def tracks_of(settings: PageSettings, steps: Sequence[Step]) -> tuple[Track, ...]:
    """The tracks that run: those that the settings name, or else the shell's, and Python's where a step has something
    for it. Without, it would be the shell's once more."""
    if settings.tracks:
        return tuple(track for track in TRACKS if track in settings.tracks)
    return TRACKS if any(step.of_kind("pycon") for step in steps) else TRACKS[:1]
