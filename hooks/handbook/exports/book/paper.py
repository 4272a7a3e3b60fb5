"""The book on paper: one long HTML page, which a browser lays out and prints; and the pages that its links lead to."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import pikepdf
from lxml import html  # type: ignore[import-untyped]
from lxml.html import Element, HtmlElement  # type: ignore[import-untyped]
from markupsafe import Markup
from snippetlab.errors import SnippetLabError

from handbook.exports.book.edition import Edition, Leaf
from handbook.exports.book.leaf import leaf_tree, rename
from handbook.exports.book.links import Place, Places, by_address, lead
from handbook.html.templates import render, text_of


class Print(Protocol):
    """Prints an HTML page as PDF; a draft has the same lines on the same pages, and no more than that."""

    def __call__(self, page: str, *, draft: bool = False) -> bytes: ...  # noqa: D102


# Page numbers by id.
Numbers = Mapping[str, int]
# The numbers that a link shows can move what it leads to, by a line and seldom by a page.
_MOST_PASSES = 4
# As wide as most of those that come: so the first pass already has its lines where they stay.
UNKNOWN = 100


def paper(edition: Edition, fonts: Path, print_page: Print) -> bytes:
    """The PDF. It is printed until the numbers that its links show are those of the pages that they lead to.

    Raises SnippetLabError should that not come about.
    """
    numbers: Numbers = numbers_of(print_page(paper_html(edition, fonts, {}), draft=True))
    widest = numbers
    for _ in range(_MOST_PASSES):
        pdf = print_page(paper_html(edition, fonts, numbers, widest))
        # A link that stands in a list only once keeps the number that the others had.
        now = {**numbers, **numbers_of(pdf)}
        if now == numbers:
            return pdf
        widest = {id_: max(number, widest.get(id_, 0)) for id_, number in now.items()}
        numbers = now
    raise SnippetLabError(
        f"the page numbers of the book are others after each of {_MOST_PASSES} printings",
        where="hooks/handbook/templates/book/paper.css",
        hint="a number must take the same room as any other: look at the rule for .see",
    )


def numbers_of(pdf: bytes) -> dict[str, int]:
    """On which page each id stands that a link of the PDF leads to."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        order = {page.objgen: number for number, page in enumerate(document.pages, 1)}
        # What has no destination has no dictionary of them.
        places: Any = document.Root.get("/Dests", {})
        return {str(name).removeprefix("/"): order[place[0].objgen] for name, place in places.items()}


def paper_html(edition: Edition, fonts: Path, numbers: Numbers, widest: Numbers | None = None) -> str:
    """The whole book as one page. ``numbers`` are those of a former pass; in the first there are none.

    ``widest`` has the highest that each was in any pass: so much room it keeps.
    """
    trees = [(leaf, leaf_tree(leaf)) for leaf in edition.leaves()]
    places = by_address(trees)
    content = {leaf.url: _content(leaf, tree, places, edition, numbers, widest or {}) for leaf, tree in trees}
    return render(
        "book/paper.html",
        edition=edition,
        content=content,
        numbers=numbers,
        unknown=UNKNOWN,
        fonts=fonts.resolve().as_uri(),
        style=Markup(text_of("book/paper.css")),
        picture_style=Markup(text_of("book/picture.css")),
        about=render("book/about.html", edition=edition, paper=True),
    )


def paper_id(leaf: Leaf, anchor: str) -> str:
    """The id that a place of a leaf has in the book; ``anchor`` is empty for its beginning."""
    return f"{leaf.slug}..{anchor}" if anchor else leaf.slug


def _content(
    leaf: Leaf, tree: HtmlElement, places: Places, edition: Edition, numbers: Numbers, widest: Numbers
) -> Markup:
    def write(link: HtmlElement, place: Place) -> None:
        target = paper_id(place.leaf, place.anchor)
        link.set("href", f"#{target}")
        if place.leaf != leaf:
            number = numbers.get(target, UNKNOWN)
            _show_number(link, number, digits=len(str(max(number, widest.get(target, 0)))))

    lead(tree, leaf, places, edition.address, write)
    if numbers:
        _once(tree)
    rename(tree, lambda anchor: paper_id(leaf, anchor))
    tree.set("id", leaf.slug)
    tree.tag = "section"
    _one_level_down(tree, with_title="." in leaf.number or not leaf.number)
    return Markup(html.tostring(tree, encoding="unicode"))


def _show_number(link: HtmlElement, number: int, digits: int) -> None:
    """Behind a link stands the page that it leads to; a link that is itself only a number becomes that of the page.

    The number does not come to stand on a line of its own: it is kept with the
    word before it. It has room for as many ``digits`` as it ever had, so that lines
    do not go to and fro when it changes from 99 to 100 and back.
    """
    see = Element("span")
    see.set("class", f"see see--{digits}")
    see.text = str(number)
    text = link.text or ""
    if len(link) or not text:
        link.append(see)
        return
    words, blank, last = text.rpartition(" ")
    kept = Element("span")
    kept.set("class", "whole")
    kept.text = "" if text.isdigit() else last
    kept.append(see)
    link.text = words + blank
    link.append(kept)


def _once(tree: HtmlElement) -> None:
    """Of places that stand beside each other in a list and on one page, the first is enough."""
    last = ""
    for link in list(tree.iter("a")):
        number = "".join(see.text for see in link.find_class("see"))
        if number and number == last and link.text_content() == number:
            before = link.getprevious()
            if before is not None and not (before.tail or "").strip():
                before.tail = ""
            link.drop_tree()
        last = number


def _one_level_down(tree: HtmlElement, *, with_title: bool) -> None:
    """A chapter's pages are below it in the PDF's outline, and the sections of each page below those."""
    for level in (5, 4, 3, 2, 1) if with_title else (5, 4, 3, 2):
        for heading in list(tree.iter(f"h{level}")):
            heading.tag = f"h{level + 1}"


def cover_html(edition: Edition, fonts: Path) -> str:
    """The cover, 1200 by 1600, for a picture of it."""
    style = Markup(text_of("book/cover.css"))
    return render("book/cover.html", edition=edition, fonts=fonts.resolve().as_uri(), style=style)
