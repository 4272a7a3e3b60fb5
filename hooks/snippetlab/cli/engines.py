"""The option ``--engine`` of commands."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from snippetlab.check import absent, default_provider
from snippetlab.engines import wanted_engines
from snippetlab.packs import Pack
from snippetlab.report.terminal import ConsoleProgress
from snippetlab.settings import Project

Engines = Annotated[
    list[str] | None,
    typer.Option(
        "--engine",
        metavar="NAME",
        help="the engine to run on; may be given several times, or be all "
        "(default: the baseline, and the newest if recordings of it are kept)",
    ),
]
Engine = Annotated[str, typer.Option("--engine", metavar="NAME", help="the engine (default: the baseline)")]


def engines_at_hand(names: list[str] | None, pack: Pack, project: Project, console: Console) -> list[str]:
    """The engines that a check runs on. One that nobody named and that cannot be had is told and left out, of all, too.

    Raises LabError for one that was named.
    """
    wanted = wanted_engines(names, pack, project)
    with ConsoleProgress(console, ()) as progress:
        provider = default_provider(pack, progress)
        if provider.problem():
            return wanted  # the check says why
        missing = absent([engine for engine in wanted if engine != pack.baseline], provider)
    for engine, why in missing.items():
        if names and "all" not in names:
            raise why
        told = f"{engine} was not verified, its recordings stand as they are: {why}"
        console.print(Text(told, style="yellow"), soft_wrap=True)
    return [engine for engine in wanted if engine not in missing]
