"""Front matter and other YAML of a scenario, validated, with the line of what is wrong."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Any, Literal

import pydantic

from snippetlab.errors import ScenarioError
from snippetlab.model import TRACKS
from snippetlab.scenario.known import Known
from snippetlab.yaml import Yaml, read_yaml

NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class FrontMatter(pydantic.BaseModel, extra="forbid", strict=True):
    """The keys that a scenario's front matter may have."""

    title: str = pydantic.Field(min_length=1)
    images: list[str] = []
    timeout: float = pydantic.Field(60.0, gt=0, le=3600)
    daemon: dict[str, pydantic.JsonValue] = {}
    nodes: list[str] = pydantic.Field([], max_length=1)  # a veth pair joins two labs, not more
    outside: bool = False
    context: list[str] = []
    streams: bool = True
    tracks: list[Literal["shell", "python"]] = pydantic.Field(list(TRACKS), min_length=1)


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


def _plain(data: Any) -> Any:
    """The same data in Python's own types, so that nothing of the YAML library travels on."""
    if isinstance(data, dict):
        return {_plain(key): _plain(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_plain(value) for value in data]
    for kind in (bool, int, float, str):
        if isinstance(data, kind):
            return kind(data)
    return data


def validated(model: type[Any], source: Yaml, *keys: str | int) -> Any:
    """``model`` made from the mapping under ``keys``. Raises ScenarioError at the line of the first wrong key."""
    data = source.data
    for key in keys:
        data = data[key]
    if not isinstance(data, dict | None):
        hint = f"write it as key: value, with the keys {', '.join(model.model_fields)}"
        raise ScenarioError("keys and values are wanted here", where=source.where(*keys), hint=hint)
    try:
        return model.model_validate(_plain(data or {}))
    except pydantic.ValidationError as error:
        first = error.errors()[0]
        what = {"extra_forbidden": "unknown key", "missing": "this key is missing"}.get(first["type"], first["msg"])
        raise ScenarioError(
            f"{'.'.join(map(str, first['loc']))}: {what}",
            where=source.where(*keys, *first["loc"]),
            hint=f"known keys: {', '.join(model.model_fields)} (CONTRIBUTING.md says what they mean)",
        ) from error


def checked_front(matter: Yaml, known: Known) -> FrontMatter:
    """The front matter, checked for what a type cannot say. Raises ScenarioError with the line of the key."""
    front: FrontMatter = validated(FrontMatter, matter)
    for key in ("images", "nodes", "context", "tracks"):
        entries: list[str] = getattr(front, key)
        for index, entry in enumerate(entries):
            what = hint = ""
            if entry in entries[:index]:
                what, hint = f"{entry!r} stands twice in {key}", "remove one"
            elif key == "images" and not known.image(entry):
                what, hint = f"unknown image {entry!r}", f"known images: {', '.join(sorted(known.images or ()))}"
            elif key == "nodes" and (entry == "main" or not NAME.fullmatch(entry)):
                what, hint = f"bad node name {entry!r}", "like: worker (main is the first lab's own name)"
            elif key == "context" and not _beside(entry):
                what, hint = f"context {entry!r} does not lie beside the scenario", "name a file or folder next to it"
            if what:
                raise ScenarioError(what, where=matter.where(key, index), hint=hint)
    return front


def _beside(entry: str) -> bool:
    path = PurePosixPath(entry)
    return bool(path.parts) and not path.is_absolute() and ".." not in path.parts
