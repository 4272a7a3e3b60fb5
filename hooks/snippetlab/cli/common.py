"""What the commands share: the program, its common options, and how a person's words become scenarios."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from snippetlab.check import check_scenarios
from snippetlab.errors import UsageError
from snippetlab.model import ScenarioResult
from snippetlab.packs import Pack
from snippetlab.report.terminal import ConsoleProgress
from snippetlab.scenario import discover
from snippetlab.scenario.selection import Selection, select
from snippetlab.settings import Project, find_project

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Runs the commands of Markdown files in throw-away labs and compares their outputs with what is recorded.",
)

Names = Annotated[list[str] | None, typer.Argument(metavar="[PATH|ID]...", help="files, chapters, scenarios or steps")]
Word = Annotated[str | None, typer.Option("-k", metavar="WORD", help="only scenarios that hold the word")]
Jobs = Annotated[int | None, typer.Option("--jobs", "-j", min=1, help="labs at once (default: two a processor)")]
Root = Annotated[
    Path | None, typer.Option("--root", help="the folder of the scenarios (default: the settings', found from here)")
]


def project_here(root: Path | None) -> Project:
    """The project that the current folder lies in; its scenarios are below ``root``, where that is given."""
    project = find_project(Path.cwd())
    if root is None:
        return project
    # Joined to a project's folder, an absolute path is itself; one from here is told as a person wrote it.
    folder = Path() if project.folder == Path() else Path.cwd()
    settings = project.settings.model_copy(update={"scenarios": str(root if folder == Path() else folder / root)})
    return project.model_copy(update={"settings": settings})


def chosen(names: list[str] | None, word: str | None, root: Path | None) -> tuple[Project, Selection]:
    """The project, and the scenarios that the names and the word leave. Raises UsageError when there are none."""
    project = project_here(root)
    base = project.scenarios
    scenarios = discover(base) if base.is_dir() else []
    if not scenarios:
        raise UsageError(f"there is no scenario in {base}", hint="name the folder with --root, or in the settings")
    return project, select(scenarios, names or [], word)


def run_selection(pack: Pack, selection: Selection, console: Console, **options: Any) -> list[ScenarioResult]:
    """Check the selection, with progress on the console; ``options`` are those of ``check_scenarios``."""
    with ConsoleProgress(console, selection.scenarios) as progress:
        return check_scenarios(selection.scenarios, pack=pack, until=selection.until, progress=progress, **options)
