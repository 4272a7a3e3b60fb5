"""``snippetlab merge``: the reports of several parts of a check as one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from snippetlab.cli.common import app
from snippetlab.files import write_atomically
from snippetlab.report.merge import merge_json, merge_junit


@app.command()
def merge(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="reports: all JSON, or all JUnit XML")],
    output: Annotated[Path, typer.Option("--output", "-o", help="the file to write")],
) -> None:
    """Make one report of those that the parts of a check wrote (`check --shard`).

    Exit code 0: no drift in any; 1: drift; 2: misuse.
    """
    merged = (merge_junit if files[0].suffix == ".xml" else merge_json)(files)
    write_atomically(output, merged.text)
    raise typer.Exit(0 if merged.ok else 1)
