"""What somebody typed in a scenario: a value that stands there is no accident, so it is compared as it is."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache

from snippetlab.model import Scenario

_SIZE = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?)([kmgtKMGT])(?:i?[bB])?(?!\w)")
_SPAN = re.compile(r"(?<![\w.])(?:\d+(?:\.\d+)?(?:h|ms|us|µs|ns|m|s))+(?!\w)")
_PART = re.compile(r"(\d+(?:\.\d+)?)(h|ms|us|µs|ns|m|s)")
_RANGE = re.compile(r"(?<!\d)(\d{2,5})-(\d{2,5})(?!\d)")
_WHEN = re.compile(r"(?<!\d)(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?))?")
_EPOCH = re.compile(r"(?<![\w.])\d{9,10}(?![\w.])")
_QUOTED = re.compile(r"\"([^\"]*)\"|'([^']*)'|([^\s\"']+)")
_CHECKSUMS = re.compile(r"sha256|shasum|hashlib|--checksum")
_NANOSECONDS = {"h": 3600 * 10**9, "m": 60 * 10**9, "s": 10**9, "ms": 10**6, "us": 10**3, "µs": 10**3, "ns": 1}
_POWERS = {"k": 1, "m": 2, "g": 3, "t": 4}
_MOST_PORTS = 1000  # of a range; nobody prints more


@dataclass(frozen=True)
class Typed:
    """The texts that stand in a scenario, and the ``forms`` that Docker and others make of values in them."""

    text: str = ""
    forms: frozenset[str] = frozenset()
    _known: dict[str, bool] = field(default_factory=dict, compare=False, repr=False)

    def holds(self, value: str) -> bool:
        """True for a value that was typed as a whole, not as a part of a longer word."""
        known = self._known.get(value)
        if known is None:
            known = self._known[value] = value in self.forms or self._stands(value)
        return known

    def _stands(self, value: str) -> bool:
        at = self.text.find(value) if value else -1
        while at >= 0:
            end = at + len(value)
            before, after = self.text[at - 1 : at], self.text[end : end + 1]
            longer = before.isalnum() or after.isalnum() or (after == "." and self.text[end + 1 : end + 2].isdigit())
            if not longer and not (before == "." and self.text[at - 2 : at - 1].isdigit()):
                return True
            at = self.text.find(value, at + 1)
        return False


NOTHING = Typed()


def typed_in(scenario: Scenario) -> Typed:
    """What stands in the commands, file blocks and front matter of a scenario."""
    parts = [json.dumps(dict(scenario.daemon)), *scenario.nodes, *scenario.images]
    files = []
    for step in scenario.steps:
        for block in step.blocks:
            parts += [command.source for command in block.commands]
            if block.kind == "file":
                files.append(block.text)
    return _typed("\n".join(parts), tuple(files))


@lru_cache(maxsize=512)
def _typed(commands: str, files: tuple[str, ...]) -> Typed:
    text = "\n".join([commands, *files])
    forms = {*_sizes(text), *_spans(text), *_ports(text), *_times(text)}
    if _CHECKSUMS.search(text):
        forms |= set(_checksums(commands, files))
    return Typed(text, frozenset(forms))


def _sizes(text: str) -> Iterator[str]:
    """1.5g → 1.5GiB, 1536MiB, 1610612736: what Docker prints of a limit."""
    for number, unit in _SIZE.findall(text):
        size = float(number) * 1024 ** _POWERS[unit.lower()]
        yield str(int(size))
        for letter, power in _POWERS.items():
            value = size / 1024**power
            if 1 <= value < 10**6:
                yield f"{value:.4g}{letter.upper() if letter != 'k' else 'K'}iB"


def _spans(text: str) -> Iterator[str]:
    """90s → 1m30s, 1m30.0s, 90000000000: what Go prints of a duration."""
    for span in _SPAN.findall(text):
        total = round(sum(float(number) * _NANOSECONDS[unit] for number, unit in _PART.findall(span)))
        yield str(total)
        minutes, rest = divmod(total, 60 * 10**9)
        hours, minutes = divmod(minutes, 60)
        seconds = f"{rest / 10**9:.9f}".rstrip("0").rstrip(".")
        if total >= 10**9:
            yield (f"{hours}h" if hours else "") + (f"{minutes}m" if hours or minutes else "") + f"{seconds}s"
        else:
            yield f"{total / 10**6:g}ms"
            yield f"{total / 10**3:g}µs"
            yield f"{seconds}s"


def _ports(text: str) -> Iterator[str]:
    for first, last in _RANGE.findall(text):
        if 0 < int(last) - int(first) <= _MOST_PORTS:
            yield from map(str, range(int(first), int(last) + 1))


def _times(text: str) -> Iterator[str]:
    """A date in the forms of ``ls``, ``stat``, ``date`` and Docker."""
    for day, clock in _WHEN.findall(text):
        with suppress(ValueError):
            yield from _forms(datetime.fromisoformat(f"{day}T{clock or '00:00:00'}").replace(tzinfo=UTC))
    for number in _EPOCH.findall(text):
        with suppress(ValueError, OverflowError, OSError):
            yield from _forms(datetime.fromtimestamp(int(number), UTC))


def _forms(when: datetime) -> Iterator[str]:
    day = f"{when:%b} {when.day:2}"
    yield f"{day}  {when.year}"
    yield f"{day} {when:%H:%M}"
    yield f"{when:%Y-%m-%d}"
    yield str(int(when.timestamp()))
    for clock in (f"{when:%H:%M}", f"{when:%H:%M:%S}", f"{when:%H:%M:%S}.000000000", f"{when:%H:%M:%S}.0"):
        for between in "T ":
            yield from (
                f"{when:%Y-%m-%d}{between}{clock}{zone}" for zone in ("", "Z", " +0000", "+00:00", " +0000 UTC")
            )
    yield f"{when:%a} {day} {when:%H:%M:%S} UTC {when.year}"
    yield f"{when:%a} {day} {when:%H:%M:%S} {when.year}"
    yield f"{when:%a, %d %b %Y %H:%M:%S} GMT"
    yield f"{when:%a, %d %b %Y %H:%M:%S} +0000"


def _checksums(commands: str, files: tuple[str, ...]) -> Iterator[str]:
    """The SHA-256 of what is typed: files as they are, words of commands with and without a newline."""
    contents = {*files}
    for words in _QUOTED.findall(commands):
        word = next((w for w in words if w), "")
        contents |= {word, f"{word}\n", word.replace("\\n", "\n")}
    for content in contents:
        digest = hashlib.sha256(content.encode("utf-8", "surrogateescape")).hexdigest()
        yield from (digest, f"sha256:{digest}")
