"""The book's own settings: the table ``extra.handbook`` of mkdocs.yml, checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import pydantic
from snippetlab.errors import UsageError

Mode = Literal["live", "auto", "recorded"]
MODES = ("live", "auto", "recorded")
TABLE = "mkdocs.yml: extra.handbook"


class Settings(pydantic.BaseModel, extra="forbid", strict=True, frozen=True):
    """``mode`` says how a build verifies; ``coverage`` whether an item of the notes without a step is an error
    (``strict``) or a warning (``draft``); ``chapters`` maps folders to titles, in reading order; ``snippets`` is
    the folder of the scenarios, beside mkdocs.yml."""

    mode: Mode = "auto"
    coverage: Literal["strict", "draft"] = "strict"
    chapters: dict[str, str] = {}
    snippets: str = "snippets"


def read_settings(table: object) -> Settings:
    """The table as settings. Raises UsageError that names the first key that is wrong."""
    try:
        return Settings.model_validate({} if table is None else table)
    except pydantic.ValidationError as error:
        first = error.errors()[0]
        key = ".".join([TABLE, *map(str, first["loc"])])
        what = {"extra_forbidden": "there is no such setting"}.get(first["type"], first["msg"])
        raise UsageError(what, where=key, hint=f"settings are {', '.join(Settings.model_fields)}") from error


def mode_of(environment: Mapping[str, str], setting: Mode) -> Mode:
    """The mode by ``SNIPPETLAB_MODE``, else by the site's setting. Raises UsageError."""
    given = environment.get("SNIPPETLAB_MODE") or setting
    for mode in MODES:
        if given == mode:
            return mode  # type: ignore[return-value]
    raise UsageError(f"there is no mode {given!r}", where="SNIPPETLAB_MODE", hint=f"modes are {', '.join(MODES)}")
