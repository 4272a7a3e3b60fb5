"""The notes of one embedded step: bound to words of its outputs, numbered, each placed once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

from handbook.html.templates import render
from handbook.pages.embed import Note


def place_of(word: str, text: str) -> re.Match[str] | None:
    """Where a note's word stands in a text; within a longer word it does not count."""
    return next(_places_of(word, text), None)


def _places_of(word: str, text: str) -> Iterator[re.Match[str]]:
    before = r"(?<!\w)" if word[:1].isalnum() else ""
    after = r"(?!\w)" if word[-1:].isalnum() else ""
    return re.finditer(before + re.escape(word) + after, text)


@dataclass
class NoteMarks:
    """The ids and notes of one embed: notes look for their word, each is placed once, at the first line."""

    anchor: str
    notes: Sequence[Note]
    placed: set[int] = field(default_factory=set)
    blocks: int = 0

    def block_id(self) -> str:
        """An id for the next block. The theme's copy buttons tell blocks apart by the id around them."""
        self.blocks += 1
        return f"{self.anchor}-block-{self.blocks}"

    def take(self, text: str) -> list[tuple[int, int, int]]:
        """Triples of start, end and number of the notes whose word stands in ``text``.

        Within a longer word it does not count: `8` is no part of an id. Within the
        longer word of another note it counts only where it stands nowhere else.
        """
        found: list[tuple[int, int, int]] = []
        for number, note in enumerate(self.notes, start=1):
            longer = [place_of(other.word, text) for other in self.notes if len(other.word) > len(note.word)]
            taken = [at.span() for at in longer if at]
            places = list(_places_of(note.word, text))
            free = (at for at in places if not any(a <= at.start() and at.end() <= b for a, b in taken))
            at = next(free, next(iter(places), None))
            if number not in self.placed and at:
                self.placed.add(number)
                found.append((at.start(), at.end(), number))
        return found

    def missing(self) -> list[Note]:
        """The notes whose word stood in no output."""
        return [n for i, n in enumerate(self.notes, start=1) if i not in self.placed]

    def mark(self, number: int) -> Markup:
        """The mark at a note's line. No link: on a phone, marks on neighbouring lines would be too small to touch."""
        return render("note-mark.html", anchor=self.anchor, number=number)
