"""Coverage of the notes: every item tied to the steps that show it, checked and as a page."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml.comments import CommentedSeq
from snippetlab.errors import SnippetLabError
from snippetlab.yaml import read_yaml_file

from handbook.html.inline import inline_markdown
from handbook.html.templates import render
from handbook.library import Library
from handbook.pages.step_links import StepLinks, main_link

STATES = {
    "executed": "as the notes say it",
    "corrected": "in its corrected form",
    "exempt": "shown, not executed",
}


@dataclass(frozen=True)
class Item:
    """One claim or command of the notes, by its line there."""

    line: int
    chapter: str
    claim: str


@dataclass(frozen=True)
class Entry:
    """What a chapter says about an item: its state and the steps that show it."""

    line: int
    state: str
    steps: tuple[str, ...]
    note: str
    where: str


@dataclass(frozen=True)
class Coverage:
    """The items of the notes, the entries by line, and every problem found (``file:line: what``)."""

    items: tuple[Item, ...]
    entries: Mapping[int, Entry]
    problems: tuple[str, ...]

    def count(self, state: str) -> int:
        """How many items are in a state."""
        return sum(e.state == state for e in self.entries.values())


def read_coverage(snippets: Path, library: Library) -> Coverage | None:
    """Read ``notes.tsv`` and every ``coverage.yml`` below ``snippets``; None when there are no notes."""
    notes = snippets / "notes.tsv"
    if not notes.exists():
        return None
    items = _read_items(notes)
    entries: dict[int, Entry] = {}
    problems: list[str] = []
    known = {item.line for item in items}
    for path in sorted(snippets.glob("*/coverage.yml")):
        for entry in _read_entries(path, problems):
            problems += _faults(entry, known, library)
            if entry.line in entries:
                problems.append(f"{entry.where}: line {entry.line} stands at {entries[entry.line].where} already")
            entries.setdefault(entry.line, entry)
    for number, item in enumerate(items, start=2):
        if item.line not in entries:
            problems.append(f"{notes}:{number}: no coverage.yml names line {item.line} ({item.chapter}: {item.claim})")
    return Coverage(tuple(items), entries, tuple(problems))


def _read_items(path: Path) -> list[Item]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    try:
        return [Item(int(line), chapter, claim) for line, chapter, claim in rows[1:]]
    except ValueError as error:
        raise SnippetLabError(
            f"the list of the notes cannot be read: {error}",
            where=f"{path}:1",
            hint="its columns are line, chapter, claim",
        ) from error


def _read_entries(path: Path, problems: list[str]) -> list[Entry]:
    try:
        data: Any = read_yaml_file(path).data
    except SnippetLabError as error:
        problems.append(f"{error.where}: {error.what}")
        return []
    if not isinstance(data, CommentedSeq):
        problems.append(f"{path}:1: a list of entries is wanted: line, state, steps, and perhaps note")
        return []
    entries: list[Entry] = []
    for index, row in enumerate(data):
        where = f"{path}:{data.lc.item(index)[0] + 1}"
        if not isinstance(row, dict) or not isinstance(row.get("line"), int):
            problems.append(f"{where}: an entry needs `line`, the line in the notes")
            continue
        if unknown := set(row) - {"line", "state", "steps", "note"}:
            problems.append(f"{where}: unknown key {sorted(unknown)[0]!r}; keys are line, state, steps, note")
        steps = row.get("steps") or []
        steps = steps if isinstance(steps, list) else [steps]
        entries.append(
            Entry(row["line"], str(row.get("state", "")), tuple(map(str, steps)), str(row.get("note") or ""), where)
        )
    return entries


def _faults(entry: Entry, known: set[int], library: Library) -> list[str]:
    faults: list[str] = []
    if entry.line not in known:
        faults.append(f"{entry.where}: the notes have no item at line {entry.line}")
    if entry.state not in STATES:
        faults.append(f"{entry.where}: there is no state {entry.state!r}; states are {', '.join(STATES)}")
    if not entry.steps:
        faults.append(f"{entry.where}: line {entry.line} names no step")
    for step_id in entry.steps:
        if library.step(step_id) is None:
            near = library.near(step_id)
            meant = f"; did you mean {', '.join(near)}?" if near else ""
            faults.append(f"{entry.where}: there is no step {step_id!r}{meant}")
    if entry.state == "exempt" and not any(
        b.exempt for s in entry.steps if (step := library.step(s)) for b in step.blocks
    ):
        faults.append(f"{entry.where}: line {entry.line} is exempt, but none of its steps holds an exempt block")
    return faults


def coverage_page(coverage: Coverage, links: StepLinks, titles: Mapping[str, str]) -> str:
    """The page as Markdown with an HTML table for each part of the notes. ``titles`` maps chapters to titles."""
    parts = [
        {
            "chapter": chapter,
            "title": titles.get(chapter, chapter.replace("-", " ").capitalize()),
            "rows": [_row(i, coverage.entries.get(i.line), links) for i in coverage.items if i.chapter == chapter],
        }
        for chapter in dict.fromkeys(item.chapter for item in coverage.items)
    ]
    return str(
        render(
            "coverage.md",
            total=len(coverage.items),
            counts=[(coverage.count(state), state) for state in STATES],
            open=sum(item.line not in coverage.entries for item in coverage.items),
            parts=parts,
        )
    )


def _row(item: Item, entry: Entry | None, links: StepLinks) -> dict[str, object]:
    return {
        "item": item,
        "state": entry.state if entry else "",
        "steps": [(main_link(step_id, links), step_id) for step_id in entry.steps] if entry else [],
        "note": inline_markdown(entry.note) if entry else "",
    }
