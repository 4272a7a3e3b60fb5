"""``snippetlab list``: every step with its place."""

from __future__ import annotations

import sys
from dataclasses import replace

import typer

from snippetlab.cli.common import Names, Root, Word, app, chosen
from snippetlab.cli.engines import Engines
from snippetlab.engines import wanted_engines
from snippetlab.errors import ScenarioError
from snippetlab.packs import find_pack
from snippetlab.scenario.engines import stale_entries


@app.command("list")
def list_steps(names: Names = None, word: Word = None, root: Root = None, engine: Engines = None) -> None:
    """List scenarios and their steps, with file and line; with --engine, where each stands that is other on it.

    Exit code 2 where a file could not be read, or records of such an engine what its scenario has not any more.
    """
    project, selection = chosen(names, word, root)
    engines = wanted_engines(engine, find_pack(project), project) if engine else []
    stale: list[ScenarioError] = []
    for scenario in selection.scenarios:
        others = {name: recorded for name, recorded in scenario.others.items() if name in engines}
        stale += stale_entries(replace(scenario, others=others))
        for step in scenario.steps:
            if not engine:
                print(f"{step.id}\t{step.place}")
            for name in engines:
                recorded = scenario.others.get(name)
                if recorded and step.name in recorded.entries:
                    print(f"{step.id}\t{recorded.entries[step.name].place}\t{name}")
    for error in stale:
        print(error, file=sys.stderr)
    if selection.unreadable or stale:
        raise typer.Exit(2)
