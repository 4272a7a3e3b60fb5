"""``snippetlab engines``: which engines there are, what is kept of each, and how a further one comes in."""

from __future__ import annotations

import re
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from snippetlab.accept.addengine import with_engine
from snippetlab.accept.register import read_register
from snippetlab.cli.common import Root, app, project_here
from snippetlab.engines import one_engine
from snippetlab.errors import UsageError
from snippetlab.files import write_atomically
from snippetlab.model import TRACKS
from snippetlab.packs import Pack, find_pack

engines = typer.Typer(help="List the engines, or add one.", invoke_without_command=True)
app.add_typer(engines, name="engines")


@engines.callback()
def list_engines(context: typer.Context, root: Root = None) -> None:
    """List the engines: where each comes from, the version that was recorded, and when all of it was last verified."""
    if context.invoked_subcommand:
        return
    project = project_here(root)
    pack = find_pack(project)
    kept = read_register(project.scenarios)
    table = Table(Column("engine", no_wrap=True), "role", "comes from", "tracks", "recorded", "last verified")
    for name, engine in pack.engines.items():
        row = kept.get(name)
        recorded = row.version if row else "in the scenarios" if name == pack.baseline else "–"
        tracks = "all" if set(engine.tracks) == set(TRACKS) else ", ".join(engine.tracks)
        table.add_row(name, engine.role, engine.source, tracks, recorded, row.verified if row else "")
    for name, row in kept.items():
        if name not in pack.engines:
            table.add_row(name, "not in the settings", "", "", row.version, row.verified)
    Console().print(table)


@engines.command("add")
def add_engine(
    name: Annotated[str, typer.Argument(metavar="VERSION", help="what its version begins with, as in 29.1")],
    like: Annotated[str, typer.Option(metavar="NAME", help="the engine that it is like (default: the newest)")] = "",
    suite: Annotated[str, typer.Option("--from", metavar="SUITE", help="the suite of its packages")] = "",
    image: Annotated[
        str, typer.Option(metavar="IMAGE", help="take its programs out of an image like docker:dind")
    ] = "",
    root: Root = None,
) -> None:
    """Add an engine to the settings as the newest one. What is recorded of others stays as it is."""
    project = project_here(root)
    pack = find_pack(project)
    if not re.fullmatch(r"\d+(\.\d+)*", name):
        raise UsageError(f"{name!r} is no version", hint="write what its version begins with, as in 29.1")
    if pack.name == "plain":
        hint = 'write a further user land as a table of `engines`, by hand; `pack = "docker"` gives each lab an engine'
        raise UsageError("the engines of the pack plain are user lands, of no version", hint=hint)
    if name in pack.engines:
        raise UsageError(f"there is an engine {name} already", hint=f"engines: {', '.join(pack.engines)}")
    if image and suite:
        raise UsageError(
            "--image and --from exclude each other", hint="an engine comes out of an image, or from a suite"
        )
    if project.file is None:
        raise UsageError("this project has no settings", hint="`snippetlab init` writes them")
    # An image brings the engine alone: what is below it is best what is below most recordings.
    model = pack.engines[one_engine(like, pack) if like else pack.baseline if image else _newest(pack)]
    new = model.model_copy(update={"name": name, "version": name, "role": "newest", "image": ""})
    if image:
        new = new.model_copy(update={"programs_from": image, "image": model.image or model.name})
    elif suite:
        new = new.model_copy(update={"packages_from" if model.packages_from else "suite": suite})
    new.model_fields_set.update({"version", "role"})
    table = "tool.snippetlab.engines" if project.file.name == "pyproject.toml" else "engines"
    own = bool(project.settings.engines)
    text = project.file.read_text(encoding="utf-8")
    write_atomically(project.file, with_engine(text, new, list(pack.engines.values()), table=table, own=own))
    told = (
        f"{project.file}: engine {name} is there; `snippetlab update --engine {name}` records what it prints otherwise"
    )
    Console().print(Text(told), soft_wrap=True)


def _newest(pack: Pack) -> str:
    return next((name for name, engine in pack.engines.items() if engine.role == "newest"), pack.baseline)
