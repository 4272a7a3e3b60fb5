"""Names that stand in normalised texts for volatile values, in a form that no output can hold."""

from __future__ import annotations

import re

# Unicode sets these three apart for use inside a program: they are no characters.
_OPEN, _CLOSE, _ESCAPE = "\ufdd0", "\ufdd1", "\ufdd2"
_ESCAPES = str.maketrans({_OPEN: f"{_ESCAPE}o", _CLOSE: f"{_ESCAPE}c", _ESCAPE: f"{_ESCAPE}e"})
_SPECIAL = re.compile(f"[{_OPEN}{_CLOSE}{_ESCAPE}]")

LAYOUT = "layout"  # the kind of a name that says how something is laid out: nothing that a person need see
# A name: its kind, its number (of an identity), its form (where that is compared).
NAMES = re.compile(rf"{_OPEN}([^{_OPEN}{_CLOSE}/]+?)(-\d+)?(/[^{_CLOSE}]*)?{_CLOSE}")


def named(kind: str, number: int = 0, form: str = "") -> str:
    """The name of a value: ``<kind>``, or ``<kind-1>`` of an identity; ``form`` is compared and not shown."""
    return f"{_OPEN}{kind}{f'-{number}' if number else ''}{f'/{form}' if form else ''}{_CLOSE}"


def literal(text: str) -> str:
    """``text`` so that nothing in it can be taken for a name."""
    return text.translate(_ESCAPES) if _SPECIAL.search(text) else text


def without_numbers(text: str) -> str:
    """A normalised text in which all identities of a kind and form are the same."""
    return NAMES.sub(lambda m: named(m.group(1), form=(m.group(3) or "")[1:]), text)


def readable(text: str) -> str:
    """A normalised text as a person reads it: names in angle brackets."""
    text = NAMES.sub(lambda m: "" if m.group(1) == LAYOUT else f"<{m.group(1)}{m.group(2) or ''}>", text)
    for sign, letter in ((_OPEN, "o"), (_CLOSE, "c"), (_ESCAPE, "e")):
        text = text.replace(f"{_ESCAPE}{letter}", {"o": "<", "c": ">", "e": sign}[letter])
    return text
