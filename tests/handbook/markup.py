"""What a piece of HTML is made of, as a parser sees it."""

from __future__ import annotations

from collections import Counter
from html.parser import HTMLParser

# What highlighting, volatile values and notes put around parts of a text.
OVER_TEXT = {("span", ("class",)), ("i", ("class", "title")), ("mark", ("class",)), ("b", ("class",))}


class _Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: Counter[tuple[str, tuple[str, ...]]] = Counter()
        self.other: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found[tag, tuple(sorted(name for name, _ in attrs))] += 1

    def handle_comment(self, data: str) -> None:
        self.other.append(data)

    handle_decl = unknown_decl = handle_pi = handle_comment


def elements(html: str) -> Counter[tuple[str, tuple[str, ...]]]:
    """How often each element stands in the HTML with which attributes. Comments count as elements."""
    parser = _Elements()
    parser.feed(html)
    parser.close()
    parser.found.update(("!", (text,)) for text in parser.other)
    return parser.found


def structure(html: str) -> Counter[tuple[str, tuple[str, ...]]]:
    """The same without what lies over the text of commands and outputs."""
    return Counter({key: count for key, count in elements(html).items() if key not in OVER_TEXT})
