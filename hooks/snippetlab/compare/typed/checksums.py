"""The SHA-256 of contents that are typed: what prints it prints the same in each run."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence

_ASKED = re.compile(r"sha256|shasum|hashlib|--checksum")
_QUOTED = re.compile(r"\"([^\"]*)\"|'([^']*)'|([^\s\"']+)")
_HERE = re.compile(r"<<-?[ \t]*(['\"]?)(\w+)\1[^\n]*\n(.*?)^\2$", re.MULTILINE | re.DOTALL)
_PLACE = re.compile(r"%[sd]|%%")
_ESCAPES = {"\\n": "\n", "\\t": "\t", "\\\\": "\\"}


def asks_for_checksums(text: str) -> bool:
    """False where nothing in a scenario can print one."""
    return _ASKED.search(text) is not None


def checksums(texts: Iterable[str], commands: Iterable[Sequence[str]], files: Iterable[str]) -> Iterator[str]:
    """The SHA-256 of files, of here-documents, of what ``echo`` and ``printf`` print, and of single words.

    ``texts`` is what is typed, ``commands`` are the words that a shell makes of it. A word counts with a newline and
    without.
    """
    contents = {*files, ""}
    for text in texts:
        contents |= {found.group(3) for found in _HERE.finditer(text)}
        for quoted in _QUOTED.findall(text):
            word = next((word for word in quoted if word), "")
            contents |= {word, f"{word}\n", word.replace("\\n", "\n")}
    for words in commands:
        contents |= set(_printed(words))
    yield from (hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest() for content in contents)


def _printed(words: Sequence[str]) -> Iterator[str]:
    match words:
        case ["echo", "-n", *rest]:
            yield " ".join(rest)
        case ["echo", *rest]:
            yield " ".join(rest) + "\n"
        case ["printf", form, *rest]:
            yield _formatted(form, rest)


def _formatted(form: str, words: Sequence[str]) -> str:
    """What printf makes of its words: the form comes again until none is left."""
    text = re.sub(r"\\[nt\\]", lambda found: _ESCAPES[found.group()], form)
    each = sum(place != "%%" for place in _PLACE.findall(text))
    rounds = [words[i : i + each] for i in range(0, len(words), each)] if each else []
    return "".join(_filled(text, own) for own in rounds or [()])


def _filled(form: str, words: Sequence[str]) -> str:
    left = iter(words)
    return _PLACE.sub(lambda found: "%" if found.group() == "%%" else next(left, ""), form)
