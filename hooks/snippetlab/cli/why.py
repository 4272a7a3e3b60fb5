"""``snippetlab why``: what a step prints otherwise on another engine."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from snippetlab.between import Change, changes_between
from snippetlab.check import refuse_misfits
from snippetlab.cli.common import Root, app, chosen
from snippetlab.cli.engines import Engines
from snippetlab.compare import hunks
from snippetlab.engines import wanted_engines
from snippetlab.model import Holds
from snippetlab.packs import find_pack
from snippetlab.report.terminal import STYLES


@app.command()
def why(
    identity: Annotated[str, typer.Argument(metavar="ID", help="chapter/scenario or chapter/scenario#step")],
    root: Root = None,
    engine: Engines = None,
) -> None:
    """Show what a scenario, or a step of it, prints otherwise on other engines than on the baseline."""
    console = Console()
    project, selection = chosen([identity], None, root)
    pack = find_pack(project)
    others = [name for name in wanted_engines(engine or ["all"], pack, project) if name != pack.baseline]
    refuse_misfits(selection.scenarios, pack)
    told = False
    for scenario in selection.scenarios:
        wanted = selection.until.get(scenario.id)
        for name in others:
            for step in scenario.steps:
                if step.holds and not step.holds.on(name) and wanted in (None, step.name):
                    console.print(Text.assemble((f"{step.id}  ", "bold"), _not_there(step.holds, name)), soft_wrap=True)
                    told = True
            for change in changes_between(scenario, pack.baseline, name, pack.baseline, pack.vocabulary):
                if wanted in (None, change.step_id.partition("#")[2]):
                    _print(console, change, pack.baseline, name)
                    told = True
    if not told:
        engines = f"on {', '.join(others)}" if others else "on another engine"
        console.print(
            Text(f"{identity}: nothing is recorded {engines} that {pack.baseline} does not print"), soft_wrap=True
        )


def _not_there(holds: Holds, engine: str) -> str:
    return f"does not run on {engine}: {holds.where} says {holds.text}. {holds.reason}"


def _print(console: Console, change: Change, one: str, other: str) -> None:
    console.print(
        Text.assemble((f"{change.step_id}  ", "bold"), f"{one} at {change.places[0]}, {other} at {change.places[1]}"),
        soft_wrap=True,
    )
    console.print(Text(f"  {change.command}"), soft_wrap=True)
    for shown in hunks(change.lines):
        if isinstance(shown, int):
            console.print(Text(f"    … {shown} alike", style="dim"), soft_wrap=True)
        else:
            tag, line, _ = shown
            console.print(Text(f"  {tag} {line}", style=STYLES[tag]), soft_wrap=True)
