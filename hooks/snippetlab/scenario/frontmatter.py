"""Front matter and other YAML of a scenario, validated, with the line of what is wrong."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import pydantic

from snippetlab.errors import ScenarioError
from snippetlab.scenario.context import lies_within
from snippetlab.scenario.known import Known, image_words
from snippetlab.settings import BlockWord, PageSettings
from snippetlab.yaml import Yaml, read_yaml, validated

NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


_HINT = " (CONTRIBUTING.md says what they mean)"


class FrontMatter(pydantic.BaseModel, extra="forbid", strict=True):
    """The keys that a scenario's front matter may have: its own, then those of a page's settings.

    ``images`` are base images, or a mapping from names that the scenario has for them, as a page has it.
    """

    title: str = pydantic.Field(min_length=1)
    images: list[str] | dict[str, str] = []
    daemon: dict[str, pydantic.JsonValue] = {}
    nodes: list[str] = pydantic.Field([], max_length=1)  # a veth pair joins two labs, not more
    outside: bool = False
    context: list[str] = []
    engines: dict[str, pydantic.JsonValue] | None = None

    fences: dict[str, BlockWord] = {}
    prompts: list[str] = []
    continuation: str = "> "
    elision: bool = False
    ignore_blank_lines: bool = False
    streams: bool = True
    unrecorded: Literal["nothing", "anything"] = "nothing"
    kinds_off: list[str] = []
    tracks: list[Literal["shell", "python"]] = pydantic.Field([], min_length=1)
    timeout: float = pydantic.Field(60.0, gt=0, le=3600)
    setup: str = ""
    skip: str = pydantic.Field("", min_length=1)

    @pydantic.field_validator("images", mode="plain")
    @classmethod
    def _names(cls, given: Any) -> list[str] | dict[str, str]:
        if isinstance(given, list) and all(isinstance(name, str) for name in given):
            return given
        if isinstance(given, dict) and all(isinstance(name, str) for name in (*given, *given.values())):
            return given
        raise ValueError("a list of base images is wanted, or a mapping like {alpine: busybox}")

    def page_settings(self) -> dict[str, Any]:
        """What is said of how the file is read and run."""
        own = {name: getattr(self, name) for name in self.model_fields_set if name in PageSettings.model_fields}
        images = own.pop("images", {})
        return own | ({"images": images} if isinstance(images, dict) else {})


def front_matter(lines: Sequence[str], path: Path) -> tuple[Yaml, int]:
    """The front matter and the index of the first line behind it."""
    if lines[0].rstrip() != "---" or not (end := front_end(lines)):
        raise ScenarioError("no front matter", where=f"{path}:1", hint="begin the file with: ---, title: …, ---")
    return read_yaml(lines[1 : end - 1], path, 2), end


def front_end(lines: Sequence[str]) -> int:
    """The index of the first line behind the front matter; 0 where there is none."""
    mark = lines[0].rstrip()
    if mark not in ("---", "+++"):  # of YAML, and of TOML on the pages of some site makers
        return 0
    return next((i + 1 for i, line in enumerate(lines) if i and line.rstrip() == mark), 0)


def checked_front(matter: Yaml, known: Known) -> FrontMatter:
    """The front matter, checked for what a type cannot say. Raises ScenarioError with the line of the key."""
    front = validated(FrontMatter, matter, hint=_HINT)
    for key in ("images", "nodes", "context", "tracks"):
        given = getattr(front, key)
        entries: list[str] = given if isinstance(given, list) else sorted(set(given.values()))
        for index, entry in enumerate(entries):
            what = hint = ""
            if entry in entries[:index]:
                what, hint = f"{entry!r} stands twice in {key}", "remove one"
            elif key == "images" and not known.image(entry):
                what, hint = f"unknown image {entry!r}", image_words(entry, known.images or ())
            elif key == "nodes" and (entry == "main" or not NAME.fullmatch(entry)):
                what, hint = f"bad node name {entry!r}", "like: worker (main is the first lab's own name)"
            elif key == "context" and not lies_within(entry):
                what, hint = f"context {entry!r} does not lie beside the scenario", "name a file or folder next to it"
            if what:
                raise ScenarioError(what, where=matter.where(key, index), hint=hint)
    return front
