"""The book as EPUB: the site's own pages in a zip, with the lists that a reader's device asks for.

A converter would read the HTML, keep what it knows, and write its own: the notes
in outputs, the marks of values that differ and the two tracks would be lost. The
format wants a manifest, a table of contents and XHTML; the pages are that but for
their syntax.
"""

from __future__ import annotations

import io
import uuid
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from lxml import etree  # type: ignore[import-untyped]
from lxml.html import Element, HtmlElement  # type: ignore[import-untyped]
from markupsafe import Markup

from handbook.exports.book.edition import Edition, Leaf
from handbook.exports.book.leaf import leaf_tree
from handbook.exports.book.links import Place, Places, by_address, lead
from handbook.html.templates import render, text_of

_SVG = "http://www.w3.org/2000/svg"
# Attributes of SVG that an HTML parser writes small.
_MIXED_CASE = {"viewbox": "viewBox", "preserveaspectratio": "preserveAspectRatio"}
_TYPES = {
    ".xhtml": "application/xhtml+xml",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".css": "text/css",
    ".woff2": "font/woff2",
    ".ncx": "application/x-dtbncx+xml",
}


@dataclass(frozen=True)
class Item:
    """A file of the book, as its manifest names it."""

    path: str
    kind: str
    properties: str = ""

    @property
    def id(self) -> str:
        """Its id in the manifest."""
        return f"item-{self.path.replace('/', '-').replace('.', '-')}"


def epub(edition: Edition, cover: bytes, fonts: Path) -> bytes:
    """The file. ``cover`` is a PNG, ``fonts`` the folder of the site's fonts. The same edition gives the same bytes."""
    trees = [(leaf, leaf_tree(leaf)) for leaf in edition.leaves()]
    places = by_address(trees)
    files: dict[str, bytes] = {
        "cover.png": cover,
        "style.css": text_of("book/epub.css").encode(),
        "cover.xhtml": _page("Cover", render("book/epub-cover.html", edition=edition), "cover"),
        "about.xhtml": _page("About this handbook", render("book/about.html", edition=edition, paper=False), "about"),
    }
    files |= {f"fonts/{name}": (fonts / name).read_bytes() for name in _fonts(fonts)}
    for leaf, tree in trees:
        files |= _leaf_files(leaf, tree, places, edition)
    spine = [Item(p, _TYPES[".xhtml"]) for p in files if p.endswith(".xhtml")]
    files["nav.xhtml"] = _page("Contents", render("book/epub-nav.html", edition=edition), "nav")
    files["toc.ncx"] = _xml(render("book/toc.xml", edition=edition, identifier=_identifier(edition)))
    special = {"cover.png": "cover-image", "nav.xhtml": "nav"}
    items = [Item(p, _TYPES[Path(p).suffix], special.get(p, "")) for p in files if Path(p).suffix in _TYPES]
    package = render("book/package.xml", edition=edition, items=items, spine=spine, identifier=_identifier(edition))
    files["package.opf"] = _xml(package)
    return _zip(files, edition.day)


def _fonts(folder: Path) -> list[str]:
    """Type for code, with its licence; a device has its own for the text."""
    return sorted(p.name for p in folder.iterdir() if "mono" in p.name or p.name == "LICENSE.txt")


def _leaf_files(leaf: Leaf, tree: HtmlElement, places: Places, edition: Edition) -> dict[str, bytes]:
    lead(tree, leaf, places, edition.address, _write)
    files = {}
    for number, picture in enumerate(list(tree.iter("svg")), 1):
        path = f"pictures/{leaf.slug}-{number}.svg"
        image = Element("img")
        image.set("src", f"../{path}")
        image.set("alt", picture.get("aria-label", ""))
        files[path] = _picture(picture)
        picture.getparent().replace(picture, image)
    content = Markup(etree.tostring(tree, method="xml", encoding="unicode"))
    return {f"text/{leaf.slug}.xhtml": _page(leaf.title, content, "leaf", up="../"), **files}


def _write(link: HtmlElement, place: Place) -> None:
    link.set("href", f"{place.leaf.slug}.xhtml" + (f"#{place.anchor}" if place.anchor else ""))


def _picture(svg: HtmlElement) -> bytes:
    """A picture as a file of its own: with its colours, and white below it for devices that show white on black."""
    style = Element("style")
    style.text = text_of("book/picture.css")
    svg.insert(0, style)
    svg.set("xmlns", _SVG)
    for name in ("role", "aria-label"):
        svg.attrib.pop(name, None)
    for small, name in _MIXED_CASE.items():
        if small in svg.attrib:
            svg.set(name, svg.attrib.pop(small))
    svg.tail = None
    return _xml(Markup(etree.tostring(svg, method="xml", encoding="unicode")))


def _page(title: str, content: Markup, kind: str, up: str = "") -> bytes:
    return _xml(render("book/page.xml", title=title, content=content, kind=kind, up=up))


def _xml(text: Markup) -> bytes:
    """XML with its first line. It is read once, so that what no device could read is a fault of the build."""
    data = f'<?xml version="1.0" encoding="utf-8"?>\n{text}'.encode()
    etree.fromstring(data)
    return data


def _identifier(edition: Edition) -> str:
    """The book's name for libraries of devices: all editions of a site have the same."""
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, edition.address or edition.name)}"


def _zip(files: Mapping[str, bytes], day: str) -> bytes:
    year, month, date = (int(part) for part in day.split("-"))
    held = io.BytesIO()
    entries: Iterable[tuple[str, bytes]] = [
        ("mimetype", b"application/epub+zip"),
        ("META-INF/container.xml", _xml(render("book/container.xml"))),
        *((f"EPUB/{path}", data) for path, data in files.items()),
    ]
    with zipfile.ZipFile(held, "w") as archive:
        for path, data in entries:
            info = zipfile.ZipInfo(path, (year, month, date, 0, 0, 0))
            # The format asks for the first file as it is, so that programs know an EPUB by its first bytes.
            info.compress_type = zipfile.ZIP_STORED if path == "mimetype" else zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, data)
    return held.getvalue()
