"""Hand-made scenarios, runs and results, for tests that need no engine."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from snippetlab.check import drifts_of
from snippetlab.compare import Reading
from snippetlab.compare.normalise import Identities, normalise
from snippetlab.compare.normalise.names import readable
from snippetlab.compare.states import State
from snippetlab.lab.stock.image import Recipe
from snippetlab.model import (
    Block,
    BlockCapture,
    CommandCapture,
    Failure,
    Scenario,
    ScenarioResult,
    StepCapture,
    Track,
    TrackRun,
)
from snippetlab.packs import Pack, find_pack
from snippetlab.packs.docker import make
from snippetlab.packs.docker.recipe import recipe_of
from snippetlab.run.track import blocks_to_run
from snippetlab.scenario import load
from snippetlab.settings import Project, find_project

Answer = str | tuple[str, int] | Failure


def pack_of(folder: Path) -> Pack:
    """The pack of the project in ``folder``."""
    return find_pack(find_project(folder))


PACK = make(Project(folder=Path()))
DOCKER = Reading(PACK.vocabulary)  # how outputs are read where a step has no rules of its own


def recipe(engine: str) -> Recipe:
    """The recipe of an engine's lab image."""
    return recipe_of(PACK.engine(engine))


def normal(text: str, identities: Identities, reading: Reading = DOCKER) -> str:
    """A normalised output as a person reads it."""
    return readable(normalise(text, identities, reading))


NOTHING_LEFT: State = {"networks": {"bridge": {"Driver": "bridge"}}}


def written(root: Path, name: str, body: str, front: str = "tracks: [shell]\n") -> Scenario:
    """A scenario ``chapter/name`` in the snippets folder ``root``; its body begins in line 5 plus ``front``'s lines."""
    path = root / f"{name}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"---\ntitle: t\n{front}---\n\n{body}", encoding="utf-8")
    return load(path, root)


def console(*lines: str, step: str = "a") -> str:
    """A step with one console block."""
    return "\n".join([f"## {step}", "", "```console", *lines, "```", "", ""])


def _captured(given: Answer) -> CommandCapture:
    if isinstance(given, Failure):
        return CommandCapture("", 0, failure=given)
    output, code = (given, 0) if isinstance(given, str) else given
    return CommandCapture(output, code)


def run(
    scenario: Scenario, answers: Iterable[Answer] = (), *, track: Track = "shell", engine: str = "26.1"
) -> TrackRun:
    """A run in which commands and captures give ``answers``, in order; what has none gives what is recorded."""
    left = list(answers)

    def block(of: Block) -> BlockCapture:
        if of.kind == "capture":
            return BlockCapture(of, text=str(left.pop(0) if left else of.text))
        done: Sequence[CommandCapture] = [
            _captured(left.pop(0)) if left else CommandCapture(c.output, c.exit_code) for c in of.commands
        ]
        return BlockCapture(of, tuple(done))

    steps = tuple(
        StepCapture(step, track, tuple(block(b) for b in blocks_to_run(step, track, engine)), 0.5)
        for step in scenario.steps
    )
    return TrackRun(
        track, engine, steps, NOTHING_LEFT, {"engine": "26.1.5", "cli": "26.1.5"}, whole=engine == PACK.baseline
    )


def result(scenario: Scenario, *runs: TrackRun) -> ScenarioResult:
    """What a check makes of runs."""
    seconds = sum(s.seconds for r in runs for s in r.steps)
    return ScenarioResult(scenario, runs, tuple(drifts_of(scenario, runs, PACK.vocabulary)), "2026-11-23", seconds)
