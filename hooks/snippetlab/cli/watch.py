"""``snippetlab check --watch``: run what changes as soon as it does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence, Set
from itertools import chain
from pathlib import Path

from rich.console import Console
from rich.text import Text
from watchfiles import watch as watch_files

from snippetlab.check import check_scenarios, default_provider
from snippetlab.errors import SnippetLabError
from snippetlab.lab.pool import Pool
from snippetlab.lab.stock.cache import in_use
from snippetlab.model import Scenario
from snippetlab.packs import Pack
from snippetlab.report.terminal import ConsoleProgress, print_drifts, summary
from snippetlab.scenario.context import context_files
from snippetlab.scenario.selection import Selection
from snippetlab.settings import Project

_PREPARED = 2  # labs that wait for the next change; a scenario has one or two


def watch(
    project: Project,
    selection: Selection,
    pack: Pack,
    console: Console,
    *,
    jobs: int | None,
    engines: Sequence[str],
    again: Callable[[], Selection],
) -> None:
    """Check the selection, then whatever of it changes, until the program is stopped.

    ``again`` reads the files anew. What cannot be read is told, and the watch goes on.
    """
    with ConsoleProgress(console, selection.scenarios) as progress:
        provider = default_provider(pack, progress)
        if problem := provider.problem():
            raise problem
    folders = sorted({path.parent for scenario in selection.scenarios for path in _files(scenario)})
    # Between two checks, labs wait that were started ahead.
    with in_use(), Pool(provider, pack) as pool:

        def run(chosen: Selection) -> None:
            with ConsoleProgress(console, chosen.scenarios, len(engines)) as progress:
                results = check_scenarios(
                    chosen.scenarios,
                    pack=pack,
                    engines=engines,
                    provider=provider,
                    jobs=jobs,
                    until=chosen.until,
                    progress=progress,
                    pool=pool,
                )
            # While a person thinks about the next change, a lab starts for it.
            pool.prepare(chosen.scenarios, engines, most=_PREPARED)
            print_drifts(console, results, pack.vocabulary)
            console.print(Text(summary(results, chosen.not_run), style="bold"))
            console.print(Text("watching; Ctrl-C ends it", style="dim"))

        # Begun before the first run, so that no change made during one is missed.
        changes = changes_below(folders)
        run(selection)
        told = _wrong(selection)
        for touched in filter(None, changes):
            try:
                now = again()
                wrong = _wrong(now)
                if hit := touched_among(now, touched):
                    run(hit)
            except SnippetLabError as error:
                wrong = str(error)
            # Once: other files may change all the time, such as the one that this goes to.
            if wrong not in ("", told):
                console.print(Text(wrong, style="red"), soft_wrap=True)
            told = wrong


def _wrong(selection: Selection) -> str:
    """Why files could not be read."""
    return "\n".join(map(str, selection.unreadable))


def touched_among(selection: Selection, touched: Set[Path]) -> Selection | None:
    """What of a selection is to run again where these files have changed; None for nothing."""
    hit = tuple(scenario for scenario in selection.scenarios if touched & _files(scenario))
    until = {scenario.id: selection.until[scenario.id] for scenario in hit if scenario.id in selection.until}
    not_run = tuple(one for one in selection.not_run if one.place.path in {scenario.path for scenario in hit})
    return Selection(hit, until, not_run=not_run) if hit else None


def changes_below(folders: Sequence[Path]) -> Iterator[set[Path]]:
    """The files below ``folders`` that change from now on, a set at a time; empty ones while nothing changes."""
    found = watch_files(*folders, debounce=200, step=50, rust_timeout=200, yield_on_timeout=True)
    # It is a generator, which begins to look only when it is first asked.
    first = next(found)
    return ({Path(path) for _, path in change} for change in chain([first], found))


def _files(scenario: Scenario) -> set[Path]:
    """The files, by their whole paths, a change of which is a change of the scenario."""
    others = [recorded.path for recorded in scenario.others.values()]
    return {path.resolve() for path in (scenario.path, *others, *context_files(scenario))}
