"""A step's own volatile rules: read, and judged. A rule is for one value, not for whatever is printed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import pydantic

from snippetlab.errors import ScenarioError
from snippetlab.matching import SIMPLER, TOO_LONG, found_in, replaced, takes_too_long, whole_line
from snippetlab.model import Block, Rule
from snippetlab.scenario.markdown import Fence
from snippetlab.yaml import Yaml, read_yaml, validated

# Lines that have nothing in common, and that no value of a step looks like.
_ALIENS = (
    "Error: it failed",
    "0",
    "-> /etc/passwd; $HOME",
    "déjà vu",
    '{"a": [1, "b"]}',
    "12.5 of 13 (%)",
)
_ALIEN_LINES = "one line\nand another"
_MOST_MATCHES, _MOST_PARTS = 3, 12  # that are tried: a rule does not change its nature from one match to the next
_WORD = re.compile(r"\S+")


class _RuleModel(pydantic.BaseModel, extra="forbid", strict=True):
    name: str = pydantic.Field(min_length=1)
    pattern: str = pydantic.Field(min_length=1)
    reason: str = pydantic.Field(min_length=1)


class _OffModel(pydantic.BaseModel, extra="forbid", strict=True):
    off: str = pydantic.Field(min_length=1)
    reason: str = pydantic.Field(min_length=1)


@dataclass(frozen=True)
class Volatile:
    """What a ``yaml volatile`` block says: rules, the ``file:line`` of the pattern of each, kinds that are ``off``."""

    rules: tuple[Rule, ...]
    places: tuple[str, ...]
    off: tuple[tuple[str, str], ...]  # with the place of each


def read_volatile(fence: Fence) -> Volatile:
    """The rules in a ``yaml volatile`` block. Raises ScenarioError with all that is wrong."""
    source = read_yaml(fence.body, fence.place.path, fence.place.line + 1)
    if not isinstance(source.data, list):
        hint = "each rule begins with a hyphen: - name: …, pattern: …, reason: …"
        raise ScenarioError("a list of rules is wanted here", where=source.where(), hint=hint)
    rules, places, off, errors = [], [], [], []
    for index, entry in enumerate(source.data):
        try:
            if isinstance(entry, dict) and "off" in entry:
                off.append((validated(_OffModel, source, index).off, source.where(index, "off")))
            else:
                rules.append(_rule(source, index))
                places.append(source.where(index, "pattern"))
        except ScenarioError as error:
            errors.append(error)
    ScenarioError.raise_all(errors)
    return Volatile(tuple(rules), tuple(places), tuple(off))


def _rule(source: Yaml, index: int) -> Rule:
    model = validated(_RuleModel, source, index)
    where = source.where(index, "pattern")
    try:
        pattern = re.compile(model.pattern)
    except re.error as error:
        raise ScenarioError(f"bad pattern: {error}", where=where, hint="a regular expression of Python's") from error
    if pattern.match(""):
        hint = "make it match at least one character"
        raise ScenarioError("the pattern matches where nothing stands", where=where, hint=hint)
    return Rule(model.pattern, model.name, model.reason)


def refuse_greedy(volatile: Volatile, blocks: Iterable[Block]) -> None:
    """Raise ScenarioError for the rules that take whatever is printed, alone or in their place in an output, and for
    those of which that cannot be told in time."""
    outputs = [text for block in blocks for text in (block.text, *(command.output for command in block.commands))]
    hint = "say what the value looks like: [0-9]+ or (?:ready|waiting). A rule is for one value, not for a line"
    errors = []
    for rule, where in zip(volatile.rules, volatile.places, strict=True):
        if any(takes_too_long(rule.pattern, output, whole=False) for output in outputs):
            errors.append(ScenarioError(f"the pattern {TOO_LONG}", where=where, hint=SIMPLER))
        elif takes_whatever(rule.pattern, outputs):
            errors.append(ScenarioError("the pattern matches whatever is printed", where=where, hint=hint))
    ScenarioError.raise_all(errors)


def takes_whatever(pattern: str, outputs: Sequence[str]) -> bool:
    """True for a pattern that leaves little of lines that have nothing in common, or that takes such lines as well
    where they stand for what it matches in ``outputs``, for all of it or for its beginning or end.

    It is tried, not read: there is no end of ways to write ``.+``.
    """
    return _takes_most(pattern) or any(
        _takes_others(pattern, line, start, end) for line, start, end in _places(pattern, outputs)
    )


def takes_any_line(pattern: str) -> bool:
    """True for the pattern of a rule beside a line that fits lines which have nothing in common."""
    return sum(whole_line(pattern, line) for line in _ALIENS) > len(_ALIENS) // 2


def _takes_most(pattern: str) -> bool:
    text = "\n".join(_ALIENS)
    return len("".join(replaced(pattern, text, "").split())) < len("".join(text.split())) / 2


def _places(pattern: str, outputs: Sequence[str]) -> Iterator[tuple[str, int, int]]:
    """The first matches, each in its own line or lines."""
    left = _MOST_MATCHES
    for output in outputs:
        for start, end in found_in(pattern, output):
            if end > start and left:
                left -= 1
                first = output.rfind("\n", 0, start) + 1
                last = output.find("\n", end)
                line = output[first : last if last >= 0 else len(output)]
                yield line, start - first, end - first


def _takes_others(pattern: str, line: str, start: int, end: int) -> bool:
    before, value, after = line[:start], line[start:end], line[end:]
    words = [found.start() for found in _WORD.finditer(value)][:_MOST_PARTS]
    for at in dict.fromkeys([0, *words]):
        for kept, rest in ((value[:at], ""), ("", value[at:] if at else "")):
            around = before + kept, rest + after
            taken = sum(_takes(pattern, alien, *around) for alien in _ALIENS)
            if taken > len(_ALIENS) // 2 or _takes(pattern, _ALIEN_LINES, *around):
                return True
    return False


def _takes(pattern: str, alien: str, before: str, after: str) -> bool:
    """True where the matches in a text cover all of the part that is ``alien``."""
    covered = len(before)
    for start, end in found_in(pattern, f"{before}{alien}{after}"):
        if start <= covered < end:
            covered = end
    return covered >= len(before) + len(alien)
