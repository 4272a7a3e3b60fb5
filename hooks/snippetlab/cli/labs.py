"""``snippetlab labs``: what the cache holds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import typer
from docker.errors import APIError
from rich.console import Console
from rich.table import Table
from rich.text import Text

from snippetlab.check import build_labs, default_provider, lab_specs
from snippetlab.cli.common import Root, app, chosen, project_here
from snippetlab.cli.engines import Engines
from snippetlab.engines import wanted_engines
from snippetlab.errors import LabUnavailable
from snippetlab.lab.providers.bubblewrap_lab import clear_lab, left_by_killed_owners
from snippetlab.lab.providers.engine.labels import Leftover, ours
from snippetlab.lab.providers.engine.labels import remove as remove_from_engine
from snippetlab.lab.providers.engine.reach import Engine
from snippetlab.lab.providers.engine.sockets import sweep
from snippetlab.lab.stock.cache import cache_root, in_use
from snippetlab.lab.stock.store import entries, remove
from snippetlab.packs import find_pack
from snippetlab.report.terminal import ConsoleProgress
from snippetlab.settings import Project

_LEFT = "lab of a killed process"


@app.command()
def labs(
    build: Annotated[bool, typer.Option("--build", help="build what scenarios need")] = False,
    delete: Annotated[bool, typer.Option("--remove", help="remove everything from cache and engines")] = False,
    root: Root = None,
    engine: Engines = None,
) -> None:
    """List, build or remove what labs have in the cache and on engines, with sizes."""
    console = Console()
    if delete:
        with in_use(alone=True):
            for entry in entries():
                remove(entry)
                console.print(f"removed: {entry.kind} {entry.name}")
            for lab in left_by_killed_owners():
                clear_lab(lab)
                console.print(f"removed: {_LEFT} {lab}")
            for url, leftover in _on_engines(project_here(root)):
                if leftover.in_use:
                    whose = f"a process that may be alive ({leftover.session})"
                    told = f"left: {leftover.name} at {url} runs for {whose}; end that"
                    console.print(Text(told, style="yellow"), soft_wrap=True)
                    continue
                try:
                    remove_from_engine(leftover)
                except APIError as error:
                    told = f"left: {leftover.kind} {leftover.name} at {url}: {error.explanation}"
                    console.print(Text(told, style="yellow"), soft_wrap=True)
                    continue
                console.print(f"removed: {leftover.kind} {leftover.name} at {url}", soft_wrap=True)
            sweep()
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
                specs = dict.fromkeys(spec for s in selection.scenarios for spec in lab_specs(s, pack, engines))
                build_labs(provider, specs)
    table = Table("kind", "name", "size")
    for entry in entries():
        table.add_row(entry.kind, entry.name, f"{entry.bytes / 1e6:,.1f} MB")
    for lab in left_by_killed_owners():
        table.add_row(_LEFT, lab, "")
    for url, leftover in _on_engines(project_here(root)):
        size = f"{leftover.bytes / 1e6:,.1f} MB" if leftover.bytes else ""
        table.add_row(f"{leftover.kind} at {url}", leftover.name, size)
    if table.row_count:
        console.print(table)
    else:
        console.print(f"nothing is kept in {cache_root()}, nor on an engine that answers", soft_wrap=True)


def _on_engines(project: Project) -> Iterator[tuple[str, Leftover]]:
    """What labs have on the engines of a project, or on the one that the docker command uses."""
    for url in project.settings.on or ("",):
        try:
            engine = Engine.reach(url)
        except LabUnavailable:
            continue  # `snippetlab doctor` tells of those
        try:
            for leftover in ours(engine.client):
                yield engine.url, leftover
        finally:
            engine.close()
