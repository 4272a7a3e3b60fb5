"""Where the volatile values of a text stand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from snippetlab.compare.normalise.identity import SHORT, Identities
from snippetlab.compare.normalise.tables import Line
from snippetlab.compare.reading import Reading
from snippetlab.compare.vocabulary import How, Kind
from snippetlab.matching import found_in

_WORD = re.compile(rf"(?<![0-9a-zA-Z])[0-9a-z]{{{SHORT},63}}(?![0-9a-zA-Z])")


@dataclass(frozen=True)
class Mark:
    """A volatile value: where it stands, the name of its kind, how it is compared, the reason of a
    step's own rule (empty for the kinds of a pack), and what of its form is compared."""

    start: int
    end: int
    kind: str
    how: How
    reason: str = ""
    form: str = ""


class _Claims:
    """Marks so far; what has been claimed is not claimed again."""

    def __init__(self, text: str, reading: Reading) -> None:
        self._text = text
        self._reading = reading
        self._taken = bytearray(len(text))
        self.marks: list[Mark] = []

    def add(self, mark: Mark) -> None:
        """Mark, unless nothing is left to mark."""
        start, end = mark.start, mark.end
        if start < end and self._taken.find(1, start, end) < 0:
            self._taken[start:end] = b"\1" * (end - start)
            self.marks.append(mark)

    def of_kind(self, kind: Kind, start: int, end: int) -> None:
        """The values in a match. One that somebody typed is claimed, but not marked: it is compared as it is."""
        for a, b in kind.values(self._text, start, end):
            if a < b and self._reading.is_typed(kind, self._text, a, b):
                self._taken[a:b] = b"\1" * (b - a)
            else:
                self.add(Mark(a, b, kind.name, kind.how, form=kind.form_of(self._text[a:b])))


def marks(text: str, reading: Reading, lines: Sequence[Line] = (), identities: Identities | None = None) -> list[Mark]:
    """The volatile values in ``text``, in order and without overlap.

    ``lines`` are those of the text, when it may hold tables. The step's rules
    come before the vocabulary's kinds. With ``identities``, words that begin a
    value known there are values of its kind too, however short.
    """
    claims = _Claims(text, reading)
    for rule in reading.rules:
        for start, end in found_in(rule.pattern, text):
            claims.add(Mark(start, end, rule.name, "any", rule.reason))
    columns = reading.vocabulary.columns
    for line in lines:
        for cell in line.cells or ():
            kind = columns.get(cell.column)
            value = kind.cell_regex.match(text[cell.start : cell.end]) if kind else None
            if kind and value and text[cell.start : cell.end] != cell.column:
                claims.of_kind(kind, cell.start, cell.start + value.end())
    for known in reading.vocabulary.in_this(text):
        if not reading.seeks(known):
            continue
        group = known.regex.groups
        for found in known.regex.finditer(text):
            claims.of_kind(known, found.start(group), found.end(group))
    if identities is not None:
        for found in _WORD.finditer(text):
            begun = identities.begun_by(found.group())
            if begun and not reading.typed.holds(found.group()):
                claims.add(Mark(found.start(), found.end(), begun, "identity"))
    return sorted(claims.marks, key=lambda mark: mark.start)
