"""What changed in Docker since a page was written: dated entries kept beside the scenarios."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from ruamel.yaml.comments import CommentedSeq
from snippetlab.accept.changelog import NAME
from snippetlab.errors import SnippetLabError
from snippetlab.yaml import read_yaml

from handbook.html.step import inline_markdown
from handbook.library import Library
from handbook.pages.spots import Spot, link, main_spot


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
    data: Any = read_yaml(path.read_text(encoding="utf-8").split("\n"), path, 1).data
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


def changes_page(changes: Sequence[Change], spots: Mapping[str, Sequence[Spot]]) -> str:
    """The page as Markdown, an entry for each change."""
    parts = [
        "---\ndescription: Outputs of Docker that changed after they were recorded, by date.\n---\n",
        "# What changed in Docker\n",
        "When Docker prints something else than before, the build of this site fails until a person has looked. "
        "What they accepted stands here, the newest first.\n",
    ]
    if not changes:
        parts.append("Nothing has changed since the first recordings were made.\n")
    for change in changes:
        engine = f" on Engine {escape(change.engine)}" if change.engine else ""
        spot = main_spot(change.step, spots)
        parts.append(
            f'<article class="change"><p><time datetime="{escape(change.date)}">{escape(change.date)}</time>{engine}: '
            f"{inline_markdown(change.what)} {link(spot)}</p>{_lines(change)}</article>\n"
        )
    return "\n".join(parts)


def _lines(change: Change) -> str:
    rows = [f"<del>{escape(line)}</del>" for line in change.before.splitlines()]
    rows += [f"<ins>{escape(line)}</ins>" for line in change.after.splitlines()]
    lines = "\n".join(rows)
    return f'<pre class="diff">{lines}</pre>' if rows else ""
