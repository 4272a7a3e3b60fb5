"""One recorded output as HTML: escaped, coloured when it is JSON, marked, and folded when long."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup
from snippetlab.model import Block, Rule

from handbook.html.highlight import highlight
from handbook.html.notes import NoteMarks
from handbook.html.overlay import Span, overlay
from handbook.html.templates import render

FOLD_ABOVE = 12  # outputs with more lines are folded
FOLD_HEAD = 8  # lines that stay in view above the fold

Volatile = Callable[[str, Sequence[Rule]], Iterable[tuple[int, int, str]]]


@dataclass(frozen=True)
class Showing:
    """How the outputs of one embedded step are shown.

    ``volatile`` gives start, end and kind of the values of a text that differ
    on each machine; ``fold`` folds every output.
    """

    rules: Sequence[Rule]
    volatile: Volatile
    marks: NoteMarks
    fold: bool = False


@dataclass(frozen=True)
class Marked:
    """An output with its marks: the text as HTML, cut at the fold. ``noted`` are the lines with notes, from 0."""

    head: Markup
    folded: Markup
    hidden: int
    noted_below: bool


def render_output(text: str, block: Block, showing: Showing) -> Markup:
    """An output as HTML. A fold in which a note's line lies stands open."""
    lines = text.count("\n") + 1
    if not showing.fold and lines <= FOLD_ABOVE:
        return render("output.html", text=_whole(text, block, showing))
    head_lines = 0 if showing.fold else FOLD_HEAD
    marked = marked_output(text, block, showing, head_lines)
    return render("output-folded.html", marked=marked, lines=lines)


def marked_output(text: str, block: Block, showing: Showing, head_lines: int) -> Marked:
    """The output with marks, cut below ``head_lines`` lines."""
    spans, inserts, noted = _marks(text, block, showing)
    at = _line_start(text, head_lines)
    head = overlay(text[: max(at - 1, 0)], [s for s in spans if s.start < at - 1], [i for i in inserts if i[0] < at])
    below = [Span(max(s.start - at, 0), s.end - at, s.element, s.attributes) for s in spans if s.end > at]
    rest = overlay(text[at:], below, [(p - at, html) for p, html in inserts if p >= at])
    hidden = text.count("\n") + 1 - head_lines
    return Marked(head, rest, hidden, any(line >= head_lines for line in noted))


def _whole(text: str, block: Block, showing: Showing) -> Markup:
    spans, inserts, _ = _marks(text, block, showing)
    return overlay(text, spans, inserts)


def _marks(text: str, block: Block, showing: Showing) -> tuple[list[Span], list[tuple[int, Markup]], list[int]]:
    spans = highlight(text, "json") if is_json(text) else []
    differs = {"class": "v", "title": "differs on your machine"}
    spans += [Span(start, end, "i", differs) for start, end, _ in showing.volatile(text, showing.rules)]
    if prompt := block.option("prompt"):
        spans += _typed_lines(text, prompt)
    inserts: list[tuple[int, Markup]] = []
    noted: list[int] = []
    for start, end, number in showing.marks.take(text):
        spans.append(Span(start, end, "mark", {"class": "noted"}))
        line_end = text.find("\n", start)
        inserts.append((len(text) if line_end < 0 else line_end, showing.marks.mark(number)))
        noted.append(text.count("\n", 0, start))
    return spans, inserts, noted


def _typed_lines(text: str, prompt: str) -> list[Span]:
    spans: list[Span] = []
    position = 0
    for line in text.split("\n"):
        if line.startswith(prompt) and len(line) > len(prompt):
            spans.append(Span(position + len(prompt), position + len(line), "b", {"class": "typed"}))
        position += len(line) + 1
    return spans


def _line_start(text: str, line: int) -> int:
    position = 0
    for _ in range(line):
        position = text.index("\n", position) + 1
    return position


def is_json(text: str) -> bool:
    """True for a JSON object or array."""
    if text.lstrip()[:1] not in ("{", "["):
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
