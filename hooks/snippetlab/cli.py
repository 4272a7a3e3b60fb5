"""The command line: check, update, shell, labs, list."""

from __future__ import annotations

import random
import signal
import sys
import traceback
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from snippetlab.accept.update import rebased, update_files
from snippetlab.check import check_scenarios, default_provider, drifts_of, lab_specs
from snippetlab.errors import SnippetLabError, UsageError
from snippetlab.lab.pool import Pool
from snippetlab.lab.stock.store import entries, remove
from snippetlab.model import Scenario, ScenarioResult, Track
from snippetlab.packs import Pack, find_pack
from snippetlab.report.machine import write_json, write_junit
from snippetlab.report.terminal import ConsoleProgress, print_drifts, summary
from snippetlab.results.cache import ResultCache, Reuse
from snippetlab.run.track import run_track
from snippetlab.scenario import discover, load
from snippetlab.scenario.selection import Selection, select
from snippetlab.settings import Project, find_project

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Runs the commands of scenarios in throw-away Docker Engines and compares their outputs with recordings.",
)

Names = Annotated[list[str] | None, typer.Argument(metavar="[PATH|ID]...", help="files, chapters, scenarios or steps")]
Word = Annotated[str | None, typer.Option("-k", metavar="WORD", help="only scenarios that hold the word")]
Jobs = Annotated[int | None, typer.Option("--jobs", "-j", min=1, help="labs at once (default: two a processor)")]
Root = Annotated[
    Path | None, typer.Option("--root", help="the folder of the scenarios (default: the settings', found from here)")
]


def _project(root: Path | None) -> Project:
    """The project that the current folder lies in; its scenarios are below ``root``, where that is given."""
    project = find_project(Path.cwd())
    if root is None:
        return project
    # Joined to a project's folder, an absolute path is itself; one from here is told as a person wrote it.
    folder = Path() if project.folder == Path() else Path.cwd()
    settings = project.settings.model_copy(update={"scenarios": str(root if folder == Path() else folder / root)})
    return project.model_copy(update={"settings": settings})


def _chosen(names: list[str] | None, word: str | None, root: Path | None) -> tuple[Project, Selection]:
    project = _project(root)
    base = project.scenarios
    scenarios = discover(base) if base.is_dir() else []
    if not scenarios:
        raise UsageError(f"there is no scenario in {base}", hint="name the folder with --root, or in the settings")
    return project, select(scenarios, names or [], word)


def _reuse(pack: Pack) -> Reuse:
    return Reuse(ResultCache.of_user(), pack.settings.reuse_days, pack.settings.reuse_days_outside)


def _writable(*files: Path | None) -> None:
    """Refuse a report's path before minutes are spent on what would go there."""
    for file in files:
        if file and not file.absolute().parent.is_dir():
            raise UsageError(f"there is no folder {file.parent}", where=str(file), hint="make it first")


def _run(pack: Pack, selection: Selection, console: Console, **options: Any) -> list[ScenarioResult]:
    with ConsoleProgress(console, selection.scenarios) as progress:
        return check_scenarios(selection.scenarios, pack=pack, until=selection.until, progress=progress, **options)


@app.command()
def check(
    names: Names = None,
    word: Word = None,
    jobs: Jobs = None,
    root: Root = None,
    fail_fast: Annotated[bool, typer.Option("--fail-fast", help="stop at the first drift")] = False,
    junit: Annotated[Path | None, typer.Option(help="write JUnit XML")] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="write JSON")] = None,
    confirm: Annotated[
        bool, typer.Option("--confirm", help="run what drifted once more; only what comes again counts")
    ] = False,
    shuffle: Annotated[
        int | None, typer.Option(metavar="SEED", help="run scenarios in an order drawn from this number")
    ] = None,
    cached: Annotated[
        bool, typer.Option("--cached", help="take results of former runs where nothing has changed since")
    ] = False,
) -> None:
    """Run scenarios and compare. Exit code 0: no drift; 1: drift; 2: misuse, or no lab can run; 3: a fault."""
    console = Console()
    _writable(junit, json_file)
    project, selection = _chosen(names, word, root)
    if shuffle is not None:
        order = random.Random(shuffle).sample(selection.scenarios, len(selection.scenarios))
        selection = replace(selection, scenarios=tuple(order))
    pack = find_pack(project)
    reuse = _reuse(pack) if cached else None
    results = _run(pack, selection, console, jobs=jobs, fail_fast=fail_fast, confirm=confirm, reuse=reuse)
    print_drifts(console, results, pack.vocabulary)
    if junit:
        write_junit(junit, results)
    if json_file:
        write_json(json_file, results)
    console.print(Text(summary(results), style="bold"))
    raise typer.Exit(0 if all(r.ok for r in results) else 1)


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
    project, selection = _chosen(names, word, root)
    base = project.scenarios
    pack = find_pack(project)
    results = _run(pack, selection, console, jobs=jobs)
    print_drifts(console, results, pack.vocabulary)
    for path in update_files(results, pack.vocabulary, base if log else None, because=because):
        console.print(Text(f"written: {path}", style="bold"))
    left = [d for r in results for d in _left_over(r, load(r.scenario.path, base), pack)]
    if left:
        console.print(Text(f"{len(left)} drifts cannot be accepted by writing an output; they need you.", style="red"))
    raise typer.Exit(1 if left else 0)


def _left_over(result: ScenarioResult, rewritten: Scenario, pack: Pack) -> list[str]:
    """What still drifts when the same run is compared with the files as they are now."""
    return [
        str(d.place) for d in drifts_of(rewritten, rebased(result.runs, rewritten), pack.vocabulary) if not d.warning
    ]


@app.command()
def shell(
    step_id: Annotated[str, typer.Argument(metavar="ID", help="chapter/scenario or chapter/scenario#step")],
    root: Root = None,
    python: Annotated[bool, typer.Option("--python", help="run the Python track, and start Python")] = False,
    engine: Annotated[str, typer.Option(help="the engine to run on (default: the baseline)")] = "",
) -> None:
    """Run a scenario up to a step (that one too) and give you a shell in its lab."""
    console = Console(stderr=True)
    project, selection = _chosen([step_id], None, root)
    pack = find_pack(project)
    if len(selection.scenarios) != 1:
        raise UsageError(f"{step_id!r} names {len(selection.scenarios)} scenarios", hint="name one")
    scenario = selection.scenarios[0]
    with ConsoleProgress(console, [scenario]) as progress:
        provider = default_provider(pack, progress)
        if problem := provider.problem():
            raise problem
        pool = Pool(provider, pack)
    with pool, pool.lend(scenario, engine) as labs:
        track: Track = "python" if python else "shell"
        run_track(scenario, track, labs, pack, until=selection.until.get(scenario.id))
        console.print(f"This is the lab of {step_id}. Leave with Ctrl-D; the lab ends with it.")
        prelude = "import docker; client = docker.from_env()"
        labs["main"].interact(["python3", "-i", "-c", prelude] if python else ["bash", "--norc"])


@app.command("list")
def list_steps(names: Names = None, word: Word = None, root: Root = None) -> None:
    """List scenarios and their steps, with file and line."""
    _, selection = _chosen(names, word, root)
    for scenario in selection.scenarios:
        for step in scenario.steps:
            print(f"{step.id}\t{step.place}")


@app.command()
def labs(
    build: Annotated[bool, typer.Option("--build", help="build what scenarios need")] = False,
    delete: Annotated[bool, typer.Option("--remove", help="remove everything from the cache")] = False,
    root: Root = None,
) -> None:
    """List, build or remove lab images, base images and results in the cache, with their sizes."""
    console = Console()
    if delete:
        for entry in entries():
            remove(entry)
            console.print(f"removed: {entry.kind} {entry.name}")
        return
    if build:
        project, selection = _chosen(None, None, root)
        pack = find_pack(project)
        with ConsoleProgress(console, ()) as progress:
            provider = default_provider(pack, progress)
            if problem := provider.problem():
                raise problem
            for spec in {spec for s in selection.scenarios for spec in lab_specs(s, pack)}:
                provider.identity(spec)
    table = Table("kind", "name", "size")
    for entry in entries():
        table.add_row(entry.kind, entry.name, f"{entry.bytes / 1e6:,.1f} MB")
    console.print(table)


def main() -> NoReturn:
    """Run the command line; errors of ours are told in words, not in tracebacks."""
    signal.signal(signal.SIGINT, _stop)
    signal.signal(signal.SIGTERM, _stop)
    try:
        app()
    except SnippetLabError as error:
        _tell(error)
        sys.exit(2)
    except SystemExit as done:
        if done.code in (130, 143):
            print("stopped: every lab was ended", file=sys.stderr)
        raise
    except Exception:
        # 1 would say that something drifted.
        traceback.print_exc()
        print("This is a fault of snippetlab itself. Please report it with the lines above.", file=sys.stderr)
        sys.exit(3)
    sys.exit(0)


def _stop(number: int, _frame: object) -> NoReturn:
    """End in order, once: an impatient second Ctrl-C must not cut off the ending of labs."""
    for further in (signal.SIGINT, signal.SIGTERM):
        signal.signal(further, lambda *_: None)
    sys.exit(128 + number)


def _tell(error: SnippetLabError) -> None:
    Console(stderr=True).print(Text(str(error), style="red"), soft_wrap=True)
