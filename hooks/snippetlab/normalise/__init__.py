"""Outputs in a form in which two runs of the same commands are equal. Pure; identities are kept."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

from ..model import Rule
from .identity import Identities
from .kinds import matches
from .structure import canonical, parsed
from .tables import ANY_COLUMNS, ID_COLUMNS, NAME_COLUMNS, cells_of, columns_of, is_header

__all__ = ["Identities", "normalise", "spans"]

_GENERATED = re.compile(r"/?[a-z]+_[a-z]+\d?")
_SEPARATOR = " │ "


def normalise(text: str, identities: Identities, rules: Sequence[Rule] = ()) -> str:
    """``text`` with every volatile value replaced by its kind, or by its name in ``identities``.

    A step's own ``rules`` come first. Structures come out as JSON with sorted
    keys, tables as cells.
    """
    for rule in rules:
        text = re.sub(rule.pattern, f"<{rule.name}>", text, flags=re.MULTILINE)
    structure = parsed(text)
    if structure is not None:
        values = [canonical(value, lambda s: _replace(s, identities), _blind) for value in structure]
        return "\n".join(json.dumps(value, indent=1, ensure_ascii=False, default=str) for value in values)
    return "\n".join(_lines(text.split("\n"), identities))


def _replace(text: str, identities: Identities) -> str:
    parts: list[str] = []
    last = 0
    for start, end, kind in matches(text):
        value = text[start:end]
        name = identities.name(kind.name, value) if kind.how == "identity" else f"<{kind.name}>"
        parts += [text[last:start], name]
        last = end
    parts.append(text[last:])
    replaced = "".join(parts)
    if _GENERATED.fullmatch(replaced) and replaced.startswith("/"):
        return "/" + identities.name("name", replaced[1:])
    return replaced


def _blind(text: str) -> str:
    parts: list[str] = []
    last = 0
    for start, end, kind in matches(text):
        parts += [text[last:start], f"<{kind.name}>"]
        last = end
    return "".join([*parts, text[last:]])


def _lines(lines: Sequence[str], identities: Identities) -> Iterator[str]:
    header: str | None = None
    for line in lines:
        if is_header(line):
            header = line
            yield _SEPARATOR.join(name for name, _ in columns_of(header))
        elif header is not None and line.strip():
            columns = columns_of(header)
            cells = zip(columns, cells_of(line, columns, header), strict=True)
            yield _SEPARATOR.join(_cell(name, cell, identities) for (name, _), cell in cells)
        else:
            header = None
            yield _replace(line, identities).rstrip()


def _cell(column: str, cell: str, identities: Identities) -> str:
    if column in ANY_COLUMNS and cell:
        return f"<{column}>"
    if column in ID_COLUMNS and re.fullmatch(r"[a-z0-9]{12,25}(?: \*)?", cell):
        return identities.name("id", cell.removesuffix(" *")) + (" *" if cell.endswith(" *") else "")
    if column in NAME_COLUMNS and _GENERATED.fullmatch(cell):
        return identities.name("name", cell)
    return _replace(cell, identities)


def spans(text: str, rules: Sequence[Rule] = ()) -> list[tuple[int, int, str]]:
    """The volatile parts of raw ``text``: start, end and kind, in order and without overlap."""
    found = [(m.start(), m.end(), rule.name) for rule in rules for m in re.finditer(rule.pattern, text, re.MULTILINE)]
    found += [(start, end, kind.name) for start, end, kind in matches(text)]
    result: list[tuple[int, int, str]] = []
    for start, end, name in sorted(found, key=lambda f: (f[0], -f[1])):
        if start < end and (not result or start >= result[-1][1]):
            result.append((start, end, name))
    return result
