"""The parts of a check, each measured alone."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from snippetlab.check import Silent, check_scenarios
from snippetlab.compare import compare_run
from snippetlab.lab import Lab, LabSpec, Provider
from snippetlab.model import BlockCapture, CommandCapture, Scenario, StepCapture, Track, TrackRun
from snippetlab.packs import Pack
from snippetlab.run.session import PYTHON, SHELL, Budget, Kind, Session
from snippetlab.run.track import Stage
from snippetlab.scenario import discover

from .measure import Cost, cost, median

_LIMIT = Budget.of(300)


def lab_start_and_stop(provider: Provider, rounds: int) -> tuple[Cost, Cost]:
    """A lab with its engine: until a client has its first answer, and until nothing is left of it."""
    starts, stops = [], []
    for _ in range(rounds):
        labs: list[Lab] = []
        starts.append(cost(lambda labs=labs: labs.append(_with_answer(provider))))  # type: ignore[misc]
        stops.append(cost(labs[0].stop))
    return median(starts), median(stops)


def _with_answer(provider: Provider) -> Lab:
    lab = provider.start(LabSpec())
    lab.client.ping()
    return lab


def agents(lab: Lab, pack: Pack) -> Iterator[tuple[str, Cost]]:
    """What stands between the host and a lab, in each track: from its start until its first command has run."""
    yield "a shell in it", cost(lambda: _opened(lab, pack, SHELL, "true"))
    yield f"a Python in it, with `{pack.python}`", cost(lambda: _opened(lab, pack, PYTHON, "1"))


def _opened(lab: Lab, pack: Pack, kind: Kind, source: str) -> None:
    with Stage({"main": lab}, pack.python) as stage:
        stage.session(None, kind).run(source, _LIMIT)


def looking(lab: Lab, pack: Pack) -> Cost:
    """All that is asked of an engine for the sake of proofs: versions, what a run left, what there was in it."""

    def run() -> None:
        pack.versions(lab)
        with pack.watch(lab) as watcher:
            watcher.state()
            watcher.objects()

    return cost(run)


def rendering(config: Path, target: Path) -> Cost:
    """The whole site, from what is recorded. Raises CalledProcessError when it cannot be built."""
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "-f", str(config), "-d", str(target)]
    environment = {**os.environ, "SNIPPETLAB_MODE": "recorded", "NO_MKDOCS_2_WARNING": "1"}
    return cost(lambda: subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL))


def harness(lab: Lab, kind: Kind, source: str, steps: int) -> Cost:
    """A session's start, and ``steps`` times ``source`` in it."""

    def run() -> None:
        session = Session.start(lab, kind)
        for _ in range(steps):
            session.run(source, _LIMIT)
        session.close()

    return cost(run)


def harness_of_both(lab: Lab, steps: int) -> Iterator[tuple[Track, Cost]]:
    """The harness in each track."""
    yield "shell", harness(lab, SHELL, "echo hello", steps)
    yield "python", harness(lab, PYTHON, "print('hello')", steps)


def reading(folder: Path) -> Cost:
    """Every scenario, read from its file."""
    return cost(lambda: discover(folder))


def comparison(scenarios: Sequence[Scenario], pack: Pack) -> Cost:
    """Every recording compared with a run that printed the very same."""
    runs = [
        (scenario, _as_recorded(scenario, track, pack.baseline)) for scenario in scenarios for track in scenario.tracks
    ]
    return cost(lambda: [compare_run(scenario, run, pack.vocabulary) for scenario, run in runs])


def _as_recorded(scenario: Scenario, track: Track, engine: str) -> TrackRun:
    steps = []
    for step in scenario.steps:
        blocks = tuple(
            BlockCapture(
                block,
                tuple(CommandCapture(c.output, c.exit_code, stream=c.stream) for c in block.commands),
                block.text if block.kind == "capture" else "",
            )
            for block in step.in_track(track)
        )
        steps.append(StepCapture(step, track, blocks))
    return TrackRun(track, engine, tuple(steps), None)


def simple(scenarios: Sequence[Scenario]) -> list[Scenario]:
    """Those whose shell track a plain `bash` could run as well: commands alone, in one lab, at no terminal."""
    return [
        scenario
        for scenario in scenarios
        if not (scenario.nodes or scenario.outside or scenario.daemon or scenario.context or scenario.images)
        and all(
            block.kind == "console" and not block.tty for step in scenario.steps for block in step.in_track("shell")
        )
    ]


def in_shell_track(scenarios: Sequence[Scenario]) -> list[Scenario]:
    """The same scenarios, to be run in their shell track alone."""
    return [replace(scenario, tracks=("shell",)) for scenario in scenarios]


def commands(scenario: Scenario) -> list[str]:
    """What the shell track of a scenario types."""
    blocks = itertools.chain.from_iterable(step.in_track("shell") for step in scenario.steps)
    return [command.source for block in blocks for command in block.commands]


def by_bash(scenarios: Sequence[Scenario], provider: Provider) -> tuple[Cost, Cost]:
    """The commands of scenarios fed to a plain `bash` each, in labs of their own: what the commands cost, and with
    the labs."""
    inner: list[Cost] = []

    def run() -> None:
        for scenario in scenarios:
            lab = provider.start(LabSpec())
            text = "\n".join(commands(scenario)).encode() + b"\n:\n"
            inner.append(cost(lambda lab=lab, text=text: lab.run(["bash"], text, timeout=300)))  # type: ignore[misc]
            lab.stop()

    whole = cost(run)
    return Cost(sum(c.seconds for c in inner), sum(c.cpu for c in inner)), whole


def by_check(scenarios: Sequence[Scenario], pack: Pack, provider: Provider, jobs: int | None) -> Cost:
    """The check of scenarios, ``jobs`` labs at once. Raises ValueError when one drifts: then it did something else."""
    results = []

    def run() -> None:
        results.extend(check_scenarios(scenarios, pack=pack, provider=provider, jobs=jobs, progress=Silent()))

    spent = cost(run)
    drifted = [r.scenario.id for r in results if any(not d.warning for d in r.drifts)]
    if drifted:
        raise ValueError(f"drifted: {', '.join(drifted)}")
    return spent
