"""The known shapes of commands, as data: which options a command may have, and of what kind each word is.

A shape is written in two lines of words: ``-q --quiet -n=TEXT`` are two switches and an option with a value of the
kind TEXT; ``READ* OWN`` are any number of files to read and one to write. What is not listed is not known, and a
command with an unknown word is left out of the scripts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from handbook.exports.scripts.judge.paths import shown
from handbook.exports.scripts.judge.values import UNKNOWN, Argument, Refused


@dataclass(frozen=True)
class Shape:
    """A command's options (with the kind of their value, None for a switch) and the kinds of its operands.

    ``more`` operands may have the kind of the one at that index. With ``stops`` what stands behind the first operand
    is no option. A ``free`` command takes words that cannot be foreseen: none of its options does harm.
    """

    options: Mapping[str, str | None]
    operands: tuple[str, ...]
    more: int | None
    stops: bool
    free: bool


@dataclass(frozen=True)
class Call:
    """A command taken apart: options with their values, and operands with their kinds."""

    options: tuple[tuple[str, Argument | None, str | None], ...]
    operands: tuple[tuple[Argument, str], ...]
    rest: tuple[Argument, ...] = ()

    def has(self, *names: str) -> bool:
        """True when one of the options is there."""
        return any(name in names for name, _, _ in self.options)

    def value(self, *names: str) -> Argument | None:
        """The last value of an option."""
        found = [value for name, value, _ in self.options if name in names]
        return found[-1] if found else None

    def kinds(self) -> Iterator[tuple[Argument, str]]:
        """Every word that has a kind."""
        yield from ((value, kind) for _, value, kind in self.options if value is not None and kind)
        yield from self.operands


def shape(options: str = "", operands: str = "", *, stops: bool = False, free: bool = False) -> Shape:
    """A shape from its two lines: ``TEXT`` one word, ``TEXT?`` one or none, ``TEXT*`` any number, ``TEXT+`` some."""
    read: dict[str, str | None] = {}
    for word in options.split():
        name, _, kind = word.partition("=")
        read[name] = kind or None
    kinds = operands.split()
    more = next((i for i, kind in enumerate(kinds) if kind[-1] in "*+"), None)
    return Shape(read, tuple(kind.rstrip("*?+") for kind in kinds), more, stops, free)


def take_apart(arguments: Sequence[Argument], known: Shape) -> Call:
    """The words of a command by its shape. Raises Refused for each that the shape does not have."""
    options: list[tuple[str, Argument | None, str | None]] = []
    operands: list[Argument] = []
    todo = list(arguments)
    while todo:
        word = todo.pop(0)
        if _unforeseen(word):
            if not known.free:
                raise Refused("holds a word that cannot be foreseen")
            operands.append(word)
        elif word.text == "--":
            operands += todo
            if any(map(_unforeseen, todo)) and not known.free:
                raise Refused("holds a word that cannot be foreseen")
            break
        elif len(word.text) > 1 and word.text.startswith("-"):
            options += _option(word, todo, known)
        elif any(text.startswith("-") and text != "-" for text in word.texts):
            raise Refused("holds a word that may be an option")
        elif known.stops and len(operands) + 1 >= max(len(known.operands), 1):
            return Call(tuple(options), _with_kinds([*operands, word], known), tuple(todo))
        else:
            operands.append(word)
    return Call(tuple(options), _with_kinds(operands, known))


def _unforeseen(word: Argument) -> bool:
    """True when a word may be several, or an option."""
    return word.many or any(text.startswith(UNKNOWN) for text in word.texts)


def _option(word: Argument, todo: list[Argument], known: Shape) -> Iterator[tuple[str, Argument | None, str | None]]:
    """One written option, or several that are written together (``-it``, ``-n5``)."""
    text = word.text
    name, equals, value = text.partition("=")
    if name in known.options and (name.startswith("--") or len(name) == 2 or not equals):
        kind = known.options[name]
        if kind is None:
            if equals and not re.fullmatch(r"true|false|[a-z0-9]+", value):
                raise Refused(f"has an option that nobody judged: {name}")
            yield name, None, None
        elif equals:
            yield name, Argument(frozenset([value])), kind
        else:
            yield name, _value(todo, name), kind
        return
    if text.startswith("--") or text[1] == "=":
        raise Refused(f"has an option that nobody judged: {name}")
    for at in range(1, len(text)):
        letter = f"-{text[at]}"
        if letter not in known.options:
            raise Refused(f"has an option that nobody judged: {text}")
        kind = known.options[letter]
        if kind is None:
            yield letter, None, None
        else:
            joined = text[at + 1 :]
            yield letter, Argument(frozenset([joined])) if joined else _value(todo, letter), kind
            return


def _value(todo: list[Argument], name: str) -> Argument:
    # Without a value the program complains, and does nothing.
    value = todo.pop(0) if todo else Argument(frozenset([""]))
    if value.many:
        raise Refused(f"gives {name} a value that cannot be foreseen")
    return value


def _with_kinds(operands: Sequence[Argument], known: Shape) -> tuple[tuple[Argument, str], ...]:
    kinds = list(known.operands)
    if known.more is not None:
        kinds[known.more : known.more + 1] = [kinds[known.more]] * max(len(operands) - len(kinds) + 1, 0)
    if len(operands) > len(kinds):
        raise Refused(f"has a word that nobody judged: {shown(operands[len(kinds)].text)}")
    # With too few words a program says how it is used; the kinds of those that are there still hold.
    return tuple(zip(operands, kinds, strict=False))
