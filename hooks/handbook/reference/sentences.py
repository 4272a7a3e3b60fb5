"""The sentences of the page "Between engines": what a person says of the differences, and where each shows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fnmatch import fnmatchcase
from itertools import pairwise
from pathlib import Path
from typing import Literal

import pydantic
from snippetlab.between import Change
from snippetlab.errors import SnippetLabError
from snippetlab.yaml import Yaml, read_yaml_file, validated

from handbook.library import Library

NAME = "between.yml"
Kind = Literal["security", "defaults", "flags", "exit codes", "API", "messages", "versions"]
KINDS: Mapping[Kind, str] = {
    "security": "Security",
    "defaults": "Behaviour and defaults",
    "flags": "Commands and flags",
    "exit codes": "Exit codes",
    "API": "The API and docker-py",
    "messages": "Messages",
    "versions": "Versions",
}


class Entry(pydantic.BaseModel, extra="forbid", frozen=True):
    """A difference as a person describes it: ``what`` it is, and where it shows.

    Either where rewriting ``old`` (a regular expression) as ``new`` (``\\1`` stands for its first group) makes the
    older engine's text the newer one's; or in all that is different where everything fits that is said: the step is
    one of ``steps`` (ids, or patterns such as ``compose/*``), and the regular expressions ``command``, ``older`` and
    ``newer`` are found in the command and in what each engine prints.
    """

    between: tuple[str, str]
    kind: Kind
    what: str = pydantic.Field(min_length=1)
    old: str = ""
    new: str = ""
    steps: tuple[str, ...] = ()
    command: str = ""
    older: str = ""
    newer: str = ""

    @pydantic.model_validator(mode="after")
    def _one_way(self) -> Entry:
        if bool(self.old) == bool(self.steps or self.command or self.older or self.newer):
            raise ValueError(
                "say where it shows: either by `old` and `new`, or by `steps`, `command`, `older` and `newer`"
            )
        for name in ("old", "command", "older", "newer"):
            try:
                re.compile(getattr(self, name))
            except re.error as error:
                raise ValueError(f"`{name}` is no regular expression: {error}") from error
        return self

    def names(self, step_id: str) -> bool:
        """True for one of the steps that it names, or where it names none."""
        return not self.steps or any(fnmatchcase(step_id, pattern) for pattern in self.steps)

    def covers(self, change: Change) -> bool:
        """True where it describes all of a change."""
        texts = (self.command, change.command), (self.older, change.old), (self.newer, change.new)
        found = all(re.search(pattern, text, re.MULTILINE) for pattern, text in texts if pattern)
        return not self.old and found and self.names(change.step_id)

    def rewritten(self, text: str) -> str:
        """The text of the older engine as the newer one has it, as far as this difference goes."""
        return re.sub(self.old, self.new, text, flags=re.MULTILINE) if self.old else text


def read_entries(snippets: Path, library: Library) -> dict[str, Entry]:
    """The entries of ``between.yml`` among the scenarios, by place (``file:line``); none without such a file.

    Raises SnippetLabError for an entry that cannot be used, and for one of engines that are no neighbours here.
    """
    path = snippets / NAME
    if not path.exists():
        return {}
    source = read_yaml_file(path)
    if not isinstance(source.data, list):
        raise SnippetLabError("a list of differences is wanted", where=f"{path}:1", hint="begin with `- between:`")
    return {source.where(number): _entry(source, number, library) for number in range(len(source.data))}


def _entry(source: Yaml, number: int, library: Library) -> Entry:
    entry = validated(Entry, source, number)
    where = source.where(number)
    if entry.between not in neighbours(library):
        known = ", ".join(f"[{old}, {new}]" for old, new in neighbours(library)) or "none"
        what = f"{entry.between[0]} and {entry.between[1]} are no neighbours among the engines of this site"
        raise SnippetLabError(what, where=where, hint=f"neighbours are {known}, the older one first")
    for step in entry.steps:
        if not any(fnmatchcase(known.id, step) for known in library.steps()):
            near = library.near(step)
            hint = f"did you mean {' or '.join(near)}?" if near else "remove it"
            raise SnippetLabError(f"there is no step {step!r}", where=where, hint=hint)
    return entry


def neighbours(library: Library) -> list[tuple[str, str]]:
    """The engines of the site in pairs: an older and the next newer one, the newest pair first; then each that is
    another but for its settings, with the one that it is otherwise."""
    like = {name: other.like for name, other in library.others.items() if other.like in library.engines}
    chain = [name for name in library.engines if name not in like]
    settings = [(like[name], name) for name in library.engines if name in like]
    return [(old, new) for new, old in pairwise(chain)] + settings
