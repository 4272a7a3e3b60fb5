"""From bytes as a program wrote them to text as a terminal would show it."""

from __future__ import annotations

import re

from snippetlab.run.screen import Screen

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_SPECIAL = re.compile(r"[\x1b\x08\x0b\x0c\r]")


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
            screen = Screen()
            screen.play(text)
            text = screen.text()
    return _CONTROLS.sub(lambda found: f"\\x{ord(found.group()):02x}", text)
