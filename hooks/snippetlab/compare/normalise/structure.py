"""JSON and Python literals compared as structure."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from snippetlab.compare.vocabulary import Vocabulary

_STRANGE_ESCAPE = re.compile(r"""(?<!\\)(?:\\\\)*\\[^\\'"abfnrtvxNuU0-7\n]""")


class Normaliser(Protocol):
    """How the strings of a structure are normalised."""

    def text(self, text: str) -> str:
        """A string on its own."""

    def blind(self, text: str) -> str:
        """A string with all identities equal."""

    def number(self, text: str) -> int:
        """What an id is numbered already; 0 for one that is new, or no id."""


def parsed(text: str) -> tuple[str, list[Any]] | None:
    """What ``text`` holds as ``("json", values)`` or ``("python", [value])``; ``None`` when it is neither.

    JSON may be one value or a line each; of both languages only lists and
    objects (dicts, tuples, sets) count.
    """
    stripped = text.strip()
    if not stripped or stripped[0] not in "[{(":
        return None
    try:
        return "json", [json.loads(stripped)]
    except (ValueError, RecursionError):
        pass
    lines = stripped.split("\n")
    try:
        if all(line[:1] in ("{", "[") for line in lines):
            return "json", [json.loads(line) for line in lines]
    except (ValueError, RecursionError):
        pass
    if _STRANGE_ESCAPE.search(stripped):
        return None  # no Python literal that Python wrote, and it would warn
    try:
        value = ast.literal_eval(stripped)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return None
    return ("python", [value]) if isinstance(value, (dict, list, tuple, set)) else None


def canonical(value: Any, by: Normaliser, vocabulary: Vocabulary, key: str = "") -> Any:
    """``value`` in one form: strings normalised, keys sorted, objects keyed by ids ordered by what lies in them.

    The order must not depend on ids that are new in each run.
    """
    if key in vocabulary.figures and value:
        return f"<{vocabulary.figures[key]}>"
    if isinstance(value, dict):
        adapted = vocabulary.adapted(key, value).items()
        items = sorted(((str(k), v) for k, v in adapted), key=lambda item: _order(item[0], item[1], by, vocabulary))
        return {by.text(k): canonical(v, by, vocabulary, k) for k, v in items}
    if isinstance(value, (list, tuple)):
        found = sorted(value, key=lambda v: _content(v, by, vocabulary)) if key in vocabulary.unordered else value
        return [canonical(v, by, vocabulary, key) for v in found]
    if isinstance(value, (set, frozenset)):
        found = sorted(value, key=lambda v: _content(v, by, vocabulary))
        return {"set": [canonical(v, by, vocabulary, key) for v in found]}
    if isinstance(value, bool) or value is None:
        return value
    return _leaf(value, by, vocabulary, key)


def _leaf(value: object, by: Normaliser, vocabulary: Vocabulary, key: str) -> object:
    """A string or number. What is volatile only under its key is judged as it would stand in the text."""
    if isinstance(value, (str, int, float)) and key in vocabulary.keys:
        whole = json.dumps({key: value}, ensure_ascii=False)[1:-1]
        normal = by.text(whole)
        if normal != whole:
            return normal.partition(": ")[2].strip('"')
    if isinstance(value, str):
        return by.text(value)
    return value if isinstance(value, (int, float)) else by.text(repr(value))


def _order(key: str, value: object, by: Normaliser, vocabulary: Vocabulary) -> tuple[str, str, int]:
    blind = by.blind(key)
    return (blind, "", 0) if blind == key else (blind, _content(value, by, vocabulary), by.number(key))


def _content(value: object, by: Normaliser, vocabulary: Vocabulary) -> str:
    return json.dumps(canonical(value, _Blinded(by), vocabulary), sort_keys=True, default=str)


class _Blinded:
    def __init__(self, by: Normaliser) -> None:
        self.text: Callable[[str], str] = by.blind
        self.blind: Callable[[str], str] = by.blind

    def number(self, text: str) -> int:
        return 0


def difference(a: Any, b: Any, path: str = "") -> list[tuple[str, Any, Any]]:
    """Where two canonical structures differ: path, left value, right value. Missing is ``...``."""
    if isinstance(a, Mapping) and isinstance(b, Mapping):
        keys = list(dict.fromkeys([*a, *b]))
        pairs = [(f"{path}.{k}" if path else str(k), a.get(k, ...), b.get(k, ...)) for k in keys]
    elif isinstance(a, list) and isinstance(b, list):
        longest = max(len(a), len(b))
        left, right = ([*side, *[...] * (longest - len(side))] for side in (a, b))
        pairs = [(f"{path}[{i}]", x, y) for i, (x, y) in enumerate(zip(left, right, strict=True))]
    else:
        return [] if a == b and type(a) is type(b) else [(path, a, b)]
    return [found for where, x, y in pairs for found in difference(x, y, where)]
