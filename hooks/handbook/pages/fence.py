"""The ``step`` fence for Python-Markdown's SuperFences, through markdown-exec's ``base_format``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping
from pathlib import Path
from typing import Any

from markdown_exec import base_format
from snippetlab.model import Place

from handbook.pages.embed import TABS, Embed, parse_embed


def validate(
    language: str,
    inputs: MutableMapping[str, Any],
    options: MutableMapping[str, Any],
    attrs: MutableMapping[str, Any],
    md: object,
) -> bool:
    """Take every option of the fence; what is wrong with them is said by the formatter, which knows the line."""
    options.update(inputs)
    return True


def format_fence(
    source: str,
    options: Mapping[str, Any],
    md: Any,
    *,
    page: Path,
    render: Callable[[Embed], str],
) -> str:
    """Turn the body of a ``step`` fence into HTML with ``render``.

    markdown-exec's options hold: ``title``, ``id``, ``source`` (shows the fence
    itself) and ``tabs`` (which track comes first). Raises EmbedError with file
    and line for anything that is wrong.
    """
    given = dict(options)
    place = Place(page, int(given.pop("line", 0)))
    embed = parse_embed(source, given, place)
    labels = str(given.get("tabs", TABS[0])).split("|")
    return str(
        base_format(
            language="step",
            # The source is Markdown of ours: render gives finished, escaped HTML.
            run=lambda code, **_: render(embed),
            code=source,
            md=md,
            html=True,
            source=str(given.get("source", "")),
            tabs=(labels[0], labels[1]),
            id=embed.id,
            extra={"title": embed.title} if embed.title and given.get("source") else {},
        )
    )
