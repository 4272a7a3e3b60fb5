"""The option ``--engine`` of commands."""

from __future__ import annotations

from typing import Annotated, NamedTuple

import typer
from rich.console import Console
from rich.text import Text

from snippetlab.accept.register import register_file
from snippetlab.check import absent, default_provider
from snippetlab.engines import wanted_engines
from snippetlab.errors import LabError
from snippetlab.model import NotRun, Place
from snippetlab.packs import Pack
from snippetlab.report.terminal import ConsoleProgress
from snippetlab.settings import Project, line_in

Engines = Annotated[
    list[str] | None,
    typer.Option(
        "--engine",
        metavar="NAME",
        help="the engine to run on; may be given several times, or be all "
        "(default: the baseline, and the newest if recordings of it are kept)",
    ),
]
# A list, so that whoever names two is told, and not given the last one in silence.
Engine = Annotated[
    list[str] | None, typer.Option("--engine", metavar="NAME", help="the engine (default: the baseline)")
]


class AtHand(NamedTuple):
    """The engines that a check runs on, and those on which it was meant to run and cannot."""

    engines: list[str]
    not_run: tuple[NotRun, ...] = ()


def engines_at_hand(names: list[str] | None, pack: Pack, project: Project, console: Console) -> AtHand:
    """The engines that a check runs on. One that nobody named and that cannot be had is told and left out, of all, too.

    Raises LabError for one that was named.
    """
    wanted = wanted_engines(names, pack, project)
    with ConsoleProgress(console, ()) as progress:
        provider = default_provider(pack, progress)
        if provider.problem():
            return AtHand(wanted)  # the check says why
        # With the baseline, which is built at the same time.
        missing = absent(wanted, provider)
    for engine, why in missing.items():
        if engine == pack.baseline or (names and "all" not in names):
            raise why
        told = f"{engine} was not verified, its recordings stand as they are: {why}"
        console.print(Text(told, style="yellow"), soft_wrap=True)
    left = tuple(NotRun("engine", _place(engine, project), _reason(engine, why)) for engine, why in missing.items())
    return AtHand([engine for engine in wanted if engine not in missing], left)


def _place(engine: str, project: Project) -> Place:
    """Where it stands that recordings of an engine are kept, or else where the engine is set."""
    for file in (register_file(project.scenarios), project.file):
        if file and (line := line_in(file, engine)):
            return Place(file, line)
    return Place(project.file or project.scenarios, 1)


def _reason(engine: str, why: LabError) -> str:
    hint = f"; {why.hint}" if why.hint else ""
    return f"{engine} was not verified, its recordings stand as they are: {why.what}{hint}"
