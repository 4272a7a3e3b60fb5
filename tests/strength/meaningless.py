"""Changes that mean nothing: new ids throughout, other times, other figures of the same kind. None may be drift."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping

from snippetlab.compare import Reading, Vocabulary, compare_run, readings
from snippetlab.compare.normalise import Identities, Mark, volatile_marks
from snippetlab.model import (
    Block,
    BlockCapture,
    Command,
    CommandCapture,
    Drift,
    Scenario,
    StepCapture,
    Track,
    TrackRun,
)
from snippetlab.packs.docker.words import ADJECTIVES, SURNAMES
from snippetlab.run.track import blocks_to_run

_HEX, _LETTERS = "0123456789abcdef", "0123456789abcdefghijklmnopqrstuvwxyz"
_LONG = 64
# What a machine has, or what has a form that random characters break.
_LEFT = frozenset({"host", "certificate", "etag", "state", "number"})


def drifts_of_another_run(scenario: Scenario, vocabulary: Vocabulary, track: Track, seed: int) -> list[Drift]:
    """What is found when a run prints the recordings with every volatile value made anew."""
    again = _Again(vocabulary, random.Random(seed))
    how = readings([scenario], vocabulary)
    done = []
    for step in scenario.steps:
        blocks = tuple(again.block(block, how[step.id]) for block in blocks_to_run(step, track, ""))
        done.append(StepCapture(step, track, blocks))
    return compare_run(scenario, TrackRun(track, "", tuple(done), {}), vocabulary)


class _Again:
    """One run's new values: the same value becomes the same new one, wherever it stands."""

    def __init__(self, vocabulary: Vocabulary, chance: random.Random) -> None:
        self._chance = chance
        # A track's own recordings and the shared ones speak of different values.
        self._known: Mapping[bool, Identities] = {own: Identities(vocabulary) for own in (True, False)}
        self._new: dict[tuple[bool, str, int], str] = {}
        self._later = chance.randint(1, 9)
        self._ports = iter(chance.sample(range(32768, 33000), 200))

    def block(self, block: Block, reading: Reading) -> BlockCapture:
        own = block.kind == "pycon"
        if block.kind == "capture":
            return BlockCapture(block, text=self._text(block.text, reading, own))
        return BlockCapture(block, tuple(self._command(c, reading, own) for c in block.commands))

    def _command(self, command: Command, reading: Reading, own: bool) -> CommandCapture:
        return CommandCapture(self._text(command.output, reading.of(command.source), own), command.exit_code)

    def _text(self, text: str, reading: Reading, own: bool) -> str:
        parts, last = [], 0
        for mark in volatile_marks(text, reading, self._known[own]):
            parts += [text[last : mark.start], self._value(text[mark.start : mark.end], mark, own)]
            last = mark.end
        return "".join([*parts, text[last:]])

    def _value(self, value: str, mark: Mark, own: bool) -> str:
        if mark.reason or mark.how == "absent" or mark.kind in _LEFT:
            return value
        if mark.kind == "pid":
            later = str(int(value) + self._later)  # a process stays younger than its parent
            return later if len(later) == len(value) else value
        if mark.how == "any":
            return self._figures(value)  # as long as before: the columns of a table stay where they are
        known = self._known[own]
        known.name(mark.kind, value)
        number = known.known(mark.kind, value) or 0
        new = self._new.setdefault((own, mark.kind, number), self._fresh(value, mark.kind))
        if mark.kind != "id":
            return new
        bare = known.bare(mark.kind, value)
        return value[: len(value) - len(bare)] + new[: len(bare)]

    def _fresh(self, value: str, kind: str) -> str:
        if kind == "id":
            alphabet = _HEX if set(value.removeprefix("sha256:")) <= set(_HEX) else _LETTERS
            return "7b" + "".join(self._chance.choices(alphabet, k=_LONG))
        if kind == "port":
            return str(next(self._ports))
        if kind == "name":
            return f"{self._chance.choice(ADJECTIVES)}_{self._chance.choice(SURNAMES)}"
        if kind == "time":
            # Time goes on in every run: from the hundredths of a second on another one, the order stays.
            head, hundredths, rest = re.split(r"(?<=\.)(\d\d)", value, maxsplit=1)
            return f"{head}{hundredths}{self._figures(rest)}"
        if kind in ("mac", "link-local"):
            head, _, rest = value.partition(":")
            return f"{head}:" + re.sub(r"[0-9a-f]", lambda _: self._chance.choice("123456789abcdef"), rest)
        head = {"token": 9, "interface": 4, "public key": 25, "fingerprint": 7}.get(kind, 0)
        return value[:head] + re.sub(r"[0-9a-zA-Z]", self._same_sort, value[head:])

    def _same_sort(self, found: re.Match[str]) -> str:
        letter = found.group()
        alphabet = _HEX[:10] if letter.isdigit() else _HEX[10:]
        new = self._chance.choice(alphabet)
        return new.upper() if letter.isupper() else new

    def _figures(self, value: str) -> str:
        """Other digits, in which no figure becomes zero, none that is zero becomes more, and times stay times."""
        return re.sub(r"(?<![\d])[1-9]\d*(?![\d])", lambda m: self._digits(m.group()), value)

    def _digits(self, number: str) -> str:
        if len(number) in (2, 4) or int(number) == 1:
            return number  # of a date or a clock
        return "".join(self._chance.choice("23456789") for _ in number)
