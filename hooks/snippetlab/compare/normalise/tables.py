"""Tables as ps, iptables and many command line tools print them: found by their header, taken apart into cells."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_WORDS = r"[A-Z][A-Z0-9%/.]*(?: [A-Z0-9%/.]+)*"
# Aligned columns start where their titles do, and move with what is in them.
_ALIGNED = re.compile(rf"{_WORDS}(?:(?: {{2,}}|\t+ *){_WORDS})+\s*")
# The cells of ps and iptables are words; the last column has the rest of the line.
_PS = re.compile(r"\s*(?:UID|PID|PPID|USER)\b[A-Z%\s]*\b(?:CMD|COMMAND|COMM|ARGS)\s*")
_IPTABLES = re.compile(r"\s*(?:num\s+)?pkts\s+bytes\s+target\s+prot\b.*")
_ANY_HEADER = re.compile(r"^[ \t]*(?:[A-Z][A-Z0-9%/. \t]*|(?:num +)?pkts +bytes .*)$", re.MULTILINE)
_CELL = re.compile(r"\S+")
_TITLE = re.compile(_WORDS)


@dataclass(frozen=True)
class Cell:
    """A cell of a table: the title of its column, and where its text stands."""

    column: str
    start: int
    end: int


@dataclass(frozen=True)
class Line:
    """A line of a text: where it stands and, when it is part of a table, its cells."""

    start: int
    end: int
    cells: tuple[Cell, ...] | None


def may_hold_tables(text: str) -> bool:
    """False when no line of ``text`` can head a table."""
    return _ANY_HEADER.search(text) is not None


def lines_of(text: str, single: frozenset[str]) -> Iterator[Line]:
    """The lines of ``text``, those of tables with their cells. Positions are those in ``text``.

    ``single`` are the titles of which one alone heads a table.
    """
    tables = may_hold_tables(text)
    header: str | None = None
    start = 0
    for line in text.split("\n"):
        cells: tuple[Cell, ...] | None = None
        if tables:
            if _is_header(line, single):
                header = line
                cells = _titles(line, start)
            elif not line.strip():
                header = None
            elif header is not None:
                cells = _row(line, header, start)
        yield Line(start, start + len(line), cells)
        start += len(line) + 1


def _is_header(line: str, single: frozenset[str]) -> bool:
    return bool(_ALIGNED.fullmatch(line) or line.rstrip(" ") in single or _by_words(line))


def _by_words(header: str) -> bool:
    return bool(_PS.fullmatch(header) or _IPTABLES.fullmatch(header))


def _titles(header: str, offset: int) -> tuple[Cell, ...]:
    pattern = _CELL if _by_words(header) else _TITLE
    return tuple(Cell(m.group(), offset + m.start(), offset + m.end()) for m in pattern.finditer(header))


def _row(line: str, header: str, offset: int) -> tuple[Cell, ...] | None:
    """The cells of a row; ``None`` for a line that does not fit the columns."""
    titles = _titles(header, 0)
    if _by_words(header):
        found = list(_CELL.finditer(line))
        bounds = [(m.start(), m.end()) for m in found[: len(titles)]]
        if len(found) > len(titles):
            bounds[-1] = (bounds[-1][0], found[-1].end())
    elif "\t" in header:
        bounds = [(m.start(), m.end()) for m in re.finditer(r"[^\t]+", line)]
        if len(bounds) > len(titles):
            return None
    else:
        starts = [title.start for title in titles]
        if any(len(line) > start and line[start - 1] != " " for start in starts[1:]):
            return None
        bounds = list(zip(starts, [*starts[1:], len(line)], strict=True))
        bounds = [(a, max(a, min(b, len(line)))) for a, b in bounds]
    return tuple(_stripped(title.column, line, a, b, offset) for title, (a, b) in zip(titles, bounds, strict=False))


def _stripped(column: str, line: str, start: int, end: int, offset: int) -> Cell:
    cell = line[start:end]
    start += len(cell) - len(cell.lstrip())
    return Cell(column, offset + start, offset + max(start, start + len(cell.strip())))
