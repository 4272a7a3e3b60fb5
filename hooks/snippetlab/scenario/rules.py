"""A step's own volatile rules: read, and judged. A rule is for one value, not for whatever is printed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import pydantic

from snippetlab.errors import ScenarioError
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
    off: tuple[str, ...]


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
                off.append(validated(_OffModel, source, index).off)
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
    """Raise ScenarioError for the rules that take whatever is printed, alone or in their place in an output."""
    outputs = [text for block in blocks for text in (block.text, *(command.output for command in block.commands))]
    hint = "say what the value looks like: [0-9]+ or (?:ready|waiting). A rule is for one value, not for a line"
    ScenarioError.raise_all(
        [
            ScenarioError("the pattern matches whatever is printed", where=where, hint=hint)
            for rule, where in zip(volatile.rules, volatile.places, strict=True)
            if takes_whatever(rule.pattern, outputs)
        ]
    )


def takes_whatever(pattern: str, outputs: Sequence[str]) -> bool:
    """True for a pattern that leaves little of lines that have nothing in common, or that takes such lines as well
    where they stand for what it matches in ``outputs``, for all of it or for its beginning or end.

    It is tried, not read: there is no end of ways to write ``.+``.
    """
    rule = re.compile(pattern, re.MULTILINE)
    return _takes_most(rule) or any(
        _takes_others(rule, line, start, end) for line, start, end in _places(rule, outputs)
    )


def takes_any_line(pattern: str) -> bool:
    """True for the pattern of a rule beside a line that fits lines which have nothing in common."""
    return sum(re.fullmatch(pattern, line) is not None for line in _ALIENS) > len(_ALIENS) // 2


def _takes_most(rule: re.Pattern[str]) -> bool:
    text = "\n".join(_ALIENS)
    left = "".join(rule.sub("", text).split())
    return len(left) < len("".join(text.split())) / 2


def _places(rule: re.Pattern[str], outputs: Sequence[str]) -> Iterator[tuple[str, int, int]]:
    """The first matches, each in its own line or lines."""
    left = _MOST_MATCHES
    for output in outputs:
        for found in rule.finditer(output):
            if found.group() and left:
                left -= 1
                start = output.rfind("\n", 0, found.start()) + 1
                end = output.find("\n", found.end())
                line = output[start : end if end >= 0 else len(output)]
                yield line, found.start() - start, found.end() - start


def _takes_others(rule: re.Pattern[str], line: str, start: int, end: int) -> bool:
    before, value, after = line[:start], line[start:end], line[end:]
    words = [found.start() for found in _WORD.finditer(value)][:_MOST_PARTS]
    for at in dict.fromkeys([0, *words]):
        for kept, rest in ((value[:at], ""), ("", value[at:] if at else "")):
            around = before + kept, rest + after
            taken = sum(_takes(rule, alien, *around) for alien in _ALIENS)
            if taken > len(_ALIENS) // 2 or _takes(rule, _ALIEN_LINES, *around):
                return True
    return False


def _takes(rule: re.Pattern[str], alien: str, before: str, after: str) -> bool:
    """True where the matches in a text cover all of the part that is ``alien``."""
    covered = len(before)
    for found in rule.finditer(f"{before}{alien}{after}"):
        if found.start() <= covered < found.end():
            covered = found.end()
    return covered >= len(before) + len(alien)
