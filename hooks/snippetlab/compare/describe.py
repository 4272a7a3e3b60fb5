"""Says in a line what differs between two normalised outputs."""

from __future__ import annotations

import difflib
import json
from typing import Any

from snippetlab.compare.normalise.structure import difference

_LANGUAGES = ("json\n", "python\n")
_MANY = 2000  # lines from which on an exact diff would take too long


def describe(recorded: str, captured: str) -> str:
    """What differs, where ``recorded`` and ``captured`` are normalised and not the same."""
    if recorded.startswith(_LANGUAGES) and captured.startswith(_LANGUAGES):
        found = difference(_values(recorded), _values(captured))
        if found:
            more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
            return _value_words(*found[0]) + more
    elif recorded.startswith(_LANGUAGES) != captured.startswith(_LANGUAGES) and recorded and captured:
        was, now = ("a structure", "plain text")[:: 1 if recorded.startswith(_LANGUAGES) else -1]
        return f"the recording is {was}, this run printed {now}"
    return _lines_words(recorded.rstrip("\n").split("\n"), captured.rstrip("\n").split("\n"))


def _values(text: str) -> Any:
    """The structures of a normalised output: one as it is, several as a list."""
    rest = text.partition("\n")[2]
    values = []
    while rest.strip():
        value, end = json.JSONDecoder().raw_decode(rest)
        values.append(value)
        rest = rest[end:].lstrip()
    return values[0] if len(values) == 1 else values


def _value_words(path: str, was: Any, now: Any) -> str:
    where = path or "the whole structure"
    if now is ...:
        return f"{where} is gone, recorded is {_short(was)}"
    if was is ...:
        return f"{where} is new: {_short(now)}"
    return f"{where} is {_short(now)}, recorded is {_short(was)}"


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:59] + "…"


def _lines_words(was: list[str], now: list[str]) -> str:
    if now == [""]:
        return "nothing was printed"
    if was == [""]:
        return "something was printed, recorded is nothing"
    changes = [op for op in matcher(was, now).get_opcodes() if op[0] != "equal"]
    if not changes:
        return "the output differs only in how its last line ends"
    tag, a, b, c, d = changes[0]
    if len(changes) > 1:
        return f"the output differs in {len(changes)} places, the first in line {a + 1}"
    if tag == "insert":
        return f"{_count(d - c)} more than recorded, after line {a}" if a else f"{_count(d - c)} more, at the start"
    if tag == "delete":
        return f"{_count(b - a)} missing, from line {a + 1} on"
    return f"the output differs in line {a + 1}" if b - a == 1 else f"the output differs in lines {a + 1} to {b}"


def _count(lines: int) -> str:
    return f"{lines} line{'s' if lines > 1 else ''}"


def matcher(old: list[str], new: list[str]) -> difflib.SequenceMatcher[str]:
    """A matcher of lines that ends in reasonable time on long outputs, too."""
    return difflib.SequenceMatcher(None, old, new, autojunk=max(len(old), len(new)) > _MANY)
