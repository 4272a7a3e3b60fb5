"""A further engine in a project's settings: the text of the settings file, with the new engine as its newest."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping, Sequence

from snippetlab.errors import UsageError
from snippetlab.settings import EngineSettings

_NEWEST = re.compile(r'^role[ \t]*=[ \t]*"newest"', re.MULTILINE)


def with_engine(text: str, new: EngineSettings, engines: Sequence[EngineSettings], *, table: str, own: bool) -> str:
    """The settings file with ``new`` as the newest engine; the one that was the newest is one among others.

    ``engines`` are those that the project has so far. They are written down too
    unless they are the file's ``own``: a project's table of engines stands in for that of its pack.
    ``table`` is the array of tables that holds engines (``tool.snippetlab.engines``).
    Raises UsageError where the file says of several engines, or in a way of its own, which is the newest.
    """
    if own:
        had = any(engine.role == "newest" for engine in engines)
        text, changed = _NEWEST.subn('role = "other"', text)
        if changed != had:
            raise UsageError(
                "which engine is the newest cannot be changed in this file",
                hint=f"add it by hand, and let it alone be the newest:\n\n{as_table(new, table)}",
            )
        added = [new]
    else:
        added = [_among_others(engine) for engine in engines] + [new]
    text = text.rstrip("\n") + "\n\n" + "\n".join(as_table(engine, table) for engine in added)
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:  # what could not be read again must not be written
        raise UsageError(
            f"engines cannot be added to this file, which has them in a form of its own: {error}",
            hint=f"add it by hand:\n\n{as_table(new, table)}",
        ) from error
    return text


def _among_others(engine: EngineSettings) -> EngineSettings:
    return engine.model_copy(update={"role": "other"}) if engine.role == "newest" else engine


def as_table(engine: EngineSettings, table: str) -> str:
    """An engine as a table of TOML, without what is at its default."""
    rows = {name: getattr(engine, name) for name in engine.model_fields_set}
    defaults = {name: field.default for name, field in EngineSettings.model_fields.items()}
    said = {name: value for name, value in rows.items() if value != defaults[name]}
    order = [name for name in EngineSettings.model_fields if name in said]
    return f"[[{table}]]\n" + "".join(f"{name} = {_value(said[name])}\n" for name in order)


def _value(value: object) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{json.dumps(key)} = {_value(inner)}" for key, inner in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_value, value)) + "]"
    return json.dumps(value)
