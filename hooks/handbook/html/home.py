"""What the home page shows of the data: the totals of this build and the chapters."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from handbook.chapters import Chapter
from handbook.html.strip import count_of, steps_of
from handbook.library import Library
from handbook.reference.verification import Totals

TOTALS = "<!-- totals -->"
CHAPTERS = "<!-- chapters -->"


def fill_home(html: str, totals: Totals, chapters: Sequence[Chapter], library: Library) -> str:
    """Put totals and chapters where the page's comments ask for them."""
    return html.replace(TOTALS, totals_html(totals)).replace(CHAPTERS, chapters_html(chapters, library))


def fill_twin(text: str, totals: Totals, chapters: Sequence[Chapter]) -> str:
    """The same for the page's Markdown twin."""
    figures = "".join(f"- {what}: {number}\n" for number, what in _figures(totals))
    listed = "".join(
        f"{n}. [{c.title}]({c.pages[0].url}index.md): {c.pages[0].meta.get('description') or ''}\n"
        for n, c in enumerate(chapters, start=1)
    )
    return text.replace(TOTALS, figures.rstrip()).replace(CHAPTERS, listed.rstrip())


def totals_html(totals: Totals) -> str:
    """The totals of this build in one line of figures."""
    items = "".join(f"<div><dt>{escape(what)}</dt><dd>{escape(number)}</dd></div>" for number, what in _figures(totals))
    return f'<dl class="totals" data-search-exclude>{items}</dl>'


def _figures(totals: Totals) -> list[tuple[str, str]]:
    figures = [
        (f"{totals.verified:,}", f"of {totals.commands:,} commands verified"),
        (f"{totals.python_steps:,}", "steps also shown with docker-py"),
        (f"{totals.exempt}", "shown, not executed"),
    ]
    if totals.engine:
        figures.append((totals.engine, f"Docker Engine, verified on {totals.when}"))
    return figures


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
