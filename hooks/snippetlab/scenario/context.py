"""The files beside a scenario that it copies into its lab."""

from __future__ import annotations

import hashlib
from pathlib import Path, PurePosixPath

from snippetlab.errors import ScenarioError
from snippetlab.model import ContextFile, Scenario

_LONGEST = 1 << 18  # bytes of a file that may be typed text; a longer one is data


def folder_of(scenario: Scenario) -> Path:
    """The folder from which the entries of ``context`` count."""
    return scenario.path.parent if scenario.context_from is None else scenario.context_from


def context_files(scenario: Scenario) -> list[Path]:
    """Every file that ``context`` names, or that lies in a folder it names, in a steady order."""
    found: list[Path] = []
    for entry in scenario.context:
        source = folder_of(scenario) / entry
        found += sorted(p for p in source.rglob("*") if p.is_file()) if source.is_dir() else [source]
    return found


def link_away(folder: Path, entry: str) -> Path | None:
    """The first path of a context entry that, links followed, lies outside of the folder."""
    own = folder.resolve()
    source = folder / entry
    paths = [source, *sorted(source.rglob("*"))] if source.is_dir() else [source]
    return next((p for p in paths if not p.resolve().is_relative_to(own)), None)


def lies_within(entry: str) -> bool:
    """True for a context entry that names a file or folder below the one from which it counts."""
    path = PurePosixPath(entry)
    return bool(path.parts) and not path.is_absolute() and ".." not in path.parts


def read_context(scenario: Scenario) -> tuple[ContextFile, ...]:
    """What the files hold that ``context`` names. Raises ScenarioError for one that cannot be read."""
    return tuple(_read(path, scenario) for path in context_files(scenario))


def _read(path: Path, scenario: Scenario) -> ContextFile:
    try:
        data = path.read_bytes()
    except OSError as error:
        what = f"a file of the context cannot be read: {error.strerror}: {path}"
        raise ScenarioError(what, where=f"{scenario.path}:1", hint="check its permissions") from error
    try:
        text = data.decode("utf-8") if len(data) <= _LONGEST else ""
    except UnicodeDecodeError:
        text = ""
    return ContextFile(hashlib.sha256(data).hexdigest(), text)
