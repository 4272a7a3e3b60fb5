"""Paragraphs of a page that hold on some engines alone: ``[20.10] Text`` or ``[<23] Text``, as notes are marked."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from snippetlab.errors import SnippetLabError
from snippetlab.scenario.markdown import fences_of

from handbook.pages.embed import ENGINE
from handbook.views import among, names

_PARAGRAPH = re.compile(rf"\[(?P<engines>{ENGINE}(?:,\s*{ENGINE})*)\] (?=\S)")
# Engines, and a paragraph in Markdown that holds on them alone: gives it as it stands on the page, on as many lines.
Marked = Callable[[Sequence[str], str], str]


def in_words(engines: Sequence[str], text: str) -> str:
    """A paragraph as it is where nothing switches engines: it says by itself on which it holds."""
    return text


def with_engines(text: str, path: Path, known: Sequence[str], *, first_line: int = 1, marked: Marked = in_words) -> str:
    """The page with each such paragraph saying on which engines it holds, and ``marked`` for them.

    ``known`` are the engines of the site, newest first. No line is added or taken away. Raises SnippetLabError, with
    the line, for an engine that the site does not show, and for a range that holds none of them.
    """
    lines = text.split("\n")
    if not any(map(_PARAGRAPH.match, lines)):
        return text  # as nearly every page; what is code is of no matter then
    code = {n for fence in fences_of(text, path, lambda info: False) for n in range(fence.place.line - 1, fence.end)}
    for n, line in enumerate(lines):
        found = _PARAGRAPH.match(line)
        if found is None or n in code or (n and lines[n - 1].strip()):
            continue
        own = _engines(found["engines"], known, f"{path}:{n + first_line}")
        end = next((i for i in range(n, len(lines)) if not lines[i].strip()), len(lines))
        paragraph = "\n".join([f"On {names(own)}: {line[found.end() :]}", *lines[n + 1 : end]])
        lines[n:end] = marked(own, paragraph).split("\n")
    return "\n".join(lines)


def _engines(text: str, known: Sequence[str], where: str) -> list[str]:
    wanted = re.split(r",\s*", text)
    if unknown := [name for name in wanted if name not in known and name[0] not in "<>"]:
        what = f"a paragraph is for {unknown[0]}, which this site does not show"
        raise SnippetLabError(what, where=where, hint=f"engines are {', '.join(known)}")
    if not (own := among(wanted, known)):
        raise SnippetLabError(
            f"no engine of this site is in {text}", where=where, hint=f"engines are {', '.join(known)}"
        )
    return own
