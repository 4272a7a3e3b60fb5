"""``snippetlab explain``: which parts of a recording are compared, and on what a kept result depends."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from snippetlab.check import Silent, default_provider, scenario_key
from snippetlab.cli.common import Root, app, chosen
from snippetlab.cli.engines import Engine
from snippetlab.compare import Reading, readings
from snippetlab.compare.normalise import spans
from snippetlab.engines import one_engine
from snippetlab.model import Block, Scenario, Step
from snippetlab.packs import Pack, find_pack
from snippetlab.results.cache import ResultCache
from snippetlab.scenario.engines import on_engine


@app.command()
def explain(
    identity: Annotated[str, typer.Argument(metavar="ID", help="a scenario, a step, or a page")],
    root: Root = None,
    key: Annotated[bool, typer.Option("--key", help="list what a kept result depends on, and what changed")] = False,
    engine: Engine = "",
) -> None:
    """Show, line by line, what of a recording is compared and what is not; with --key, what a result depends on."""
    console = Console()
    project, selection = chosen([identity], None, root)
    pack = find_pack(project)
    engine = one_engine(engine, pack)
    for scenario in selection.scenarios:
        if key:
            _print_key(console, scenario, pack, engine)
        else:
            there = on_engine(scenario, engine, pack.baseline)
            last = selection.until.get(scenario.id)
            wanted = [step for step in there.steps if last in (None, step.name)]
            _print_lines(console, there, wanted, pack)


def _print_lines(console: Console, scenario: Scenario, steps: list[Step], pack: Pack) -> None:
    how = readings([scenario], pack.vocabulary)
    masked = total = 0
    for step in steps:
        reading = how.get(step.id, Reading(pack.vocabulary))
        console.print(Text(f"{step.id}  {step.place}", style="bold"), soft_wrap=True)
        for block in step.blocks:
            for source, text in _recorded(block):
                console.print(Text(f"  {source}"), soft_wrap=True)
                found = spans(text, reading.of(source))
                masked += sum(end - start for start, end, _ in found)
                total += len(text)
                _print_output(console, text, found)
    share = f"{100 * masked / total:.1f} %" if total else "nothing"
    console.print(Text(f"{share} of the recorded characters is compared by kind, the rest as it stands.", style="bold"))


def _recorded(block: Block) -> list[tuple[str, str]]:
    if block.kind == "capture":
        return [(f"capture {block.option('capture')}", block.text)]
    first, more = (">>> ", "... ") if block.kind == "pycon" else ("$ ", "> ")
    return [(first + command.source.replace("\n", f"\n  {more}"), command.output) for command in block.commands]


def _print_output(console: Console, text: str, found: list[tuple[int, int, str]]) -> None:
    start = 0
    for line in text.removesuffix("\n").split("\n") if text else ():
        end = start + len(line)
        own = [(max(a, start) - start, min(b, end) - start, kind) for a, b, kind in found if a < end and b > start]
        shown = Text(f"    {line}")
        for a, b, _ in own:
            shown.stylize("dim", a + 4, b + 4)
        for a, b, kind in own:
            value = line[a:b] if b - a <= 16 else f"{line[a : a + 15]}…"
            shown.append(f"   [{value}: compared as {kind}]", style="cyan")
        console.print(shown, soft_wrap=True)
        start = end + 1


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
