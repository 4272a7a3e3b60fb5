"""YAML that a person wrote, read and checked with the line of each key; what could swallow the machine is refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pydantic
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from snippetlab.errors import ScenarioError
from snippetlab.files import lines_of, read_text
from snippetlab.model import Place

# Nobody nests a page's front matter or a list of entries deeper; a reader of YAML calls itself for each level.
DEEPEST = 30
# Nobody writes more by hand, and the reader takes some seconds for it: a file of the book holds some hundred.
LARGEST, MOST_NODES = 500_000, 20_000
Model = TypeVar("Model", bound=pydantic.BaseModel)


@dataclass(frozen=True)
class Yaml:
    """Parsed YAML that knows the line of each of its keys and items."""

    data: Any
    path: Path
    first_line: int

    def where(self, *keys: str | int) -> str:
        """``file:line`` of a key or item; of the nearest one around it when it is not there."""
        row, data = 0, self.data
        for key in keys:
            try:
                marks = data.lc
                row = (marks.key(key) if isinstance(data, dict) else marks.item(key))[0]
                data = data[key]
            except (AttributeError, LookupError, TypeError):
                break
        return str(Place(self.path, self.first_line + row))


def plain(data: Any) -> Any:
    """The same data in Python's own types: the YAML library's are subclasses of them, which strict checks refuse."""
    if isinstance(data, dict):
        return {plain(key): plain(value) for key, value in data.items()}
    if isinstance(data, list):
        return [plain(value) for value in data]
    for kind in (bool, int, float, str):
        if isinstance(data, kind):
            return kind(data)
    return data


def validated(model: type[Model], source: Yaml, *keys: str | int, hint: str = "") -> Model:
    """``model`` made from the mapping under ``keys``; nothing there is an empty one.

    Raises ScenarioError at the line of the first wrong key, with ``hint`` behind the list of keys.
    """
    data = source.data
    for key in keys:
        data = data[key]
    names = ", ".join(model.model_fields)
    if not isinstance(data, dict | None):
        what = "keys and values are wanted here"
        raise ScenarioError(what, where=source.where(*keys), hint=f"write it as key: value, with the keys {names}")
    try:
        return model.model_validate(plain(data or {}))
    except pydantic.ValidationError as error:
        first = error.errors()[0]
        told = {"extra_forbidden": "unknown key", "missing": "this key is missing"}
        what = told.get(first["type"], first["msg"]).removeprefix("Value error, ")
        where = source.where(*keys, *first["loc"])
        at = ".".join(map(str, first["loc"]))
        raise ScenarioError(f"{at}: {what}", where=where, hint=f"known keys: {names}{hint}") from error


def read_yaml_file(path: Path) -> Yaml:
    """The YAML that a file holds. Raises ScenarioError with file and line."""
    return read_yaml(lines_of(read_text(path)), path, 1)


def read_yaml(lines: Sequence[str], path: Path, first_line: int) -> Yaml:
    """The YAML that ``lines`` hold; ``first_line`` is the line of the first, from 1.

    Aliases are refused: ten lines of them stand for more text than any machine
    holds ("billion laughs"), and nothing that is read here needs them. Raises
    ScenarioError with file and line.
    """
    text = "\n".join(lines)
    try:
        refuse_bombs(text, path, first_line)
        return Yaml(YAML(typ="rt").load(text), path, first_line)
    except MarkedYAMLError as error:
        line = first_line + (error.problem_mark.line if error.problem_mark else 0)
        what = f"this is not YAML: {error.problem}"
    except (YAMLError, ValueError) as error:
        # The library raises ValueError for a date that is none, such as 2026-13-40.
        line, what = first_line, f"this is not YAML: {str(error).splitlines()[0]}"
    raise ScenarioError(what, where=f"{path}:{line}", hint="mend the line")


def refuse_bombs(text: str, path: Path, first_line: int) -> None:
    """Raise ScenarioError for YAML that is or makes too much: it is read no further than to where that shows."""
    if len(text) > LARGEST:
        what = f"YAML of more than {LARGEST:,} characters is not read"
        raise ScenarioError(what, where=f"{path}:{first_line}", hint="shorten it, or part the file")
    depth = nodes = 0
    for event in YAML(typ="rt").parse(text):
        what = ""
        nodes += isinstance(event, NodeEvent)
        if isinstance(event, AliasEvent):
            what, hint = f"an alias (*{event.anchor}) is not allowed here", "write the value out"
        elif nodes > MOST_NODES:
            what, hint = f"YAML holds more than {MOST_NODES:,} keys and values", "shorten it, or part the file"
        elif isinstance(event, MappingStartEvent | SequenceStartEvent):
            depth += 1
            what = f"YAML is nested more than {DEEPEST} levels deep" if depth > DEEPEST else ""
            hint = "close the brackets, or write it flatter"
        elif isinstance(event, MappingEndEvent | SequenceEndEvent):
            depth -= 1
        if what:
            raise ScenarioError(what, where=f"{path}:{first_line + event.start_mark.line}", hint=hint)
