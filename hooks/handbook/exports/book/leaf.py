"""A page's HTML as it is on paper: nothing to click, nothing folded, both tracks one below the other."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from copy import deepcopy
from itertools import groupby
from operator import itemgetter

from lxml.html import Element, HtmlElement, fragment_fromstring  # type: ignore[import-untyped]

from handbook.exports.book.edition import Leaf
from handbook.exports.book.words import join_words, keep_words
from handbook.html.visible import visible

# Only a browser or the site's own script has a use for these.
_ATTRIBUTES = {"title", "download", "rel", "type", "style", "role", "tabindex", "hidden"}
_BUTTONS = ("headerlink", "tabbed-labels", "button", "downloads")
# A step once more as another engine prints it: what differs stands before it, side by side.
_TWICE = "differs-whole"
# Lines of a step that is not broken over two pages.
_SHORT = 18
# Lines that one engine prints alone and that are shown; of more, the first and the last of them are.
_ALONE, _ENDS = 12, 4
# Lines of one engine that differ in an id alone and that are shown all the same.
_ALIKE = 2
_ID = re.compile(r"\b[0-9a-f]{12,}\b")
# The mark of a note takes the room of so many letters of a table.
_MARK = 4


def leaf_tree(leaf: Leaf) -> HtmlElement:
    """A leaf as an element ``article``, which the caller may change.

    Its ids are those of the page. What a template of the book brings has no ids,
    so that those of several leaves can be told apart by ``rename``.
    """
    # The parser does not know `wbr` as an element without contents, and would put all that follows into it.
    whole = visible(leaf.html).replace("<wbr>", '<span class="joint"></span>')
    tree = fragment_fromstring(whole, create_parent="article")
    for name in (*_BUTTONS, _TWICE):
        for element in tree.find_class(name):
            element.drop_tree()
    for element in list(tree.iter("input", "script", "fieldset")):
        element.drop_tree()
    for element in tree.find_class("differs"):
        if "hidden" in element.attrib:
            element.drop_tree()
    _tell_once(tree.find_class("differs-why"))
    for element in tree.find_class("run-capture"):
        _name_capture(element)
    for element in tree.find_class("strip"):
        _shorten_strip(element)
    for element in tree.find_class("sides"):
        _shorten_sides(element)
    for element in list(tree.iter("details")):
        _unfold(element)
    for element in tree.find_class("tabbed-set"):
        _name_tracks(element)
    for element in tree.find_class("note-mark"):
        element.text = element.get("data-n")
        element.attrib.pop("aria-label", None)
    for element in tree.find_class("step"):
        # A short step stays on one page; to keep a long one together would leave half of the page before it empty.
        if _lines(element) <= _SHORT:
            element.classes.add("step--short")
    _hold_the_end(tree)
    for element in tree.iter():
        for name in list(element.attrib):
            # What a picture is, and what it shows in words, is said in attributes of its own.
            spoken = element.tag == "svg" and name == "role"
            if (name in _ATTRIBUTES and not spoken) or name.startswith("data-"):
                del element.attrib[name]
    for element in tree.find_class("run-out"):
        _fit(element)
    for element in tree.find_class("run-cmd"):
        join_words(element)
    for element in tree.iter("code"):
        if element.getparent().tag != "pre":
            keep_words(element)
    _number(tree, leaf)
    return tree


def _lines(element: HtmlElement) -> int:
    """About how many lines of outputs and tables an element has."""
    return sum(block.text_content().count("\n") + 2 for block in element.iter("pre", "tr"))


def _hold_the_end(tree: HtmlElement) -> None:
    """The last section is short, and would stand alone on a sheet: what goes before it is held together with it.

    That is as much of the section before as is short together with the last, from a heading or a sentence on.
    """
    starts = [number for number, element in enumerate(tree) if element.tag == "h2"]
    if not starts:
        return
    before = starts[-2] if len(starts) > 1 else starts[-1]
    heads = [n for n in range(before, starts[-1] + 1) if tree[n].tag in ("h2", "h3", "p")]
    start = next((n for n in heads if _lines_of(tree[n:]) <= _SHORT), None)
    if start is None:
        return
    end = Element("div")
    end.set("class", "closing")
    held = list(tree[start:])
    tree[start].addprevious(end)
    end.extend(held)


def _lines_of(elements: Iterable[HtmlElement]) -> int:
    """As ``_lines``, with two for each sentence and one for each entry of a list."""
    return sum(
        _lines(element) + 2 * sum(1 for _ in element.iter("p")) + sum(1 for _ in element.iter("li"))
        for element in elements
    )


def rename(tree: HtmlElement, name: Callable[[str], str]) -> None:
    """Give each id of the tree the name that ``name`` makes of it."""
    for element in tree.iter():
        if "id" in element.attrib:
            element.set("id", name(element.get("id")))


def _number(tree: HtmlElement, leaf: Leaf) -> None:
    """The number of the chapter and the page before the title."""
    title = next(tree.iter("h1"), None)
    if title is not None and leaf.number:
        number = Element("span")
        number.set("class", "number")
        number.text, number.tail = leaf.number, f" {title.text or ''}"
        title.text = None
        title.insert(0, number)


def _name_capture(element: HtmlElement) -> None:
    """What was read for a picture or a figure is named, not shown: it is long, and the picture stands there."""
    summary = next(element.iter("summary"))
    for child in list(element):
        if child is not summary:
            element.remove(child)
    element.tag = "p"
    element.set("class", "capture")
    summary.drop_tag()


def _shorten_strip(element: HtmlElement) -> None:
    """What was verified, in one line: without ways to results and files, and what holds for the whole book."""
    for item in list(element.iter("li")):
        if item.find("a") is not None or "strip-gone" in item.classes:
            item.drop_tree()


def _shorten_sides(table: HtmlElement) -> None:
    """A page of what one engine prints alone, a whole help among it, says no more than its beginning and its end; and
    of lines that differ in an id alone, such as all that `docker rmi` deletes, there is one."""
    sides: list[tuple[str, HtmlElement]] = []
    for row in table.iter("tr"):
        # An empty line interrupts nothing.
        empty = sides and "sides-blank" in row.classes
        sides.append((sides[-1][0] if empty else _is_of_one(row), row))
    for alone, group in groupby(sides, key=itemgetter(0)):
        rows = [row for _, row in group]
        if alone and len(rows) > _ALONE:
            _leave_out(rows[_ENDS:-_ENDS], "more lines")
        elif alone:
            for text, same in groupby(rows, key=lambda row: _ID.sub("…", row.text_content())):
                alike = list(same)
                if "…" in text and len(alike) > _ALIKE:
                    _leave_out(alike[1:], "more lines like it")


def _leave_out(rows: Sequence[HtmlElement], what: str) -> None:
    more, cell = Element("tr"), Element("td")
    more.set("class", "sides-more")
    cell.set("colspan", "2")
    cell.text = f"… {len(rows)} {what}, which the website shows"
    more.append(cell)
    rows[0].addprevious(more)
    for row in rows:
        row.drop_tree()


def _is_of_one(row: HtmlElement) -> str:
    """On which side a row has something, where the other has nothing."""
    filled = [side for side, cell in zip(("left", "right"), row.iter("td"), strict=False) if cell.text_content()]
    return filled[0] if len(filled) == 1 and "sides-more" not in row.classes else ""


def _unfold(element: HtmlElement) -> None:
    summary = element.find("summary")
    element.tag = "div"
    element.attrib.pop("open", None)
    if summary is None:
        return
    if "strip-more" in element.classes:
        summary.drop_tree()
        element.drop_tag()
        return
    if "run-fold" in element.classes:
        summary.drop_tree()
        return
    summary.tag = "p"
    if "differs" in element.classes:
        summary.set("class", "differs-name")
        # Where other commands are typed there, nothing stands side by side.
        told = element.find("table") is not None or element.find_class("differs-why")
        if not told and (name := next(iter(summary.find_class("differs-on")), None)) is not None:
            name.tail = "; the website shows the whole step"
        return
    summary.set("class", "admonition-title")
    element.classes.add("admonition")


def _tell_once(reasons: Iterable[HtmlElement]) -> None:
    """Of many steps that do not run for one reason, the first says it: here nothing is folded."""
    told: set[str] = set()
    for reason in list(reasons):
        if reason.text_content() in told:
            reason.drop_tree()
        told.add(reason.text_content())


def _name_tracks(element: HtmlElement) -> None:
    blocks = element.find_class("tabbed-block")
    for block in blocks:
        if len(blocks) > 1 and block.get("data-label"):
            name = Element("p")
            name.set("class", "track")
            name.text = block.get("data-label")
            block.insert(0, name)


def _fit(element: HtmlElement) -> None:
    """Tell how many characters wide a table is, so that it can be set smaller and keeps its columns.

    Lines that are no table are broken where they are too long.
    """
    as_wide = deepcopy(element)
    for mark in as_wide.find_class("note-mark"):
        mark.text = "n" * _MARK
    lines = as_wide.text_content().rstrip().split("\n")
    if len(lines) > 1 and "   " in lines[0].strip():
        element.set("style", f"--columns:{max(map(len, lines))}")
        element.classes.add("table")
