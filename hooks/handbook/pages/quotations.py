"""Quotations: what no lab can show, in somebody else's words, with the source and the day.

A page marks one by ``!!! quote "SOURCE, DAY"``. What a reader cannot look up is no quotation: each has a link to
its source, and says of which day the words are. Where a page leads out of the book outside of such a box, a sentence
would rest on what is neither dated nor counted. A row of a table that begins with its link is a place to read on, and
states nothing.
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
_OUT = re.compile(r"\]\(<?https?://|^ *\[[^]]+\]: *<?https?://|<https?://")
_DAY = re.compile(r"\b20\d\d-[01]\d-[0-3]\d\b")
_WORDS = re.compile(r"“[^”]+”")
_ROW = re.compile(r"\| *\[")
# What a title emphasises or sets as code, it says without these marks where it is listed.
_MARKS = str.maketrans("", "", "*`")


@dataclass(frozen=True)
class Quotation:
    """One quotation: what its source is called, the first link to it, the newest day (ISO) that its title names."""

    page: PageSource
    place: Place
    source: str
    address: str
    day: str


def quotations(pages: Sequence[PageSource]) -> list[Quotation]:
    """Every quotation of the pages, in their order. Raises SnippetLabError with all that have no source, no day, no
    words or no box."""
    found, faults = [], []
    for page in pages:
        boxes = list(_boxes(page))
        faults += [f"{place}: a link out of the book, and no quotation around it" for place in _loose(page, boxes)]
        for box in boxes:
            place, title, body = box.place, box.title, box.body
            link = _LINK.search(f"{title}\n{body}")
            days = _DAY.findall(title)
            source = _LINK.sub(lambda m: m["text"], title).translate(_MARKS)
            words = _WORDS.search(body)
            if not (source and link and days and words):
                has = (("title", source), ("link", link), ("day", days), ("word in “these marks”", words))
                faults.append(f"{place}: a quotation without a {' and a '.join(what for what, is_ in has if not is_)}")
            else:
                found.append(Quotation(page, place, source, link["address"], max(days)))
    if faults:
        hint = 'write !!! quote "SOURCE, 2026-11-29": the day of the words, or on which you read them; link the source'
        raise SnippetLabError("\n".join(faults), hint=hint)
    return found


@dataclass(frozen=True)
class _Box:
    """One box as it stands on its page; ``lines`` are those that it takes, counted from 0."""

    place: Place
    title: str
    body: str
    lines: range


def _boxes(page: PageSource) -> Iterator[_Box]:
    lines = page.body.split("\n")
    shown = _fenced(page)
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
        place = Place(page.path, page.first_line + number)
        yield _Box(place, head["title"] or "", "\n".join(body), range(number, number + 1 + len(body)))


def _loose(page: PageSource, boxes: Sequence[_Box]) -> Iterator[Place]:
    """The lines outside of every box that lead out of the book."""
    taken = _fenced(page).union(*(box.lines for box in boxes))
    for number, line in enumerate(page.body.split("\n")):
        if number not in taken and _OUT.search(line) and not _ROW.match(line):
            yield Place(page.path, page.first_line + number)


def _fenced(page: PageSource) -> set[int]:
    """The lines of the page's fences, counted from 0, but for its steps, whose notes are its own words."""
    return {
        line - page.first_line
        for fence in fences_of(page.body, page.path, first_line=page.first_line)
        if fence.info.split()[:1] != ["step"]
        for line in range(fence.place.line, fence.end + 1)
    }
