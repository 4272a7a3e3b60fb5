"""What every family of changes needs: which places are free to be changed, and a text with another one at a place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from snippetlab.compare.normalise import Mark

Made = Iterator[tuple[str, str]]  # what is changed, in a word, and the whole new output


def free(volatile: Sequence[Mark], start: int, end: int) -> bool:
    """True where nothing between ``start`` and ``end`` is volatile."""
    return all(mark.end <= start or end <= mark.start for mark in volatile)


def put(text: str, start: int, end: int, new: str) -> str:
    """The text with ``new`` in place of what stands between ``start`` and ``end``."""
    return text[:start] + new + text[end:]
