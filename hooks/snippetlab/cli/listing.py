"""``snippetlab list``: every step with its place."""

from __future__ import annotations

import typer

from snippetlab.cli.common import Names, Root, Word, app, chosen


@app.command("list")
def list_steps(names: Names = None, word: Word = None, root: Root = None) -> None:
    """List scenarios and their steps, with file and line. Exit code 2 where a file could not be read."""
    _, selection = chosen(names, word, root)
    for scenario in selection.scenarios:
        for step in scenario.steps:
            print(f"{step.id}\t{step.place}")
    if selection.unreadable:
        raise typer.Exit(2)
