"""What a build knows: every step, and who proved its recordings and when."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

from snippetlab.between import step_changes
from snippetlab.compare import Reading, readings
from snippetlab.compare.vocabulary import Vocabulary
from snippetlab.model import TRACKS, Block, Scenario, ScenarioResult, Step, Track, TrackRun
from snippetlab.scenario.engines import on_engine

from handbook.views import View, views_of

_PLAIN = Vocabulary(())  # of no subject: every value counts


@dataclass(frozen=True)
class Proof:
    """The versions and the day of the run that a scenario's recordings were proven equal to.

    ``unsteady`` holds the ids of steps that printed something else in a first
    run, and what the page shows in a second one.
    """

    engine: str
    cli: str
    docker_py: str
    api: str
    when: str
    unsteady: frozenset[str] = frozenset()


@dataclass(frozen=True)
class OtherEngine:
    """What is known of an engine that is not the baseline: the ``version`` that was recorded, the day on which all
    recordings were last ``verified``, the ``proofs`` of this build by scenario, and why it has none.

    ``like`` names the engine that it is but for its settings; ``tracks`` are those that run on it.
    """

    version: str
    verified: str
    proofs: Mapping[str, Proof] = field(default_factory=dict)
    why_not: str = ""
    like: str = ""
    tracks: tuple[Track, ...] = TRACKS


@dataclass(frozen=True)
class Library:
    """Every scenario by id, and the proofs of those that this build verified.

    ``proofs`` is empty in recorded mode. ``seconds`` maps step ids to the wall
    time of the shell track's run. ``ran`` holds the blocks that ran on the
    baseline engine, by step id and the line of the block. ``engines`` are those that the site shows, newest
    first: the ``baseline`` and the ``others``, of which recordings are kept. ``vocabulary`` tells which values differ
    from run to run. Use ``Library.of`` to make one from results.
    """

    scenarios: Mapping[str, Scenario]
    proofs: Mapping[str, Proof] = field(default_factory=dict)
    seconds: Mapping[str, float] = field(default_factory=dict)
    ran: frozenset[tuple[str, int]] = frozenset()
    baseline: str = ""
    engines: tuple[str, ...] = ("",)
    others: Mapping[str, OtherEngine] = field(default_factory=dict)
    vocabulary: Vocabulary = _PLAIN

    @classmethod
    def of(
        cls,
        results: Iterable[ScenarioResult],
        baseline: str = "",
        engines: tuple[str, ...] = (),
        others: Mapping[str, OtherEngine] = MappingProxyType({}),
        vocabulary: Vocabulary = _PLAIN,
    ) -> Library:
        """The library of a build's results on the baseline; a result with drifts gives no proof."""
        scenarios: dict[str, Scenario] = {}
        proofs: dict[str, Proof] = {}
        seconds: dict[str, float] = {}
        ran: set[tuple[str, int]] = set()
        for result in results:
            scenarios[result.scenario.id] = result.scenario
            run = _first_run(result)
            if run is None:
                continue
            proofs |= proofs_of([result])
            seconds.update({capture.step.id: capture.seconds for capture in run.steps})
            captures = (capture for run in result.runs if run.whole for capture in run.steps)
            ran |= {(capture.step.id, done.block.body_start) for capture in captures for done in capture.blocks}
        return cls(scenarios, proofs, seconds, frozenset(ran), baseline, engines or (baseline,), others, vocabulary)

    def step(self, step_id: str) -> Step | None:
        """The step of that id, or None."""
        scenario = self.scenarios.get(step_id.partition("#")[0])
        if scenario is None:
            return None
        return next((s for s in scenario.steps if s.id == step_id), None)

    def views(self, step_id: str, only: str | None = None) -> list[View]:
        """The step as each engine prints it, newest first; none where there is no such step.

        With ``only``, a track, what the other one prints does not count. They are found once: the head of a page, its
        twin, its fences and what machines read ask for the same ones.
        """
        if (step_id, only) not in self._views:
            scenario_id = step_id.partition("#")[0]
            on = {engine: self._on(engine).get(scenario_id, {}).get(step_id) for engine in self.engines}
            steps = {engine: step for engine, step in on.items() if step}
            self._views[step_id, only] = tuple(views_of(steps, only, self.shell_only, self._alike))
        return list(self._views[step_id, only])

    @cached_property
    def _views(self) -> dict[tuple[str, str | None], tuple[View, ...]]:
        return {}

    def _alike(self, one: Step, other: Step, unseen: Sequence[str]) -> bool:
        """True where one engine prints of a step what the other does, but for values that are new in every run."""
        if _not_run(one, unseen) != _not_run(other, unseen):
            return False
        return all(change.track in unseen for change in step_changes(one, other, self.reading(one.id)))

    def reading(self, step_id: str) -> Reading:
        """How the outputs of a step are read."""
        scenario = self.scenarios[step_id.partition("#")[0]]
        if scenario.id not in self._readings:
            self._readings[scenario.id] = readings([scenario], self.vocabulary)
        return self._readings[scenario.id].get(step_id, Reading(self.vocabulary))

    @cached_property
    def _readings(self) -> dict[str, Mapping[str, Reading]]:
        return {}

    @property
    def shell_only(self) -> frozenset[str]:
        """The engines that run the shell track alone."""
        return frozenset(name for name, other in self.others.items() if "python" not in other.tracks)

    def _on(self, engine: str) -> dict[str, dict[str, Step]]:
        if engine not in self._by_engine:
            scenarios = {i: on_engine(s, engine, self.baseline) for i, s in self.scenarios.items()}
            self._by_engine[engine] = {i: {step.id: step for step in s.steps} for i, s in scenarios.items()}
        return self._by_engine[engine]

    @cached_property
    def _by_engine(self) -> dict[str, dict[str, dict[str, Step]]]:
        return {}

    def steps(self) -> list[Step]:
        """Every step, in the order of the scenarios."""
        return [step for scenario in self.scenarios.values() for step in scenario.steps]

    def proof(self, step_id: str) -> Proof | None:
        """Who proved a step; None when this build did not, or nothing of the step ran."""
        if step_id not in self._ran:
            return None
        return self.proofs.get(step_id.partition("#")[0])

    @cached_property
    def _ran(self) -> frozenset[str]:
        """The ids of the steps of which something ran on the baseline engine."""
        return frozenset(step_id for step_id, _ in self.ran)

    def proof_on(self, step_id: str, engines: Sequence[str]) -> Proof | None:
        """Who proved a step on the first of these engines that did; None when this build proved it on none."""
        return next((proof for engine, proof in self._proofs_of(step_id) if engine in engines), None)

    def unsteady_on(self, step_id: str) -> tuple[str, ...]:
        """The engines, newest first, on which a step agreed in a second run of this build alone."""
        return tuple(engine for engine, proof in self._proofs_of(step_id) if step_id in proof.unsteady)

    def _proofs_of(self, step_id: str) -> Iterator[tuple[str, Proof]]:
        """What this build proved of a step, engine by engine, newest first."""
        for engine in self.engines:
            proofs = self.others[engine].proofs if engine in self.others else self.proofs
            if (proof := proofs.get(step_id.partition("#")[0])) and self.proof(step_id):
                yield engine, proof

    def verified_count(self, step: Step) -> int:
        """How many commands of a step this build ran, over both tracks. What never ran is not counted."""
        return sum(len(b.commands) for b in executed_blocks(step) if (step.id, b.body_start) in self.ran)

    def near(self, step_id: str) -> list[str]:
        """Up to three ids that look like ``step_id``."""
        return difflib.get_close_matches(step_id, [s.id for s in self.steps()], n=3, cutoff=0.5)


def _not_run(step: Step, unseen: Sequence[str]) -> list[str]:
    """What is shown of a step and not run."""
    return [f"{b.exempt}: {b.text}" for b in step.blocks if b.exempt is not None and b.kind not in unseen]


def _first_run(result: ScenarioResult) -> TrackRun | None:
    """The run that proves a scenario; None where it proves nothing."""
    return next((run for run in result.runs if run.whole), None) if result.ok else None


def proofs_of(results: Iterable[ScenarioResult]) -> dict[str, Proof]:
    """What results prove, by scenario."""
    found: dict[str, Proof] = {}
    for result in results:
        if run := _first_run(result):
            known = run.versions
            found[result.scenario.id] = Proof(
                known.get("engine", run.engine),
                known.get("cli", ""),
                known.get("docker-py", ""),
                known.get("api", ""),
                result.when,
                frozenset(drift.step_id for drift in result.drifts),
            )
    return found


def executed_blocks(step: Step) -> list[Block]:
    """The transcripts of a step that run in some track on the baseline engine."""
    return [b for b in step.blocks if b.kind in ("console", "pycon") and b.exempt is None and b.engine is None]


def shell_commands(step: Step) -> int:
    """How many shell commands of a step run."""
    return sum(len(b.commands) for b in executed_blocks(step) if b.kind == "console")


def command_count(step: Step) -> int:
    """How many commands of a step run, over both tracks."""
    return sum(len(b.commands) for b in executed_blocks(step))


def exempt_blocks(step: Step) -> list[Block]:
    """The blocks of a step that are shown but not executed."""
    return [b for b in step.blocks if b.exempt is not None]


def capture_of(step: Step, what: str) -> Block | None:
    """The step's capture of that name; a name that ends in ``:`` matches any capture that begins with it."""
    for block in step.of_kind("capture"):
        name = block.option("capture") or ""
        if name == what or (what.endswith(":") and name.startswith(what)):
            return block
    return None
