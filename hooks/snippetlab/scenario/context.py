"""The files beside a scenario that it copies into its lab."""

from __future__ import annotations

import hashlib
from pathlib import Path

from snippetlab.errors import ScenarioError
from snippetlab.model import ContextFile, Scenario

_LONGEST = 1 << 18  # bytes of a file that may be typed text; a longer one is data


def context_files(scenario: Scenario) -> list[Path]:
    """Every file that ``context`` names, or that lies in a folder it names, in a steady order."""
    found: list[Path] = []
    for entry in scenario.context:
        source = scenario.path.parent / entry
        found += sorted(p for p in source.rglob("*") if p.is_file()) if source.is_dir() else [source]
    return found


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
