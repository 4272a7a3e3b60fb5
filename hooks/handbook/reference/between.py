"""Between engines: what neighbouring engines print differently, described by a person, shown as it was run."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import pairwise
from pathlib import Path
from typing import Literal

import pydantic
from snippetlab.between import Change, changes_between, lines_between
from snippetlab.compare import Reading, readings
from snippetlab.compare.vocabulary import Vocabulary
from snippetlab.errors import SnippetLabError
from snippetlab.model import BlockKind
from snippetlab.yaml import Yaml, read_yaml, validated

from handbook.html.highlight import highlight
from handbook.html.inline import inline_markdown
from handbook.html.overlay import overlay
from handbook.html.sides import rows
from handbook.html.templates import render
from handbook.html.visible import visible
from handbook.library import Library
from handbook.pages.step_links import StepLinks, main_link

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


@dataclass(frozen=True)
class Described:
    """An entry with the changes that it describes."""

    entry: Entry
    changes: tuple[Change, ...]

    @property
    def example(self) -> Change:
        """The change that shows it best: the one with the least text around."""
        return min(self.changes, key=lambda change: len(change.old) + len(change.new))


@dataclass(frozen=True)
class Pair:
    """Two neighbouring engines: what is described of their differences, and what is not yet."""

    old: str
    new: str
    described: tuple[Described, ...]
    open: tuple[Change, ...]

    @property
    def steps(self) -> int:
        """How many steps print something else."""
        changes = [*self.open, *(change for one in self.described for change in one.changes)]
        return len({change.step_id for change in changes})


def read_entries(snippets: Path, library: Library) -> dict[str, Entry]:
    """The entries of ``between.yml`` among the scenarios, by place (``file:line``); none without such a file.

    Raises SnippetLabError for an entry that cannot be used, and for one of engines that are no neighbours here.
    """
    path = snippets / NAME
    if not path.exists():
        return {}
    source = read_yaml(path.read_text(encoding="utf-8").split("\n"), path, 1)
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


def pairs_of(library: Library, entries: Mapping[str, Entry], vocabulary: Vocabulary) -> list[Pair]:
    """What neighbouring engines print differently, from the recordings, the newest pair first.

    Raises SnippetLabError for an entry that describes nothing any more.
    """
    return [_pair(old, new, library, entries, vocabulary) for old, new in neighbours(library)]


def _pair(old: str, new: str, library: Library, entries: Mapping[str, Entry], vocabulary: Vocabulary) -> Pair:
    own = {where: entry for where, entry in entries.items() if entry.between == (old, new)}
    found: dict[str, list[Change]] = {where: [] for where in own}
    missing: list[Change] = []
    skip: tuple[BlockKind, ...] = ("pycon",) if library.shell_only & {old, new} else ()
    for scenario in library.scenarios.values():
        how = readings([scenario], vocabulary)
        for change in changes_between(scenario, old, new, library.baseline, vocabulary, skip=skip):
            places, whole = _describe(change, own, how.get(change.step_id, Reading(vocabulary)))
            for where in places:
                found[where].append(change)
            if not whole:
                missing.append(change)
    for where, changes in found.items():
        if not changes:
            raise SnippetLabError(
                f"this describes no difference between {old} and {new}: “{own[where].what}”",
                where=where,
                hint="mend the entry, or remove it if the difference is gone",
            )
    described = (Described(own[where], tuple(changes)) for where, changes in found.items())
    return Pair(old, new, tuple(described), tuple(missing))


def _describe(change: Change, entries: Mapping[str, Entry], reading: Reading) -> tuple[list[str], bool]:
    """The places of the entries that a change is described by; and whether they say all of it."""
    places: list[str] = []
    text = change.old
    for where, entry in entries.items():
        if entry.covers(change):
            return [where], True
        again = entry.rewritten(text)
        if again != text:
            places.append(where)
            text = again
    whole = all(tag == " " for tag, _, _ in lines_between(change, text, change.new, reading))
    return places, whole


def between_page(pairs: Sequence[Pair], links: StepLinks) -> str:
    """The page as Markdown: for each pair, its differences by kind, each with an example and links to its steps."""
    return str(
        render(
            "between.md",
            pairs=[
                {
                    "old": pair.old,
                    "new": pair.new,
                    "steps": pair.steps,
                    "anchor": _anchor(pair),
                    "kinds": [(title, found) for kind, title in KINDS.items() if (found := _rows(pair, kind, links))],
                    "open": [_change(change, links) for change in pair.open],
                }
                for pair in pairs
            ],
        )
    )


def _anchor(pair: Pair) -> str:
    return re.sub(r"[^a-z0-9]+", "-", f"{pair.old} {pair.new}".lower())


def _rows(pair: Pair, kind: Kind, links: StepLinks) -> list[dict[str, object]]:
    return [
        {
            "what": inline_markdown(one.entry.what),
            "example": _change(one.example, links),
            "links": _by_page(one.changes, links),
        }
        for one in pair.described
        if one.entry.kind == kind
    ]


def _by_page(changes: Sequence[Change], links: StepLinks) -> dict[str, list[object]]:
    found: dict[str, list[object]] = {}
    for step_id in dict.fromkeys(change.step_id for change in changes):
        link = main_link(step_id, links)
        found.setdefault(link.title, []).append(link)
    return found


def _change(change: Change, links: StepLinks) -> dict[str, object]:
    language = {"console": "bash", "pycon": "python"}.get(change.track, "text")
    command = overlay(change.command, highlight(change.command, language))
    side = {"command": command, "track": change.track, "rows": list(rows(change))}
    return {"side": side, "link": main_link(change.step_id, links)}


def between_json(pairs: Sequence[Pair]) -> str:
    """The same as data."""
    data = [
        {
            "old": pair.old,
            "new": pair.new,
            "differences": [
                {
                    "kind": one.entry.kind,
                    "what": one.entry.what,
                    "found": [_plain(change) for change in one.changes],
                }
                for one in pair.described
            ],
            "not described": [_plain(change) for change in pair.open],
        }
        for pair in pairs
    ]
    return visible(json.dumps({"pairs": data}, ensure_ascii=False, indent=1)) + "\n"


def _plain(change: Change) -> dict[str, str]:
    return {"step": change.step_id, "command": change.command, "old": change.old, "new": change.new}
