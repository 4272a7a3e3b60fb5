"""The file ``engines.yml`` among the scenarios: the engines, beside the baseline, whose recordings are kept."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from snippetlab.errors import SnippetLabError
from snippetlab.files import write_atomically
from snippetlab.yaml import read_yaml_file

NAME = "engines.yml"
_HEAD = """\
# The engines of which recordings are kept, beside the baseline: the version that each had, and the day (UTC) on which
# all of its recordings were last verified or written. Written by `snippetlab update --engine`.
"""


@dataclass(frozen=True)
class Kept:
    """An engine's full version, and the ISO date of its last verification."""

    version: str
    verified: str


def register_file(folder: Path) -> Path:
    """Where it stands of which engines recordings are kept, given the scenarios' folder."""
    return folder / NAME


def read_register(folder: Path) -> dict[str, Kept]:
    """The engines by name, from the scenarios' folder. Raises SnippetLabError for a file that cannot be used."""
    path = register_file(folder)
    if not path.exists():
        return {}
    data: Any = read_yaml_file(path).data or {}
    try:
        return {str(name): Kept(str(row["version"]), str(row["verified"])) for name, row in data.items()}
    except (AttributeError, KeyError, TypeError) as error:
        what = "each engine needs its version and the day of its last verification"
        raise SnippetLabError(
            what, where=f"{path}:1", hint="snippetlab update --engine NAME writes the file"
        ) from error


def write_register(folder: Path, kept: Mapping[str, Kept]) -> Path | None:
    """Write the engines; gives the file when that changed it."""
    path = register_file(folder)
    rows = (
        f"{json.dumps(name)}:\n  version: {json.dumps(engine.version)}\n  verified: {json.dumps(engine.verified)}\n"
        for name, engine in sorted(kept.items())
    )
    text = _HEAD + "".join(rows)
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return None
    write_atomically(path, text)
    return path
