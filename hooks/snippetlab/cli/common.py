"""What the commands share: the program, its common options, and how a person's words become scenarios."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from snippetlab.check import check_scenarios
from snippetlab.errors import ScenarioError, UsageError
from snippetlab.model import NotRun, ScenarioResult
from snippetlab.packs import Pack, find_pack, known_to
from snippetlab.report.terminal import ConsoleProgress
from snippetlab.scenario.finding import SUFFIXES, Found, find
from snippetlab.scenario.selection import Selection, select
from snippetlab.scenario.setup import exempt_blocks
from snippetlab.settings import Project, find_project

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Runs the commands of Markdown files in throw-away labs and compares their outputs with what is recorded.",
)

Names = Annotated[list[str] | None, typer.Argument(metavar="[PATH|ID]...", help="files, chapters, scenarios or steps")]
Word = Annotated[str | None, typer.Option("-k", metavar="WORD", help="only scenarios that hold the word")]
Jobs = Annotated[int | None, typer.Option("--jobs", "-j", min=1, help="labs at once (default: three a processor)")]
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


def chosen(
    names: list[str] | None, word: str | None, root: Path | None, *, tell: bool = True
) -> tuple[Project, Selection]:
    """The project, and the scenarios that the names and the word leave. Raises UsageError when there are none.

    What cannot be read beside them is told on standard error, or left to the caller.
    """
    project = project_here(root)
    pack = find_pack(project)
    found = find(project, names or [], known_to(pack))
    if not found.scenarios and found.errors:
        ScenarioError.raise_all(found.errors)
    if not found.scenarios and names and found.empty:
        raise _nothing_to_run(found)
    if not found.scenarios and not found.not_run:
        if names:
            raise _nothing_named(names[0])
        hint = "name a page, or the folder with --root, or `pages` in the settings"
        raise UsageError(f"there is no scenario in {project.scenarios}", hint=hint)
    for error in found.errors if tell else ():
        print(error, file=sys.stderr)
    wanted = [name for name in names or [] if not _told(name, found)]
    selection = select(found.scenarios, wanted, word) if wanted or not names else Selection((), {})
    return project, replace(selection, unreadable=found.errors, not_run=_not_run(found, selection, word))


def _nothing_named(name: str) -> UsageError:
    path = Path(name.partition("#")[0])
    if path.is_file():
        return UsageError(f"{name} is no Markdown page", hint=f"the names of pages end in {', '.join(SUFFIXES)}")
    if path.is_dir():
        return UsageError(f"there is no page below {name}", hint=f"the names of pages end in {', '.join(SUFFIXES)}")
    return UsageError(f"there is neither a file nor a scenario {name!r}", hint="`snippetlab list` shows every id")


def _nothing_to_run(found: Found) -> UsageError:
    first, *more = found.empty
    hint = "a command stands in a block of `console`, behind its prompt; other words are set under `fences`"
    if found.not_run:
        one = found.not_run[0]
        hint = f"{one.place} is a block with a prompt, but {one.reason}"
    what = f"there is nothing to run, nor in {len(more)} further pages" if more else "there is nothing to run"
    return UsageError(what, where=str(first), hint=hint)


def _not_run(found: Found, selection: Selection, word: str | None) -> tuple[NotRun, ...]:
    """What of the chosen files is not run: of their pages, and of their scenarios."""
    chosen_paths = {scenario.path for scenario in selection.scenarios}
    told = [one for one in found.not_run if word is None or one.place.path in chosen_paths]
    own = [one for s in selection.scenarios for one in exempt_blocks(s.steps) if one not in told]
    return tuple(dict.fromkeys([*told, *own]))


def _told(name: str, found: Found) -> bool:
    """True for a name of which there is nothing to run, and that was said."""
    path = Path(name.partition("#")[0])
    told = [Path((error.where or "").rpartition(":")[0]) for error in found.errors]
    told += [one.place.path for one in found.not_run if one.what == "page"] + list(found.empty)
    here = [p for p in told if p.resolve().is_relative_to(path.resolve())]
    return bool(here) and not any(s.path.resolve().is_relative_to(path.resolve()) for s in found.scenarios)


def run_selection(
    pack: Pack, selection: Selection, console: Console, *, engines: Sequence[str] = (), **options: Any
) -> list[ScenarioResult]:
    """Check the selection, with progress on the console; ``options`` are those of ``check_scenarios``."""
    with ConsoleProgress(console, selection.scenarios, len(engines) or 1) as progress:
        return check_scenarios(
            selection.scenarios, pack=pack, engines=engines, until=selection.until, progress=progress, **options
        )
