"""``snippetlab update``: run, and write down what came."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from snippetlab.accept.statefile import read_state, update_states
from snippetlab.accept.update import ACCEPTABLE, rebased, update_files, what_changes
from snippetlab.check import drifts_of
from snippetlab.cli.common import Jobs, Names, Root, Word, app, chosen, run_selection
from snippetlab.model import Drift, Scenario, ScenarioResult
from snippetlab.packs import Pack, find_pack
from snippetlab.report.terminal import print_drifts
from snippetlab.scenario.finding import reload


@app.command()
def update(
    names: Names = None,
    word: Word = None,
    jobs: Jobs = None,
    root: Root = None,
    because: Annotated[str, typer.Option(metavar="TEXT", help="what changed in Docker, for the log of changes")] = "",
    log: Annotated[bool, typer.Option(help="tell in changes.yml which committed recordings were replaced")] = True,
) -> None:
    """Run scenarios and write the new outputs of what drifted into their files."""
    console = Console()
    project, selection = chosen(names, word, root)
    pack = find_pack(project)
    folder = project.scenarios if project.scenarios.is_dir() else None
    results = run_selection(pack, selection, console, jobs=jobs)
    print_drifts(console, results, pack.vocabulary)
    written = update_files(results, pack.vocabulary, folder if log else None, because=because)
    # Of a page, or of half a scenario, no state is recorded.
    whole = [
        r for r in results if folder and folder in r.scenario.path.parents and r.scenario.id not in selection.until
    ]
    written += update_states(whole, everything=not names and word is None)
    for drift in (d for r in results for d in r.drifts if d.kind in ACCEPTABLE):
        console.print(Text(f"{drift.place}: {what_changes(drift)}"), soft_wrap=True)
    for path in written:
        console.print(Text(f"written: {path}", style="bold"))
    left = [d for r in results for d in _left_over(r, reload(r.scenario, project, pack.alias), pack, r in whole)]
    if left:
        console.print(Text(f"{len(left)} drifts cannot be accepted by writing an output; they need you.", style="red"))
    raise typer.Exit(2 if selection.unreadable else 1 if left else 0)


def _left_over(result: ScenarioResult, rewritten: Scenario, pack: Pack, whole: bool) -> list[Drift]:
    """What still drifts when the same run is compared with the files as they are now."""
    recorded = read_state(rewritten) if whole else None
    found = drifts_of(rewritten, rebased(result.runs, rewritten), pack.vocabulary, recorded)
    return [drift for drift in found if not drift.warning]
