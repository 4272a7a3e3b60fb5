"""The order of the chapters, and of the pages in each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from handbook.pages.sources import PageSource


@dataclass(frozen=True)
class Chapter:
    """A chapter that has pages. ``number`` counts the chapters that are there, from 1."""

    folder: str
    title: str
    number: int
    pages: tuple[PageSource, ...]


def chapters_of(pages: Sequence[PageSource], titles: Mapping[str, str]) -> list[Chapter]:
    """The chapters in reading order, which is that of ``titles`` (folder to title). Other folders come last, by name.

    In a chapter ``index.md`` comes first, then pages by their ``nav_order``
    (front matter, a number), then by file name.
    """
    known = list(titles)
    folders = {p.chapter for p in pages if p.chapter} - {"assets"}
    ordered = sorted(folders, key=lambda f: (known.index(f) if f in known else len(known), f))
    found: list[Chapter] = []
    for folder in ordered:
        own = sorted((p for p in pages if p.chapter == folder), key=_order)
        title = titles.get(folder) or own[0].title
        found.append(Chapter(folder, title, len(found) + 1, tuple(own)))
    return found


def _order(page: PageSource) -> tuple[bool, float, str]:
    order = page.front.nav_order
    return (not page.uri.endswith("/index.md"), float("inf") if order is None else order, page.uri)


def navigation(chapters: Sequence[Chapter], reference: Iterable[tuple[str, str]]) -> list[Any]:
    """The navigation as MkDocs takes it: home, a section for each chapter, and the reference pages."""
    nav: list[Any] = [{"Home": "index.md"}]
    for chapter in chapters:
        uris = [p.uri for p in chapter.pages]
        nav.append({chapter.title: uris[0] if len(uris) == 1 else uris})
    nav.append({"Reference": [{title: uri} for title, uri in reference]})
    return nav
