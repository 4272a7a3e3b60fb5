"""From Markdown to headings, fenced blocks and comments: the one reader of Markdown in the project.

markdown-it-py decides, by CommonMark's rules, what is a fence: also one in a list, in a quote or behind a tab.
Beyond CommonMark, what MkDocs indents by four blanks (``!!! note``, ``=== "Tab"``, footnotes, definitions) is read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from markdown_it.token import Token

from snippetlab.errors import ScenarioError
from snippetlab.model import Place
from snippetlab.scenario.commonmark import reader

_MARKDOWN = reader()
_OPENING = re.compile(r"(?P<prefix>[\s>]*(?:[-*+]|\d+[.)])?[\s>]*)(?P<mark>`{3,}|~{3,})(?P<info>.*)")
_COLONS = re.compile(r"[\s>]*:{3,}[ \t]*(?P<info>\{(?:code-block|code|sourcecode)\}.*)")  # of MyST
_MARKS = re.compile(r"`{3,}|~{3,}")
_LIST_MARKERS = re.compile(r"[^\s>]")
_ATTRIBUTES = re.compile(r"[ \t]*\{:?(?P<all>[^{}]*)\}$")
# What ends a comment stands in a block of one with a backslash more than it means.
_COMMENT_ENDS = re.compile(r"--(?P<before>!?\\*)>")
_ESCAPED_END = re.compile(r"--(?P<before>!?)\\(?P<more>\\*)>")
_ANCHOR = re.compile(r"""<a\s[^>]*?\b(?:name|id)=["']?(?P<id>[^"'\s>]+)""")


@dataclass(frozen=True)
class Heading:
    """A heading outside lists and quotes. ``id`` is the one that its text gives: ``{#id}`` or ``<a name="id">``."""

    level: int
    text: str
    place: Place
    id: str = ""


@dataclass(frozen=True)
class Fence:
    """A fenced block as it stands. ``body`` is what Markdown shows; each line of it has ``prefix`` in front.

    In a comment (``commented``), it is what ``as_commented`` wrote.
    """

    info: str
    place: Place
    body: tuple[str, ...]
    end: int  # line of the closing fence, counted from 1
    mark: str = "```"
    prefix: str = ""
    commented: bool = False


@dataclass(frozen=True)
class Indented:
    """A block of code that is told by four blanks in front of its lines alone. No word says what it is."""

    place: Place
    body: tuple[str, ...]


@dataclass(frozen=True)
class Comment:
    """An HTML comment: what stands in it, and the line on which it begins.

    ``fences`` are the blocks in it, where it begins with ``snippetlab:``.
    """

    text: str
    place: Place
    fences: tuple[Fence, ...] = ()


Part = Heading | Fence | Indented | Comment
Wanted = Callable[[str], bool]


def fences_of(text: str, path: Path, wanted: Wanted = lambda info: True, *, first_line: int = 1) -> list[Fence]:
    """The fenced blocks of a Markdown text. Raises ScenarioError as ``lex`` does."""
    lines = [""] * (first_line - 1) + text.split("\n")
    return [fence for part in lex(lines, first_line - 1, path, wanted) for fence in fences_in_part(part)]


def fences_in_part(part: Part) -> Sequence[Fence]:
    """The part itself where it is a block, the blocks in it where it is a comment."""
    return (part,) if isinstance(part, Fence) else part.fences if isinstance(part, Comment) else ()


def as_commented(line: str) -> str:
    """A line as it stands in a block of a comment, which it would end: with ``--\\>`` for ``-->``."""
    return _COMMENT_ENDS.sub(r"--\g<before>\\>", line)


def _as_meant(line: str) -> str:
    return _ESCAPED_END.sub(r"--\g<before>\g<more>>", line)


def lex(lines: Sequence[str], start: int, path: Path, wanted: Wanted = lambda info: True) -> list[Part]:
    """Headings, fences and comments from ``lines[start]`` on, in order. What is commented out is no fence.

    ``wanted`` says of an info string whether its block is one to be read: such a
    block that Markdown takes for something else (indented code, HTML, text) is
    an error, and so is one that nothing closes. Raises ScenarioError with all
    that is wrong.
    """
    found = _Lexer([line.removesuffix("\r") for line in lines], start, path, wanted)
    parts = list(found.parts())
    ScenarioError.raise_all(
        sorted([*found.errors, *found.unread()], key=lambda e: int((e.where or "0").split(":")[-1]))
    )
    return parts


class _Lexer:
    """One reading of one text; ``errors`` and the lines that were understood are gathered on the way."""

    def __init__(self, lines: Sequence[str], start: int, path: Path, wanted: Wanted) -> None:
        self.errors: list[ScenarioError] = []
        self._lines = lines
        self._start = start
        self._path = path
        self._wanted = wanted
        self._done: set[int] = set(range(start))  # lines, from 0, in which no fence can be overlooked

    def parts(self) -> Iterator[Part]:
        tokens = self._tokens()
        for index, token in enumerate(tokens):
            if token.type == "fence":
                if fence := self._fence(token):
                    yield fence
            elif token.type == "code_block":
                yield Indented(self._place(self._range(token).start), tuple(token.content.splitlines()))
            elif token.type == "html_block" and token.content.lstrip().startswith("<!--"):
                yield self._comment(token)
            elif token.type == "html_block" and re.match(r"\s*<(?:pre|script|style|textarea)\b", token.content, re.I):
                self._done.update(self._range(token))
            elif token.type == "heading_open" and token.level == 0:
                yield self._heading(token, tokens[index + 1])
            elif token.type == "inline":
                yield from self._inline_comments(token)

    def unread(self) -> Iterator[ScenarioError]:
        """What looks like a block to be read, and is none for Markdown."""
        for number, line in enumerate(self._lines):
            if number not in self._done and any(self._opens(piece) for piece in line.split("\r")[1:]):
                what = "a carriage return alone ends a line here: Markdown shows a block below it"
                yield self._error(what, number, "save the file with line feeds at the ends of its lines")
                continue
            if number not in self._done and (colons := _COLONS.fullmatch(line)) and self._wanted(colons["info"]):
                yield self._error("a block between colons is not read", number, "open and close it with ``` instead")
                continue
            found = _OPENING.fullmatch(line) if number not in self._done else None
            if found is None or not self._wanted(found["info"].strip()):
                continue
            mark, info = found["mark"], found["info"]
            if mark[0] == "`" and "`" in info:
                if mark in info:
                    continue  # code in a line of text
                yield self._error(
                    "a backtick behind ``` makes this no block", number, "open and close the block with ~~~ instead"
                )
            else:
                yield self._error(
                    "Markdown does not take this for a block: it belongs to the text or the tag above it, or is "
                    "indented too far",
                    number,
                    "put an empty line above it, and indent it as far as the text of its list item, if it is in one",
                )

    def _opens(self, line: str) -> bool:
        found = _OPENING.fullmatch(line)
        return found is not None and self._wanted(found["info"].strip())

    def _error(self, what: str, number: int, hint: str) -> ScenarioError:
        return ScenarioError(what, where=str(self._place(number)), hint=hint)

    def _place(self, number: int) -> Place:
        return Place(self._path, number + 1)

    def _range(self, token: Token) -> range:
        first, end = token.map or (0, 0)
        return range(first + self._start, end + self._start)

    def _tokens(self) -> Sequence[Token]:
        """What Markdown makes of the text; what a comment that begins behind text holds is passed over.

        Markdown ends such a comment with its paragraph, which no author means.
        """
        lines = [line.replace("\r", "\ufffd") for line in self._lines[self._start :]]
        while True:
            tokens = _parsed("\n".join((*lines, "")))
            if (comment := _late_comment(tokens, lines)) is None:
                return tokens
            begin, end = comment
            for number in range(begin + 1, end):
                if self._opens(lines[number]):
                    what = "a block in a comment that begins behind text: Markdown shows it"
                    hint = "begin the comment on a line of its own"
                    self.errors.append(self._error(what, number + self._start, hint))
                lines[number] = ""
            lines[begin] = lines[begin].rpartition("<!--")[0]
            lines[end] = lines[end].partition("-->")[2]
            self._done.update(range(begin + self._start, end + self._start))

    def _fence(self, token: Token) -> Fence | None:
        numbers = self._range(token)
        self._done.update(numbers)
        shown = token.content.split("\n")
        if shown[-1] == "":
            shown.pop()
        opening = self._lines[numbers.start]
        place = self._place(numbers.start)
        if len(shown) == len(numbers) - 1:
            self.errors.append(self._not_closed(numbers, token.markup))
            return None
        body = tuple(map(self._as_written, numbers[1:], shown))
        for number, line in zip(numbers[1:], body, strict=False):
            bare = line.lstrip(" ")
            inner = bare.startswith(token.markup) and len(line) - len(bare) <= 3
            if inner and bare.lstrip(token.markup[0]).strip():
                # CommonMark takes this for text; but where a closing fence was forgotten,
                # the steps below would be taken for output, and an update would remove them.
                self.errors.append(
                    self._error(
                        f"a fence inside the block that line {place.line} opens",
                        number,
                        f"close the block above this line, or open it with more than {len(token.markup)} "
                        f"of {token.markup[0]}",
                    )
                )
                return None
        found = _MARKS.search(opening)
        prefix = _LIST_MARKERS.sub(" ", opening[: found.start()]) if found else ""
        if prefix.endswith(">"):
            prefix += " "  # the quote takes one blank, or the text would lose its first
        return Fence(token.info.strip(), place, body, numbers.stop, token.markup, prefix)

    def _not_closed(self, numbers: range, mark: str) -> ScenarioError:
        if not any(line.strip() for line in self._lines[numbers.stop :]):
            return self._error("this block is not closed", numbers.start, f"close it with {mark}")
        what = (
            f"this block is not closed: it stands in a list or a quote, and that ends above line {numbers.stop + 1}, "
            f"{self._lines[numbers.stop]!r}"
        )
        hint = f"put as much in front of that line as stands in front of the block, or close the block with {mark}"
        return self._error(what, numbers.start, hint)

    def _as_written(self, number: int, shown: str) -> str:
        """A line of a body: what Markdown shows of it, in the characters of the file."""
        line = self._lines[number]
        tail = line[len(line) - len(shown) :] if len(shown) <= len(line) else ""
        return tail if tail.replace("\r", "\ufffd").replace("\0", "\ufffd") == shown else shown

    def _comment(self, token: Token) -> Comment:
        numbers = self._range(token)
        self._done.update(numbers)
        if "-->" not in token.content:
            self.errors.append(self._error("this comment is not closed", numbers.start, "close it with -->"))
        text = token.content.partition("<!--")[2].partition("-->")[0]
        return Comment(text, self._place(numbers.start), self._hidden(text, numbers))

    def _hidden(self, text: str, numbers: range) -> tuple[Fence, ...]:
        """The blocks that a comment for this tool holds."""
        if not text.lstrip().startswith("snippetlab:") or not _MARKS.search(text):
            return ()
        lines = [""] * (numbers.start + 1) + [self._lines[number].partition("-->")[0] for number in numbers[1:]]
        inner = _Lexer(lines, numbers.start + 1, self._path, self._wanted)
        found = [part for part in inner.parts() if isinstance(part, Fence)]
        self.errors += [*inner.errors, *inner.unread()]
        return tuple(replace(one, body=tuple(map(_as_meant, one.body)), commented=True) for one in found)

    def _inline_comments(self, token: Token) -> Iterator[Comment]:
        number = self._range(token).start
        for child in token.children or ():
            if child.type == "html_inline" and child.content.startswith("<!--"):
                yield Comment(child.content[4:-3], self._place(number))
            number += child.type in ("softbreak", "hardbreak") or child.content.count("\n")

    def _heading(self, token: Token, inline: Token) -> Heading:
        html = "".join(child.content for child in inline.children or () if child.type == "html_inline")
        text = "".join(child.content for child in inline.children or () if child.type != "html_inline").strip()
        anchor = _ANCHOR.search(html)
        identity = anchor["id"] if anchor else ""
        if found := _ATTRIBUTES.search(text):
            text = text[: found.start()]
            identity = next((word[1:] for word in found["all"].split() if word.startswith("#")), identity)
        return Heading(int(token.tag[1:]), text, self._place(self._range(token).start), identity)


@lru_cache(maxsize=4)
def _parsed(text: str) -> Sequence[Token]:
    """What Markdown makes of a text. One is mostly read several times in a row, each time for other things."""
    return tuple(_MARKDOWN.parse(text))


def _late_comment(tokens: Sequence[Token], lines: Sequence[str]) -> tuple[int, int] | None:
    """The first comment that begins behind text and ends in a later paragraph: its first line and its last, from 0."""
    for token in tokens:
        if token.type == "inline" and any(c.type == "text" and "<!--" in c.content for c in token.children or ()):
            first, end = token.map or (0, 0)
            begin = max((n for n in range(first, end) if "<!--" in lines[n]), default=end)
            # Of a comment that ends nowhere nobody can say what it hides.
            last = next((n for n in range(begin + 1, len(lines)) if "-->" in lines[n]), None)
            if last is not None:
                return begin, last
    return None
