"""What the first program of a lab does, whichever provider starts it."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import PurePosixPath


def writing(texts: Sequence[tuple[str, str]]) -> str:
    """Shell text that writes files, with the folders that lead to them."""
    lines = []
    for path, text in texts:
        folder = str(PurePosixPath(path).parent)
        lines.append(f"mkdir -p {shlex.quote(folder)}; printf %s {shlex.quote(text)} > {shlex.quote(path)}\n")
    return "".join(lines)
