"""What a word of a command may be when the script runs: every text that it can stand for.

A text may hold signs that no source can hold, for what is known only when the script runs: the part's own folder,
what the engine makes (ids, addresses, numbers), a background job of the script's own, anything at all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from snippetlab.shellgrammar import Opaque, Substitution, Text, Variable, Word

HOME = "\x00"  # the folder of this part of the script
MADE = "\x01"  # ids, addresses, numbers, states: no blank, no slash, and never a dash in front
UNKNOWN = "\x02"  # any text
JOB = "\x03"  # the process id of a background job of this script
STREAM = "\x04"  # what another command prints, as a file to read: <(…)

Texts = frozenset[str]
ANY: Texts = frozenset([UNKNOWN])
MOST = 64  # texts of one word; more are any text

# Signs that a source may not hold: they could be taken for those above, or hide what a person reads.
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")

# Substitutions of which the engine decides what they give. The names in them are literal.
_NAME = r"[A-Za-z0-9][\w.-]*"
_FIELD = r"\{\{\.(Id|State\.Pid|State\.Status|NetworkSettings\.IPAddress)\}\}"
_ADDRESS = r"\{\{range \.NetworkSettings\.Networks\}\}\{\{\.IPAddress\}\}\{\{end\}\}"
MADE_BY = [
    re.compile(rf"docker (container )?inspect (--format|-f) '({_FIELD}|{_ADDRESS})' {_NAME}"),
    re.compile(rf"docker port {_NAME} \d+(/tcp|/udp)?( \| head -n 1)?"),
    re.compile(r"docker (ps|container ls|images|volume ls|network ls) (-a )?-a?q( --filter [\w=.-]+)?"),
    re.compile(r"(docker logs [A-Za-z0-9][\w.-]*|docker ps( -\w+)*) \| (wc -l|grep -c [\w.-]+)"),
    re.compile(r"uname -r"),
    # Twelve digits and letters behind an arrow of six signs: an image of the classic builder.
    re.compile(r"grep -Eo '\^ ---> \[0-9a-f\]\{12\}\$' [\w.-]+ \| tail -n 1 \| cut -c 7-"),
]
LOG_FILE = re.compile(rf"docker inspect (--format|-f) '\{{\{{\.LogPath\}}\}}' {_NAME}")


class Refused(Exception):
    """A script cannot hold this; the message completes “left out: …”."""


@dataclass(frozen=True)
class Argument:
    """A word as a command gets it: the texts that it may be.

    ``many`` words may come of it, or none. It may be a ``pattern`` for names of files.
    """

    texts: Texts
    many: bool = False
    pattern: bool = False

    @property
    def text(self) -> str:
        """The one text that it is; `UNKNOWN` where there may be several."""
        return next(iter(self.texts)) if len(self.texts) == 1 and not self.many else UNKNOWN


@dataclass(frozen=True)
class State:
    """Where a shell may be, and what its variables may hold. A variable that is not listed may hold anything."""

    folders: Texts = frozenset([HOME])
    variables: Mapping[str, Texts] = field(default_factory=dict)

    def value(self, name: str) -> Texts:
        """What a variable may hold."""
        if name == "HOME":
            return frozenset([HOME])
        if name == "PWD":
            return self.folders
        if name == "!":
            return frozenset([JOB])
        if name in ("?", "#"):
            return frozenset([MADE])
        return self.variables.get(name, ANY)

    def with_variable(self, name: str, texts: Texts) -> State:
        """The state after an assignment."""
        return State(self.folders, {**self.variables, name: texts if len(texts) <= MOST else ANY})

    def join(self, other: State) -> State:
        """The state when either of two ways was taken."""
        both = self.variables.keys() & other.variables.keys()
        variables = {name: self.variables[name] | other.variables[name] for name in both}
        return State(self.folders | other.folders, variables)


def argument(word: Word, state: State) -> Argument:
    """A word in a state of the shell. Raises Refused for expansions that nobody judged."""
    texts: Texts = frozenset([""])
    many = pattern = False
    if re.search(r"(?<!\\)\{", word.source) and re.search(r"(?<!\\)(,|\.\.)", _unquoted(word)):
        raise Refused("holds a list in braces")
    for index, part in enumerate(word.parts):
        values, splits, matches = _part(part, state)
        if index == 0 and isinstance(part, Text) and not part.quoted and part.value.startswith("~"):
            values = frozenset([_home(part, alone=len(word.parts) == 1)])
        many, pattern = many or splits, pattern or matches
        texts = frozenset(a + b for a in texts for b in values) if len(texts) * len(values) <= MOST else ANY
    return Argument(texts, many, pattern)


def _part(part: Text | Variable | Substitution | Opaque, state: State) -> tuple[Texts, bool, bool]:
    """The texts of a part, whether it may be split into several words, and whether it may be a pattern."""
    match part:
        case Text(value, quoted):
            return frozenset([value]), False, not quoted and bool(re.search(r"[*?\[]", value))
        case Variable(name, quoted, cut):
            values = state.value(name)
            if cut:
                values = values if values == frozenset([MADE]) else ANY
            splits = not quoted and any(not v or re.search(r"[\s*?\[\x02]", v) for v in values)
            return (ANY if splits else values), splits, False
        case Substitution(_, quoted, source, process):
            if process:
                return frozenset([STREAM]), False, False
            if any(form.fullmatch(source) for form in MADE_BY):
                return frozenset([MADE]), False, False
            if LOG_FILE.fullmatch(source):
                return frozenset([f"/var/lib/docker/containers/{MADE}/{MADE}-json.log"]), False, False
            return ANY, not quoted, False
        case Opaque("$"):
            return frozenset(["$"]), False, False
        case Opaque(kind):
            raise Refused(f"holds an expansion that nobody judged ({kind.replace('_', ' ')})")


def _home(part: Text, *, alone: bool) -> str:
    name, slash, rest = part.value.partition("/")
    if name != "~" or part.escaped or not (slash or alone):
        raise Refused("names another user's home")
    return HOME + slash + rest


def _unquoted(word: Word) -> str:
    return "".join(p.value if isinstance(p, Text) and not p.quoted else " " for p in word.parts)
