"""What the home page shows of the data: the totals of this build and the chapters."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from .library import Library
from .nav import Chapter
from .strip import count_of, steps_of
from .verification import Totals

TOTALS = "<!-- totals -->"
CHAPTERS = "<!-- chapters -->"


def fill_home(html: str, totals: Totals, chapters: Sequence[Chapter], library: Library) -> str:
    """Put totals and chapters where the page's comments ask for them."""
    return html.replace(TOTALS, totals_html(totals)).replace(CHAPTERS, chapters_html(chapters, library))


def totals_html(totals: Totals) -> str:
    """The totals of this build in one line of figures."""
    figures = [
        (f"{totals.verified:,}", f"of {totals.commands:,} commands verified"),
        (f"{totals.python_steps:,}", "steps also shown with docker-py"),
        (f"{totals.exempt}", "shown, not executed"),
    ]
    if totals.engine:
        figures.append((totals.engine, f"Docker Engine, verified on {totals.when}"))
    items = "".join(f"<div><dt>{escape(what)}</dt><dd>{escape(number)}</dd></div>" for number, what in figures)
    return f'<dl class="totals" data-search-exclude>{items}</dl>'


def chapters_html(chapters: Sequence[Chapter], library: Library) -> str:
    """The chapters as a numbered list of links, each with its description and number of commands."""
    items = ""
    for chapter in chapters:
        first = chapter.pages[0]
        words = str(first.meta.get("description") or "")
        commands = count_of([s for p in chapter.pages for s in steps_of(p, library)], library).commands
        run = f'<span class="chapter-count">{commands} commands</span>' if commands else ""
        items += f'<li><a href="{escape(first.url)}">{escape(chapter.title)}</a> {run}<p>{escape(words)}</p></li>'
    return f'<ol class="chapters">{items}</ol>'
