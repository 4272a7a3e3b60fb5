"""``snippetlab update``: run, and write down what came."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from snippetlab.accept.engines import update_recordings
from snippetlab.accept.enginestate import state_on, update_states_on
from snippetlab.accept.register import Kept, read_register, write_register
from snippetlab.accept.statefile import update_states
from snippetlab.accept.update import ACCEPTABLE, rebased, update_files, what_changes
from snippetlab.check import drifts_of
from snippetlab.cli.common import Jobs, Names, Root, Word, app, chosen, run_selection
from snippetlab.cli.engines import Engines, engines_at_hand
from snippetlab.engines import scenario_on
from snippetlab.errors import ScenarioError, UsageError
from snippetlab.model import Drift, Scenario, ScenarioResult
from snippetlab.packs import Pack, find_pack, known_to
from snippetlab.report.terminal import print_drifts
from snippetlab.scenario.finding import reload
from snippetlab.scenario.selection import Selection
from snippetlab.settings import Project


@app.command()
def update(
    names: Names = None,
    word: Word = None,
    jobs: Jobs = None,
    root: Root = None,
    engine: Engines = None,
    because: Annotated[str, typer.Option(metavar="TEXT", help="what changed in Docker, for the log of changes")] = "",
    log: Annotated[bool, typer.Option(help="tell in changes.yml which committed recordings were replaced")] = True,
) -> None:
    """Run scenarios and write the new outputs of what drifted into their files.

    What another engine than the baseline prints goes into files of its own beside them.
    """
    console = Console()
    project, selection = chosen(names, word, root)
    pack = find_pack(project)
    folder = project.scenarios if project.scenarios.is_dir() else None
    engines = engines_at_hand(engine, pack, project, console).engines
    if engines[0] != pack.baseline and not names:
        selection = replace(selection, scenarios=tuple(s for s in selection.scenarios if not s.in_place))
    if engines[0] != pack.baseline and (page := next((s for s in selection.scenarios if s.in_place), None)):
        hint = "leave out --engine; a scenario may have the recordings of several"
        raise UsageError(f"a page keeps the recordings of {pack.baseline} alone", where=str(page.path), hint=hint)
    results = run_selection(pack, selection, console, jobs=jobs, engines=engines, accept_stale=True)
    print_drifts(console, results, pack.vocabulary)
    accept = Acceptance(project, selection, pack, everything=not names and word is None)
    own = [result for result in results if result.engine == pack.baseline]
    refused: list[ScenarioError] = []
    written = update_files(own, pack.vocabulary, folder if log else None, because=because, refused=refused)
    for error in refused:
        print(error, file=sys.stderr)
    written += update_states(accept.whole(own), everything=accept.everything)
    left = accept.left_over(own)
    for name in engines:
        if name != pack.baseline:
            files, more = accept.on(name, [result for result in results if result.engine == name])
            written += files
            left += more
    kept = {(error.where or "").rpartition(":")[0] for error in refused}
    for drift in (d for r in results for d in r.drifts if d.kind in ACCEPTABLE and str(d.place.path) not in kept):
        on = f" on {drift.engine}" if drift.engine else ""
        console.print(Text(f"{drift.place}: {what_changes(drift)}{on}"), soft_wrap=True)
    for path in dict.fromkeys(written):
        console.print(Text(f"written: {path}", style="bold"))
    for name in (n for n in engines if n not in (pack.baseline, *read_register(project.scenarios))):
        told = f"{name} is not kept yet: `snippetlab update --engine {name}`, without names, runs all of it once"
        console.print(Text(told), soft_wrap=True)
    if left:
        drifts, need = ("drift", "it needs") if len(left) == 1 else ("drifts", "they need")
        told = f"{len(left)} {drifts} cannot be accepted by writing an output; {need} you."
        console.print(Text(told, style="red"))
    raise typer.Exit(2 if selection.unreadable else 1 if left else 0)


@dataclass(frozen=True)
class Acceptance:
    """What an update writes down, and what is left. ``everything`` says that every scenario ran."""

    project: Project
    selection: Selection
    pack: Pack
    everything: bool

    def whole(self, results: Sequence[ScenarioResult]) -> list[ScenarioResult]:
        """The results that say what a scenario leaves: not those of a page, or of half a scenario."""
        return [r for r in results if not r.scenario.in_place and r.scenario.id not in self.selection.until]

    def left_over(self, results: Sequence[ScenarioResult]) -> list[Drift]:
        """What still drifts when the same runs are compared with the files as they are now."""
        return [drift for r in map(self._again, results) for drift in r.drifts if not drift.warning]

    def on(self, engine: str, results: Sequence[ScenarioResult]) -> tuple[list[Path], list[Drift]]:
        """Write what is other on an engine; gives the files that changed, and what still drifts.

        The baseline's recordings are up to date by now.
        """
        scenarios = {result.scenario.id: self._reload(result.scenario) for result in results}
        now = [self._again(result) for result in results]
        written = update_recordings(
            now, scenarios, self.pack.vocabulary, self.pack.baseline, self.project.page_settings
        )
        written += update_states_on(self.whole(now), engine, everything=self.everything)
        left = self.left_over(now)
        if versions := {run.versions["engine"] for r in results for run in r.runs if "engine" in run.versions}:
            written += self._register(engine, versions.pop(), verified=self.everything and not left)
        return written, left

    def _reload(self, scenario: Scenario) -> Scenario:
        known = known_to(self.pack)
        return reload(scenario, self.project, known)

    def _again(self, result: ScenarioResult) -> ScenarioResult:
        """The same run, compared with the files as they are now."""
        there = scenario_on(self._reload(result.scenario), result.engine, self.pack)
        whole = result in self.whole([result])
        recorded = state_on(there, result.engine, self.pack.baseline) if whole else None
        runs = rebased(result.runs, there)
        other = "" if result.engine == self.pack.baseline else result.engine
        drifts = drifts_of(there, runs, self.pack.vocabulary, recorded)
        return replace(result, scenario=there, runs=runs, drifts=tuple(replace(d, engine=other) for d in drifts))

    def _register(self, engine: str, version: str, *, verified: bool) -> list[Path]:
        kept = read_register(self.project.scenarios)
        today = datetime.now(UTC).date().isoformat()
        # An engine of which not all was run once is none that a site could show.
        if not (verified or (engine not in kept and self.everything)):
            return []
        kept[engine] = Kept(version, today)
        path = write_register(self.project.scenarios, kept)
        return [path] if path else []
