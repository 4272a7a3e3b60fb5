"""JSON and Python literals compared as structure."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol

from snippetlab.compare.normalise.names import LAYOUT, named
from snippetlab.compare.vocabulary import Figures, Masked, Vocabulary

_STRANGE_ESCAPE = re.compile(r"""(?<!\\)(?:\\\\)*\\[^\\'"abfnrtvxNuU0-7\n]""")
_QUOTED = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\"""")
_NUMBER = re.compile(r"""(?<=[\[({,:\s])[+-]?\.?\d[\w.]*(?:(?<=[eE])[+-]\d+)?(?=[\s\]),}:])""")


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
    objects (dicts, tuples, sets) count. An object that holds a key twice is
    none: one of the two would be lost.
    """
    stripped = text.strip()
    if not stripped or stripped[0] not in "[{(":
        return None
    try:
        return "json", [json.loads(stripped, object_pairs_hook=_object, parse_int=_number, parse_float=_Float)]
    except (ValueError, RecursionError):
        pass
    lines = stripped.split("\n")
    try:
        if all(line[:1] in ("{", "[") for line in lines):
            return "json", [
                json.loads(line, object_pairs_hook=_object, parse_int=_number, parse_float=_Float) for line in lines
            ]
    except (ValueError, RecursionError):
        pass
    numbers = _NUMBER.findall(_QUOTED.sub("", stripped))
    if _STRANGE_ESCAPE.search(stripped) or not all(map(_as_python_prints, numbers)):
        return None  # no Python literal that Python wrote, and it may warn
    try:
        value = ast.literal_eval(stripped)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return None
    return ("python", [value]) if isinstance(value, (dict, list, tuple, set)) else None


def _as_python_prints(number: str) -> bool:
    """False for 0x10 and 1_000, which Python reads and never prints."""
    try:
        return repr(ast.literal_eval(number)) == number
    except (ValueError, SyntaxError):
        return False


class _Float(float):
    """A number of JSON with a point or an exponent, as it was ``written``: 1.50 is not 1.5."""

    written: str

    def __new__(cls, written: str) -> _Float:
        made = super().__new__(cls, written)
        made.written = written
        return made


def _number(text: str) -> int:
    if str(int(text)) != text:
        raise ValueError("no form in which a number is printed")  # -0
    return int(text)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise ValueError("a key stands twice")
    return made


def canonical(value: Any, by: Normaliser, vocabulary: Vocabulary, key: str = "", figures: Figures | None = None) -> Any:
    """``value`` as lists, dicts with strings as keys, strings and numbers: volatile values by their names.

    What JSON has no form for is wrapped, so that a tuple is no list and the key
    80 is not the key "80". Keys stay in their order; those that are volatile
    come behind the others, ordered by what lies under them: the order must not depend on ids
    that are new in each run.
    """
    figures = vocabulary.figures.get(key, figures)
    if isinstance(value, Masked):
        return named(value.kind, form=value.form)
    if isinstance(value, dict):
        adapted = vocabulary.adapted(key, value)
        return dict(_distinct(_items(adapted, by, vocabulary, figures)))
    if isinstance(value, (list, tuple)):
        found = sorted(value, key=lambda v: _content(v, by, vocabulary)) if key in vocabulary.unordered else value
        inner = [canonical(v, by, vocabulary, key, figures) for v in found]
        return {named("tuple"): inner} if isinstance(value, tuple) else inner
    if isinstance(value, (set, frozenset)):
        found = sorted(value, key=lambda v: _content(v, by, vocabulary))
        return {named("set"): [canonical(v, by, vocabulary, key) for v in found]}
    if isinstance(value, bool) or value is None:
        return value
    if figures and isinstance(value, (int, float)):
        return value if key in figures.fixed or not (value or figures.zero) else named(figures.kind)
    return _leaf(value, by, vocabulary, key)


def _items(
    value: Mapping[Any, Any], by: Normaliser, vocabulary: Vocabulary, figures: Figures | None
) -> Iterator[tuple[str, Any]]:
    steady, volatile = [], []
    for key, inner in value.items():
        name = key if isinstance(key, str) else str(key)
        blind = by.blind(name)
        if blind == name:
            steady.append((key, inner))
        else:
            volatile.append(((blind, _content(inner, by, vocabulary), by.number(name)), key, inner))
    for key, inner in [*steady, *((k, v) for _, k, v in sorted(volatile, key=lambda item: item[0]))]:
        text = by.text(key) if isinstance(key, str) else by.text(repr(key)) + named(type(key).__name__)
        yield text, canonical(inner, by, vocabulary, str(key), figures)


def _distinct(items: Iterator[tuple[str, Any]]) -> Iterator[tuple[str, Any]]:
    """Items whose keys are all different, in which case of two that normalise alike none is lost."""
    seen: dict[str, int] = {}
    for key, value in items:
        seen[key] = seen.get(key, 0) + 1
        yield key if seen[key] == 1 else key + named("again", form=str(seen[key])), value


def _leaf(value: object, by: Normaliser, vocabulary: Vocabulary, key: str) -> object:
    """A string or number. What is volatile only under its key is judged as it would stand in the text."""
    if isinstance(value, (str, int, float)) and key in vocabulary.keys:
        # In one form whether it is a number or a text, so that no pattern need know both.
        whole = f'"{key}": {json.dumps(value, ensure_ascii=False)}'
        normal = by.text(whole)
        if normal != whole:
            kind = "" if isinstance(value, str) else named("number")
            return normal.partition(": ")[2].removeprefix('"').removesuffix('"') + kind
    if isinstance(value, str):
        return by.text(value)
    if isinstance(value, _Float):
        return value.written + named(LAYOUT, form="number")  # no text, and shown as it is
    if isinstance(value, (int, float)):
        return value
    return {named(type(value).__name__): by.text(repr(value))}


def _content(value: object, by: Normaliser, vocabulary: Vocabulary) -> str:
    return json.dumps(canonical(value, _Blinded(by), vocabulary), sort_keys=True, default=str)


class _Blinded:
    def __init__(self, by: Normaliser) -> None:
        self.text: Callable[[str], str] = by.blind
        self.blind: Callable[[str], str] = by.blind

    def number(self, text: str) -> int:
        return 0


def difference(a: Any, b: Any, path: str = "", *, ordered: bool = False) -> Iterator[tuple[str, Any, Any]]:
    """Where two canonical structures differ: path, left value, right value. Missing is ``...``.

    ``ordered``: that keys come in another order is a difference, too, told with
    the two lists of keys.
    """
    if isinstance(a, Mapping) and isinstance(b, Mapping):
        keys = list(dict.fromkeys([*a, *b]))
        pairs = [(f"{path}.{k}" if path else str(k), a.get(k, ...), b.get(k, ...)) for k in keys]
        if ordered and list(a) != list(b) and set(a) == set(b):
            yield f"the order of keys{f' in {path}' if path else ''}", list(a), list(b)
    elif isinstance(a, list) and isinstance(b, list):
        longest = max(len(a), len(b))
        left, right = ([*side, *[...] * (longest - len(side))] for side in (a, b))
        pairs = [(f"{path}[{i}]", x, y) for i, (x, y) in enumerate(zip(left, right, strict=True))]
    else:
        if a != b or type(a) is not type(b):
            yield path, a, b
        return
    for where, x, y in pairs:
        yield from difference(x, y, where, ordered=ordered)
