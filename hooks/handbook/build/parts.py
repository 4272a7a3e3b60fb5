"""The parts of a site that are made from data: reference pages, machine outputs, the navigation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text
from snippetlab.compare.explain import Share, masked_share
from snippetlab.errors import SnippetLabError
from snippetlab.packs import Pack
from snippetlab.scenario.engines import recorded_elsewhere

from handbook.build.edited import edited_days
from handbook.build.verify import Book
from handbook.counts import totals_of
from handbook.exports.book.offer import PAGE, TITLE, offer_page
from handbook.exports.captures_json import capture_files
from handbook.exports.scripts import downloads_of
from handbook.library import Library
from handbook.pages.chapters import Chapter, chapters_of, navigation
from handbook.pages.step_links import StepLinks, step_links
from handbook.reference.between import Pair, between_json, between_page, pairs_of
from handbook.reference.changes import changes_page, read_changes
from handbook.reference.commands import commands_page, index_of
from handbook.reference.coverage import Coverage, coverage_page, read_coverage
from handbook.reference.sentences import read_entries
from handbook.reference.verification import verification_page
from handbook.settings import Settings


@dataclass(frozen=True)
class Parts:
    """``files`` maps paths below the docs folder to pages and files made from data."""

    chapters: tuple[Chapter, ...]
    files: Mapping[str, str]
    nav: list[Any]
    reference: tuple[tuple[str, str], ...]
    downloads: frozenset[str]
    links: StepLinks
    edited: Mapping[str, str]
    pairs: tuple[Pair, ...] = ()


def make_parts(
    snippets: Path,
    docs: Path,
    library: Library,
    book: Book,
    settings: Settings,
    console: Console,
    printed: str = "",
) -> Parts:
    """Make every part. ``printed`` is the name under which this build makes the book to read offline, if it does.

    Raises SnippetLabError when an item of the notes has no step and no draft is made.
    """
    pages = book.pages
    chapters = tuple(chapters_of(pages, settings.chapters))
    in_order = [page for chapter in chapters for page in chapter.pages]
    links = step_links(in_order + [p for p in pages if not p.chapter])
    # What authors look things up in, before what is made from data.
    reference = [(page.title, page.uri) for page in pages if not page.chapter and page.uri != "index.md"]
    files: dict[str, str] = {}
    coverage = read_coverage(snippets, library)
    if coverage is not None:
        _judge(coverage, settings.coverage == "draft", console)
        files["coverage.md"] = coverage_page(coverage, links, settings.chapters)
        reference.append(("Coverage of the notes", "coverage.md"))
    files["commands.md"] = commands_page(index_of(library), links)
    reference.append(("Command index", "commands.md"))
    files["verification.md"] = verification_page(
        library, book.verdict, chapters, in_order, links, book.quotations, _masked(library, book.pack)
    )
    reference.append(("Verification", "verification.md"))
    if changes := read_changes(snippets, library):
        files["changes.md"] = changes_page(changes, links)
        reference.append(("What changed in Docker", "changes.md"))
    if printed:
        files[PAGE] = offer_page(printed, totals_of(library), book.verdict.reason)
        reference.append((TITLE, PAGE))
    pairs: list[Pair] = []
    if len(library.engines) > 1:
        pairs = pairs_of(library, read_entries(snippets, library))
        files["between.md"] = between_page(pairs, links)
        files["between.json"] = between_json(pairs)
        reference.append(("Between engines", "between.md"))
    files.update(capture_files(library))
    downloads = downloads_of(in_order, library)
    files.update(downloads)
    return Parts(
        chapters,
        files,
        navigation(chapters, reference),
        tuple(reference),
        frozenset(downloads),
        links,
        edited_days(docs),
        tuple(pairs),
    )


def _masked(library: Library, pack: Pack) -> Share:
    """The share of all recordings, of every engine, that is compared by kind."""
    scenarios = library.scenarios.values()
    elsewhere = (found for scenario in scenarios for found in recorded_elsewhere(scenario, pack.baseline))
    return masked_share(scenarios, pack.vocabulary, elsewhere)


def _judge(coverage: Coverage, draft: bool, console: Console) -> None:
    if not coverage.problems:
        return
    if not draft:
        problems = "\n".join(f"  {p}" for p in coverage.problems)
        raise SnippetLabError(
            f"the notes are not covered ({len(coverage.problems)} problems)\n{problems}",
            hint="each item needs an entry in snippets/CHAPTER/coverage.yml that names steps which exist",
        )
    named = [p for p in coverage.problems if "notes.tsv" not in p]
    for problem in named:
        console.print(Text(f"coverage: {problem}", style="yellow"), soft_wrap=True)
    missing = len(coverage.problems) - len(named)
    if missing:
        console.print(Text(f"coverage: {missing} items of the notes have no entry yet (draft)", style="yellow"))
