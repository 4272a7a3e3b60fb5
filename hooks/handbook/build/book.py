"""The files of the book, made of what every page of a site became."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from handbook.build.site import Site
from handbook.counts import totals_of
from handbook.exports.book.browser import print_pdf, take_picture
from handbook.exports.book.edition import FOLDER, Edition, parts_of
from handbook.exports.book.epub import epub
from handbook.exports.book.paper import cover_html, paper
from handbook.exports.book.sheet import sheet_html


def edition_of(site: Site, name: str, description: str, address: str) -> Edition:
    """The edition that a site's build gives; every page has been rendered."""
    totals = totals_of(site.library)
    parts = parts_of(site.parts.chapters, site.parts.reference, site.html)
    day = totals.when or datetime.now(UTC).date().isoformat()
    library = site.library
    others = [(name, library.others[name]) for name in library.engines if name in library.others]
    recorded = {name: other.verified for name, other in others if not other.proofs}
    return Edition(name, description, address, totals, library.engines, day, site.verdict.reason, parts, recorded)


def book_files(edition: Edition, fonts: Path) -> dict[str, bytes]:
    """The files by path below the site. ``fonts`` is the folder of the site's fonts.

    Raises SnippetLabError where no browser can print.
    """
    print_page = partial(print_pdf, day=edition.day)
    cover = take_picture(cover_html(edition, fonts), 1200, 1600)
    return {
        f"{FOLDER}/{edition.file_name}.epub": epub(edition, cover, fonts),
        f"{FOLDER}/{edition.file_name}.pdf": paper(edition, fonts, print_page),
        f"{FOLDER}/{edition.file_name}-cheat-sheet.pdf": print_page(sheet_html(edition, fonts)),
    }
