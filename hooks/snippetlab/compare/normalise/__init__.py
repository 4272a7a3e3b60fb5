"""Outputs in a form in which two runs of the same commands are equal. Pure; identities are kept."""

from __future__ import annotations

import json
import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from snippetlab.compare.normalise.identity import Blind, Identities
from snippetlab.compare.normalise.layout import layout
from snippetlab.compare.normalise.marks import Mark, marks
from snippetlab.compare.normalise.names import LAYOUT, literal, named
from snippetlab.compare.normalise.structure import canonical, parsed
from snippetlab.compare.normalise.tables import Line, lines_of, may_hold_tables
from snippetlab.compare.reading import Reading
from snippetlab.matching import replaced
from snippetlab.model import Rule

__all__ = [
    "Blind",
    "Identities",
    "Mark",
    "blind_lines",
    "identity_marks",
    "normalise",
    "normalise_lines",
    "spans",
    "volatile_marks",
    "within",
]

_SEPARATOR = " │ "


def normalise(text: str, identities: Identities, reading: Reading) -> str:
    """``text`` with every volatile value replaced by its kind, or by its name in ``identities``.

    A step's own rules come first. Structures come out behind a line with the
    name ``json`` or ``python`` and how they are laid out, tables as cells, logs of
    things that go on at the same time by thing.
    """
    structure = _structure(text, reading.rules)
    if structure is not None:
        language, values = structure
        by = _Normaliser(identities, reading)
        try:
            found = [canonical(value, by, reading.vocabulary) for value in values]
            shown = [json.dumps(value, indent=1, ensure_ascii=False) for value in found]
        except RecursionError:
            pass  # too deep to be anything but text
        else:
            return "\n".join([named(language, form=layout(text)), *shown])
    arranged = reading.vocabulary.arranged(_without_wide(text, reading), reading.typed.text)
    return "\n".join(normalise_lines(arranged, identities, reading))


# Values beside which nothing moves: ids and the like, keys and their fingerprints, the number of something, #5, and
# times as machines write them.
_STEADY = re.compile(
    r"(?:sha256:)?[0-9a-f]{12}(?:[0-9a-f]{52})?|[0-9a-z]{25}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?<=#)\d+"
    r"|20\d\d-\d\d-\d\dT\S+|(?:[0-9a-f]{2}:){5}[0-9a-f]{2}"
    r"|SHA256:[0-9A-Za-z+/]{43}|SWMTKN-1-[0-9a-z]{50}-[0-9a-z]{25}|SWMKEY-1-[0-9A-Za-z+/]{43}"
    r"|veth[0-9a-f]{7}|[A-Z0-9]{4}(?::[A-Z0-9]{4}){11}"
)


def normalise_lines(text: str, identities: Identities, reading: Reading) -> list[str]:
    """The lines of ``text``, each normalised as text or as a row of a table; one for each line."""
    return _lines_and_marks(text, identities, reading)[0]


def blind_lines(text: str, reading: Reading) -> tuple[list[str], list[Mark]]:
    """The lines of ``text``, normalised with all identities alike, and what ``volatile_marks`` gives of it."""
    return _lines_and_marks(text, Blind(reading.vocabulary), reading)


def _lines_and_marks(text: str, identities: Identities, reading: Reading) -> tuple[list[str], list[Mark]]:
    titles = reading.vocabulary.single_titles
    tables = may_hold_tables(text)
    lines = list(lines_of(text, titles)) if tables else []
    found = marks(text, reading, lines, identities)
    if not found and not tables:
        return [literal(line) for line in text.split("\n")], []
    lines = lines or list(lines_of(text, titles))
    own = _by_line(lines, found)
    return [_line(text, line, its, identities) for line, its in zip(lines, own, strict=True)], found


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
    if line.cells is None:
        return _replaced(text, line.start, line.end, found, identities, padded=True)
    cells = [_replaced(text, cell.start, cell.end, found, identities, padded=True) for cell in line.cells]
    # Blanks between cells are layout, those before the first and behind the last are not.
    return _SEPARATOR.join(cells) + (named(LAYOUT, form=line.edges) if line.edges else "")


def _replaced(
    text: str, start: int, end: int, found: Sequence[Mark], identities: Identities, *, padded: bool = False
) -> str:
    """A part of a text with names for values.

    ``padded``: programs pad what stands beside a value that gets longer or shorter,
    so the number of blanks on either side of such a one does not count.
    """
    parts: list[str] = []
    after = False
    for mark in found:
        if start < mark.end and mark.start < end:
            between = text[start : mark.start]
            varies = padded and _STEADY.fullmatch(text, mark.start, mark.end) is None
            parts += [literal(_squeezed(between, after, varies)), _name(text, mark, identities)]
            start, after = mark.end, varies
    rest = text[start:end]
    return "".join([*parts, literal(_squeezed(rest, after, False))])


def _squeezed(text: str, after: bool, before: bool) -> str:
    """``text`` with the blanks at that end (behind a value, in front of one) as one."""
    if after and text.startswith(" ") and text.strip():
        text = f" {text.lstrip(' ')}"
    if before and text.endswith(" "):
        bare = text.rstrip(" ")
        text = f"{bare} " if bare or after else text
    return text


def _name(text: str, mark: Mark, identities: Identities) -> str:
    if mark.how == "identity":
        return identities.name(mark.kind, text[mark.start : mark.end], mark.form)
    return "" if mark.how == "absent" else named(mark.kind, form=mark.form)


class _Normaliser:
    """How a structure's strings are normalised: without tables, which they do not hold."""

    def __init__(self, identities: Identities, reading: Reading) -> None:
        self._identities = identities
        self._reading = reading
        self._blind = Blind(reading.vocabulary)

    def text(self, text: str) -> str:
        return _replaced(text, 0, len(text), self._marks(text), self._identities)

    def blind(self, text: str) -> str:
        return _replaced(text, 0, len(text), self._marks(text), self._blind)

    def number(self, text: str) -> int:
        own = [mark for mark in self._marks(text) if mark.how == "identity"]
        return (self._identities.known(own[0].kind, text[own[0].start : own[0].end]) or 0) if own else 0

    def _marks(self, text: str) -> list[Mark]:
        return marks(text, self._reading, (), self._identities)


def _structure(text: str, rules: Sequence[Rule]) -> tuple[str, list[object]] | None:
    """The structure of a text in which rules have been applied, as far as it still is one then."""
    found = parsed(text)
    if found is None or not rules:
        return found
    for form in ("{}", '"{}"'):  # the second is for numbers, which stand without quotes
        masked = literal(text)
        for rule in rules:
            masked = replaced(rule.pattern, masked, form.format(named(rule.name)))
        structure = parsed(masked)
        if structure is not None:
            return structure
    return None


def _without_wide(text: str, reading: Reading) -> str:
    """``text`` in which values of more than one line are replaced, so that lines can be compared."""
    if reading.rules or any(wide in text for wide in reading.vocabulary.wide):
        for mark in reversed(marks(text, reading)):
            if "\n" in text[mark.start : mark.end]:
                text = f"{text[: mark.start]}{named(mark.kind)}{text[mark.end :]}"
    return text


def identity_marks(text: str, identities: Identities, reading: Reading) -> list[Mark]:
    """The marks in raw ``text`` whose values have an identity."""
    return [mark for mark in volatile_marks(text, reading, identities) if mark.how == "identity"]


def spans(text: str, reading: Reading) -> list[tuple[int, int, str]]:
    """The volatile parts of raw ``text``: start, end and kind, in order and without overlap."""
    return [(mark.start, mark.end, mark.kind) for mark in volatile_marks(text, reading)]


def within(found: Sequence[Mark], start: int, end: int) -> Sequence[Mark]:
    """Those of a text's marks, given in order and without overlap, that reach into a part of it."""
    first = bisect_right(found, start, key=lambda mark: mark.end)
    return found[first : bisect_left(found, end, lo=first, key=lambda mark: mark.start)]


def volatile_marks(text: str, reading: Reading, identities: Identities | None = None) -> list[Mark]:
    """The volatile values in raw ``text``, in order and without overlap."""
    return marks(text, reading, list(lines_of(text, reading.vocabulary.single_titles)), identities)
