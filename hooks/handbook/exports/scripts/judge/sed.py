"""The part of sed that pages use: which scripts are known, and what they make of a text."""

from __future__ import annotations

import re
from collections.abc import Sequence

_ADDRESS = r"(?:\d+|\$|/(?:[^/\\\n]|\\.)+/)"
# One command: an address or two; `s` with flags that run and write nothing; p, d, q; one line for a, c, i.
SCRIPT = re.compile(
    rf"(?P<from>{_ADDRESS})?(?:,(?P<to>{_ADDRESS}))? ?"
    r"(?:s(?P<mark>[/|,:#])(?P<old>(?:(?!(?P=mark))[^\\\n]|\\.)*)(?P=mark)(?P<new>(?:(?!(?P=mark))[^\\\n]|\\.)*)(?P=mark)"
    r"(?P<flags>[gpI\d]*)|(?P<plain>[pdq])|(?P<add>[aci]) ?(?P<line>[^\\\n]*))"
)
# Of regular expressions only what means the same to sed and to Python.
_SHARED = re.compile(r"(?:[^\\*.\[\]^$?+(){}|]|\\[.*^$t/]|\.\*?|\*|\[[\w-]+\]|\^(?=.|$)|\$(?=$))*")


def edited(scripts: Sequence[str], text: str | None) -> str | None:
    """What ``sed`` makes of a text; None where that is not sure."""
    for script in scripts:
        if text is None or not (found := SCRIPT.fullmatch(script)):
            return None
        text = _edited(found, text)
    return text


def _edited(found: re.Match[str], text: str) -> str | None:
    patterns = [found[name][1:-1] for name in ("from", "to") if (found[name] or "").startswith("/")]
    if not all(map(_SHARED.fullmatch, [*patterns, found["old"] or ""])) or found["plain"] in ("p", "q"):
        return None
    if re.search(r"[\\&]", found["new"] or "") or set(found["flags"] or "") - {"g"} or found["add"] == "c":
        return None
    lines = text.split("\n")
    last = lines.pop() if text.endswith("\n") else None
    out: list[str] = []
    inside = False
    for number, line in enumerate(lines, start=1):
        here = found["from"] is None or inside or _at(found["from"], number, line, len(lines))
        if here and found["to"]:
            # The end is looked for behind the line on which the range begins.
            inside = not (inside and _at(found["to"], number, line, len(lines)))
        if not here:
            out.append(line)
        elif found["mark"]:
            new = found["new"]
            count = 0 if "g" in found["flags"] else 1
            out.append(re.sub(found["old"], lambda _, new=new: new, line, count=count))
        elif found["add"]:
            out += [found["line"], line] if found["add"] == "i" else [line, found["line"]]
    return "\n".join(out if last is None else [*out, last])


def _at(address: str, number: int, line: str, lines: int) -> bool:
    if address.startswith("/"):
        return bool(re.search(address[1:-1], line))
    return number == (lines if address == "$" else int(address))
