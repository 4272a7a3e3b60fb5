"""Every way in which a recording could say something that is not so, a small change at a time. Seeded."""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from snippetlab.compare.normalise import Mark
from snippetlab.compare.vocabulary import Vocabulary

from tests.strength.further import FURTHER
from tests.strength.places import Made, free, put
from tests.strength.structures import structures

Family = str


@dataclass(frozen=True)
class Change:
    """A changed output: the family of the change, what it is in a word, and the whole new output."""

    family: Family
    word: str
    output: str


_WORD = re.compile(r"[A-Za-z][A-Za-z'-]+")
_NUMBER = re.compile(r"(?<![\w.:-])\d+(?:\.\d+)?(?![\w.:-])")
_UNIT = re.compile(r"(?<=\d)(?: ?(?:kB|MB|GB|KiB|MiB|GiB|B|bytes|ms|s))\b")
_PUNCTUATION = re.compile(r"[.,;:!?(){}\[\]'\"=/|<>*+#@]")
_UNITS = {"kB": "MB", "MB": "GB", "GB": "kB", "KiB": "MiB", "MiB": "GiB", "GiB": "KiB", "B": "kB", "bytes": "kB"}


def changes(output: str, volatile: Sequence[Mark], chance: random.Random, most: int) -> Iterator[Change]:
    """Changes of one recorded output, at most ``most`` of each family.

    ``volatile`` are the values in it that differ from run to run: they are changed
    in ways that no run explains, never into another value of the same form.
    """
    for family, make in _FAMILIES.items():
        made = [Change(family, word, new) for word, new in make(output, volatile, chance) if new != output]
        yield from made if len(made) <= most else chance.sample(made, most)


def strangers(
    output: str, volatile: Sequence[Mark], vocabulary: Vocabulary, chance: random.Random, most: int
) -> Iterator[tuple[str, str]]:
    """What a run prints in which an id, or a name that an engine draws, is one that belongs to nothing."""
    held = [mark for mark in volatile if mark.how == "identity" and mark.kind in vocabulary.held]
    values = sorted({output[mark.start : mark.end] for mark in held})
    for value in values if len(values) <= most else chance.sample(values, most):
        new = re.sub(
            r"(?<=[:_-])[a-z]+$|[0-9a-f]{6,}$|[0-9a-z]{12,}$", lambda found: _fresh(found.group(), chance), value
        )
        yield f"{value[:19]} of nothing", output.replace(value, new)


def _fresh(value: str, chance: random.Random) -> str:
    """Other characters of the same sort."""
    hexadecimal = set(value) <= set("0123456789abcdef")
    alphabet = "0123456789abcdef" if hexadecimal else "abcdefghijklmnopqrstuvwxyz"
    if not hexadecimal and any(letter.isdigit() for letter in value):
        alphabet += "0123456789"
    return "".join(chance.choices(alphabet, k=len(value)))


def _words(output: str, volatile: Sequence[Mark], chance: random.Random) -> Made:
    words = sorted({m.group() for m in _WORD.finditer(output)})
    for m in _WORD.finditer(output):
        if not free(volatile, m.start(), m.end()):
            continue
        yield f"{m.group()} in capitals", put(output, m.start(), m.end(), m.group().swapcase())
        yield f"{m.group()} gone", put(output, m.start(), m.end(), "")
        yield f"{m.group()} with an x", put(output, m.start(), m.end(), f"{m.group()}x")
        other = chance.choice(words)
        if other != m.group():
            yield f"{m.group()} → {other}", put(output, m.start(), m.end(), other)


def _numbers(output: str, volatile: Sequence[Mark], chance: random.Random) -> Made:
    for m in _NUMBER.finditer(output):
        if not free(volatile, m.start(), m.end()):
            continue
        number = m.group()
        for new in (number + "0", "-" + number, str(int(number.split(".")[0]) + 1), "0", "x"):
            if new != number:
                yield f"{number} → {new}", put(output, m.start(), m.end(), new)


def _units(output: str, volatile: Sequence[Mark], chance: random.Random) -> Made:
    for m in _UNIT.finditer(output):
        new = _UNITS.get(m.group().strip())
        if new and free(volatile, m.start() - 1, m.end()):
            yield f"{m.group()} → {new}", put(output, m.start(), m.end(), m.group().replace(m.group().strip(), new))


def _marks(output: str, volatile: Sequence[Mark], chance: random.Random) -> Made:
    for m in _PUNCTUATION.finditer(output):
        if free(volatile, m.start(), m.end()):
            yield f"{m.group()} gone", put(output, m.start(), m.end(), "")
            yield f"{m.group()} twice", put(output, m.start(), m.end(), m.group() * 2)


def _lines(output: str, volatile: Sequence[Mark], chance: random.Random) -> Made:
    lines = output.splitlines(keepends=True)
    for i, line in enumerate(lines):
        yield f"line {i + 1} gone", "".join([*lines[:i], *lines[i + 1 :]])
        yield f"line {i + 1} twice", "".join([*lines[: i + 1], line, *lines[i + 1 :]])
        yield f"blank line before {i + 1}", "".join([*lines[:i], "\n", *lines[i:]])
    yield "a line more", output + "more\n"
    yield "nothing", ""


def _order(output: str, volatile: Sequence[Mark], chance: random.Random) -> Made:
    lines = output.splitlines(keepends=True)
    for i, (one, other) in enumerate(itertools.pairwise(lines)):
        if one.strip() != other.strip() and other.endswith("\n"):
            yield f"lines {i + 1} and {i + 2} change places", "".join([*lines[:i], other, one, *lines[i + 2 :]])


def _blanks(output: str, volatile: Sequence[Mark], chance: random.Random) -> Made:
    lines = output.splitlines(keepends=True)
    for i, line in enumerate(lines):
        bare = line.rstrip("\n")
        end = line[len(bare) :]
        variants = {"trailing blank": f"{bare} ", "leading blank": f" {bare}", "leading tab": f"\t{bare}"}
        if bare.rstrip() != bare:
            variants["trailing blanks gone"] = bare.rstrip()
        if "\t" in bare:
            variants["tabs as blanks"] = bare.expandtabs()
        for word, new in variants.items():
            yield f"{word} in line {i + 1}", "".join([*lines[:i], new + end, *lines[i + 1 :]])
    if output.endswith("\n"):
        yield "no newline at the end", output[:-1]


def _cells(output: str, volatile: Sequence[Mark], chance: random.Random) -> Made:
    lines = output.split("\n")
    for i, line in enumerate(lines):
        cells = list(re.finditer(r"\S+(?: \S+)*", line))
        if len(cells) < 3 or not re.search(r"\S {2,}\S|\t", line):
            continue
        for one, other in itertools.pairwise(cells):
            if one.group() != other.group():
                between = line[one.end() : other.start()]
                new = line[: one.start()] + other.group() + between + one.group() + line[other.end() :]
                yield f"cells {one.group()!r} and {other.group()!r}", "\n".join([*lines[:i], new, *lines[i + 1 :]])
        for cell in cells:
            new = put(line, cell.start(), cell.end(), " " * len(cell.group()))
            yield f"cell {cell.group()!r} empty", "\n".join([*lines[:i], new.rstrip(), *lines[i + 1 :]])


def _types(output: str, volatile: Sequence[Mark], chance: random.Random) -> Made:
    bare = output.strip()
    if bare and bare[0] in "([{" and bare[-1:] in ")]}":
        pairs = {"(": "[", "[": "(", ")": "]", "]": ")"}
        if bare[0] in pairs and bare[-1] in pairs:
            yield "list ↔ tuple", output.replace(bare, pairs[bare[0]] + bare[1:-1] + pairs[bare[-1]], 1)
    for m in re.finditer(r"\b(?:True|False|None|true|false|null)\b", output):
        yield f"{m.group()} in quotes", put(output, m.start(), m.end(), f'"{m.group()}"')
    for m in re.finditer(r"'\d+'|\"\d+\"", output):
        yield f"{m.group()} without quotes", put(output, m.start(), m.end(), m.group()[1:-1])
    for m in re.finditer(r"(?<=[:\[(,] )\d+(?=[,\])}])", output):
        yield f"{m.group()} in quotes", put(output, m.start(), m.end(), f"'{m.group()}'")
        yield f"{m.group()} as {hex(int(m.group()))}", put(output, m.start(), m.end(), hex(int(m.group())))


def _identities(output: str, volatile: Sequence[Mark], chance: random.Random) -> Made:
    """Values with an identity made into what no run prints in their place."""
    own = [mark for mark in volatile if mark.how == "identity"]
    values = sorted({output[m.start : m.end] for m in own})
    for mark in own:
        value = output[mark.start : mark.end]
        if mark.kind != "time":  # which may end in any number of digits
            yield f"{value[:12]} cut", put(output, mark.start, mark.end, value[:-2])
            yield f"{value[:12]} longer", put(output, mark.start, mark.end, value + value[-2:])
        yield f"{value[:12]} a word", put(output, mark.start, mark.end, "none")
        yield f"{value[:12]} in capitals", put(output, mark.start, mark.end, value.upper())
        others = [other for other in values if not _same(other, value) and len(other) == len(value)]
        if others:
            other = chance.choice(others)
            yield f"{value[:12]} → {other[:12]}", put(output, mark.start, mark.end, other)


def _same(one: str, other: str) -> bool:
    one, other = one.removeprefix("sha256:"), other.removeprefix("sha256:")
    return one.startswith(other) or other.startswith(one)


def _figures(output: str, volatile: Sequence[Mark], chance: random.Random) -> Made:
    """Other volatile values made into what is none of their kind."""
    for mark in volatile:
        if mark.how != "any":
            continue
        value = output[mark.start : mark.end]
        variants = {"gone": "", "a word": "unknown", "n/a": "n/a", "negative": f"-{value}", "quoted": f'"{value}"'}
        for m in _WORD.finditer(value):
            variants[f"with {m.group()} as a word"] = put(value, m.start(), m.end(), "word")
        for word, new in variants.items():
            yield f"{mark.kind} {value[:20]!r} {word}", put(output, mark.start, mark.end, new)


_FAMILIES: dict[Family, Callable[[str, Sequence[Mark], random.Random], Made]] = {
    "words": _words,
    "numbers": _numbers,
    "units": _units,
    "punctuation": _marks,
    "lines": _lines,
    "order": _order,
    "blanks": _blanks,
    "cells": _cells,
    "structures": structures,
    "types": _types,
    "identities": _identities,
    "figures": _figures,
    **FURTHER,
}
