"""Whether the ids that a run printed are those of objects that it had: an id of nothing is no id. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from snippetlab.compare.normalise import Identities, Mark, identity_marks
from snippetlab.compare.normalise.tables import lines_of
from snippetlab.compare.reading import Reading
from snippetlab.compare.vocabulary import Belonging

Objects = Mapping[str, frozenset[str]]  # kinds of objects, each with the ids of all that there were


@dataclass(frozen=True)
class Stranger:
    """A printed value that belongs to no object of its kind; ``message`` says it to a person."""

    value: str
    message: str


def strangers(recorded: str, captured: str, objects: Objects, known: Identities, reading: Reading) -> list[Stranger]:
    """The values in ``captured`` that belong to nothing which was there, in order.

    ``known`` are the values of the run so far. What stands in ``recorded`` too is new in no run, so it is
    compared as it is, and no id at all.
    """
    found = []
    places = _places(captured, reading)
    for mark in identity_marks(captured, known, reading):
        held = reading.vocabulary.held.get(mark.kind)
        value = captured[mark.start : mark.end]
        if held is None or value in recorded:
            continue
        place = next((belonging for start, end, belonging in places if start <= mark.start and mark.end <= end), None)
        if place and not place.objects:
            continue
        wanted = place.objects if place else held
        bare = known.bare(mark.kind, value)
        if not _is_there(bare, wanted, objects, abbreviated=mark.kind in reading.vocabulary.abbreviated):
            found.append(Stranger(bare, _message(value, mark, wanted, held, objects)))
    return found


def _is_there(value: str, kinds: Iterable[str], objects: Objects, *, abbreviated: bool) -> bool:
    ids = [objects.get(kind, frozenset()) for kind in kinds]
    return any(value in some for some in ids) or (
        abbreviated and any(identity.startswith(value) for some in ids for identity in some)
    )


def _message(value: str, mark: Mark, wanted: frozenset[str], held: frozenset[str], objects: Objects) -> str:
    shown = value if len(value) <= 24 else f"{value[:20]}…"
    if wanted == held:
        return f"{mark.kind} {shown} belongs to nothing that there was in this run"
    bare = value.rpartition(":")[2]
    others = [kind for kind in sorted(held - wanted) if _is_there(bare, (kind,), objects, abbreviated=True)]
    kinds = " or ".join(sorted(wanted))
    if others:
        return f"{mark.kind} {shown} is one of {_a(others[0])}, where one of {_a(kinds)} must stand"
    return f"{mark.kind} {shown} belongs to no {kinds} that there was in this run"


def _a(noun: str) -> str:
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"


def _places(text: str, reading: Reading) -> Sequence[tuple[int, int, Belonging]]:
    """The places of a text that say whose the ids in them are; those that count first come first."""
    return [
        (start, end, belonging)
        for belonging in reading.vocabulary.belongings
        if belonging.asked is None or belonging.asked.search(reading.source)
        for start, end in (*_matched(text, belonging), *_cells(text, belonging, reading))
    ]


def _matched(text: str, belonging: Belonging) -> Iterator[tuple[int, int]]:
    if belonging.pattern:
        group = belonging.regex.groups
        yield from (found.span(group) for found in belonging.regex.finditer(text))


def _cells(text: str, belonging: Belonging, reading: Reading) -> Iterator[tuple[int, int]]:
    if belonging.columns:
        for line in lines_of(text, reading.vocabulary.single_titles):
            yield from ((cell.start, cell.end) for cell in line.cells or () if cell.column in belonging.columns)
