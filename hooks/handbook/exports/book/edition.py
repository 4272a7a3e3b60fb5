"""One edition of the book: the pages of a site in reading order, and what the cover says of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from handbook.counts import Totals
from handbook.pages.chapters import Chapter
from handbook.pages.sources import url_of

# Where the files lie, below the site.
FOLDER = "book"
# An index is the last that stands in a book.
_LAST = "commands.md"
# Pages about the site, which only the site needs: links to them lead there.
_ON_THE_SITE = {"index.md", "verification.md", "coverage.md", f"{FOLDER}.md"}


@dataclass(frozen=True)
class Leaf:
    """A page of the site as a part of the book. ``html`` is what stands between the theme's head and foot."""

    url: str
    title: str
    html: str
    number: str = ""

    @property
    def slug(self) -> str:
        """Its name in files and ids."""
        return self.url.strip("/").replace("/", "-") or "home"


@dataclass(frozen=True)
class Part:
    """A chapter, which its first leaf opens; or the pages at the end, which have no number and no opening."""

    title: str
    leaves: tuple[Leaf, ...]
    number: str = ""

    @property
    def slug(self) -> str:
        """Its name in style sheets."""
        return f"part-{self.number or 'end'}"


@dataclass(frozen=True)
class Edition:
    """``address`` is the site's, or empty; ``reason`` says why nothing was verified, and is empty when all was.

    ``engines`` are those whose outputs it shows, the newest first; of those that the build did not run,
    ``recorded`` says on which day they were last verified. ``day`` (ISO) is that of the oldest run; where nothing
    ran, that of the build.
    """

    name: str
    description: str
    address: str
    totals: Totals
    engines: tuple[str, ...]
    day: str
    reason: str
    parts: tuple[Part, ...]
    recorded: Mapping[str, str] = field(default_factory=dict)

    def leaves(self) -> Iterator[Leaf]:
        """Every leaf, in reading order."""
        return (leaf for part in self.parts for leaf in part.leaves)

    @property
    def file_name(self) -> str:
        """What its files are called, without an ending."""
        return slug_of(self.name)


def slug_of(text: str) -> str:
    """A text as the name of a file: ``Docker, verified`` is ``docker-verified``."""
    return "-".join(re.findall(r"[a-z0-9]+", text.lower())) or "handbook"


def parts_of(
    chapters: Sequence[Chapter], reference: Sequence[tuple[str, str]], html: Mapping[str, str]
) -> tuple[Part, ...]:
    """The chapters, then the reference pages, with the HTML that was made of each; ``html`` is by path of the page."""
    parts = []
    for chapter in chapters:
        first, *others = chapter.pages
        leaves = [Leaf(first.url, chapter.title, html[first.uri], str(chapter.number))]
        for number, page in enumerate(others, 1):
            leaves.append(Leaf(page.url, page.title, html[page.uri], f"{chapter.number}.{number}"))
        parts.append(Part(chapter.title, tuple(leaves), str(chapter.number)))
    in_order = [(title, uri) for title, uri in reference if uri not in _ON_THE_SITE]
    end = tuple(
        Leaf(url_of(uri), title, html[uri]) for title, uri in sorted(in_order, key=lambda pair: pair[1] == _LAST)
    )
    return (*parts, Part("Reference", end)) if end else tuple(parts)
