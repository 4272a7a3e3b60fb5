"""``snippetlab shell``: a shell in the lab of a step."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console

from snippetlab.check import default_provider
from snippetlab.cli.common import Root, app, chosen
from snippetlab.cli.engines import Engine
from snippetlab.cli.staying import stay
from snippetlab.engines import only_engine
from snippetlab.errors import UsageError
from snippetlab.lab.pool import Pool
from snippetlab.lab.stock.cache import in_use
from snippetlab.model import StepCapture, Track
from snippetlab.packs import find_pack
from snippetlab.report.terminal import ConsoleProgress
from snippetlab.run.track import Stage, run_track
from snippetlab.scenario.engines import on_engine


@app.command()
def shell(
    step_id: Annotated[str, typer.Argument(metavar="ID", help="chapter/scenario or chapter/scenario#step")],
    root: Root = None,
    python: Annotated[bool, typer.Option("--python", help="run the Python track, and start Python")] = False,
    engine: Engine = None,
) -> None:
    """Run a scenario up to a step (that one too) and give you a shell in its lab."""
    console = Console(stderr=True)
    project, selection = chosen([step_id], None, root)
    pack = find_pack(project)
    if len(selection.scenarios) != 1:
        raise UsageError(f"{step_id!r} names {len(selection.scenarios)} scenarios", hint="name one")
    on = only_engine(engine, pack)
    scenario = on_engine(selection.scenarios[0], on, pack.baseline)
    with ConsoleProgress(console, [scenario]) as progress:
        provider = default_provider(pack, progress)
        if problem := provider.problem():
            raise problem
        pool = Pool(provider, pack)
    with in_use(), pool, pool.lend(scenario, on) as labs:
        track: Track = "python" if python else "shell"
        last = selection.until.get(scenario.id, scenario.steps[-1].name)
        own = ["python3", "-i", "-c", pack.python] if python else ["bash", "--norc"]
        stayed = False

        def after(step: StepCapture, stage: Stage) -> bool:
            nonlocal stayed
            if step.step.name == last and not python:
                # Here, while the scenario's own shell lives: it knows the folder and the variables.
                stay(stage, None, track, f"of {step_id}", console)
                stayed = True
            return step.step.name == last

        run = run_track(scenario, track, labs, pack, stop_after=after)
        if not stayed:  # it is Python's, or the run did not come so far
            reached = any(step.step.name == last for step in run.steps)
            what = f"This is the lab of {step_id}." if reached else f"The run ended before {step_id}; this is its lab."
            console.print(f"{what} Leave with Ctrl-D; the lab ends with it.")
            labs["main"].interact(own)
