"""Between engines: what neighbouring engines print differently, described by a person, shown as it was run."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from snippetlab.between import Change, changes_between, lines_between
from snippetlab.compare import Reading
from snippetlab.errors import SnippetLabError
from snippetlab.model import BlockKind

from handbook.html.highlight import highlight
from handbook.html.inline import inline_markdown
from handbook.html.overlay import overlay
from handbook.html.sides import rows
from handbook.html.templates import render
from handbook.html.visible import visible
from handbook.library import Library
from handbook.pages.step_links import StepLinks, main_link
from handbook.reference.sentences import KINDS, Entry, Kind, neighbours


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
class NotThere:
    """Steps that do not run on ``engine``, one of a pair, for one ``reason``: they hold on ``range`` alone."""

    engine: str
    range: str
    reason: str
    steps: tuple[str, ...]


@dataclass(frozen=True)
class Pair:
    """Two neighbouring engines: what is described of their differences, and what is not yet; and what runs on one of
    them alone."""

    old: str
    new: str
    described: tuple[Described, ...]
    open: tuple[Change, ...]
    not_there: tuple[NotThere, ...] = ()

    @property
    def steps(self) -> int:
        """How many steps print something else."""
        changes = [*self.open, *(change for one in self.described for change in one.changes)]
        return len({change.step_id for change in changes})

    @property
    def kinds(self) -> Mapping[str, int]:
        """In how many of these steps each kind of difference is, by its title, the most frequent first."""
        found: dict[str, set[str]] = {}
        for one in self.described:
            found.setdefault(KINDS[one.entry.kind], set()).update(change.step_id for change in one.changes)
        return dict(sorted(((kind, len(steps)) for kind, steps in found.items()), key=lambda row: -row[1]))


def pairs_of(library: Library, entries: Mapping[str, Entry]) -> list[Pair]:
    """What neighbouring engines print differently, from the recordings, the newest pair first.

    Raises SnippetLabError for an entry that describes nothing any more.
    """
    return [_pair(old, new, library, entries) for old, new in neighbours(library)]


def _pair(old: str, new: str, library: Library, entries: Mapping[str, Entry]) -> Pair:
    own = {where: entry for where, entry in entries.items() if entry.between == (old, new)}
    found: dict[str, list[Change]] = {where: [] for where in own}
    missing: list[Change] = []
    skip: tuple[BlockKind, ...] = ("pycon",) if library.shell_only & {old, new} else ()
    for scenario in library.scenarios.values():
        for change in changes_between(scenario, old, new, library.baseline, library.vocabulary, skip=skip):
            places, whole = _describe(change, own, library.reading(change.step_id))
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
    return Pair(old, new, tuple(described), tuple(missing), tuple(_not_there(old, new, library)))


def _not_there(old: str, new: str, library: Library) -> Iterator[NotThere]:
    for engine, other in ((old, new), (new, old)):
        found: dict[tuple[str, str], list[str]] = {}
        for step in library.steps():
            if step.holds and step.holds.on(other) and not step.holds.on(engine):
                found.setdefault((step.holds.text, step.holds.reason), []).append(step.id)
        yield from (NotThere(engine, *why, tuple(steps)) for why, steps in found.items())


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
                    "not_there": [
                        {
                            "engine": one.engine,
                            "reason": inline_markdown(one.reason),
                            "count": len(one.steps),
                            "links": _by_page(one.steps, links),
                        }
                        for one in pair.not_there
                    ],
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
            "links": _by_page([change.step_id for change in one.changes], links),
        }
        for one in pair.described
        if one.entry.kind == kind
    ]


def _by_page(steps: Sequence[str], links: StepLinks) -> dict[str, list[object]]:
    found: dict[str, list[object]] = {}
    for step_id in dict.fromkeys(steps):
        link = main_link(step_id, links)
        if link.title == step_id:  # no page shows it
            link = replace(link, title="Verification", section=step_id)
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
            "steps": pair.steps,
            "kinds": pair.kinds,
            "differences": [
                {
                    "kind": one.entry.kind,
                    "what": one.entry.what,
                    "found": [_plain(change) for change in one.changes],
                }
                for one in pair.described
            ],
            "not described": [_plain(change) for change in pair.open],
            "not there": [
                {"engine": one.engine, "holds on": one.range, "reason": one.reason, "steps": one.steps}
                for one in pair.not_there
            ],
        }
        for pair in pairs
    ]
    return visible(json.dumps({"pairs": data}, ensure_ascii=False, indent=1)) + "\n"


def _plain(change: Change) -> dict[str, str]:
    return {"step": change.step_id, "command": change.command, "old": change.old, "new": change.new}
