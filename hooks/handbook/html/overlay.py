"""Text with marks over it: highlighting, volatile values and notes, as escaped HTML."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from markupsafe import Markup, escape

from handbook.html.templates import unquoted


@dataclass(frozen=True)
class Span:
    """An element around ``text[start:end]``, with its attributes. Spans may lie inside each other."""

    start: int
    end: int
    element: str
    attributes: Mapping[str, str] = field(default_factory=dict)

    @property
    def opening(self) -> Markup:
        """The opening tag."""
        return _opening(self.element, tuple(self.attributes.items()))

    @property
    def closing(self) -> Markup:
        """The closing tag."""
        return _closing(self.element)


@cache
def _closing(element: str) -> Markup:
    return Markup("</{}>").format(element)


@cache
def _opening(element: str, attributes: tuple[tuple[str, str], ...]) -> Markup:
    given = Markup("").join(Markup(' {}="{}"').format(name, value) for name, value in attributes)
    return Markup("<{}{}>").format(element, given)


def overlay(text: str, spans: Iterable[Span], inserts: Sequence[tuple[int, Markup]] = ()) -> Markup:
    """Escape ``text`` and put the spans around their parts.

    Spans that cross each other are cut at the crossing, so the result is
    always well nested. ``inserts`` are pairs of position and HTML. A span that
    reaches beyond the text is clipped.
    """
    ordered = sorted(((max(s.start, 0), min(s.end, len(text)), s) for s in spans), key=lambda item: (item[0], -item[1]))
    cuts = {0, len(text), *(p for p, _ in inserts)}
    for start, end, _ in ordered:
        if start < end:
            cuts |= {start, end}
    edges = sorted(c for c in cuts if 0 <= c <= len(text))
    starting: dict[int, list[tuple[int, Span]]] = {}
    for start, end, span in ordered:
        if start < end:
            starting.setdefault(start, []).append((end, span))
    placed: dict[int, list[Markup]] = {}
    for position, html in inserts:
        placed.setdefault(position, []).append(html)

    out: list[Markup] = []
    stack: list[tuple[int, Span]] = []
    for index, edge in enumerate(edges):
        # Close what ends here; what lies above it on the stack is reopened behind it.
        reopened: list[tuple[int, Span]] = []
        while any(end <= edge for end, _ in stack):
            end, span = stack.pop()
            out.append(span.closing)
            if end > edge:
                reopened.insert(0, (end, span))
        for end, span in reopened:
            out.append(span.opening)
            stack.append((end, span))
        out += map(escape, placed.get(edge, []))
        for end, span in starting.get(edge, []):
            out.append(span.opening)
            stack.append((end, span))
        if index + 1 < len(edges):
            out.append(unquoted(text[edge : edges[index + 1]]))
    # Each of them is Markup. Where Markup joins them, it asks for that again, and it takes longer than all the rest.
    return Markup("".join(out))
