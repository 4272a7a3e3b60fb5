"""The files beside a scenario that it copies into its lab."""

from __future__ import annotations

from pathlib import Path

from snippetlab.model import Scenario


def context_files(scenario: Scenario) -> list[Path]:
    """Every file that ``context`` names, or that lies in a folder it names, in a steady order."""
    found: list[Path] = []
    for entry in scenario.context:
        source = scenario.path.parent / entry
        found += sorted(p for p in source.rglob("*") if p.is_file()) if source.is_dir() else [source]
    return found
