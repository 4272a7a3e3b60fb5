"""Which value of a recording is which of a capture."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from snippetlab.compare.chronology import goes_back, years_ahead, younger_parent
from snippetlab.compare.describe import describe
from snippetlab.compare.normalise import Identities, Mark, identity_marks, normalise
from snippetlab.compare.normalise.names import NAMES, without_numbers
from snippetlab.compare.reading import Reading
from snippetlab.compare.vocabulary import Vocabulary
from snippetlab.model import Block

_Name = tuple[str, int]  # the kind of an identity and its number


@dataclass(frozen=True)
class Difference:
    """What differs between a recording and a capture. ``values`` are the raw ones at issue, where
    everything but an identity is the same."""

    message: str
    values: tuple[str, ...] = ()


class Pairing:
    """Which value of the recording is which of the capture, as found so far in a run.

    A step that prints an id nobody has recorded yet shifts nothing: values are
    paired where they stand at the same place of otherwise equal outputs, and
    each may have one partner only.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self.recorded = Identities(vocabulary)
        self.captured = Identities(vocabulary)
        self._forth: dict[_Name, _Name] = {}
        self._back: dict[_Name, _Name] = {}

    def differ(self, recorded: str, captured: str, reading: Reading) -> Difference | None:
        """``None`` when both say the same."""
        a = normalise(recorded, self.recorded, reading)
        b = normalise(captured, self.captured, reading)
        shapes = [without_numbers(side) for side in (a, b)]
        if shapes[0] != shapes[1]:
            return Difference(describe(*shapes))
        conflicts: list[tuple[_Name, _Name]] = []
        for one, other in zip(NAMES.finditer(a), NAMES.finditer(b), strict=True):
            # Of a time that happens to end in zeros fewer digits are printed: it has no number then.
            if one.group(2) and other.group(2):
                was, now = _name(one), _name(other)
                if not self._pair(was, now):
                    conflicts.append((was, now))
        if not conflicts and bool(goes_back(recorded)) != bool(goes_back(captured)):
            line = goes_back(captured) or goes_back(recorded)
            side = "in the recording" if goes_back(recorded) else "now"
            return Difference(f"the time of line {line} is before that of the line above it, {side} alone")
        if not conflicts and bool(younger_parent(recorded)) != bool(younger_parent(captured)):
            process = younger_parent(captured) or younger_parent(recorded)
            side = "in the recording" if younger_parent(recorded) else "now"
            return Difference(f"process {process} has a parent that is younger than it, {side} alone")
        if not conflicts and (year := years_ahead(recorded, captured)):
            return Difference(f"a recorded date lies in {year}, years ahead of this run")
        return self._conflict(conflicts) if conflicts else None

    def _pair(self, was: _Name, now: _Name) -> bool:
        """True when these two may be, and from now on are, each other's partners."""
        if self._forth.get(was, now) != now or self._back.get(now, was) != was:
            return False
        self._forth[was] = now
        self._back[now] = was
        return True

    def _conflict(self, conflicts: Sequence[tuple[_Name, _Name]]) -> Difference:
        was, now = conflicts[0]
        recorded, captured = self.recorded.values(*was)[0], self.captured.values(*now)[0]
        partner, other = self._forth.get(was, now), self._back.get(now, was)
        if partner != now:
            before, here = self.captured.values(*partner)[0], captured
            message = f"another identity: recorded {recorded} was {before} before, and is {here} here"
        else:
            before = self.recorded.values(*other)[0]
            message = (
                f"another identity: {captured} was recorded as {before} before, and is recorded as {recorded} here"
            )
        values = [v for a, b in conflicts for v in (*self.recorded.values(*a), *self.captured.values(*b))]
        return Difference(message, tuple(dict.fromkeys(values)))

    def in_recorded_terms(self, captured: str, reading: Reading) -> str:
        """``captured`` with the recording's values in place of this run's, as far as they are paired.

        So what is written into a file fits what stands there from former runs.
        """
        parts: list[str] = []
        last = 0
        for mark in identity_marks(captured, self.captured, reading):
            parts += [captured[last : mark.start], self._recorded(mark, captured[mark.start : mark.end])]
            last = mark.end
        return "".join([*parts, captured[last:]])

    def of_this_run(self, recorded: str) -> str | None:
        """The value of this run that stands where a recorded one did, as long as that; None when none is known."""
        for kind in self._vocabulary.identities:
            partner = self._forth.get((kind, self.recorded.known(kind, recorded) or 0))
            if partner is not None:
                bare = self.recorded.bare(kind, recorded)
                value = self.captured.values(*partner)[0]
                if kind not in self._vocabulary.abbreviated:
                    return value
                return recorded[: len(recorded) - len(bare)] + value[: len(bare)]
        return None

    def _recorded(self, mark: Mark, value: str) -> str:
        number = self.captured.known(mark.kind, value)
        partner = self._back.get((mark.kind, number or 0))
        if partner is None:
            return value
        recorded = self.recorded.values(*partner)[0]
        if mark.kind not in self._vocabulary.abbreviated:
            return recorded
        # As long as it was printed now; what was never recorded of an id stays as it is.
        bare = self.captured.bare(mark.kind, value)
        return value[: len(value) - len(bare)] + recorded[: len(bare)] + bare[len(recorded) :]


def _name(found: re.Match[str]) -> _Name:
    return found.group(1), int(found.group(2)[1:])


class Pairings:
    """The pairings of one run.

    The recordings of a scenario come from two runs, one of each track. In the
    python track, what its ``pycon`` blocks recorded and what the blocks that
    both tracks share recorded speak of different ids.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._shared = Pairing(vocabulary)
        self._own = Pairing(vocabulary)

    def all(self) -> tuple[Pairing, ...]:
        """Each pairing of the run."""
        return (self._shared, self._own)

    def of(self, block: Block) -> Pairing:
        """The pairing that a block's recording belongs to."""
        return self._own if block.kind == "pycon" else self._shared
