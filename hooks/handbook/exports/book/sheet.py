"""The cheat sheet: a sheet for each chapter, with what a reader may want to do and the command that does it.

Its rows are the index of tasks and what pages show at a glance: both lead to a
step that runs the command, and are checked against it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from lxml.html import HtmlElement  # type: ignore[import-untyped]
from markupsafe import Markup

from handbook.exports.book.edition import Edition, Leaf, Part
from handbook.exports.book.leaf import leaf_tree
from handbook.exports.book.links import Place, by_address, find_place
from handbook.html.templates import render, text_of

TASKS = "tasks/"


@dataclass(frozen=True)
class Row:
    """``page`` is the title of the page that runs the command."""

    words: str
    command: str
    page: str


@dataclass(frozen=True)
class Sheet:
    """The rows of a chapter, by page in reading order."""

    part: Part
    rows: Mapping[str, tuple[Row, ...]]


def sheet_html(edition: Edition, fonts: Path) -> str:
    """All sheets as one page for a browser to print; a script in it makes the type of a full sheet smaller."""
    return render(
        "book/sheet.html",
        edition=edition,
        sheets=sheets_of(edition),
        fonts=fonts.resolve().as_uri(),
        style=Markup(text_of("book/sheet.css")),
        script=Markup(text_of("book/sheet.js")),
    )


def sheets_of(edition: Edition) -> list[Sheet]:
    """A sheet for each chapter that has a row; a command stands on a sheet once."""
    trees = {leaf.url: (leaf, leaf_tree(leaf)) for leaf in edition.leaves()}
    rows = list(_rows(trees))
    sheets = []
    for part in edition.parts:
        titles = {leaf.url: leaf.title for leaf in part.leaves}
        known: set[str] = set()
        by_page: dict[str, list[Row]] = {}
        for place, row in rows:
            if part.number and place.leaf.url in titles and row.command not in known:
                known.add(row.command)
                by_page.setdefault(row.page, []).append(row)
        in_order = {title: tuple(by_page[title]) for title in titles.values() if title in by_page}
        if in_order:
            sheets.append(Sheet(part, in_order))
    return sheets


def _rows(trees: Mapping[str, tuple[Leaf, HtmlElement]]) -> Iterator[tuple[Place, Row]]:
    """Tasks first: they say in a person's own words what a command is for. Else it is what a page says beside the
    command, or the heading above the step."""
    places = by_address(trees.values())
    found: list[tuple[Leaf, HtmlElement, HtmlElement, str]] = []
    if TASKS in trees:
        leaf, tree = trees[TASKS]
        found += [(leaf, item.find("a"), item.find("code"), item.xpath("string(a)")) for item in tree.iter("li")]
    for leaf, tree in trees.values():
        for glance in tree.find_class("glance"):
            found += [
                (leaf, link, link.find("code"), link.xpath("string(../../*[@class='glance-words'])"))
                for link in glance.iter("a")
            ]
    for leaf, link, code, said in found:
        place = find_place(leaf, link.get("href", ""), places) if link is not None and code is not None else None
        if place is None or not place.anchor:
            continue
        words = _sentence(" ".join(said.split())) if said else _heading(trees[place.leaf.url][1], place.anchor)
        yield place, Row(words, code.text_content(), place.leaf.title)


def _sentence(text: str) -> str:
    """With a capital; a heading is left as it is, since a command that stands in it has none."""
    return text[:1].upper() + text[1:]


def _heading(tree: HtmlElement, anchor: str) -> str:
    """The heading under which a step stands."""
    above = tree.xpath("//*[@id=$anchor]/preceding::*[self::h1 or self::h2 or self::h3][1]", anchor=anchor)
    number = above[0].find("span[@class='number']") if above else None
    if number is not None:
        number.drop_tree()
    return " ".join(above[0].text_content().split()) if above else ""
