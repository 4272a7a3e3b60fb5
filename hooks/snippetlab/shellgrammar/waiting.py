"""Whether a shell that has read some lines waits for more: for the end of a quoted text, or of a here-document.

A grammar needs a whole command; this reads line by line, and knows quotes, substitutions, arithmetic and comments
only as far as they decide where a quote or a here-document begins and ends.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_DELIMITER = re.compile(r"""-?[ \t]*(?P<word>(?:'[^'\n]*'|"[^"\n]*"|\\.|[^\s'"\\;&|<>()])+)""")
_UNQUOTED = re.compile(r"""'([^'\n]*)'|"([^"\n]*)"|\\(.)""")
_QUOTES = ("'", "$'", '"', "`")
_CLOSING = {"$((": "))", "((": "))", "$(": ")", "(": ")", "${": "}"}
_PLAIN = re.compile(r"""[^\\$`"'()}#<]+""")  # opens nothing and closes nothing, wherever it stands
_BEFORE_A_WORD = frozenset(" \t\n;&|()`")


@dataclass
class Waiting:
    """What is open after the lines that were fed so far."""

    _open: list[str] = field(default_factory=list)  # quotes, and the signs that end a substitution
    _here: list[tuple[str, bool]] = field(default_factory=list)  # delimiters, and whether tabs may stand before them
    continued: bool = False  # by a backslash at the end of the last line; one in a comment continues nothing

    def feed(self, line: str) -> bool:
        """Take in a line. True where a shell would wait for the end of a text."""
        self.continued = False
        if self._here and not self._in_quotes:
            word, tabs = self._here[0]
            if (line.lstrip("\t") if tabs else line) == word:
                del self._here[0]
            return self.waits
        at = 0
        while at < len(line):
            at = plain.end() if (plain := _PLAIN.match(line, at)) else self._step(line, at)
        return self.waits

    @property
    def waits(self) -> bool:
        """Whether a quoted text or a here-document is open."""
        return self._in_quotes or bool(self._here)

    @property
    def _in_quotes(self) -> bool:
        return any(one in _QUOTES for one in self._open)

    def _step(self, line: str, at: int) -> int:
        """Read what stands there; gives where the next thing stands."""
        sign, inner = line[at], self._open[-1] if self._open else ""
        if inner in ("'", "$'"):
            if sign == "\\" and inner == "$'":
                return at + 2
            if sign == "'":
                self._open.pop()
            return at + 1
        if sign == "\\":
            self.continued = at + 1 == len(line)
            return at + 2
        if inner and line.startswith(inner, at):
            self._open.pop()
            return at + len(inner)
        if inner == "`":
            return at + 1  # what stands between backticks is read when it is run
        return self._opening(line, at, inner)

    def _opening(self, line: str, at: int, inner: str) -> int:
        begins = at == 0 or line[at - 1] in _BEFORE_A_WORD
        for signs in ("$((", "$(", "${"):
            if line.startswith(signs, at):
                self._open.append(_CLOSING[signs])
                return at + len(signs)
        if line[at] == "`":
            self._open.append("`")
        elif inner == '"':
            pass  # all else stands for itself
        elif line[at] == '"':
            self._open.append('"')
        elif line.startswith("$'", at):
            self._open.append("$'")
            return at + 2
        elif line[at] == "'" and not (inner == "}" and '"' in self._open):
            self._open.append("'")
        elif line.startswith("((", at) and begins and inner not in ("))", "}"):
            self._open.append("))")
            return at + 2
        elif line[at] == "(" and inner in (")", "))"):
            self._open.append(")")
        elif line[at] == "#" and begins and inner not in ("))", "}"):
            return len(line)
        elif line.startswith("<<<", at):
            return at + 3
        elif line.startswith("<<", at) and inner not in ("))", "}"):
            if found := _DELIMITER.match(line, at + 2):
                word = _UNQUOTED.sub(
                    lambda part: next(text for text in part.groups() if text is not None), found["word"]
                )
                self._here.append((word, line[at + 2 : at + 3] == "-"))
                return found.end()
            return at + 2
        return at + 1
