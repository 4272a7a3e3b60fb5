"""Drifts and progress for a person at a terminal, plain lines elsewhere."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from snippetlab.compare import Reading, diff_lines, hunks, readings, shortened
from snippetlab.compare.vocabulary import Vocabulary
from snippetlab.model import Drift, NotRun, Place, Scenario, ScenarioResult, Step, Track
from snippetlab.report.hints import hints

STYLES = {"-": "red", "+": "green", " ": "none"}


def print_drift(console: Console, drift: Drift, reading: Reading, scenario: Scenario | None = None) -> None:
    """One drift: its place, what it is, a diff of raw lines in which volatile parts are dimmed, and likely remedies."""
    track = f" ({drift.track} track)" if drift.track else ""
    on = f" on {drift.engine}" if drift.engine else ""
    label = "warning" if drift.warning else "drift"
    console.print(
        Text.assemble(
            (f"{drift.place}: ", "bold"),
            (f"{label}: {drift.kind}", "yellow" if drift.warning else "bold red"),
            f"{track}{on}  {drift.step_id}",
        ),
        soft_wrap=True,
    )
    console.print(Text(f"  {drift.message}"), soft_wrap=True)
    if drift.recorded or drift.captured:
        for shown in shortened(hunks(diff_lines(drift, reading))):
            if isinstance(shown, int):
                console.print(Text(f"    … {_count(shown, 'line')} alike", style="dim"), soft_wrap=True)
                continue
            tag, line, spans = shown
            text = Text(f"  {tag} {line}", style=STYLES[tag])
            for start, end, _kind in spans:
                text.stylize("dim", start + 4, end + 4)
            console.print(text, soft_wrap=True)
    for hint in hints(drift, scenario):
        console.print(Text(f"  hint: {hint}", style="cyan"), soft_wrap=True)


def print_drifts(
    console: Console, results: Sequence[ScenarioResult], vocabulary: Vocabulary, more: Sequence[Drift] = ()
) -> None:
    """Every drift of the results, then ``more`` (those of pages)."""
    steps = readings((r.scenario for r in results), vocabulary)
    for result in results:
        for drift in result.drifts:
            print_drift(console, drift, steps.get(drift.step_id, Reading(vocabulary)), result.scenario)
    for drift in more:
        print_drift(console, drift, Reading(vocabulary))


def print_not_run(console: Console, not_run: Sequence[NotRun]) -> None:
    """What is shown and was not run, an engine's recordings among it, a line each, with the reasons."""
    for one in not_run:
        console.print(Text(f"{one.place}: {one.what} not run: {one.reason}"), soft_wrap=True)


def _unrecorded(scenario: Scenario) -> Iterator[Place]:
    """Where the commands stand of which readers see no output, and which may print anything."""
    for step in scenario.steps:
        for block in step.blocks:
            if block.silence_means_nothing and not block.hidden and block.exempt is None:
                yield from (command.place for command in block.commands if not command.output)


def summary(results: Sequence[ScenarioResult], not_run: Sequence[NotRun] = ()) -> str:
    """The closing line of a check."""
    drifts = [d for r in results for d in r.drifts if not d.warning]
    steps = {s.step.id for r in results for run in r.runs for s in run.steps}
    scenarios = len({r.scenario.id for r in results})
    engines = list(dict.fromkeys(r.engine for r in results))
    on = f" on {', '.join(engines)}" if len(engines) > 1 else ""
    cached = sum(r.cached for r in results)
    found = _count(len(drifts), "drift") if drifts else "no drift"
    unchanged = f" ({cached} unchanged since their last run)" if cached else ""
    whats = [one.what for one in not_run]
    left = ", ".join(_count(whats.count(what), what) for what in ("page", "block", "engine") if what in whats)
    untold = f"; not run: {left}" if left else ""
    silent = len({place for r in results for place in _unrecorded(r.scenario)})
    untold = (f"; of {_count(silent, 'command')} the exit code alone is compared" if silent else "") + untold
    return f"{_count(scenarios, 'scenario')}{on}{unchanged}, {_count(len(steps), 'step')}: {found}{untold}"


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


class ConsoleProgress:
    """Progress of a check on so many engines: a bar on a terminal, a line for each scenario elsewhere. Thread-safe."""

    def __init__(self, console: Console, scenarios: Sequence[Scenario], engines: int = 1) -> None:
        self._console = console
        self._lock = threading.Lock()
        self._bar: Progress | None = None
        self._several = engines > 1
        if console.is_terminal:
            self._bar = Progress(
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TimeElapsedColumn(),
                console=console,
                transient=True,
            )
            total = engines * sum(len(s.steps) * len(s.tracks) for s in scenarios)
            self._task = self._bar.add_task("steps", total=total)

    def __enter__(self) -> ConsoleProgress:
        if self._bar:
            self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar:
            self._bar.stop()

    def say(self, line: str) -> None:
        """A line about something slow."""
        with self._lock:
            self._console.print(Text(line, style="dim"), soft_wrap=True)

    def step(self, scenario: Scenario, track: Track, step: Step, seconds: float) -> None:
        """A step has run."""
        if self._bar:
            self._bar.update(self._task, advance=1, description=f"{step.id} ({track})")

    def done(self, result: ScenarioResult) -> None:
        """A scenario has a result."""
        if result.cached and self._bar:
            self._bar.update(self._task, advance=len(result.scenario.steps) * len(result.scenario.tracks))
            return
        failed = sum(not d.warning for d in result.drifts)
        word = _count(failed, "drift") if failed else "ok"
        on = f" on {result.engine}" if self._several else ""
        how = "unchanged" if result.cached else f"{result.seconds:.1f} s"
        with self._lock:
            self._console.print(Text(f"{result.scenario.id}{on}: {word} ({how})", style="red" if failed else "green"))
