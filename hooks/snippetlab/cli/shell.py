"""``snippetlab shell``: a shell in the lab of a step."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console

from snippetlab.check import default_provider
from snippetlab.cli.common import Root, app, chosen
from snippetlab.cli.engines import Engine
from snippetlab.engines import one_engine
from snippetlab.errors import UsageError
from snippetlab.lab.pool import Pool
from snippetlab.lab.stock.cache import in_use
from snippetlab.model import Track
from snippetlab.packs import find_pack
from snippetlab.report.terminal import ConsoleProgress
from snippetlab.run.track import run_track
from snippetlab.scenario.engines import on_engine


@app.command()
def shell(
    step_id: Annotated[str, typer.Argument(metavar="ID", help="chapter/scenario or chapter/scenario#step")],
    root: Root = None,
    python: Annotated[bool, typer.Option("--python", help="run the Python track, and start Python")] = False,
    engine: Engine = "",
) -> None:
    """Run a scenario up to a step (that one too) and give you a shell in its lab."""
    console = Console(stderr=True)
    project, selection = chosen([step_id], None, root)
    pack = find_pack(project)
    if len(selection.scenarios) != 1:
        raise UsageError(f"{step_id!r} names {len(selection.scenarios)} scenarios", hint="name one")
    engine = one_engine(engine, pack)
    scenario = on_engine(selection.scenarios[0], engine, pack.baseline)
    with ConsoleProgress(console, [scenario]) as progress:
        provider = default_provider(pack, progress)
        if problem := provider.problem():
            raise problem
        pool = Pool(provider, pack)
    with in_use(), pool, pool.lend(scenario, engine) as labs:
        track: Track = "python" if python else "shell"
        run_track(scenario, track, labs, pack, until=selection.until.get(scenario.id))
        console.print(f"This is the lab of {step_id}. Leave with Ctrl-D; the lab ends with it.")
        prelude = "import docker; client = docker.from_env()"
        labs["main"].interact(["python3", "-i", "-c", prelude] if python else ["bash", "--norc"])
