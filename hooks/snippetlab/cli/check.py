"""``snippetlab check``: run and compare."""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from snippetlab.cli.common import Jobs, Names, Root, Word, app, chosen, run_selection
from snippetlab.cli.debug import debug
from snippetlab.cli.engines import Engines, engines_at_hand
from snippetlab.cli.watch import watch
from snippetlab.errors import ScenarioError, UsageError
from snippetlab.model import NotRun, ScenarioResult
from snippetlab.packs import Pack, find_pack
from snippetlab.report.annotations import FORMATS
from snippetlab.report.machine import unreadable, write_json, write_junit
from snippetlab.report.terminal import print_drifts, print_not_run, summary
from snippetlab.results.cache import ResultCache, Reuse
from snippetlab.results.history import History, UnsteadyStep
from snippetlab.scenario.shard import Shard

UNSTEADY = 4  # the exit code where nothing drifted twice, and something once


@app.command()
def check(
    names: Names = None,
    word: Word = None,
    jobs: Jobs = None,
    root: Root = None,
    engine: Engines = None,
    fail_fast: Annotated[bool, typer.Option("--fail-fast", help="stop at the first drift")] = False,
    junit: Annotated[Path | None, typer.Option(help="write JUnit XML")] = None,
    form: Annotated[
        str, typer.Option("--format", metavar="FORMAT", help="terminal, github (annotations) or sarif, on stdout")
    ] = "terminal",
    json_file: Annotated[Path | None, typer.Option("--json", help="write JSON")] = None,
    confirm: Annotated[
        bool,
        typer.Option("--confirm", help="run once more what time may explain; what does not come again is unsteady"),
    ] = False,
    shuffle: Annotated[
        int | None, typer.Option(metavar="SEED", help="run scenarios in an order drawn from this number")
    ] = None,
    cached: Annotated[
        bool, typer.Option("--cached", help="take results of former runs where nothing has changed since")
    ] = False,
    debugging: Annotated[
        bool, typer.Option("--debug", help="at the first drift, give a shell in that lab, in the state it has")
    ] = False,
    why_not: Annotated[
        bool,
        typer.Option(
            "--not-run", help="list the pages, blocks and engines that are shown and not run, with the reasons"
        ),
    ] = False,
    watching: Annotated[bool, typer.Option("--watch", help="go on: run what changes as soon as it does")] = False,
    on: Annotated[
        list[str] | None,
        typer.Option(metavar="URL", help="a Docker Engine to run labs on (ssh://host); several share them"),
    ] = None,
    shard: Annotated[
        str, typer.Option(metavar="I/N", help="run the I-th of N parts; all parts together are the whole")
    ] = "",
) -> None:
    """Run scenarios and compare.

    Exit code 0: no drift; 1: drift; 2: misuse, or no lab can run; 3: a fault; 4: unsteady, no drift.
    """
    if form not in ("terminal", *FORMATS):
        raise UsageError(f"there is no format {form!r}", hint=f"formats are terminal, {', '.join(FORMATS)}")
    # What a machine reads has standard output for itself.
    console = Console(stderr=form != "terminal")
    _writable(junit, json_file)
    part = Shard.of(shard) if shard else None

    def report(results: Sequence[ScenarioResult], left: Sequence[NotRun]) -> None:
        if form != "terminal":
            sys.stdout.write(FORMATS[form](results, left))
        if junit:
            write_junit(junit, results, left, shard)
        if json_file:
            write_json(json_file, results, left, shard)

    try:
        project, selection = chosen(names, word, root)
    except ScenarioError as error:
        report([], unreadable(error.all))
        raise
    if on:
        project = project.model_copy(update={"settings": project.settings.model_copy(update={"on": tuple(on)})})
    if part:
        selection = replace(selection, scenarios=part.share(selection.scenarios))
    if shuffle is not None:
        order = random.Random(shuffle).sample(selection.scenarios, len(selection.scenarios))
        selection = replace(selection, scenarios=tuple(order))
    pack = find_pack(project)
    engines, absent = engines_at_hand(engine, pack, project, console)
    if debugging:
        raise typer.Exit(1 if debug(selection, pack, console, engines) else 0)
    if watching:
        watch(
            project,
            selection,
            pack,
            console,
            jobs=jobs,
            engines=engines,
            again=lambda: chosen(names, word, root, tell=False)[1],
        )
        return
    options: dict[str, Any] = {
        "reuse": _reuse(pack) if cached else None,
        "history": History.of_user() if confirm else None,
        "engines": engines,
    }
    results = run_selection(pack, selection, console, jobs=jobs, fail_fast=fail_fast, confirm=confirm, **options)
    print_drifts(console, results, pack.vocabulary)
    left = (*selection.not_run, *absent)
    report(results, (*left, *unreadable(selection.unreadable)))
    if why_not:
        print_not_run(console, left)
    for step in _unsteady(results):
        console.print(Text(f"unsteady: {step}", style="yellow"), soft_wrap=True)
    more = " (--not-run lists them)" if left and not why_not else ""
    console.print(Text(f"{summary(results, left)}{more}", style="bold"), soft_wrap=True)
    raise typer.Exit(2 if selection.unreadable else _code(results))


def _unsteady(results: Sequence[ScenarioResult]) -> list[UnsteadyStep]:
    """The steps that were unsteady in their last runs on this machine, engine by engine."""
    history = History.of_user()
    return [
        step
        for engine in dict.fromkeys(result.engine for result in results)
        for step in history.unsteady_steps([r.scenario for r in results if r.engine == engine], engine)
    ]


def _code(results: Sequence[ScenarioResult]) -> int:
    if not all(result.ok for result in results):
        return 1
    return UNSTEADY if any(result.unsteady for result in results) else 0


def _reuse(pack: Pack) -> Reuse:
    return Reuse(ResultCache.of_user(), pack.settings.reuse_days, pack.settings.reuse_days_outside)


def _writable(*files: Path | None) -> None:
    """Refuse a report's path before minutes are spent on what would go there."""
    for file in files:
        if file and not file.absolute().parent.is_dir():
            raise UsageError(f"there is no folder {file.parent}", where=str(file), hint="make it first")
        if file and file.is_dir():
            raise UsageError("this is a folder", where=str(file), hint="name a file for the report")
        if file and not os.access(file.resolve().parent, os.W_OK):
            raise UsageError(f"nothing can be written into {file.parent}", where=str(file), hint="name another place")
