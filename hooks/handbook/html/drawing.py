"""How pictures are drawn: graphs that Graphviz lays out, as SVG whose colours the site's style sheet gives."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import graphviz  # type: ignore[import-untyped]
from markupsafe import Markup
from snippetlab.errors import SnippetLabError

from handbook.html.templates import render

# Layout is measured with these; the site's own fonts are put in by the style sheet.
FONT = "Helvetica"
MONO = "Courier"
_SIZE = "11"


@dataclass(frozen=True)
class Picture:
    """An SVG element without its opening ``<svg``, what it shows in words, and what it was drawn from."""

    svg: Markup
    words: str
    caption: str


@lru_cache(maxsize=256)
def _svg(source: str) -> str:
    try:
        return str(graphviz.Source(source, engine="dot").pipe(format="svg", encoding="utf-8"))
    except graphviz.ExecutableNotFound as error:
        raise SnippetLabError(
            "graphviz is not installed, so pictures cannot be drawn", hint="install Debian's package graphviz"
        ) from error


def svg_of(graph: graphviz.Graph) -> Markup:
    """SVG to stand in a page: no prologue, no ids, no titles that pop up, a width that it does not go below."""
    svg = _svg(graph.source)
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<!--.*?-->\s*|<title>.*?</title>\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(r'(<g|<a) id="[^"]*"', r"\1", svg)
    svg = re.sub(r' xmlns(:xlink)?="[^"]*"', "", svg)
    svg = re.sub(rf' font-family="{MONO}[^"]*"', ' class="mono"', svg)
    svg = re.sub(r' font-family="[^"]*"', "", svg)
    # Points become pixels, so that text has the size that it was laid out with.
    found = re.search(r'width="([\d.]+)pt" height="([\d.]+)pt"', svg)
    if found:
        width, height = (round(float(v) * 1.2) for v in found.groups())
        size = f'width="{width}" height="{height}" style="min-width:{round(width * 0.8)}px"'
        svg = svg.replace(found[0], size, 1)
    return Markup(re.sub(r">\s+<", "><", svg).removeprefix("<svg "))


def new_graph(**attributes: str) -> graphviz.Graph:
    """A graph with the fonts and boxes of every picture."""
    graph = graphviz.Graph(graph_attr={"bgcolor": "transparent", "pad": "0.05", "fontname": FONT, **attributes})
    graph.attr("node", shape="box", fontname=FONT, fontsize=_SIZE, margin="0.12,0.07", height="0.3")
    graph.attr("edge", fontname=FONT, fontsize=_SIZE)
    return graph


def label(rows: Sequence[tuple[str, bool]]) -> str:
    """An HTML-like label: lines, each with whether it is in the code font."""
    return render("label.dot.html", rows=[(text, MONO if mono else FONT) for text, mono in rows])
