"""Attacks every recording and tells what was noticed: pure, no engine. A recording stands in for the run that gave it."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from snippetlab.compare import Reading, Vocabulary, compare_run, readings
from snippetlab.compare.normalise import Identities, Mark, identity_marks, volatile_marks
from snippetlab.compare.streams import recorded_stream
from snippetlab.model import (
    Block,
    BlockCapture,
    Command,
    CommandCapture,
    Drift,
    DriftKind,
    Scenario,
    Step,
    StepCapture,
    Stream,
    Track,
    TrackRun,
)

from tests.strength.mutations import changes, strangers

NOTHING_LEFT: Mapping[str, object] = {}


@dataclass(frozen=True)
class Attack:
    """One change of a recording, and what became of it. ``line`` is that of the changed command."""

    family: str
    word: str
    place: str
    caught: bool
    right_line: bool
    recorded: str
    changed: str
    unordered: bool = False  # a person wrote that the lines come in any order

    def __str__(self) -> str:
        return f"{self.place}: {self.family}: {self.word}"


@dataclass(frozen=True)
class Target:
    """A command, or a capture block, whose recording is attacked. ``number`` is -1 for a capture block."""

    step: Step
    block: Block
    number: int

    @property
    def recorded(self) -> str:
        """What is recorded there."""
        return self.block.text if self.number < 0 else self.block.commands[self.number].output

    @property
    def unordered(self) -> bool:
        """Whether the recording says that its lines come in any order."""
        return self.number >= 0 and self.block.commands[self.number].unordered

    @property
    def line(self) -> int:
        """The line that a report must name."""
        return (self.block if self.number < 0 else self.block.commands[self.number]).place.line

    def is_looking_typed(self, drift: Drift) -> bool:
        """True where a report names the very line of the output, since it looks as if somebody had typed it."""
        if drift.kind is not DriftKind.NO_COMMAND or self.number < 0:
            return False
        start = self.block.body_start + self.block.commands[self.number].output_start
        return 0 <= drift.place.line - start < len(drift.recorded.split("\n"))


def attacks(
    scenarios: Iterable[Scenario], vocabulary: Vocabulary, *, seed: int = 1, most: int = 3, share: float = 1.0
) -> Iterator[Attack]:
    """Attacks on the scenarios' recordings: at most ``most`` of each family on each output, on a ``share`` of outputs."""
    chance = random.Random(seed)
    for scenario in scenarios:
        ground = Ground(scenario, vocabulary)
        for target in ground.targets:
            if share < 1 and chance.random() > share:
                continue
            yield from ground.attacked(target, chance, most)


@dataclass(frozen=True)
class Ground:
    """A scenario under attack."""

    scenario: Scenario
    vocabulary: Vocabulary

    @cached_property
    def readings(self) -> Mapping[str, Reading]:
        """How each step's outputs are read."""
        return readings([self.scenario], self.vocabulary)

    @cached_property
    def targets(self) -> Sequence[Target]:
        """All that is recorded."""
        found = []
        for step in self.scenario.steps:
            for block in step.blocks:
                if block.exempt is not None or block.engine is not None or block.kind == "file":
                    continue
                if block.kind == "capture":
                    found.append(Target(step, block, -1))
                found += [Target(step, block, i) for i in range(len(block.commands))]
        return found

    def attacked(self, target: Target, chance: random.Random, most: int) -> Iterator[Attack]:
        """The attacks on one recording."""
        reading = self.readings[target.step.id]
        volatile = volatile_marks(target.recorded, reading)
        place = f"{self.scenario.id}:{target.line}"
        if target.number >= 0 and target.block.kind == "console":
            command = target.block.commands[target.number]
            code = replace(command, exit_code=0 if command.exit_code else 1)
            yield self._attack(target, "exit codes", f"exit code {code.exit_code}", code, place)
            stream = recorded_stream(target.block, command)
            for other in (s for s in Stream if stream and not target.block.tty and s is not stream):
                yield self._attack(target, "streams", f"{stream} → {other}", replace(command, stream=other), place)
        for word, captured in strangers(target.recorded, volatile, self.vocabulary, chance, most):
            yield self._attack(target, "strangers", word, self._as_recorded(target), place, captured)
        for change in changes(target.recorded, volatile, chance, most):
            changed: Command | str = change.output
            if target.number >= 0:
                changed = replace(target.block.commands[target.number], output=change.output)
            if target.number < 0 and not change.output.strip():
                continue
            yield self._attack(target, change.family, change.word, changed, place)

    def _as_recorded(self, target: Target) -> Command | str:
        return target.recorded if target.number < 0 else target.block.commands[target.number]

    def _attack(
        self, target: Target, family: str, word: str, changed: Command | str, place: str, captured: str | None = None
    ) -> Attack:
        drifts = compare_run(*self._staged(target, changed, captured), self.vocabulary)
        new = captured or (changed if isinstance(changed, str) else changed.output)
        right = [d.place.line == target.line or target.is_looking_typed(d) for d in drifts[:1]]
        return Attack(family, word, place, bool(drifts), any(right), target.recorded, new, target.unordered)

    def _staged(self, target: Target, changed: Command | str, printed: str | None) -> tuple[Scenario, TrackRun]:
        """The scenario with the changed recording, and the run that gave the true one (or ``printed``).

        Recordings that share no value with the changed one say the same on both
        sides in any case: they are left out, for speed.
        """
        track: Track = "python" if target.block.kind == "pycon" else "shell"
        new = changed if isinstance(changed, str) else changed.output
        reading = self.readings[target.step.id]
        wanted = self._values[id(target.block), target.number] | _beginnings(new, reading, Identities(self.vocabulary))
        steps: list[Step] = []
        done: list[StepCapture] = []
        for step in self.scenario.steps:
            blocks: list[Block] = []
            captured: list[BlockCapture] = []
            for block in step.blocks:
                hit = step is target.step and block is target.block
                if not hit and not self._touched(step, block, wanted):
                    continue
                if hit and isinstance(changed, str):
                    staged = replace(block, text=changed)
                elif hit and isinstance(changed, Command):
                    commands = list(block.commands)
                    commands[target.number] = changed
                    staged = replace(block, commands=tuple(commands))
                else:
                    staged = block
                blocks.append(staged)
                captured.append(_captured(staged, block, target.number, printed if hit else None))
            if blocks:
                # The sources of all blocks stay in view: what is typed there is compared as it is.
                now = replace(step, blocks=tuple(blocks))
                done.append(StepCapture(now, track, tuple(captured)))
            steps.append(step)
        run = TrackRun(track, "", tuple(done), NOTHING_LEFT, objects=self._objects)
        return replace(self.scenario, steps=tuple(steps)), run

    def _touched(self, step: Step, block: Block, wanted: frozenset[str]) -> bool:
        if not wanted or block.exempt is not None or block.engine is not None:
            return False
        own = [Target(step, block, -1)] if block.kind == "capture" else []
        own += [Target(step, block, i) for i in range(len(block.commands))]
        return any(not wanted.isdisjoint(self._values[id(t.block), t.number]) for t in own)

    @cached_property
    def _objects(self) -> Mapping[str, frozenset[str]]:
        """What is recorded anywhere was there."""
        known = Identities(self.vocabulary)
        values: dict[str, set[str]] = {}
        for target in self.targets:
            for mark in identity_marks(target.recorded, known, self.readings[target.step.id]):
                value = target.recorded[mark.start : mark.end]
                known.name(mark.kind, value)
                values.setdefault(mark.kind, set()).add(known.bare(mark.kind, value))
        held = self.vocabulary.held
        return {kind: frozenset(values.get(name, ())) for name, kinds in held.items() for kind in kinds}

    @cached_property
    def _values(self) -> Mapping[tuple[int, int], frozenset[str]]:
        """The beginnings of the values with an identity in each recording."""
        known = Identities(self.vocabulary)
        return {(id(t.block), t.number): _beginnings(t.recorded, self.readings[t.step.id], known) for t in self.targets}


def _captured(staged: Block, block: Block, number: int, printed: str | None) -> BlockCapture:
    """What a run gave that is recorded in ``block``; command ``number`` (-1: a capture block) gave ``printed``."""
    if block.kind == "capture":
        return BlockCapture(staged, text=block.text if printed is None else printed)
    outputs = [
        CommandCapture(c.output, c.exit_code, stream=None if block.tty else recorded_stream(block, c))
        for c in block.commands
    ]
    if printed is not None:
        outputs[number] = replace(outputs[number], output=printed)
    return BlockCapture(staged, tuple(outputs))


def _beginnings(text: str, reading: Reading, known: Identities) -> frozenset[str]:
    marks: Sequence[Mark] = identity_marks(text, known, reading)
    for mark in marks:
        known.name(mark.kind, text[mark.start : mark.end])
    return frozenset(text[m.start : m.end].removeprefix("sha256:")[:10] for m in marks)
