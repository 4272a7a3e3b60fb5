"""A line that an author may write in Markdown (code, emphasis, links), as HTML that holds nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.treeprocessors import Treeprocessor
from markupsafe import Markup

# What `javascript:` and its like would do is not in an author's power either. An address without a scheme is relative.
_SAFE = re.compile(r"(?:https?:|mailto:|[^:]*(?:[/?#]|$))", re.IGNORECASE)


class _SafeLinks(Treeprocessor):
    def run(self, root: Element) -> None:
        for link in root.iter("a"):
            if not _SAFE.match(link.get("href", "")):
                del link.attrib["href"]


@cache
def _markdown() -> Markdown:
    md = Markdown()
    md.preprocessors.deregister("html_block")
    for name in ("html", "image_link", "image_reference", "reference", "short_reference", "short_image_ref"):
        md.inlinePatterns.deregister(name)
    for name in ("indent", "code", "hashheader", "setextheader", "hr", "olist", "ulist", "quote", "reference"):
        md.parser.blockprocessors.deregister(name)
    md.treeprocessors.register(_SafeLinks(md), "safe_links", 5)
    return md


_PAGE = re.compile(r'href="([^":]+\.md)(?=["#])')


def inline_markdown(text: str, resolve: Callable[[str], str] | None = None) -> Markup:
    """A line of Markdown as HTML, without the paragraph around it. HTML in it is shown, not taken.

    ``resolve`` turns the path of a page, as a link names it, into its address;
    what it raises goes on to the caller.
    """
    html = _markdown().reset().convert(" ".join(text.split()))
    if resolve:
        html = _PAGE.sub(lambda found: Markup('href="{}').format(resolve(found[1])), html)
    return Markup(html.removeprefix("<p>").removesuffix("</p>"))
