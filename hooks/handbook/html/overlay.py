"""Text with marks over it: highlighting, volatile values and notes, as escaped HTML."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape

from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import STANDARD_TYPES, Token
from pygments.util import ClassNotFound


@dataclass(frozen=True)
class Span:
    """``open`` and ``close`` are HTML put around ``text[start:end]``; they may lie inside each other."""

    start: int
    end: int
    open: str
    close: str


def overlay(text: str, spans: Iterable[Span], inserts: Sequence[tuple[int, str]] = ()) -> str:
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
    placed: dict[int, list[str]] = {}
    for position, html in inserts:
        placed.setdefault(position, []).append(html)

    out: list[str] = []
    stack: list[tuple[int, Span]] = []
    for index, edge in enumerate(edges):
        # Close what ends here; what lies above it on the stack is reopened behind it.
        reopened: list[tuple[int, Span]] = []
        while any(end <= edge for end, _ in stack):
            end, span = stack.pop()
            out.append(span.close)
            if end > edge:
                reopened.insert(0, (end, span))
        for end, span in reopened:
            out.append(span.open)
            stack.append((end, span))
        out += placed.get(edge, [])
        for end, span in starting.get(edge, []):
            out.append(span.open)
            stack.append((end, span))
        if index + 1 < len(edges):
            out.append(escape(text[edge : edges[index + 1]], quote=False))
    return "".join(out)


@cache
def _lexer(language: str) -> Lexer | None:
    try:
        return get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None


# To Bash's lexer, `exec` of `docker exec` is a builtin and every number a literal.
_BASH_NOISE = ("nb", "m", "mi", "nv")
_FLAG = re.compile(r"(?<=\s)--?[A-Za-z][\w-]*")


def highlight(text: str, language: str) -> list[Span]:
    """Spans that colour ``text`` as ``language``; none for a language that Pygments does not know."""
    lexer = _lexer(language)
    if lexer is None:
        return []
    runs: list[tuple[int, int, str]] = []
    for start, kind, value in lexer.get_tokens_unprocessed(text):
        css = _css_class(kind)
        if not css or not value.strip() or (language == "bash" and css in _BASH_NOISE):
            continue
        if runs and runs[-1][1] == start and runs[-1][2] == css:
            # Strings come in three tokens; one span is enough.
            runs[-1] = (runs[-1][0], start + len(value), css)
        else:
            runs.append((start, start + len(value), css))
    if language == "bash":
        coloured = [(start, end) for start, end, _ in runs]
        runs += [
            (m.start(), m.end(), "na")
            for m in _FLAG.finditer(text)
            if not any(start <= m.start() < end for start, end in coloured)
        ]
    return [Span(start, end, f'<span class="{css}">', "</span>") for start, end, css in runs]


def _css_class(kind: object) -> str:
    """The short class of a token type, or of its nearest parent that has one."""
    while kind is not Token and kind is not None:
        if kind in STANDARD_TYPES:
            css = STANDARD_TYPES[kind]  # type: ignore[index]
            # Punctuation, whitespace and plain text are left unmarked: they would only add weight.
            return "" if css in ("p", "w", "", "l", "n") else css
        kind = kind.parent  # type: ignore[attr-defined]
    return ""
