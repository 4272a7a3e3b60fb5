"""What two engines print differently, from their recordings."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from snippetlab.compare import DiffLine, Reading, diff_lines, readings
from snippetlab.compare.normalise import Blind, normalise_lines
from snippetlab.compare.vocabulary import Vocabulary
from snippetlab.model import Block, BlockKind, Drift, DriftKind, Place, Scenario, Step
from snippetlab.scenario.engines import on_engine


@dataclass(frozen=True)
class Change:
    """One command, or one capture, of a step that prints ``old`` on one engine and ``new`` on the other.

    An exit code that is not 0 is a last line ``[n]`` of each. ``lines`` are both
    as a diff; ``places`` say where each is recorded. ``track`` is the word of the block: console, pycon or capture.
    """

    step_id: str
    track: str
    command: str
    old: str
    new: str
    places: tuple[Place, Place]
    lines: tuple[DiffLine, ...]

    @property
    def changed(self) -> list[str]:
        """The lines that one engine prints and the other does not."""
        return [line for tag, line, _ in self.lines if tag != " "]


def changes_between(
    scenario: Scenario, one: str, other: str, baseline: str, vocabulary: Vocabulary, *, skip: Sequence[BlockKind] = ()
) -> Iterator[Change]:
    """Everything that a scenario prints differently on two engines, in its order; blocks to ``skip`` were not run on
    both."""
    old, new = (on_engine(scenario, engine, baseline) for engine in (one, other))
    how = readings([old, new], vocabulary)
    for before, after in zip(old.steps, new.steps, strict=True):
        reading = how.get(before.id, Reading(vocabulary, before.rules))
        yield from (change for change in step_changes(before, after, reading) if change.track not in skip)


def step_changes(old: Step, new: Step, reading: Reading) -> Iterator[Change]:
    """What one step prints differently as it is on two engines."""
    for kind in ("console", "pycon", "capture"):
        for one, other in zip(old.of_kind(kind), new.of_kind(kind), strict=False):
            if one.exempt is None and other.exempt is None and one.text != other.text:
                yield from _block_changes(old, one, other, reading)


def _block_changes(step: Step, one: Block, other: Block, reading: Reading) -> Iterator[Change]:
    if one.kind == "capture" or [c.source for c in one.commands] != [c.source for c in other.commands]:
        pairs = [(one.option("capture") or "", one.text, other.text, one.place, other.place)]
    else:
        pairs = [
            (a.source, _printed(a.output, a.exit_code), _printed(b.output, b.exit_code), a.place, b.place)
            for a, b in zip(one.commands, other.commands, strict=True)
        ]
    for command, old, new, *places in pairs:
        drift = Drift(DriftKind.OUTPUT, step.id, places[0], old, new, "")
        lines = tuple(diff_lines(drift, reading.of(command)))
        if any(tag != " " for tag, _, _ in lines) and not _reordered(old, new, reading):
            yield Change(step.id, one.kind, command, old, new, (places[0], places[1]), lines)


def _reordered(old: str, new: str, reading: Reading) -> bool:
    """True for JSON whose objects come in another order, as those do that are keyed by ids: all lines are alike."""
    try:
        json.loads(old), json.loads(new)
    except (ValueError, RecursionError):
        return False
    return sorted(_keys(old, reading)) == sorted(_keys(new, reading))


def _keys(text: str, reading: Reading) -> list[str]:
    # Behind the last of several stands no comma.
    return [line.rstrip(",") for line in normalise_lines(text, Blind(reading.vocabulary), reading)]


def lines_between(change: Change, old: str, new: str, reading: Reading) -> list[DiffLine]:
    """A diff of two texts that the command of a change may have printed."""
    return diff_lines(
        Drift(DriftKind.OUTPUT, change.step_id, change.places[0], old, new, ""), reading.of(change.command)
    )


def _printed(output: str, exit_code: int) -> str:
    return f"{output}[{exit_code}]\n" if exit_code else output
