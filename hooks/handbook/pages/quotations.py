"""Quotations: what no lab can show, in somebody else's words, with the source and the day.

A page marks one by ``!!! quote "SOURCE, DAY"``. What a reader cannot look up is no quotation: each has a link to
its source, and says of which day the words are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from snippetlab.errors import SnippetLabError
from snippetlab.model import Place
from snippetlab.scenario.markdown import fences_of

from handbook.pages.sources import PageSource

_HEAD = re.compile(r'(?P<indent>[ ]*)(?:!!!|\?\?\?\+?) quote\b(?:[ ]+"(?P<title>.*)")?[ \t]*$')
_LINK = re.compile(r"\[(?P<text>[^][]+)\]\((?P<address>https://[^\s)]+)\)")
_DAY = re.compile(r"\b20\d\d-[01]\d-[0-3]\d\b")


@dataclass(frozen=True)
class Quotation:
    """One quotation: what its source is called, the first link to it, the newest day (ISO) that its title names."""

    page: PageSource
    place: Place
    source: str
    address: str
    day: str


def quotations(pages: Sequence[PageSource]) -> list[Quotation]:
    """Every quotation of the pages, in their order. Raises SnippetLabError with all that have no source or no day."""
    found, faults = [], []
    for page in pages:
        for place, title, body in _boxes(page):
            link = _LINK.search(f"{title}\n{body}")
            days = _DAY.findall(title)
            source = _LINK.sub(lambda m: m["text"], title).replace("*", "")
            if not (source and link and days):
                lacks = [what for what, has in (("title", source), ("link", link), ("day", days)) if not has]
                faults.append(f"{place}: a quotation without a {' and a '.join(lacks)}")
            else:
                found.append(Quotation(page, place, source, link["address"], max(days)))
    if faults:
        hint = 'write !!! quote "SOURCE, 2026-11-29": the day of the words, or on which you read them; link the source'
        raise SnippetLabError("\n".join(faults), hint=hint)
    return found


def _boxes(page: PageSource) -> Iterator[tuple[Place, str, str]]:
    """Each box with its title and its text."""
    lines = page.body.split("\n")
    shown = {
        line - page.first_line
        for fence in fences_of(page.body, page.path, first_line=page.first_line)
        for line in range(fence.place.line, fence.end + 1)
    }
    for number, line in enumerate(lines):
        head = _HEAD.match(line)
        if head is None or number in shown:
            continue
        inside = len(head["indent"]) + 4
        body = []
        for below in lines[number + 1 :]:
            if below.strip() and not below.startswith(" " * inside):
                break
            body.append(below.strip())
        yield Place(page.path, page.first_line + number), head["title"] or "", "\n".join(body)
