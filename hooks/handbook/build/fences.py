"""The fences that the build fills, for Python-Markdown's SuperFences, through markdown-exec's ``base_format``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping
from pathlib import Path
from typing import Any

import markdown_exec
from markupsafe import Markup
from snippetlab.model import Place

from handbook.build.blocks import run_block
from handbook.pages.embed import TABS, Embed, parse_embed


def take_all_options(
    language: str,
    inputs: MutableMapping[str, Any],
    options: MutableMapping[str, Any],
    attrs: MutableMapping[str, Any],
    md: object,
) -> bool:
    """SuperFences' validator of ``step``: what is wrong with options is said by the formatter, which knows the line."""
    options.update(inputs)
    return True


def format_step(
    source: str, options: Mapping[str, Any], md: Any, *, page: Path, render: Callable[[Embed], Markup]
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
        markdown_exec.base_format(
            language="step",
            # The source is Markdown of ours: render gives finished, escaped HTML.
            run=lambda code, **_: render(embed),
            code=source,
            md=md,
            html=True,
            source=str(given.get("source", "")),
            tabs=(labels[0], labels[1]),
            id=embed.id,
        )
    )


def format_block(source: str, options: Mapping[str, Any], md: Any, *, page: Path) -> str:
    """Run a ``python`` fence with ``exec="on"``; its options are markdown-exec's.

    Raises BlockError with file and line: markdown-exec itself would show the
    traceback on the page, and only warn.
    """
    given = dict(options)
    line = int(given["extra"].pop("line", 0))

    def run(code: str, **_: object) -> str:
        return run_block(code, page, line)

    return str(markdown_exec.base_format(language="python", run=run, code=source, md=md, **given))
