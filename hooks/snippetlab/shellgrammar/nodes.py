"""What a piece of Bash is made of: commands, words, redirections and expansions, as plain data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Text:
    """Literal text of a word, without its quotes and backslashes. ``quoted`` text holds no pattern and no brace list.

    ``escaped`` text is unquoted, with at least one backslash that was removed.
    """

    value: str
    quoted: bool
    escaped: bool = False


@dataclass(frozen=True)
class Variable:
    """``$name`` or ``${name}``. A special one has its sign for a name: ``!``, ``?``, ``@``, ``1``.

    A ``cut`` one is a piece of the value between fixed positions: ``${name:0:4}``.
    """

    name: str
    quoted: bool
    cut: bool = False


@dataclass(frozen=True)
class Substitution:
    """``$(…)``, `` `…` `` or, as a ``process``, ``<(…)``: what ``body`` prints. ``source`` stands between the signs."""

    body: Node
    quoted: bool
    source: str
    process: bool = False


@dataclass(frozen=True)
class Opaque:
    """An expansion that is none of these, by the grammar's name for it: ``${x%.gz}``, ``$((1 + 2))``, ``$'\\n'``."""

    kind: str
    quoted: bool
    inside: tuple[Node, ...] = ()


Part = Text | Variable | Substitution | Opaque


@dataclass(frozen=True)
class Word:
    """One word of a command. ``source`` is how it was written."""

    parts: tuple[Part, ...]
    source: str

    @property
    def text(self) -> str | None:
        """The word, where it is literal; None where something in it is expanded."""
        texts = [p.value for p in self.parts if isinstance(p, Text)]
        return "".join(texts) if len(texts) == len(self.parts) else None


@dataclass(frozen=True)
class Assignment:
    """``name=value``; ``+=`` has ``append``."""

    name: str
    value: Word
    append: bool = False


@dataclass(frozen=True)
class Redirection:
    """``2>&1``: ``descriptor`` (``""`` where none is written), ``operator`` (``>&``) and ``target``."""

    descriptor: str
    operator: str
    target: Word


@dataclass(frozen=True)
class Simple:
    """A simple command: assignments, words and redirections. ``[ … ]`` is one too."""

    assignments: tuple[Assignment, ...]
    words: tuple[Word, ...]
    redirections: tuple[Redirection, ...] = ()


@dataclass(frozen=True)
class Declaration:
    """``export A=b C``, ``unset D``: the keyword, what it assigns and the names alone."""

    keyword: str
    assignments: tuple[Assignment, ...]
    names: tuple[str, ...]


@dataclass(frozen=True)
class Commands:
    """Commands one after another."""

    items: tuple[Node, ...]


@dataclass(frozen=True)
class AndOr:
    """``left && right``, ``left || right``."""

    left: Node
    operator: str
    right: Node


@dataclass(frozen=True)
class Pipeline:
    """``a | b | c``."""

    items: tuple[Node, ...]


@dataclass(frozen=True)
class Background:
    """``a &``."""

    body: Node


@dataclass(frozen=True)
class Negated:
    """``! a``."""

    body: Node


@dataclass(frozen=True)
class Group:
    """``{ a; }``, or ``( a )`` in a ``subshell``."""

    body: Node
    subshell: bool
    redirections: tuple[Redirection, ...] = ()


@dataclass(frozen=True)
class Loop:
    """``while`` and ``until``."""

    keyword: str
    condition: Node
    body: Node
    redirections: tuple[Redirection, ...] = ()


@dataclass(frozen=True)
class For:
    """``for name in words``."""

    name: str
    words: tuple[Word, ...]
    body: Node
    redirections: tuple[Redirection, ...] = ()


@dataclass(frozen=True)
class If:
    """``if``: conditions with what they guard, and what stands behind ``else``."""

    branches: tuple[tuple[Node, Node], ...]
    otherwise: Node | None
    redirections: tuple[Redirection, ...] = ()


@dataclass(frozen=True)
class Other:
    """What has no class here, by the grammar's name (``function_definition``, ``case_statement``, ``ERROR``)."""

    kind: str
    inside: tuple[Node | Word, ...]


Node = Simple | Declaration | Commands | AndOr | Pipeline | Background | Negated | Group | Loop | For | If | Other


def simple_commands(node: Node | Word) -> Iterator[Simple]:
    """Every simple command inside, in the order of the source; those inside substitutions too, behind their own."""
    return (n for n in walk(node) if isinstance(n, Simple))


def walk(node: Node | Word) -> Iterator[Node | Word]:
    """A node and everything inside, in the order of the source: commands, and the words that hold commands."""
    yield node
    for child in _children(node):
        yield from walk(child)


def _children(node: Node | Word) -> Iterator[Node | Word]:
    match node:
        case Word(parts):
            for part in parts:
                if isinstance(part, Substitution):
                    yield part.body
                elif isinstance(part, Opaque):
                    yield from part.inside
        case Simple(assignments, words, redirections):
            yield from (a.value for a in assignments)
            yield from words
            yield from (r.target for r in redirections)
        case Declaration(_, assignments, _):
            yield from (a.value for a in assignments)
        case Commands(items) | Pipeline(items):
            yield from items
        case AndOr(left, _, right):
            yield from (left, right)
        case Background(body) | Negated(body):
            yield body
        case Group(body, _, redirections):
            yield from (body, *(r.target for r in redirections))
        case Loop(_, condition, body, redirections):
            yield from (condition, body, *(r.target for r in redirections))
        case For(_, words, body, redirections):
            yield from (*words, body, *(r.target for r in redirections))
        case If(branches, otherwise, redirections):
            yield from (n for branch in branches for n in branch)
            yield from ([otherwise] if otherwise else [])
            yield from (r.target for r in redirections)
        case Other(_, inside):
            yield from inside
