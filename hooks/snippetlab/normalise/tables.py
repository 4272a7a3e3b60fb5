"""Tables as Docker's CLI and ps print them: found by their header, taken apart into cells."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

# Docker's columns, whose widths move with what is in them.
_HEADER = re.compile(r"[A-Z][A-Z0-9%/ .]*?(?: {2,}[A-Z][A-Z0-9%/ .]*?)* *")
_COLUMN = re.compile(r"[A-Z][A-Z0-9%/.]*(?: [A-Z0-9%/.]+)*")
_PS = re.compile(r"\s*(?:UID|PID|USER)\b[ A-Z%]*\b(?:CMD|COMMAND|ARGS)\s*")

ANY_COLUMNS = frozenset(
    {"PID", "PPID", "C", "STIME", "TIME", "START", "TTY", "CPU %", "MEM %", "MEM USAGE / LIMIT", "NET I/O", "BLOCK I/O",
     "PIDS", "VSZ", "RSS", "%CPU", "%MEM", "STAT"}
)  # fmt: skip
ID_COLUMNS = frozenset({"ID", "CONTAINER ID", "IMAGE ID", "NETWORK ID"})
NAME_COLUMNS = frozenset({"NAMES", "NAME"})


def is_header(line: str) -> bool:
    """True when a line heads a table."""
    if _PS.fullmatch(line):
        return True
    columns = _COLUMN.findall(line)
    return bool(_HEADER.fullmatch(line)) and (len(columns) >= 2 or line.strip() in ID_COLUMNS | NAME_COLUMNS)


def columns_of(header: str) -> list[tuple[str, int]]:
    """Names and starts of the columns of a header."""
    if _PS.fullmatch(header):
        return [(m.group(), m.start()) for m in re.finditer(r"\S+", header)]
    return [(m.group(), m.start()) for m in _COLUMN.finditer(header)]


def cells_of(line: str, columns: Sequence[tuple[str, int]], header: str) -> list[str]:
    """The cells of a row, one for each column."""
    if _PS.fullmatch(header):
        parts = line.split(None, len(columns) - 1)
        return parts + [""] * (len(columns) - len(parts))
    starts = [start for _, start in columns] + [None]
    return [line[a:b].strip() for a, b in itertools.pairwise(starts)]
