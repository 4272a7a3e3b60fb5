"""Outputs in a form in which two runs of the same commands are equal. Pure; identities are kept."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from snippetlab.compare.normalise.identity import Blind, Identities
from snippetlab.compare.normalise.marks import Mark, marks
from snippetlab.compare.normalise.structure import canonical, parsed
from snippetlab.compare.normalise.tables import Line, lines_of, may_hold_tables
from snippetlab.compare.reading import Reading
from snippetlab.model import Rule

__all__ = ["Blind", "Identities", "Mark", "identity_marks", "normalise", "normalise_lines", "spans", "volatile_marks"]

_SEPARATOR = " │ "
_BLANKS = re.compile(r"(?<=\S) {2,}")


def normalise(text: str, identities: Identities, reading: Reading) -> str:
    """``text`` with every volatile value replaced by its kind, or by its name in ``identities``.

    A step's own rules come first. Structures come out as the word ``json``
    or ``python`` and JSON with sorted keys, tables as cells, logs of things that
    go on at the same time by thing.
    """
    structure = _structure(text, reading.rules)
    if structure is not None:
        language, values = structure
        by = _Normaliser(identities, reading)
        try:
            shown = [
                json.dumps(canonical(value, by, reading.vocabulary), indent=1, ensure_ascii=False) for value in values
            ]
        except RecursionError:
            pass  # too deep to be anything but text
        else:
            return "\n".join([language, *shown])
    return "\n".join(normalise_lines(reading.vocabulary.arranged(_without_wide(text, reading)), identities, reading))


def normalise_lines(text: str, identities: Identities, reading: Reading) -> list[str]:
    """The lines of ``text``, each normalised as text or as a row of a table; one for each line."""
    titles = reading.vocabulary.single_titles
    tables = may_hold_tables(text)
    lines = list(lines_of(text, titles)) if tables else []
    found = marks(text, reading, lines, identities)
    if not found and not tables:
        return [line.rstrip() for line in text.split("\n")]
    lines = lines or list(lines_of(text, titles))
    own = _by_line(lines, found)
    return [_line(text, line, its, identities) for line, its in zip(lines, own, strict=True)]


def _by_line(lines: Sequence[Line], found: Sequence[Mark]) -> list[list[Mark]]:
    """The marks of each line; one that goes over several lines is in each of them."""
    own: list[list[Mark]] = [[] for _ in lines]
    at = 0
    for mark in found:
        while lines[at].end < mark.start:
            at += 1
        last = at
        while last < len(lines) and lines[last].start < mark.end:
            own[last].append(mark)
            last += 1
    return own


def _line(text: str, line: Line, found: Sequence[Mark], identities: Identities) -> str:
    if line.cells is not None:
        return _SEPARATOR.join(
            _BLANKS.sub(" ", _replaced(text, cell.start, cell.end, found, identities)) for cell in line.cells
        ).rstrip()
    if not found:
        return text[line.start : line.end].rstrip()
    replaced = _replaced(text, line.start, line.end, found, identities).rstrip()
    # Programs pad what stands beside a value that gets longer or shorter.
    if not text[line.start : found[0].start].strip():
        replaced = replaced.lstrip()
    return _BLANKS.sub(" ", replaced)


def _replaced(text: str, start: int, end: int, found: Sequence[Mark], identities: Identities) -> str:
    parts: list[str] = []
    for mark in found:
        if start < mark.end and mark.start < end:
            parts += [text[start : mark.start], _name(text, mark, identities)]
            start = mark.end
    return "".join([*parts, text[start:end]])


def _name(text: str, mark: Mark, identities: Identities) -> str:
    if mark.how == "identity":
        return identities.name(mark.kind, text[mark.start : mark.end])
    return "" if mark.how == "absent" else f"<{mark.kind}>"


class _Normaliser:
    """How a structure's strings are normalised: without tables, which they do not hold."""

    def __init__(self, identities: Identities, reading: Reading) -> None:
        self._identities = identities
        self._reading = reading
        self._blind = Blind(reading.vocabulary)

    def text(self, text: str) -> str:
        return _replaced(text, 0, len(text), marks(text, self._reading, (), self._identities), self._identities)

    def blind(self, text: str) -> str:
        return _replaced(text, 0, len(text), marks(text, self._reading, (), self._identities), self._blind)

    def number(self, text: str) -> int:
        own = [mark for mark in marks(text, self._reading, (), self._identities) if mark.how == "identity"]
        name = self._identities.known(own[0].kind, text[own[0].start : own[0].end]) if own else None
        return int(name.rpartition("-")[2][:-1]) if name else 0


def _structure(text: str, rules: Sequence[Rule]) -> tuple[str, list[object]] | None:
    """The structure of a text in which rules have been applied, as far as it still is one then."""
    found = parsed(text)
    if found is None or not rules:
        return found
    for form in ("<{}>", '"<{}>"'):  # the second is for numbers, which stand without quotes
        replaced = text
        for rule in rules:
            replaced = re.sub(rule.pattern, form.format(rule.name), replaced, flags=re.MULTILINE)
        structure = parsed(replaced)
        if structure is not None:
            return structure
    return None


def _without_wide(text: str, reading: Reading) -> str:
    """``text`` in which values of more than one line are replaced, so that lines can be compared."""
    if reading.rules or any(wide in text for wide in reading.vocabulary.wide):
        for mark in reversed(marks(text, reading)):
            if "\n" in text[mark.start : mark.end]:
                text = f"{text[: mark.start]}<{mark.kind}>{text[mark.end :]}"
    return text


def identity_marks(text: str, identities: Identities, reading: Reading) -> list[Mark]:
    """The marks in raw ``text`` whose values have an identity."""
    return [mark for mark in volatile_marks(text, reading, identities) if mark.how == "identity"]


def spans(text: str, reading: Reading) -> list[tuple[int, int, str]]:
    """The volatile parts of raw ``text``: start, end and kind, in order and without overlap."""
    return [(mark.start, mark.end, mark.kind) for mark in volatile_marks(text, reading)]


def volatile_marks(text: str, reading: Reading, identities: Identities | None = None) -> list[Mark]:
    """The volatile values in raw ``text``, in order and without overlap."""
    return marks(text, reading, list(lines_of(text, reading.vocabulary.single_titles)), identities)
