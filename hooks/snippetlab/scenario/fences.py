"""From lines to headings and fenced blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from snippetlab.errors import ScenarioError
from snippetlab.model import Place
from snippetlab.scenario.frontmatter import NAME

_FENCE = re.compile(r"( {0,3})(?:(`{3,})([^`]*)|(~{3,})(.*))")
_HEADING = re.compile(r" {0,3}##(?!#)(.*)")
_COMMENT = re.compile(r" {0,3}<!--")


@dataclass(frozen=True)
class Heading:
    """A level-2 heading: a step's name and where it stands."""

    name: str
    place: Place


@dataclass(frozen=True)
class Fence:
    """A fenced block as it stands: its info string, body lines and the line (from 1) of its closing fence."""

    info: str
    place: Place
    body: tuple[str, ...]
    end: int  # line of the closing fence, counted from 1


def lex(lines: Sequence[str], start: int, path: Path) -> Iterator[Heading | Fence]:
    """The level-2 headings and fenced blocks, in order. What is commented out does not count."""
    number = start
    while number < len(lines):
        line = lines[number]
        place = Place(path, number + 1)
        if opening := _FENCE.fullmatch(line):
            fence, number = _fence(lines, number, opening, place)
            yield fence
        elif heading := _HEADING.fullmatch(line):
            yield _heading(heading[1], place)
        elif _COMMENT.match(line):
            while "-->" not in lines[number]:
                number += 1
                if number == len(lines):
                    raise ScenarioError("this comment is not closed", where=str(place), hint="close it with -->")
        elif line.lstrip(" ").startswith("```") and '="' in line:
            # By CommonMark no fence at all, so the block would silently count as prose.
            hint = "open and close the block with ~~~ instead"
            raise ScenarioError("a backtick behind ``` makes this no block", where=str(place), hint=hint)
        number += 1


def _heading(rest: str, place: Place) -> Heading:
    name = re.sub(r"(?:^|[ \t])#+[ \t]*$", "", rest).strip()
    if rest[:1] not in (" ", "\t") or not NAME.fullmatch(name):
        hint = "lower case, digits and hyphens, like: ## create-network"
        raise ScenarioError(f"bad step name {name!r}", where=str(place), hint=hint)
    return Heading(name, place)


def _fence(lines: Sequence[str], number: int, opening: re.Match[str], place: Place) -> tuple[Fence, int]:
    indent = len(opening[1])
    mark, info = (opening[2], opening[3]) if opening[2] else (opening[4], opening[5])
    for end in range(number + 1, len(lines)):
        bare = lines[end].lstrip(" ")
        if bare.startswith(mark) and len(lines[end]) - len(bare) <= 3:
            rest = bare.lstrip(mark[0])
            if rest.strip():
                # CommonMark takes this for text; but where a closing fence was forgotten,
                # the steps below would be taken for output, and an update would remove them.
                hint = f"close the block above this line, or open it with more than {len(mark)} of {mark[0]}"
                what = f"a fence inside the block that line {place.line} opens"
                raise ScenarioError(what, where=str(Place(place.path, end + 1)), hint=hint)
            body = (dedent(line, indent) for line in lines[number + 1 : end])
            return Fence(info.strip(), place, tuple(body), end + 1), end
    raise ScenarioError("this block is not closed", where=str(place), hint=f"close it with {mark}")


def dedent(line: str, indent: int) -> str:
    """A line of a block without the blanks, ``indent`` at most, that its opening fence has in front."""
    return line[min(indent, len(line) - len(line.lstrip(" "))) :]
