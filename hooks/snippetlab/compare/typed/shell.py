"""The words that a shell makes of what is typed: quotes are gone, and plain variables have their values."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence

from snippetlab.shellgrammar import Assignment, Declaration, For, Simple, Text, Variable, Word, parse, walk

_MOST = 100  # values of a variable, and of a word; nobody prints more of them
_DEEPEST = 2  # shells within shells

Values = dict[str, list[str]]


def commands_in(sources: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """The words of every simple command in ``sources``, which one shell runs one after another.

    A word with a variable that has several values comes again with each, alone. What no text says (what a
    command prints, a sum) stays as it was written.
    """
    values: Values = {}
    for source in sources:
        yield from _commands(source, values, 0)


def _commands(source: str, values: Values, depth: int) -> Iterator[tuple[str, ...]]:
    for node in walk(parse(source)):
        match node:
            case For(name, words):
                _remember(values, name, [value for word in words for value in _values(word, values)])
            case Declaration(_, assignments):
                _assign(values, assignments)
            case Simple(assignments, words):
                _assign(values, assignments)
                made = [list(_values(word, values)) for word in words]
                yield tuple(own[0] if own else word.source for word, own in zip(words, made, strict=True))
                yield from ((value,) for own in made for value in own[1:])
                yield from _inner(made, values, depth)


def _inner(words: Sequence[Sequence[str]], values: Values, depth: int) -> Iterator[tuple[str, ...]]:
    """The commands of ``sh -c '…'``, also where a container runs it."""
    for option, script in itertools.pairwise(words):
        if option == ["-c"] and len(script) == 1 and depth < _DEEPEST:
            yield from _commands(script[0], {**values}, depth + 1)


def _assign(values: Values, assignments: Iterable[Assignment]) -> None:
    for assignment in assignments:
        if not assignment.append:
            _remember(values, assignment.name, _values(assignment.value, values))


def _remember(values: Values, name: str, new: Iterable[str]) -> None:
    """Add what a variable may be: which of its values is meant is told by the way that the script takes."""
    known = values.setdefault(name, [])
    known += [value for value in itertools.islice(new, _MOST) if value not in known]
    del known[_MOST:]


def _values(word: Word, values: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """What a word may be; nothing where something in it is not known."""
    parts: list[Sequence[str]] = []
    for part in word.parts:
        match part:
            case Text(value):
                parts.append([value])
            case Variable(name, _, cut) if not cut and values.get(name):
                parts.append(values[name])
            case _:
                return
    yield from itertools.islice(("".join(own) for own in itertools.product(*parts)), _MOST)
