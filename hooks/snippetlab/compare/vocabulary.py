"""What a pack tells comparing about its subject: which values are volatile, and how its outputs are laid out."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

from snippetlab.errors import UsageError

How = Literal["identity", "any", "absent"]
State = Mapping[str, Mapping[str, Mapping[str, Any]]]  # compare/states.py has the form


@dataclass(frozen=True)
class Kind:
    """One form of volatile value.

    Values of an ``identity`` kind are told apart: the same value must stand in
    the same places. Of ``any`` kind only the presence counts, and ``absent``
    ones need not even be there. ``pattern`` matches the value, or, where the
    value is known by what stands around it, holds it as the group ``v``. Unless
    a text holds one of ``hints`` (plain strings, for speed) the pattern is not
    tried. In tables, ``cell`` matches the value at the start of a cell of
    ``columns``. ``keys`` are those of JSON in whose values the pattern looks.
    Where a match holds several values with words between them, ``inside``
    matches each. ``form`` gives what of a value is compared, such as how a time
    is written.

    ``asked`` matches the commands in whose outputs the kind is looked for (all,
    when it is None). A value that somebody typed is not volatile, unless it is
    ``measured``: what a clock or a counter gave may be equal to a typed value
    by accident.
    """

    name: str
    how: How
    pattern: str = ""
    hints: tuple[str, ...] = ()
    columns: frozenset[str] = frozenset()
    cell: str = r".+"
    keys: frozenset[str] = frozenset()
    asked: re.Pattern[str] | None = None
    measured: bool = False
    inside: str = ""
    form: Callable[[str], str] | None = None
    regex: re.Pattern[str] = field(init=False, repr=False)
    cell_regex: re.Pattern[str] = field(init=False, repr=False)
    inside_regex: re.Pattern[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        # No program prints the digits of another script, which \d would take as well.
        object.__setattr__(self, "regex", re.compile(self.pattern, re.MULTILINE | re.ASCII))
        object.__setattr__(self, "cell_regex", re.compile(rf"(?:{self.cell})(?![\w.])", re.ASCII))
        object.__setattr__(self, "inside_regex", re.compile(self.inside, re.ASCII))

    def values(self, text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Where the values stand in a match: the whole of it, or each that is ``inside``."""
        if self.inside:
            yield from (found.span() for found in self.inside_regex.finditer(text, start, end))
        else:
            yield start, end

    def form_of(self, value: str) -> str:
        """What of a value is compared; empty where nothing is."""
        return self.form(value) if self.form else ""


def measured(name: str, pattern: str, hints: tuple[str, ...] = (), how: How = "any", inside: str = "") -> Kind:
    """A kind of values that the run itself measures."""
    return Kind(name, how, pattern, hints, measured=True, inside=inside)


def column(name: str, *columns: str, cell: str, how: How = "any", inside: str = "") -> Kind:
    """A kind that is known by the titles of its columns."""
    return Kind(name, how, columns=frozenset(columns), cell=cell, measured=how == "any", inside=inside)


def key(name: str, *keys: str, value: str = r"(?!0\b)\d[\d.]*", how: How = "any", typed: bool = False) -> Kind:
    """A kind that is volatile under these keys of JSON or of a Python dict.

    Its values are measured, unless it is one of identities or somebody may have ``typed`` them.
    """
    pattern = rf"""["'](?:{"|".join(keys)})["']: ?["']?(?P<v>(?:{value})(?=["',}}\]\s]|$))"""
    return Kind(name, how, pattern, keys, keys=frozenset(keys), measured=how == "any" and not typed)


@dataclass(frozen=True)
class Masked:
    """Stands in a structure for a value that a pack knows to be volatile; its ``form`` is compared."""

    kind: str
    form: str = ""


@dataclass(frozen=True)
class Figures:
    """What lies below a key of JSON is measured: its numbers are of ``kind``.

    Under the keys ``fixed`` numbers are compared. Zero is told apart from other numbers
    unless it is a matter of luck (``zero``).
    """

    kind: str
    fixed: frozenset[str] = frozenset()
    zero: bool = False


@dataclass(frozen=True)
class Unlike:
    """Fields that are not compared: of objects of ``kind`` (all when empty) those whose whole path
    ``pattern`` matches. ``reason`` says why."""

    kind: str
    pattern: str
    reason: str
    regex: re.Pattern[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "regex", re.compile(self.pattern))

    def covers(self, kind: str, path: str) -> bool:
        """True when that field is not compared."""
        return self.kind in ("", kind) and self.regex.fullmatch(path) is not None


@dataclass(frozen=True)
class Belonging:
    """What the ids in one place of an output are ids of.

    ``objects`` are the kinds of objects; without any the id is of nothing that can be asked for, and ``reason`` says
    of what. The place is what ``pattern`` matches (or its group ``v``), in the outputs of the commands that ``asked``
    matches (all, when it is None), or the cells of ``columns``.
    """

    objects: frozenset[str]
    pattern: str = ""
    asked: re.Pattern[str] | None = None
    columns: frozenset[str] = frozenset()
    reason: str = ""
    regex: re.Pattern[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "regex", re.compile(self.pattern, re.MULTILINE))


def as_printed(text: str, typed: str) -> str:
    """``text`` as it is: what a subject whose outputs have a steady order arranges."""
    return text


def as_read(key: str, value: Mapping[str, object]) -> Mapping[str, object]:
    """An object as it is: what a subject that knows no volatile parts by their place adapts."""
    return value


def as_left(left: State, right: State) -> tuple[State, State]:
    """Two states as they are: what a subject whose clients do everything alike compares."""
    return left, right


@dataclass(frozen=True)
class Vocabulary:
    """The volatile values and the layouts of one subject's outputs.

    ``kinds``: where two could match in one place, the first has it.
    ``abbreviated`` maps a kind of identity whose values may be cut short
    (``docker ps`` shows twelve characters of an id) to the prefix that they may
    carry; how long a value is printed is compared. ``figures`` are keys of JSON
    below which everything is measured. ``unordered`` are keys of JSON whose
    lists come in any order. ``adapted`` adapts an object of JSON before it is
    compared (its key, the object). ``arranged`` puts the lines of logs of
    things that go on at the same time in an order that does not depend on who
    was first (the text, and what is typed in the scenario: it may say what
    waits for what). ``single_titles`` are the titles that head a table of one column,
    ``wide`` the plain strings without one of which no value has more than one line.
    ``between_tracks`` are fields of the state that two tracks leave differently by nature; ``by_any_client``
    brings the two states into a form in which the same deeds of two clients look the same.
    ``held`` maps a kind of identity to the kinds of objects that have such values: where a run could ask for its
    objects, a value of that kind must belong to one. ``belongings`` narrow that for some places; where two fit, the
    first counts.
    """

    kinds: tuple[Kind, ...]
    abbreviated: Mapping[str, str] = field(default_factory=dict)
    figures: Mapping[str, Figures] = field(default_factory=dict)
    unordered: frozenset[str] = frozenset()
    adapted: Callable[[str, Mapping[str, object]], Mapping[str, object]] = as_read
    arranged: Callable[[str, str], str] = as_printed
    single_titles: frozenset[str] = frozenset()
    wide: tuple[str, ...] = ()
    between_tracks: tuple[Unlike, ...] = ()
    by_any_client: Callable[[State, State], tuple[State, State]] = as_left
    held: Mapping[str, frozenset[str]] = field(default_factory=dict)
    belongings: tuple[Belonging, ...] = ()

    def without(self, names: Collection[str]) -> Vocabulary:
        """The vocabulary without some of its kinds. Raises UsageError for a name that no kind has."""
        if unknown := sorted(set(names) - self.names):
            hint = f"kinds: {', '.join(sorted(self.names))}"
            raise UsageError(f"there is no kind {unknown[0]!r} to turn off", hint=hint)
        if not names:
            return self
        return replace(self, kinds=tuple(kind for kind in self.kinds if kind.name not in names))

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of all kinds."""
        return frozenset(kind.name for kind in self.kinds)

    @cached_property
    def identities(self) -> tuple[str, ...]:
        """The names of the kinds whose values are told apart."""
        return tuple(dict.fromkeys(kind.name for kind in self.kinds if kind.how == "identity"))

    @cached_property
    def in_text(self) -> tuple[Kind, ...]:
        """The kinds that are looked for in texts."""
        return tuple(kind for kind in self.kinds if kind.pattern)

    def in_this(self, text: str) -> list[Kind]:
        """Those of ``in_text`` whose values can stand in ``text``: it holds one of their hints, or they have none."""
        always, by_hint = self._by_hint
        found = set(always)
        for hint, kinds in by_hint.items():
            if hint in text:
                found.update(kinds)
        return [self.in_text[number] for number in sorted(found)]

    @cached_property
    def _by_hint(self) -> tuple[frozenset[int], Mapping[str, tuple[int, ...]]]:
        """The places among ``in_text`` of the kinds without hints, and of the others by hint: many kinds share one."""
        by_hint: dict[str, list[int]] = {}
        for number, kind in enumerate(self.in_text):
            for hint in kind.hints:
                by_hint.setdefault(hint, []).append(number)
        always = frozenset(number for number, kind in enumerate(self.in_text) if not kind.hints)
        return always, {hint: tuple(numbers) for hint, numbers in by_hint.items()}

    @cached_property
    def columns(self) -> Mapping[str, Kind]:
        """The kind of each column whose cells are volatile, by title."""
        return {title: kind for kind in self.kinds for title in kind.columns}

    @cached_property
    def keys(self) -> frozenset[str]:
        """The keys of JSON whose values are volatile because they stand there."""
        return frozenset(key for kind in self.kinds for key in kind.keys)
