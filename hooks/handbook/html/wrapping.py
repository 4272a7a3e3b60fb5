"""Where a person would break a command that is longer than its line: for the eye alone, the command stays as it is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from snippetlab.shellgrammar import Node, Other, parse

# Columns behind the prompt: beside the two sidebars, and on a phone of 360 pixels with the copy button at the side.
WIDE, NARROW = 72, 30
_WORD = NARROW - 2  # columns that a word may take on a phone, with a blank and a backslash behind it


@dataclass(frozen=True)
class Cut:
    """A place to break a command at, before the character at ``position``. A ``bare`` one needs no backslash."""

    position: int
    bare: bool


# Best first: behind an operator, before a flag (where that leaves more than a few letters), before any word but the
# one that says what docker shall do. A backslash at the end of a line is the command's own way to go on.
_PLACES = (
    (re.compile(r"(?<= && )|(?<= \|\| )|(?<= \| )"), True),
    (re.compile(r"(?<= )(?=-{1,2}[A-Za-z])"), False),
    (re.compile(r"(?<= )(?<! docker )(?=\S)(?!\\(?:\n|$)|&& |\|\|? )"), False),
)
_LEAST = 2  # letters: a `[` or a mere indentation is no line
_LEAST_ALONE = 8  # before a flag: `docker` or `curl` is a poor line, `docker info` is a good one
_LEAST_BEFORE_LONG = 5
_BACKSLASH = 1  # what it takes at the end of a line; the blank before it is the command's own

# Where a word that is longer than a phone's line goes on in the next one, best first: behind a folder, a name and its
# value, a field of a template; else also before a part of a name. Python goes on behind a bracket, or before a
# point.
_FOLDER = r"(?<=[^/:=\s'\"]/)(?=[^/\s'\"])"
_PART = r"(?<=[\w)\]])(?=\.[A-Za-z])"
_SEAMS = (
    re.compile(_FOLDER + r"|(?<=\w=)(?=\S)|(?<=,)(?=[^\s'\"])|(?<=\}\})(?=[^\s'\"}]\S{3})"),
    re.compile(_PART + r"|(?<=\w:)(?=[^/\s])|(?<=://)(?=\w)"),
)
_SEAMS_OF_PYTHON = (
    re.compile(_FOLDER + "|" + _PART + r"|(?<=[\w'\"][(\[])(?=[^)\]])|(?<=\])(?=\[)"),
    re.compile(r"(?<=\w=)(?=\S)"),
)
_ENDS = re.compile(r"(?<= )(?:&&|\|\||\||\\)(?= ?$)", re.MULTILINE)
_WORDS = re.compile(r"\S+")
# A quote behind a letter ends a word, so that the blank behind it is none in quotes.
_QUOTED_BLANK = re.compile(r"(?<!\S)(['\"]) +\1\S{0,3}")


@lru_cache(maxsize=4096)
def cuts(source: str, width: int) -> tuple[Cut, ...]:
    """The places at which to break ``source`` so that no line is longer than ``width``, as far as that can be done.

    Bash reads the broken command as it reads the whole one: each place was tried
    on the grammar, so none lies in quotes, in a comment or in a here-document.
    """
    lines = source.split("\n")
    # A control character is nothing that a person breaks lines around, and nothing to try the grammar on.
    if max(map(len, lines)) <= width or not all(line.replace("\t", "").isprintable() for line in lines):
        return ()
    whole = parse(source)
    if _is_faulty(whole):
        return ()
    # The text of a here-document is none of the grammar's business, and no line of it may change.
    end = source.find("\n") if "<<" in source else len(source)
    chosen: list[Cut] = []
    start = 0
    for line in source[: len(source) if end < 0 else end].split("\n"):
        chosen += _cuts_of_line(source, whole, start, start + len(line), width)
        start += len(line) + 1
    return tuple(chosen) if parse(wrapped(source, chosen)) == whole else ()


@lru_cache(maxsize=4096)
def seams(source: str, python: bool = False) -> tuple[int, ...]:
    """Where words that are longer than a phone's line are parted: without a sign, as a browser breaks them too."""
    patterns = _SEAMS_OF_PYTHON if python else _SEAMS
    return tuple(place for word in _WORDS.finditer(source) for place in _seams_of(source, *word.span(), patterns))


def _seams_of(source: str, start: int, end: int, patterns: Sequence[re.Pattern[str]]) -> list[int]:
    found: set[int] = set()
    for pattern in patterns:
        if all(b - a <= _WORD for a, b in pairwise([start, *sorted(found), end])):
            break
        found |= {m.start() for m in pattern.finditer(source, start + 1, end)}
    return sorted(found)


def held(source: str, at: Sequence[Cut]) -> tuple[tuple[int, int], ...]:
    """What ends a line (the backslash of a cut, an operator, a backslash of the command's own) and the last letter
    before it, so that neither is alone in the next line; the letter behind a cut comes along."""
    parts = [source, *(source[: cut.position] for cut in at if cut.bare)]
    typed = {(m.start() - 2, m.end()) for part in parts for m in _ENDS.finditer(part)}
    return tuple(sorted(typed | {(cut.position - 2, cut.position + 1) for cut in at if not cut.bare}))


def unbroken(source: str) -> tuple[tuple[int, int], ...]:
    """What a browser would break without need: a word with a hyphen that a phone's line has room for, and a blank in
    quotes."""
    words = [m.span() for m in _WORDS.finditer(source) if "-" in m[0] and len(m[0]) <= _WORD]
    return tuple(sorted(words + [m.span() for m in _QUOTED_BLANK.finditer(source)]))


def wrapped(source: str, at: Sequence[Cut]) -> str:
    """The command broken at these places, as a person would type it."""
    ends = [*(cut.position for cut in at), len(source)]
    text = source[: ends[0]]
    for cut, end in zip(at, ends[1:], strict=True):
        text += ("\n" if cut.bare else "\\\n") + source[cut.position : end]
    return text


def _is_faulty(node: Node) -> bool:
    return isinstance(node, Other) and node.kind == "ERROR"


def _cuts_of_line(source: str, whole: Node, start: int, end: int, width: int) -> Iterator[Cut]:
    while end - start > width:
        cut = _best(source, whole, start, end, width)
        if cut is None:
            return
        yield cut
        start = cut.position


def _best(source: str, whole: Node, start: int, end: int, width: int) -> Cut | None:
    """The last of the best places that leave a line within the width, else one that leaves a short line, else the first
    behind it."""
    first: Cut | None = None
    line = source[start:end]
    begin = start + len(line) - len(line.lstrip())
    for pattern, bare in _PLACES:
        least = max(begin, start + (1 if bare else width // 3))
        places = [Cut(m.start(), bare) for m in pattern.finditer(source, start + 1, end) if m.start() > least]
        # Behind an operator, the blank at the end takes no room.
        fitting = [c for c in places if c.position - start + (-1 if bare else _BACKSLASH) <= width]
        for cut in reversed(fitting):
            if parse(wrapped(source, [cut])) == whole:
                return cut
        first = first or next((c for c in places if c not in fitting and parse(wrapped(source, [c])) == whole), None)
    for pattern, least in ((_PLACES[1][0], _LEAST_ALONE), (_PLACES[2][0], _LEAST)):
        at = [match.start() for match in pattern.finditer(source, start + 1, end)]
        for place, behind in reversed([*pairwise([*at, end])]):
            cut = Cut(place, bare=False)
            letters = len(source[start:place].strip())
            # What is too long for any line need not leave a mere `-e` alone: it goes on in the next line by itself.
            if letters < least or (behind - place > width and letters < _LEAST_BEFORE_LONG):
                continue
            if place - start + _BACKSLASH <= width and parse(wrapped(source, [cut])) == whole:
                return cut
    return first
