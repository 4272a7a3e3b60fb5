"""The colours of commands and structures, as spans."""

from __future__ import annotations

import re
from functools import cache

from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import STANDARD_TYPES, Token
from pygments.util import ClassNotFound

from handbook.html.overlay import Span

# To Bash's lexer, `exec` of `docker exec` is a builtin and every number a literal.
_BASH_NOISE = ("nb", "m", "mi", "nv")
_FLAG = re.compile(r"(?<=\s)--?[A-Za-z][\w-]*")


@cache
def _lexer(language: str) -> Lexer | None:
    try:
        return get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None


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
    return [Span(start, end, "span", {"class": css}) for start, end, css in runs]


def _css_class(kind: object) -> str:
    """The short class of a token type, or of its nearest parent that has one."""
    while kind is not Token and kind is not None:
        if kind in STANDARD_TYPES:
            css = STANDARD_TYPES[kind]  # type: ignore[index]
            # Punctuation, whitespace and plain text are left unmarked: they would only add weight.
            return "" if css in ("p", "w", "", "l", "n") else css
        kind = kind.parent  # type: ignore[attr-defined]
    return ""
