"""Where the volatile values of a text stand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from snippetlab.compare.normalise.identity import SHORT, Identities
from snippetlab.compare.normalise.kinds import COLUMNS, KINDS, How
from snippetlab.compare.normalise.tables import Line
from snippetlab.model import Rule

# What holds nothing of this holds nothing volatile.
_MAYBE = re.compile(r"[0-9_]|\bago\b|\bUp |veth|[0-9a-f]{2}:[0-9a-f]{2}:|-----BEGIN |\b[Ee][Tt]ag: ")
_WORD = re.compile(rf"(?<![0-9a-zA-Z])[0-9a-z]{{{SHORT},63}}(?![0-9a-zA-Z])")
_IN_TEXT = tuple(kind for kind in KINDS if kind.pattern)


@dataclass(frozen=True)
class Mark:
    """A volatile value: where it stands, the name of its kind, and how it is compared."""

    start: int
    end: int
    kind: str
    how: How


class _Claims:
    """Marks so far; what has been claimed is not claimed again."""

    def __init__(self, text: str) -> None:
        self._taken = bytearray(len(text))
        self.marks: list[Mark] = []

    def add(self, start: int, end: int, kind: str, how: How) -> None:
        """Mark, unless nothing is left to mark."""
        if start < end and self._taken.find(1, start, end) < 0:
            self._taken[start:end] = b"\1" * (end - start)
            self.marks.append(Mark(start, end, kind, how))


def marks(
    text: str,
    lines: Sequence[Line] = (),
    rules: Sequence[Rule] = (),
    identities: Identities | None = None,
) -> list[Mark]:
    """The volatile values in ``text``, in order and without overlap.

    ``lines`` are those of the text, when it may hold tables. A step's ``rules``
    come before the built-in kinds. With ``identities``, words that begin an id
    known there are ids too, however short.
    """
    claims = _Claims(text)
    for rule in rules:
        for found in re.finditer(rule.pattern, text, re.MULTILINE):
            claims.add(found.start(), found.end(), rule.name, "any")
    for line in lines:
        for cell in line.cells or ():
            kind = COLUMNS.get(cell.column)
            value = kind.cell_regex.match(text[cell.start : cell.end]) if kind else None
            if kind and value and text[cell.start : cell.end] != cell.column:
                claims.add(cell.start, cell.start + value.end(), kind.name, kind.how)
    if _MAYBE.search(text):
        for kind in _IN_TEXT:
            if kind.hints and not any(hint in text for hint in kind.hints):
                continue
            group = kind.regex.groups
            for found in kind.regex.finditer(text):
                claims.add(found.start(group), found.end(group), kind.name, kind.how)
        if identities is not None:
            for found in _WORD.finditer(text):
                if identities.begins_one(found.group()):
                    claims.add(found.start(), found.end(), "id", "identity")
    return sorted(claims.marks, key=lambda mark: mark.start)
