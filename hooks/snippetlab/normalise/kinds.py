"""The kinds of volatile values: one table that drives both comparing and marking."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

How = Literal["identity", "any"]


@dataclass(frozen=True)
class Kind:
    """A kind of volatile value. ``identity`` kinds are numbered: the same value must stand in the same
    places. Of ``any`` kinds only the presence is compared. ``pattern`` must match the value alone."""

    name: str
    how: How
    pattern: str


_DAY = r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_CLOCK = r"\d{2}:\d{2}:\d{2}(?:[.,]\d+)?"
_AGO = r"(?:Less than a second|About an? (?:minute|hour)|\d+ (?:second|minute|hour|day|week|month|year)s?)"
_EPHEMERAL = r"(?:3276[89]|327[7-9]\d|32[89]\d\d|3[3-9]\d{3}|[45]\d{4}|6[0-4]\d{3}|65[0-4]\d\d|655[0-2]\d|6553[0-5])"

# The order decides where several could match at one place.
KINDS: tuple[Kind, ...] = (
    Kind("token", "identity", r"SWMTKN-1-[0-9a-z]+-[0-9a-z]+"),
    Kind("uuid", "identity", r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"),
    Kind("id", "identity", r"(?:\bsha256:)?(?<![0-9a-zA-Z])(?:[0-9a-f]{64}|[0-9a-f]{40})(?![0-9a-zA-Z])"),
    Kind("time", "any", rf"\b\d{{4}}-\d{{2}}-\d{{2}}[T ]{_CLOCK}(?: ?(?:Z|[+-]\d{{2}}:?\d{{2}}|UTC))*(?: UTC)?"),
    Kind("time", "any", rf"\b{_DAY},? (?:\d+ {_MONTH} \d{{4}}|{_MONTH} +\d+) {_CLOCK}(?: (?:GMT|UTC))?(?: \d{{4}})?"),
    Kind("time", "any", rf"\b\d+[/ ]{_MONTH}[/ ]\d{{4}}[: ]{_CLOCK}(?: [+-]\d{{4}})?"),
    Kind("time", "any", rf"\b{_MONTH} [ \d]\d {_CLOCK}(?: \d{{4}})?"),
    Kind("mac", "identity", r"\b(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\b"),
    Kind("link-local", "identity", r"\bfe80::[0-9a-f:]+"),
    Kind("id", "identity", r"(?:\bsha256:)?(?<![0-9a-zA-Z.])[0-9a-f]{12}(?![0-9a-zA-Z])"),
    Kind("id", "identity", r"\b(?=[a-z]*[0-9])(?=[0-9]*[a-z])[a-z0-9]{25}\b"),
    Kind("interface", "identity", r"\bveth[0-9a-f]{7}\b"),
    Kind("index", "identity", r"(?m:(?<=^)\d+(?=: [a-z0-9@-]+[: ]))|(?<=@if)\d+\b"),
    Kind("ago", "any", rf"\b{_AGO}(?= ago\b)|(?<=Up ){_AGO}\b"),
    Kind("rtt", "any", r"(?<== )\d+\.\d+(?:/\d+\.\d+)+(?= ms)"),
    Kind("duration", "any", r"\b(?:\d+m)?\d+\.\d+ ?(?:s|ms|µs|us|seconds?)\b|\b\d+ ?ms\b|(?<=in )\d+s\b"),
    Kind("port", "identity", rf"(?<=:){_EPHEMERAL}\b(?![.\d])"),
    Kind("pid", "any", r"(?<=pid[ =])\d+\b|(?<=PID: )\d+\b|(?m:(?<=^\[\d\] )\d+$)"),
    Kind("host", "any", r"(?<=Kernel Version: ).+|(?<=Total Memory: ).+|(?<=CPUs: ).+"),
)

_WHOLE = re.compile("|".join(f"(?P<k{i}>{kind.pattern})" for i, kind in enumerate(KINDS)))
# Nothing volatile is without a digit, but "About a minute ago" and its kin.
_MAYBE = re.compile(r"\d|ago\b|Up ")


def matches(text: str) -> Iterator[tuple[int, int, Kind]]:
    """The volatile values in ``text``: start, end, kind; in order, without overlap."""
    if not _MAYBE.search(text):
        return
    for found in _WHOLE.finditer(text):
        if found.lastgroup and found.end() > found.start():
            yield found.start(), found.end(), KINDS[int(found.lastgroup[1:])]
