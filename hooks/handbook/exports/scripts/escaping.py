"""How texts that a person wrote stand in scripts: in comments, in docstrings, as names of folders."""

from __future__ import annotations

import re
from collections.abc import Mapping

# Line ends of any kind, and signs that hide what a reader would see.
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]+")


def one_line(text: str) -> str:
    """A text on one line, without signs that nobody sees: safe behind the ``#`` of a comment."""
    return _UNSEEN.sub(" ", text).strip()


def in_docstring(text: str) -> str:
    """A text on one line that ends no docstring and begins no escape."""
    return one_line(text).replace("\\", "\\\\").replace('"', '\\"')


def folder_name(identity: str) -> str:
    """The name of the folder of a part: that of its scenario, with letters, digits and dashes."""
    return re.sub(r"[^A-Za-z0-9_]+", "-", identity).strip("-") or "part"


def filled(head: str, values: Mapping[str, str]) -> str:
    """A head with its ``{name}`` places filled. (Both languages use braces themselves, and so may the values.)"""
    return re.sub(r"\{(\w+)\}", lambda m: values.get(m[1], m[0]), head)
