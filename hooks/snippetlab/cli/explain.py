"""``snippetlab explain``: which parts of a recording are compared, and on what a kept result depends."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from snippetlab.check import Silent, default_provider, refuse_misfits, scenario_key
from snippetlab.cli.common import Root, app, chosen
from snippetlab.cli.engines import Engine
from snippetlab.compare.explain import ExplainedLine
from snippetlab.compare.explain import explain as explain_outputs
from snippetlab.engines import only_engine
from snippetlab.model import Scenario, Step
from snippetlab.packs import Pack, find_pack
from snippetlab.results.cache import ResultCache
from snippetlab.scenario.engines import on_engine

_PROMPTS = {"console": ("$ ", "> "), "pycon": (">>> ", "... ")}
_SHOWN = 16  # characters of a value that are named behind a line


@app.command()
def explain(
    identity: Annotated[str, typer.Argument(metavar="ID", help="a scenario, a step, or a page")],
    root: Root = None,
    key: Annotated[bool, typer.Option("--key", help="list what a kept result depends on, and what changed")] = False,
    engine: Engine = None,
) -> None:
    """Show, line by line, what of a recording is compared and what is not; with --key, what a result depends on."""
    console = Console()
    project, selection = chosen([identity], None, root)
    pack = find_pack(project)
    on = only_engine(engine, pack)
    refuse_misfits(selection.scenarios, pack)
    for scenario in selection.scenarios:
        if key:
            _print_key(console, scenario, pack, on)
        else:
            there = on_engine(scenario, on, pack.baseline)
            last = selection.until.get(scenario.id)
            wanted = [step for step in there.steps if last in (None, step.name)]
            _print_lines(console, there, wanted, pack)


def _print_lines(console: Console, scenario: Scenario, steps: list[Step], pack: Pack) -> None:
    wanted = {step.id: step for step in steps}
    masked = total = 0
    last = ""
    for output in explain_outputs(scenario, pack.vocabulary):
        step = wanted.get(output.step_id)
        if step is None:
            continue
        if step.id != last:
            console.print(Text(f"{step.id}  {step.place}", style="bold"), soft_wrap=True)
        last = step.id
        first, more = _PROMPTS.get(output.kind, ("", ""))
        console.print(Text(f"  {first}{output.source}".replace("\n", f"\n  {more}")), soft_wrap=True)
        for note in output.notes:
            console.print(Text(f"    [{note}]", style="cyan"), soft_wrap=True)
        for line in output.lines:
            console.print(_shown(line), soft_wrap=True)
            masked += sum(len(part.text) for part in line.parts if part.kind)
            total += sum(len(part.text) for part in line.parts)
    share = f"{100 * masked / total:.1f} %" if total else "nothing"
    console.print(Text(f"{share} of the recorded characters is not compared as it stands.", style="bold"))


def _shown(line: ExplainedLine) -> Text:
    """A recorded line with what is not compared as it stands dimmed, and behind it why, each kind once."""
    shown = Text("    ")
    for part in line.parts:
        shown.append(part.text, style="dim" if part.kind else "")
    for part in dict.fromkeys(part for part in line.parts if part.kind):
        value = part.text if len(part.text) <= _SHOWN else f"{part.text[: _SHOWN - 1]}…"
        shown.append(f"   [{value}: {part.kind}; {part.why}]", style="cyan")
    return shown


def _print_key(console: Console, scenario: Scenario, pack: Pack, engine: str) -> None:
    provider = default_provider(pack, Silent())
    if problem := provider.problem():
        raise problem
    now = scenario_key(scenario, pack, provider, engine)
    former = ResultCache.of_user().former(scenario, engine)
    changed = now.changed(former) if former else []
    table = Table("part", "now", "in the newest kept result", title=f"{scenario.id}: {now.digest}")
    for name in sorted({*dict(now.parts), *former}):
        value, before = dict(now.parts).get(name, "–"), former.get(name, "–" if former else "")
        table.add_row(name, value, before if name in changed or not former else "the same")
    console.print(table)
    if not former:
        console.print("No result of this scenario is kept.")
    elif changed:
        console.print(Text(f"It would run: {', '.join(changed)} changed.", style="bold"))
    else:
        console.print("A result of it is kept under this key.")
