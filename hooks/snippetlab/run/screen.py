"""A screen without edges: what stands on a terminal after a program has moved its cursor about.

Lines do not wrap and do not scroll away, and every character that was printed is
somewhere until the program itself writes over it or erases it. What is written
costs no more than the text that writes it is long. Sequences as in ECMA-48 and
xterm's "Control Sequences"; those that a transcript cannot show (colours,
titles, modes) do nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from unicodedata import combining, normalize

from wcwidth import wcswidth, wcwidth

from snippetlab.lab import COLUMNS

ROWS = 40  # of the terminal in a lab
_TAB = 8
_JOINER, _EMOJI = "\u200d", "\ufe0f"
_TOKENS = re.compile(
    r"\x1b\[(?P<private>[<=>?]?)(?P<numbers>[0-9;:]*)[ -/]*(?P<final>[@-~])"
    r"|\x1b(?:\][^\x07\x1b]*(?:\x07|\x1b\\)|[PX^_][^\x1b]*\x1b\\|[()*+][0-9A-Za-z])"
    r"|\x1b(?P<escape>[0-9=>A-Zc-z])"
    r"|(?P<text>[^\x00-\x1f\x7f-\x9f]+)"
    r"|(?P<control>[\x00-\x1f\x7f-\x9f])",
    re.DOTALL,
)


@dataclass
class _Row:
    """A line: a string for each column; ``""`` for those that the character to the left reaches over."""

    cells: list[str] = field(default_factory=list)
    moved: bool = False  # the cursor came back to it: blanks at its end are leftovers

    def text(self) -> str:
        text = "".join(self.cells)
        return text.rstrip() if self.moved else text

    def free(self, start: int, end: int) -> None:
        """Make columns ``start`` to ``end`` blank or absent, and what reaches into them from outside, too."""
        cells = self.cells
        if len(cells) < start:
            cells.extend(" " * (start - len(cells)))
        while start < len(cells) and start > 0 and cells[start] == "":
            start -= 1
        while end < len(cells) and cells[end] == "":
            end += 1
        stop = min(end, len(cells))
        cells[start:stop] = " " * (stop - start)


class Screen:
    """What is on the screen; ``play`` text on it, then ask for ``text``."""

    def __init__(self) -> None:
        self._rows = [_Row()]
        self._x = self._y = 0
        self._saved = (0, 0)
        self._waiting = ""  # characters without a width that have none before them

    def play(self, text: str) -> None:
        """Write text with its control sequences."""
        for token in _TOKENS.finditer(text):
            match token.lastgroup:
                case "text":
                    self._write(token["text"])
                case "final":
                    self._settle()
                    if not token["private"]:
                        self._sequence(token["final"], token["numbers"])
                case "escape":
                    self._settle()
                    self._escape(token["escape"])
                case "control":
                    self._control(token["control"])

    def text(self) -> str:
        """The lines, without blanks that a movement left at their ends; a missing last newline stays missing."""
        self._settle()
        shown = [row.text() for row in self._rows]
        while len(shown) > self._y + 1 and not shown[-1]:
            shown.pop()
        if len(shown) > self._y + 1:
            return "\n".join(shown) + "\n"  # the cursor went up and stayed there: the last line is whole
        ended = self._x == 0 and not shown[-1]
        return "\n".join(shown[:-1] if ended else shown) + ("\n" if ended and len(shown) > 1 else "")

    @property
    def _row(self) -> _Row:
        return self._rows[self._y]

    def _write(self, text: str) -> None:
        row = self._row
        if text.isascii() and not self._waiting and self._x == len(row.cells):
            row.cells.extend(text)
            self._x += len(text)
            return
        for character in text:
            self._put(character)

    def _put(self, character: str) -> None:
        width = wcwidth(character)
        before = self._before()
        if width <= 0 or (before and self._joins(before[1], character)):
            if before is None:
                self._waiting += character
                return
            at, cell = before
            # One letter is one character where there is one, as terminals hold it.
            joined = cell + character
            self._row.cells[at] = normalize("NFC", joined) if combining(character) else joined
            if character == _EMOJI and self._x - at == 1 and wcswidth(cell + character) == 2:
                self._row.free(self._x, self._x + 1)
                self._row.cells[self._x : self._x + 1] = [""]
                self._x += 1
            return
        self._place(self._waiting + character, width)
        self._waiting = ""

    def _place(self, cell: str, width: int) -> None:
        self._row.free(self._x, self._x + width)
        self._row.cells[self._x : self._x + width] = [cell, *[""] * (width - 1)]
        self._x += width

    def _before(self) -> tuple[int, str] | None:
        """The character to the left of the cursor, and its column."""
        cells, at = self._row.cells, self._x - 1
        if not 0 <= at < len(cells):
            return None
        while at > 0 and cells[at] == "":
            at -= 1
        return at, cells[at]

    @staticmethod
    def _joins(cell: str, character: str) -> bool:
        """True when both are one picture: joined by a joiner, or the two letters of a flag."""
        flag = "\U0001f1e6" <= character <= "\U0001f1ff"
        return (cell.endswith(_JOINER) and len(cell) > 1 and wcwidth(character) == 2) or (
            flag and len(cell) == 1 and "\U0001f1e6" <= cell <= "\U0001f1ff"
        )

    def _settle(self) -> None:
        """Keep what waits for a character that does not come."""
        if self._waiting:
            waiting, self._waiting = self._waiting, ""
            self._place(waiting, 1)

    def _control(self, control: str) -> None:
        if control in "\n\x0b\x0c":
            self._settle()
            self._down(1)
            self._x = 0
        elif control == "\r":
            self._settle()
            self._row.moved = True
            self._x = 0
        elif control == "\b":
            self._settle()
            self._row.moved = True
            self._x = max(self._x - 1, 0)
        elif control == "\t":
            self._settle()
            end = (self._x // _TAB + 1) * _TAB
            if self._x >= len(self._row.cells):
                self._place("\t", end - self._x)
            self._x = end
        else:
            # It has no place on a screen: it is shown behind what it follows.
            shown = f"\\x{ord(control):02x}"
            if before := self._before():
                self._row.cells[before[0]] += shown
            else:
                self._waiting += shown

    def _down(self, count: int) -> None:
        self._y += count
        self._rows.extend(_Row() for _ in range(self._y + 1 - len(self._rows)))

    def _move(self, x: int, y: int) -> None:
        """Put the cursor somewhere: within the terminal, or within what was written, where that is larger."""
        self._row.moved = True
        bottom = max(ROWS, len(self._rows)) - 1
        target = min(max(y, 0), bottom)
        self._down(target - self._y)
        self._row.moved = True
        right = max(COLUMNS - 1, self._x, len(self._row.cells))
        self._x = min(max(x, 0), right)

    @property
    def _top(self) -> int:
        """The line that stands at the top of the terminal."""
        return max(len(self._rows) - ROWS, 0)

    def _escape(self, name: str) -> None:
        if name == "7":
            self._saved = (self._x, self._y)
        elif name == "8":
            self._move(*self._saved)
        elif name in "DE":
            self._down(1)
            self._x = 0 if name == "E" else self._x
        elif name == "M":
            self._move(self._x, self._y - 1)
        elif name == "c":
            self._erase_display(2)
            self._move(0, self._top)

    def _sequence(self, final: str, numbers: str) -> None:
        values = [int(n) if n.isdigit() else 0 for n in re.split("[;:]", numbers)]
        first = min(values[0], 1 << 20)
        count = max(first, 1)
        x, y = self._x, self._y
        if final in _MOVES:
            dx, dy = _MOVES[final]
            self._move(0 if final in "EF" else x + dx * count, y + dy * count)
        elif final in "G`":
            self._move(count - 1, y)
        elif final == "d":
            self._move(x, self._top + count - 1)
        elif final in "Hf":
            self._move((values[1] if len(values) > 1 and values[1] else 1) - 1, self._top + count - 1)
        elif final == "J":
            self._erase_display(first)
        elif final == "K":
            self._erase_line(first)
        elif final in "LM":
            self._lines(final, min(count, ROWS))
        elif final in "@PX":
            self._characters(final, min(count, COLUMNS))
        elif final == "s":
            self._saved = (x, y)
        elif final == "u":
            self._move(*self._saved)

    def _erase_line(self, how: int) -> None:
        row = self._row
        if how == 0:
            row.free(self._x, len(row.cells))
            del row.cells[self._x :]
        elif how == 1:
            row.free(0, self._x + 1)
        else:
            row.cells.clear()

    def _erase_display(self, how: int) -> None:
        if how == 0:
            self._erase_line(0)
            del self._rows[self._y + 1 :]
        elif how == 1:
            self._erase_line(1)
            for row in self._rows[self._top : self._y]:
                row.cells.clear()
        else:
            for row in self._rows[self._top if how == 2 else 0 :]:
                row.cells.clear()

    def _lines(self, final: str, count: int) -> None:
        if final == "L":
            self._rows[self._y : self._y] = [_Row(moved=True) for _ in range(count)]
        else:
            del self._rows[self._y : self._y + count]
            self._rows.extend(_Row() for _ in range(self._y + 1 - len(self._rows)))
        self._x = 0

    def _characters(self, final: str, count: int) -> None:
        row = self._row
        row.moved = True
        if self._x >= len(row.cells):
            return
        if final == "@":
            row.free(self._x, self._x)
            row.cells[self._x : self._x] = " " * count
        else:
            row.free(self._x, self._x + count)
            if final == "P":
                del row.cells[self._x : self._x + count]


_MOVES = {"A": (0, -1), "B": (0, 1), "C": (1, 0), "D": (-1, 0), "E": (0, 1), "F": (0, -1), "a": (1, 0), "e": (0, 1)}
