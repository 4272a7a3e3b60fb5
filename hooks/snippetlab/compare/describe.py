"""Says in a line what differs between two normalised outputs."""

from __future__ import annotations

import difflib
import json
import unicodedata
from collections.abc import Callable
from typing import Any

from snippetlab.compare.normalise.names import NAMES, readable
from snippetlab.compare.normalise.structure import difference

_LANGUAGES = ("json", "python")
_MANY = 2000  # lines from which on an exact diff would take too long


def describe(recorded: str, captured: str) -> str:
    """What differs, where ``recorded`` and ``captured`` are normalised and not the same."""
    was, now = _structured(recorded), _structured(captured)
    if was and now:
        values = _values(recorded), _values(captured)
        found = list(difference(*values)) or list(difference(*values, ordered=True))
        if found:
            more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
            return _value_words(*found[0]) + more
        return "the structure is the same, but laid out otherwise (blanks, line ends or escapes)"
    if was != now and recorded and captured:
        kinds = ("a structure", "plain text")[:: 1 if was else -1]
        return f"the recording is {kinds[0]}, this run printed {kinds[1]}"
    return _lines_words(recorded, captured)


def _structured(text: str) -> bool:
    head = NAMES.match(text)
    return head is not None and head.group(1) in _LANGUAGES and text[head.end() : head.end() + 1] == "\n"


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
    where = readable(path) or "the whole structure"
    if now is ...:
        return f"{where} is gone, recorded is {_short(was)}"
    if was is ...:
        return f"{where} is new: {_short(now)}"
    return f"{where} is {_short(now)}, recorded is {_short(was)}"


def _short(value: Any) -> str:
    text = readable(json.dumps(value, ensure_ascii=False))
    return text if len(text) <= 60 else text[:59] + "…"


def _lines_words(recorded: str, captured: str) -> str:
    if not captured:
        return "nothing was printed"
    if not recorded:
        return "something was printed, recorded is nothing"
    was, now = recorded.removesuffix("\n").split("\n"), captured.removesuffix("\n").split("\n")
    if was == now:
        return "a newline at the end " + ("is missing" if recorded.endswith("\n") else "that is not recorded")
    changes = [op for op in matcher(was, now).get_opcodes() if op[0] != "equal"]
    tag, a, b, c, d = changes[0]
    why = hidden_difference(was[a:b], now[c:d]) if tag == "replace" else ""
    if len(changes) > 1:
        return f"the output differs in {len(changes)} places, the first in line {a + 1}{why}"
    if tag == "insert":
        what = _count(d - c, empty=not any(now[c:d]))
        return f"{what} more than recorded, after line {a}" if a else f"{what} more, at the start"
    if tag == "delete":
        return f"{_count(b - a, empty=not any(was[a:b]))} missing, from line {a + 1} on"
    return (
        f"the output differs in line {a + 1}{why}" if b - a == 1 else f"the output differs in lines {a + 1} to {b}{why}"
    )


def hidden_difference(was: list[str], now: list[str]) -> str:
    """What differs between lines that look the same, as `` (only in …)``; empty for a difference that shows."""
    words: dict[str, Callable[[str], str]] = {
        "blanks at the end": lambda line: line.rstrip(),
        "tabs and blanks": lambda line: line.expandtabs(),
        "blanks": lambda line: " ".join(line.split()),
        "the form of accented letters (one character, or a letter and its accent)": lambda line: unicodedata.normalize(
            "NFC", line
        ),
        "characters that are not seen": lambda line: "".join(
            " " if unicodedata.category(c) == "Zs" else c for c in line if unicodedata.category(c) not in ("Cf", "Cc")
        ),
        "upper and lower case": lambda line: line.casefold(),
    }
    for what, alike in words.items():
        if [alike(line) for line in was] == [alike(line) for line in now]:
            return f" (only in {what})"
    return ""


def _count(lines: int, *, empty: bool = False) -> str:
    return f"{lines} {'empty ' if empty else ''}line{'s' if lines > 1 else ''}"


def matcher(old: list[str], new: list[str]) -> difflib.SequenceMatcher[str]:
    """A matcher of lines that ends in reasonable time on long outputs, too."""
    return difflib.SequenceMatcher(None, old, new, autojunk=max(len(old), len(new)) > _MANY)
