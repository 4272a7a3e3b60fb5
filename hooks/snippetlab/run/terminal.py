"""From bytes as a program wrote them to text as a terminal would show it."""

from __future__ import annotations

import re

import pyte

from snippetlab.lab import COLUMNS

ROWS = 40  # of the terminal that agent.py opens
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_DOWN = re.compile(r"[\n\x0b\x0c]")
_SPECIAL = re.compile(r"[\x1b\x08\x0b\x0c\r]")


def _screen_text(text: str) -> str:
    """Text with cursor movements, as the screen holds it in the end."""
    # No line of output may wrap, and none may scroll away.
    columns = max(map(len, text.split("\n"))) + 8 * text.count("\t") + 1
    rows = len(_DOWN.findall(text)) + 1
    screen = pyte.Screen(max(columns, COLUMNS), max(rows + 1, ROWS))
    screen.set_mode(pyte.modes.LNM)
    pyte.Stream(screen).feed(text)
    last = max(screen.cursor.y, *(y for y in screen.buffer if _row(screen, y)), 0)
    shown = [_row(screen, y) for y in range(last + 1)]
    if last > screen.cursor.y:
        return "\n".join(shown) + "\n"  # the cursor went up and stayed there: the last line is whole
    ended = screen.cursor.x == 0 and not shown[-1]
    return "\n".join(shown[:-1] if ended else shown) + ("\n" if ended and len(shown) > 1 else "")


def _row(screen: pyte.Screen, y: int) -> str:
    row = screen.buffer[y]
    return "".join(row[x].data for x in range(max(row, default=-1) + 1)).rstrip()


def as_text(raw: bytes) -> str:
    """What a terminal shows of ``raw``.

    Colours and cursor movements are played, not kept; ``\\r`` overwrites; bytes
    that are not UTF-8 and control characters without a meaning on a screen
    appear as ``\\xNN``. A missing last newline stays missing.
    """
    text = raw.decode("utf-8", errors="backslashreplace")
    if _SPECIAL.search(text):
        text = _COLOURS.sub("", text).replace("\r\n", "\n")
        if _SPECIAL.search(text):
            text = _screen_text(text)
    return _CONTROLS.sub(lambda found: f"\\x{ord(found.group()):02x}", text)
