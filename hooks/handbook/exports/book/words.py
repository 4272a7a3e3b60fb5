"""Where a command is broken in a book: between its words, and nowhere else."""

from __future__ import annotations

from lxml.html import Element, HtmlElement  # type: ignore[import-untyped]


def join_words(element: HtmlElement) -> None:
    """Take out of a command where the site breaks it: a place between two parts of a word, such as the two hyphens of
    a flag, is one where a book would break it, too."""
    for cut in list(element.iter("span")):
        if (cut.get("class") or "").startswith("cut-"):
            cut.drop_tree()
    for held in element.find_class("held"):
        held.drop_tag()
    for word in list(element.iter("span")):
        while (behind := word.getnext()) is not None and not word.tail and dict(behind.attrib) == dict(word.attrib):
            _append(word, behind)


def _append(word: HtmlElement, behind: HtmlElement) -> None:
    """Put all that is in ``behind`` at the end of ``word``, and what stands behind it behind that."""
    last = word[-1] if len(word) else None
    if last is None:
        word.text = (word.text or "") + (behind.text or "")
    else:
        last.tail = (last.tail or "") + (behind.text or "") or None
    word.extend(list(behind))
    word.tail, behind.tail = behind.tail, None
    behind.getparent().remove(behind)


def keep_words(element: HtmlElement) -> None:
    """A command in a sentence is broken between its words, not after a hyphen: `-` alone is no flag."""
    if len(element) or not element.text or " " not in element.text:
        return
    words = element.text.split(" ")
    element.text = None
    for number, word in enumerate(words):
        kept = Element("span")
        kept.text = word
        if len(word) <= 40:
            kept.set("class", "whole")
        kept.tail = " " if number < len(words) - 1 else None
        element.append(kept)
