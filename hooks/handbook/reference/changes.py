"""What changed in Docker since a page was written: dated entries kept beside the scenarios."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml.comments import CommentedSeq
from snippetlab.accept.changelog import NAME
from snippetlab.errors import SnippetLabError
from snippetlab.yaml import read_yaml_file

from handbook.html.inline import inline_markdown
from handbook.html.templates import render
from handbook.library import Library
from handbook.pages.step_links import StepLinks, main_link


@dataclass(frozen=True)
class Change:
    """One accepted drift: when, in which step, what changed, and the lines before and after."""

    date: str
    step: str
    what: str
    before: str
    after: str
    engine: str
    where: str


def read_changes(snippets: Path, library: Library) -> list[Change]:
    """The entries of ``changes.yml``, the newest first; none when there is no such file.

    Each has ``date``, ``step`` and ``what``, and may have ``before``, ``after``
    and ``engine``. Raises SnippetLabError for an entry that cannot be used.
    """
    path = snippets / NAME
    if not path.exists():
        return []
    data: Any = read_yaml_file(path).data
    if not isinstance(data, CommentedSeq):
        raise SnippetLabError("a list of changes is wanted", where=f"{path}:1", hint="begin each entry with `- date:`")
    changes: list[Change] = []
    for index, row in enumerate(data):
        where = f"{path}:{data.lc.item(index)[0] + 1}"
        if not isinstance(row, dict) or not {"date", "step", "what"} <= set(row):
            raise SnippetLabError("a change needs date, step and what", where=where, hint="add what is missing")
        if library.step(str(row["step"])) is None:
            raise SnippetLabError(
                f"there is no step {row['step']!r}", where=where, hint="keep entries of steps that stand; remove others"
            )
        text = {key: str(row.get(key) or "") for key in ("date", "step", "what", "before", "after", "engine")}
        changes.append(Change(**text, where=where))
    return sorted(changes, key=lambda c: c.date, reverse=True)


def changes_page(changes: Sequence[Change], links: StepLinks) -> str:
    """The page as Markdown, an entry for each change."""
    entries = [(change, inline_markdown(change.what), main_link(change.step, links)) for change in changes]
    return str(render("changes.md", entries=entries))
