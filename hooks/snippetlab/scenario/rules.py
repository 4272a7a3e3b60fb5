"""Judges a step's own volatile rules."""

from __future__ import annotations

import re

# Lines that have nothing in common: a pattern that takes all of most of them is for no value.
_LINES = (
    "Error response from daemon: no such container!",
    "drwxr-xr-x 2 root root 4096",
    "12.5",
    '{"Id": "3efd", "Up": true}',
    "déjà-vu; /etc/passwd => $HOME",
    "[2/4] RUN mkdir -p /site | sort",
)


def matches_everything(pattern: re.Pattern[str]) -> bool:
    """True for a pattern that leaves hardly anything of a line, whatever it says: ``.+``, ``\\S+``, ``(?s).*x?``."""
    left = ["".join(pattern.sub("", line).split()) for line in _LINES]
    return sum(len(rest) <= len(line) // 8 for rest, line in zip(left, _LINES, strict=True)) > len(_LINES) // 2
