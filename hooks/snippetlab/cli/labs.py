"""``snippetlab labs``: what the cache holds."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from snippetlab.check import default_provider, lab_specs
from snippetlab.cli.common import Root, app, chosen
from snippetlab.cli.engines import Engines
from snippetlab.engines import wanted_engines
from snippetlab.lab.stock.cache import in_use
from snippetlab.lab.stock.store import entries, remove
from snippetlab.packs import find_pack
from snippetlab.report.terminal import ConsoleProgress


@app.command()
def labs(
    build: Annotated[bool, typer.Option("--build", help="build what scenarios need")] = False,
    delete: Annotated[bool, typer.Option("--remove", help="remove everything from the cache")] = False,
    root: Root = None,
    engine: Engines = None,
) -> None:
    """List, build or remove lab images, base images and results in the cache, with their sizes."""
    console = Console()
    if delete:
        with in_use(alone=True):
            for entry in entries():
                remove(entry)
                console.print(f"removed: {entry.kind} {entry.name}")
        return
    if build:
        project, selection = chosen(None, None, root)
        pack = find_pack(project)
        engines = wanted_engines(engine, pack, project)
        with ConsoleProgress(console, ()) as progress:
            provider = default_provider(pack, progress)
            if problem := provider.problem():
                raise problem
            with in_use():
                for spec in {spec for s in selection.scenarios for spec in lab_specs(s, pack, engines)}:
                    provider.identity(spec)
    table = Table("kind", "name", "size")
    for entry in entries():
        table.add_row(entry.kind, entry.name, f"{entry.bytes / 1e6:,.1f} MB")
    console.print(table)
