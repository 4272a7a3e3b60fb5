"""What of a recording is compared, and what is not and why: for people who ask what a green mark means. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from snippetlab.compare.normalise import Mark, volatile_marks, within
from snippetlab.compare.reading import readings
from snippetlab.compare.vocabulary import Vocabulary
from snippetlab.model import Block, BlockKind, LineRule, Scenario

_WHY = {
    "": "compared as it stands",
    "identity": "another one in each run; it must stand in the same places, in the same form",
    "held": "another one in each run; it must stand in the same places and belong to something that was there",
    "any": "another one in each run; that there is one counts",
    "absent": "not in each run; it may be missing",
}
_LINE_RULES = {
    "any": "a rule beside the line: any line may stand here",
    "re": "a rule beside the line: it must match {pattern}",
    "elision": "a rule beside the line: any number of lines may stand here",
}


@dataclass(frozen=True)
class Part:
    """A part of a recorded line. ``kind`` is empty for what is compared as it stands; ``why`` is for a person."""

    text: str
    kind: str
    why: str


@dataclass(frozen=True)
class ExplainedLine:
    """A recorded line: the step and the command that it belongs to, its number from 1, and its parts in order."""

    step_id: str
    source: str
    number: int
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class ExplainedOutput:
    """What is recorded below a command, or in a capture block. ``notes`` say what holds for it as a whole."""

    step_id: str
    kind: BlockKind
    source: str
    lines: tuple[ExplainedLine, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Share:
    """How many characters are recorded, and how many of them are not compared as they stand, by kind."""

    recorded: int
    masked: Mapping[str, int]

    @property
    def share(self) -> float:
        """The masked part of all, from 0 to 1."""
        return sum(self.masked.values()) / self.recorded if self.recorded else 0.0


def explain(
    scenario: Scenario, vocabulary: Vocabulary, among: Collection[tuple[str, str]] | None = None
) -> Iterator[ExplainedOutput]:
    """All that is recorded in a scenario, in order: every line with the parts that are compared, those that are not,
    and why. With ``among``, ids of steps and kinds of blocks, of those alone."""
    how = readings([scenario], vocabulary)
    for step in scenario.steps:
        for block in step.blocks:
            if among is not None and (step.id, block.kind) not in among:
                continue
            for source, text, rules in _recorded(block):
                by_line = {rule.line: rule for rule in rules}
                marks = volatile_marks(text, how[step.id].of(source))
                lines: list[ExplainedLine] = []
                start = 0
                for number, line in enumerate(text.removesuffix("\n").split("\n") if text else ()):
                    rule = by_line.get(number)
                    parts = _by_rule(line, rule) if rule else _parts(line, start, marks, vocabulary)
                    lines.append(ExplainedLine(step.id, source, number + 1, tuple(parts)))
                    start += len(line) + 1
                yield ExplainedOutput(step.id, block.kind, source, tuple(lines), tuple(_notes(block, source, text)))


def _notes(block: Block, source: str, text: str) -> Iterator[str]:
    if block.exempt is not None:
        yield f"it is not run: {block.exempt}"
    elif block.kind != "capture" and not text and block.silence_means_nothing:
        yield "nothing is recorded, and it may print anything; its exit code counts"
    if any(command.unordered for command in block.commands if command.source == source):
        yield "its lines may come in any order"


def masked_share(
    scenarios: Iterable[Scenario],
    vocabulary: Vocabulary,
    elsewhere: Iterable[tuple[Scenario, Collection[tuple[str, str]]]] = (),
) -> Share:
    """What share of all recordings is not compared as it stands, by kind.

    ``elsewhere`` are scenarios as they are on other engines, each with the ids of steps and the kinds of blocks that
    are recorded for that engine: the rest is counted already.
    """
    recorded, masked = 0, Counter[str]()
    everywhere: Iterator[tuple[Scenario, Collection[tuple[str, str]] | None]]
    everywhere = chain(((scenario, None) for scenario in scenarios), elsewhere)
    for scenario, among in everywhere:
        for output in explain(scenario, vocabulary, among):
            for part in (part for line in output.lines for part in line.parts):
                recorded += len(part.text)
                if part.kind:
                    masked[part.kind] += len(part.text)
    return Share(recorded, dict(masked.most_common()))


def _recorded(block: Block) -> Iterator[tuple[str, str, tuple[LineRule, ...]]]:
    if block.kind == "capture":
        yield f"capture {block.option('capture')}", block.text, ()
    elif block.kind != "file":
        for command in block.commands:
            yield command.source, command.output, command.rules


def _by_rule(line: str, rule: LineRule) -> Iterator[Part]:
    yield Part(line, "line", _LINE_RULES[rule.how].format(pattern=rule.pattern))


def _parts(line: str, start: int, marks: Sequence[Mark], vocabulary: Vocabulary) -> Iterator[Part]:
    at, end = start, start + len(line)
    for mark in within(marks, start, end):
        a, b = max(mark.start, start), min(mark.end, end)
        if a > at:
            yield Part(line[at - start : a - start], "", _WHY[""])
        how = "held" if mark.how == "identity" and mark.kind in vocabulary.held else mark.how
        why = f"a rule of the step: {mark.reason}" if mark.reason else _WHY[how]
        yield Part(line[a - start : b - start], mark.kind, why)
        at = b
    if at < end or not line:
        yield Part(line[at - start :], "", _WHY[""])
