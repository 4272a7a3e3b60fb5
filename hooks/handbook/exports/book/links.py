"""Where the links of a leaf lead in a book: to other leaves, to the site, or nowhere."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from lxml.html import HtmlElement  # type: ignore[import-untyped]

from handbook.exports.book.edition import Leaf


@dataclass(frozen=True)
class Place:
    """A place in the book: a leaf, and an id in it, which is empty for its beginning."""

    leaf: Leaf
    anchor: str


# The leaves of a book with their ids, by address below the site.
Places = Mapping[str, tuple[Leaf, frozenset[str]]]


def ids_of(tree: HtmlElement) -> frozenset[str]:
    """The ids in a tree."""
    return frozenset(element.get("id") for element in tree.iter() if "id" in element.attrib)


def lead(
    tree: HtmlElement, leaf: Leaf, places: Places, address: str, write: Callable[[HtmlElement, Place], None]
) -> None:
    """Let every link of a leaf lead to its place.

    ``write`` puts a place into a link. A link to a page or file that only the site has
    becomes one to ``address``, and plain text where the site has no address.
    """
    for link in list(tree.iter("a")):
        href = link.get("href")
        if href is None:
            continue
        place = find_place(leaf, href, places)
        if place is not None:
            write(link, place)
        elif urlsplit(href).scheme:
            link.classes.add("outside")
        elif address:
            link.set("href", address + _below(leaf, href))
            link.classes.add("outside")
        else:
            link.drop_tag()


def find_place(leaf: Leaf, href: str, places: Places) -> Place | None:
    """The place in the book that a link on a leaf leads to. An id that the book has dropped leads to its page."""
    parts = urlsplit(href)
    if parts.scheme or parts.netloc:
        return None
    found = places.get(_folder(leaf, parts.path)) if parts.path else places[leaf.url]
    if found is None:
        return None
    target, ids = found
    anchor = unquote(parts.fragment)
    return Place(target, anchor if anchor in ids else "")


def _folder(leaf: Leaf, path: str) -> str:
    joined = posixpath.normpath(posixpath.join("/", leaf.url, path)).strip("/")
    return f"{joined}/" if joined else ""


def _below(leaf: Leaf, href: str) -> str:
    parts = urlsplit(href)
    joined = posixpath.normpath(posixpath.join("/", leaf.url, parts.path)).strip("/")
    slash = "/" if parts.path.endswith("/") and joined else ""
    return f"{joined}{slash}" + (f"#{parts.fragment}" if parts.fragment else "")


def by_address(leaves: Iterable[tuple[Leaf, HtmlElement]]) -> dict[str, tuple[Leaf, frozenset[str]]]:
    """Leaves and their ids by address below the site."""
    return {leaf.url: (leaf, ids_of(tree)) for leaf, tree in leaves}
