"""What two engines print differently, side by side: aligned lines, with the words marked that changed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from markupsafe import Markup
from snippetlab.between import Change
from snippetlab.compare import DiffLine, hunks

from handbook.html.overlay import Span, overlay

LEAST_ALIKE = 0.3  # lines that have less in common are others as a whole, and no word of them is marked
# Letters of a line that one engine alone prints, such as a document of JSON without line breaks: what it is shows soon.
LONGEST, SHOWN = 400, 240
_WORD = re.compile(r"\w+|\s+|[^\w\s]")
_Spans = Sequence[tuple[int, int, str]]


@dataclass(frozen=True)
class Row:
    """A line on both sides, None where one has none. ``same`` where both print it; ``left_out`` counts such lines
    that are not shown."""

    left: Markup | None = None
    right: Markup | None = None
    same: bool = False
    left_out: int = 0

    @property
    def blank(self) -> bool:
        """True for a line that is empty where it is there at all."""
        return not f"{self.left or ''}{self.right or ''}".strip()


def rows(change: Change) -> Iterator[Row]:
    """The lines of a change with some around them: what both print once, what they print differently side by side."""
    removed: list[DiffLine] = []
    added: list[DiffLine] = []
    for line in hunks(change.lines, around=2):
        if not isinstance(line, int) and line[0] != " ":
            (removed if line[0] == "-" else added).append(line)
            continue
        yield from _beside(removed, added)
        removed, added = [], []
        if isinstance(line, int):
            yield Row(same=True, left_out=line)
        else:
            yield Row(Markup.escape(line[1]), Markup.escape(line[1]), same=True)
    yield from _beside(removed, added)


def _beside(removed: Sequence[DiffLine], added: Sequence[DiffLine]) -> Iterator[Row]:
    """Lines beside each other in their order; an empty line is beside none that says something."""
    left, right = list(removed), list(added)
    while left or right:
        old, new = (side[0] if side else None for side in (left, right))
        if old and new and bool(old[1].strip()) != bool(new[1].strip()):
            old, new = (None, new) if old[1].strip() else (old, None)
        if old:
            left.pop(0)
        if new:
            right.pop(0)
        if old and new:
            yield Row(*_marked(old, new))
        else:
            yield Row(_whole(old[1]) if old else None, _whole(new[1]) if new else None)


def _whole(line: str) -> Markup:
    if len(line) > LONGEST:
        left_out = Markup('<span class="sides-cut"> … {:,} letters more</span>').format(len(line) - SHOWN)
        return overlay(line[:SHOWN], [Span(0, SHOWN, "mark")]) + left_out
    return overlay(line, [Span(0, len(line), "mark")] if line.strip() else [])


def _marked(old: DiffLine, new: DiffLine) -> tuple[Markup, Markup]:
    one, other = _words(old[1], old[2]), _words(new[1], new[2])
    matcher = SequenceMatcher(None, [key for key, _, _ in one], [key for key, _, _ in other], autojunk=False)
    if matcher.ratio() < LEAST_ALIKE:
        return _whole(old[1]), _whole(new[1])
    left: list[Span] = []
    right: list[Span] = []
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag != "equal":
            left += _span(old[1], one[a:b])
            right += _span(new[1], other[c:d])
    return overlay(old[1], left), overlay(new[1], right)


def _span(line: str, words: Sequence[tuple[str, int, int]]) -> list[Span]:
    """A mark over words that follow each other; none where nothing but blanks is other."""
    if not words or not line[words[0][1] : words[-1][2]].strip():
        return []
    return [Span(words[0][1], words[-1][2], "mark")]


def _words(line: str, volatile: _Spans) -> list[tuple[str, int, int]]:
    """The words of a line: what they are compared by, start and end. A volatile value is one word, told by its kind."""
    found: list[tuple[str, int, int]] = []
    at = 0
    for start, end, kind in sorted(volatile):
        if start < at:
            continue
        found += [(m[0], at + m.start(), at + m.end()) for m in _WORD.finditer(line[at:start])]
        found.append((f"<{kind}>", start, end))
        at = end
    return found + [(m[0], at + m.start(), at + m.end()) for m in _WORD.finditer(line[at:])]
