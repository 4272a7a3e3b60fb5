"""The page that offers the files of the book for download."""

from __future__ import annotations

from handbook.counts import Totals
from handbook.exports.book.edition import FOLDER, slug_of
from handbook.html.templates import render

# Its path below the docs folder; the files lie beside what it becomes.
PAGE = f"{FOLDER}.md"
TITLE = "Read it offline"


def offer_page(name: str, totals: Totals, reason: str) -> str:
    """The page's Markdown. ``name`` is the site's; ``reason`` says why nothing was verified, if so."""
    return str(render("book/offer.md", name=slug_of(name), totals=totals, reason=reason))
