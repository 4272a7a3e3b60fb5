"""Regular expressions that a person wrote, matched with an end to patience.

One that repeats what repeats already may take for ever (``(a+)+b``), and while it does so neither a limit of time nor
Ctrl-C reaches this process. So whatever may take long is matched in a process of its own.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from functools import lru_cache

Spans = tuple[tuple[int, int], ...]

TOO_LONG = "takes longer to match than anybody waits"
SIMPLER = "do not repeat what repeats already: (?:[a-z]+ )+ instead of (?:[a-z]+ ?)+"

_SECONDS = 2  # of a processor, so that a busy machine has the same patience
_AT_ONCE = 10**9  # steps that a pattern may take here: some seconds, were it ever so unlucky
_ESCAPED = re.compile(r"\\.|\[\^?\]?[^\]]*\]", re.DOTALL)
_QUANTIFIER = re.compile(r"[*+]|\{\d*,\d*\}")
_REPEATED_GROUP = re.compile(r"\)(?:[*+]|\{\d*,)")
_CHILD = f"""
import json, re, resource, sys
resource.setrlimit(resource.RLIMIT_CPU, ({_SECONDS}, {_SECONDS}))
pattern, text, whole = json.load(sys.stdin)
found = [re.fullmatch(pattern, text)] if whole else re.finditer(pattern, text, re.MULTILINE)
json.dump([one.span() for one in found if one], sys.stdout)
"""


def whole_line(pattern: str, line: str) -> bool:
    """Whether a pattern matches a whole line; False too where that takes too long to tell."""
    return bool(_spans(pattern, line, whole=True))


def found_in(pattern: str, text: str) -> Spans:
    """Where a pattern matches in a text, line by line; nowhere where that takes too long to tell."""
    return _spans(pattern, text, whole=False) or ()


def replaced(pattern: str, text: str, value: str) -> str:
    """The text with ``value`` in the place of each match."""
    for start, end in reversed(found_in(pattern, text)):
        text = text[:start] + value + text[end:]
    return text


def takes_too_long(pattern: str, text: str, *, whole: bool) -> bool:
    """Whether it takes too long to tell where, or that, a pattern matches."""
    return _spans(pattern, text, whole=whole) is None


@lru_cache(maxsize=4096)
def _spans(pattern: str, text: str, *, whole: bool) -> Spans | None:
    if _soon(pattern, len(text)):
        found = [re.fullmatch(pattern, text)] if whole else re.finditer(pattern, text, re.MULTILINE)
        return tuple(one.span() for one in found if one)
    child = subprocess.run(
        [sys.executable, "-I", "-S", "-c", _CHILD],
        input=json.dumps([pattern, text, whole]),
        capture_output=True,
        text=True,
        check=False,
    )
    return tuple((start, end) for start, end in json.loads(child.stdout)) if child.returncode == 0 else None


def _soon(pattern: str, length: int) -> bool:
    """Whether a pattern cannot take long on a text of that length, however little it matches."""
    bare = _ESCAPED.sub("x", pattern)
    return not _REPEATED_GROUP.search(bare) and length ** (len(_QUANTIFIER.findall(bare)) + 1) <= _AT_ONCE
