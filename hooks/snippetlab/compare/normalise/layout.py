"""How a structure is laid out: on one line or indented, and with which blanks. Pure."""

from __future__ import annotations

import re
import zlib

_TOKEN = re.compile(
    r"""(?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|[\[{(]|[\]})]|[,:]|\s+|[^\s"'\[\](){},:]+|."""
)
_ESCAPE = re.compile(r"\\(?:u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)")


def layout(text: str) -> str:
    """A short word that is the same for structures laid out alike, whatever they hold and however long they are."""
    seen: set[tuple[str, str, str]] = set()
    depth, before, blanks = 0, "start", ""
    for found in _TOKEN.finditer(text):
        token = found.group()
        if token.isspace():
            blanks = token
            continue
        closes = token in ("]", "}", ")")
        depth -= closes
        what = token if token in "[]{}(),:" else "value"
        if what == "value" and "\\" in token:
            seen |= {("escape", escape, "") for escape in _ESCAPE.findall(token)}
        if what == "value" and len(token) <= 2 and token.isalpha():
            seen.add(("prefix", token, ""))  # of a text, b'…'
        quote = token[0] if found.group("text") else ""
        seen.add((before, what + quote, _form(blanks, depth)))
        before, blanks = what, ""
        depth += token in ("[", "{", "(")
    seen.add((before, "end", blanks))
    return f"{zlib.crc32(repr(sorted(seen)).encode('utf-8', 'surrogatepass')):08x}"


def _form(blanks: str, depth: int) -> str:
    """Blanks in terms of the depth at which they stand: an indent is a number of blanks for each level."""
    above, newline, indent = blanks.rpartition("\n")
    if not newline:
        return blanks
    each = len(indent) // depth if depth else 0
    if set(indent) <= {" "} and len(indent) == each * depth:
        return f"{above}\n{each if depth else ''}"
    return f"{above}\n{indent}"
