"""Tables as ps, iptables and many command line tools print them: found by their header, taken apart into cells."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

_WORDS = r"[A-Z][A-Z0-9%/.]*(?: [A-Z0-9%/.]+)*"
# Aligned columns start where their titles do, and move with what is in them.
_ALIGNED = re.compile(rf"{_WORDS}(?:(?: {{2,}}|\t+ *){_WORDS})+\s*")
# The cells of ps and iptables are words; the last column has the rest of the line.
_PS = re.compile(r"\s*(?:UID|PID|PPID|USER)\b[A-Z%\s]*\b(?:CMD|COMMAND|COMM|ARGS)\s*")
_IPTABLES = re.compile(r"\s*(?:num\s+)?pkts\s+bytes\s+target\s+prot\b.*")
_ANY_HEADER = re.compile(r"^[ \t]*(?:[A-Z][A-Z0-9%/. \t]*|(?:num +)?pkts +bytes .*)$", re.MULTILINE)
_CELL = re.compile(r"[^ \t]+")
_TITLE = re.compile(_WORDS)
# In columns of these titles a row of ps or iptables has a number, a time or a dash; prose has words.
_FIGURES = frozenset(
    {"PID", "PPID", "C", "%CPU", "%MEM", "%VSZ", "VSZ", "RSS", "TIME", "STIME", "START", "CPU"}
    | {"PRI", "NI", "pkts", "bytes", "num"}
)
_FIGURE = re.compile(r"[\d.:%+-]+[kKmMgGT]?|\d+-[\d:]+|[A-Z][a-z]{2}\d\d|-|n/a|\?")


@dataclass(frozen=True)
class Cell:
    """A cell of a table: the title of its column, and where its text stands."""

    column: str
    start: int
    end: int


@dataclass(frozen=True)
class Line:
    """A line of a text: where it stands and, when it is part of a table, its cells.

    ``edges`` says how a row begins and ends, as far as that does not move with what is in it.
    """

    start: int
    end: int
    cells: tuple[Cell, ...] | None
    edges: str = ""


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
                if cells is None and _by_words(header):
                    header = None  # ps and iptables print nothing between their rows
        edges = _edges(line, header, cells, start) if cells and header else ""
        yield Line(start, start + len(line), cells, edges)
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
    titles = [title.column for title in _titles(header, 0)]
    if _by_words(header):
        return _words(line, titles, offset)
    if "\t" in header:
        bounds = _tabbed(line)
        if len(bounds) != len(titles):
            return None
        return tuple(Cell(title, offset + a, offset + b) for title, (a, b) in zip(titles, bounds, strict=True))
    starts = [title.start for title in _titles(header, 0)]
    if any(len(line) > start and line[start - 1] != " " for start in starts[1:]):
        return None
    bounds = list(zip(starts, [*starts[1:], len(line)], strict=True))
    bounds = [(min(a, len(line)), max(a, min(b, len(line)))) for a, b in bounds]
    cells = [_padded(line, a, min(b, len(line))) for a, b in bounds]
    return tuple(Cell(title, offset + a, offset + b) for title, (a, b) in zip(titles, cells, strict=True))


def _edges(line: str, header: str, cells: tuple[Cell, ...], offset: int) -> str:
    """The blanks at both ends of a row: numbers end under their title, what is empty is filled up to the next title."""
    first, titles = cells[0], _titles(header, 0)
    if _by_words(header):
        to_the_right = header.startswith(" ") and "\t" not in header and bool(_PS.fullmatch(header))
        if line == header and to_the_right:
            return _right(line, titles)
        number = line[first.start - offset : first.end - offset][:1].isdigit()
        if number and (to_the_right or first.start - offset != titles[0].start):
            before = first.end - offset - titles[0].end
        else:  # docker top puts numbers to the left
            before = 0 if number else len(line) - len(line.lstrip())
        before_text = f"{before} " if "\t" not in line[: first.start - offset] else "tab "
        # Between cells are blanks, as many as it takes; tabs are none.
        tabs = line[first.start - offset : cells[-1].start - offset].count("\t")
        return before_text + (f"{tabs} tabs " if tabs else "") + line[len(line.rstrip()) :]
    if (behind := line[len(line.rstrip()) :]).strip(" "):
        return repr(behind)  # tabs, or blanks that only look so
    blanks = len(behind)
    filled = not cells[-1].end > cells[-1].start and len(line) == titles[-1].start
    return ("filled" if filled else f"{blanks}") if blanks else ""


def _right(line: str, titles: tuple[Cell, ...]) -> str:
    """The blanks of a header of ps whose numbers end under their titles, as far as they are the same anywhere: a column
    is as wide as the kernel's highest process number, and one blank stands between it and the next one's text."""
    gaps = [b.start - a.end for a, b in pairwise(titles) if a.column in _FIGURES and b.column not in _FIGURES]
    return f"right {gaps} {len(line) - titles[-1].end}"


def _words(line: str, titles: list[str], offset: int) -> tuple[Cell, ...] | None:
    found = list(_CELL.finditer(line))
    bounds = [(m.start(), m.end()) for m in found[: len(titles)]]
    if len(bounds) < len(titles):
        return None
    bounds[-1] = (bounds[-1][0], found[-1].end())
    cells = list(zip(titles, bounds, strict=True))
    if any(title in _FIGURES and not _FIGURE.fullmatch(line[a:b]) for title, (a, b) in cells):
        return None
    return tuple(Cell(title, offset + a, offset + b) for title, (a, b) in cells)


def _tabbed(line: str) -> list[tuple[int, int]]:
    """The cells between single tabs, empty ones among them."""
    bounds, start = [], 0
    for cell in line.split("\t"):
        bounds.append((start, start + len(cell)))
        start += len(cell) + 1
    return bounds


def _padded(line: str, start: int, end: int) -> tuple[int, int]:
    """A cell without the blanks that fill its column; one that is not at its column's start keeps a blank in front."""
    cell = line[start:end]
    if not cell.strip(" "):
        return start, start
    before = len(cell) - len(cell.lstrip(" "))
    return start + max(before - 1, 0), start + len(cell.rstrip(" "))
