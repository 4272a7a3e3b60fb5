"""A whole build: the scenarios and the pages go in, the parts of the site come out."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from markupsafe import Markup
from rich.console import Console
from snippetlab.accept.register import read_register
from snippetlab.between import Change, step_changes
from snippetlab.compare.normalise import spans
from snippetlab.errors import SnippetLabError
from snippetlab.model import Rule

from handbook.build.blocks import run_block
from handbook.build.parts import Parts, make_parts
from handbook.build.verify import Book, verify_book
from handbook.captures import Material, material
from handbook.counts import count_of
from handbook.exports.book.offer import PAGE
from handbook.exports.llms import llms_txt
from handbook.exports.redirects import check_former_addresses, redirects
from handbook.exports.search import with_words
from handbook.exports.twins import twins
from handbook.html.page import Build, apart, differing, eyebrow, keep_together, steps_of, with_head
from handbook.html.paragraph import on_engines
from handbook.html.step import Surroundings, render_step
from handbook.html.visible import visible
from handbook.library import Library, OtherEngine, Proof, proofs_of
from handbook.pages.embed import Embed, EmbedError, with_lines
from handbook.pages.on_engines import with_engines
from handbook.pages.sources import PageSource, page_from_text, url_of
from handbook.settings import Mode, Settings
from handbook.verdict import Verdict
from handbook.views import View, newest_first


@dataclass
class Site:
    """One build's data: what was proven, the pages as files, and the parts that are made from data.

    ``pages`` are the authors', by path below the docs folder; ``shown`` collects
    the lines of the fences that were filled, by page and then by anchor; ``html``
    keeps what every page became, for the book. ``changes``, by step, older and newer
    engines, are found once: page and twin ask for the same ones. ``told`` is, by page, what its strip says of them all,
    ``silent`` are the engines that run nothing of it: every step of the page asks for both.
    """

    library: Library
    verdict: Verdict
    pages: Mapping[str, PageSource]
    parts: Parts
    shown: dict[str, dict[str, int]] = field(default_factory=dict)
    html: dict[str, str] = field(default_factory=dict)
    changes: dict[tuple[str, tuple[str, ...], tuple[str, ...]], Sequence[Change]] = field(default_factory=dict)
    told: dict[str, Proof | None] = field(default_factory=dict)
    silent: dict[str, Collection[str]] = field(default_factory=dict)

    def path_of(self, uri: str) -> Path:
        """The file of a page, for messages."""
        return self.pages[uri].path if uri in self.pages else Path(uri)

    def prepare(self, uri: str, text: str) -> str:
        """A page's text with each fence that the build fills told its line, and paragraphs of some engines marked.

        Raises SnippetLabError.
        """
        page = self.pages.get(uri)
        if page is None and uri in self.parts.files:
            page = page_from_text(uri, self.parts.files[uri])
        if page is None:
            return text
        first = _first_line(page)
        text = with_engines(text, page.path, self.library.engines, first_line=first, marked=on_engines)
        return with_lines(text, first_line=first)

    def render(self, uri: str, link: Callable[[str], str], embed: Embed) -> Markup:
        """The HTML of a step on a page. ``link`` makes addresses relative to it. Raises EmbedError."""
        before = self.shown.setdefault(uri, {}).setdefault(embed.anchor, embed.place.line)
        if before != embed.place.line:
            raise EmbedError(
                f"the id {embed.anchor!r} stands at line {before} of this page already",
                where=str(embed.place),
                hint='give one of the two fences an id="…" of its own',
            )
        views = self.library.views(embed.step_id, embed.only)
        if not views:
            # References are checked before anything runs; this is one that the scan did not see.
            raise SnippetLabError(f"there is no step {embed.step_id!r}", where=str(embed.place))
        resolve = partial(self._resolve, uri, link)
        volatile = partial(self._volatile, embed.step_id)
        changes = partial(self._changes, embed.step_id)
        told, silent = self._told(uri), self._silent(uri)
        around = Surroundings(self.library, link("verification/"), resolve, told, volatile, changes, silent)
        return render_step(embed, views, around)

    def _told(self, uri: str) -> Proof | None:
        """What the strip of a page says of its steps; the home page has none."""
        if uri not in self.told:
            page = self.pages.get(uri)
            steps = steps_of(page, self.library) if page is not None and uri != "index.md" else []
            self.told[uri] = count_of(steps, self.library).proof
        return self.told[uri]

    def _silent(self, uri: str) -> Collection[str]:
        """The engines of which the strip of a page says that they run nothing of it."""
        if uri not in self.silent:
            page = self.pages.get(uri)
            others = differing(page, self.library) if page is not None and uri != "index.md" else []
            self.silent[uri] = frozenset(other.engine for other in others if other.nothing)
        return self.silent[uri]

    def _resolve(self, uri: str, link: Callable[[str], str], target: str) -> str:
        path = posixpath.normpath(posixpath.join(posixpath.dirname(uri), target))
        if path not in self.pages and path not in self.parts.files:
            raise SnippetLabError(f"a link leads to {target}, where no page is", hint="name a file below docs/en")
        return link(url_of(path))

    def _volatile(self, step_id: str, text: str, rules: Sequence[Rule]) -> list[tuple[int, int, str]]:
        """The values of a step's text that differ from run to run: none that somebody typed in its scenario."""
        return spans(text, replace(self.library.reading(step_id), rules=tuple(rules)))

    def _changes(self, step_id: str, old: View, new: View) -> Sequence[Change]:
        key = (step_id, old.engines, new.engines)
        if key not in self.changes:
            self.changes[key] = list(step_changes(old.step, new.step, self.library.reading(step_id)))
        return self.changes[key]

    def unread_fences(self) -> list[str]:
        """A line for each step fence that stands in a page but that the Markdown reader took for text."""
        return [
            f"{fence.place}: this step fence was not read as one\n"
            '  → its options must be words or name="value", and the fence must close'
            for page in self.pages.values()
            for fence in page.fences
            if fence.place.line not in self.shown.get(page.uri, {}).values()
        ]

    def anchors(self, uri: str) -> Collection[str]:
        """The ids of the steps that a page shows."""
        return self.shown.get(uri, {}).keys()

    def with_head(self, uri: str, html: str, link: Callable[[str], str]) -> str:
        """A page's HTML with the verification strip under its title. ``link`` makes addresses relative."""
        page = self.pages.get(uri)
        html = apart(keep_together(html))
        if page is not None and uri != "index.md":
            parts = self.parts
            build = Build(self.library, parts.chapters, self.verdict, parts.downloads, parts.links, parts.edited)
            html = with_head(page, html, build, link)
        self.html[uri] = html
        return html

    def eyebrow(self, uri: str) -> Markup:
        """What stands over a page's title."""
        page = self.pages.get(uri)
        return eyebrow(page, self.parts.chapters) if page else Markup()

    def chapter(self, uri: str) -> str:
        """The title of the chapter that a page lies in; empty for the chapter's own first page, and outside of any."""
        page = self.pages.get(uri)
        if page is None or page.uri.endswith("/index.md"):
            return ""
        return next((c.title for c in self.parts.chapters if c.folder == page.chapter), "")

    @contextmanager
    def answering_blocks(self, *, markdown: bool = False) -> Iterator[None]:
        """Within it, Python blocks of pages can ask for this build's captures and counts."""
        book = PAGE in self.parts.files
        parts = self.parts
        with material(Material(self.library, self.verdict, parts.chapters, book, markdown, parts.pairs)):
            yield

    def search_index(self, text: str) -> str:
        """The search index with the words that each page is to be found by."""
        return visible(with_words(text, self.pages))

    def check_addresses(self, taken: Collection[str]) -> None:
        """Refuse former addresses that would take the place of other files; ``taken`` are those of the site."""
        check_former_addresses(self.pages, {*taken, "llms.txt"})

    def late_files(self, name: str, description: str, base: str) -> dict[str, str]:
        """What is written when all pages stand: twins, llms.txt and redirects, by path below the site."""
        with self.answering_blocks(markdown=True):
            files = {
                **redirects(self.pages),
                **twins(self.pages, self.parts.files, self.library, run_block, self._changes),
            }
        live = self.verdict.live
        files["llms.txt"] = llms_txt(name, description, base, self.parts.chapters, self.parts.reference, live=live)
        return {path: visible(text) for path, text in files.items()}


def _first_line(page: PageSource) -> int:
    """The line of the file at which the text begins that MkDocs hands on: without leading blank lines."""
    return page.first_line + len(page.body) - len(page.body.lstrip("\n"))


def load_site(
    root: Path,
    docs: Path,
    settings: Settings,
    mode: Mode,
    console: Console,
    *,
    strict: bool,
    fresh: bool = False,
    printed: str = "",
) -> Site:
    """Read and verify (see ``verify_book``), and make everything that comes from data.

    ``printed`` is the name under which this build makes the book (``build.book``), if it does: the site then offers it.
    Raises SnippetLabError for what cannot be read, run or shown.
    """
    book = verify_book(root, docs, settings, mode, console, strict=strict, fresh=fresh)
    library = _library(root / settings.snippets, book)
    parts = make_parts(root / settings.snippets, docs, library, book, settings, console, printed)
    return Site(library, book.verdict, {p.uri: p for p in book.pages}, parts)


def _library(snippets: Path, book: Book) -> Library:
    """What the build knows of every engine that the site shows: the baseline, and those of which recordings are
    kept."""
    pack, verdict = book.pack, book.verdict
    kept = {name: row for name, row in read_register(snippets).items() if name in pack.engines}
    versions = {pack.baseline: pack.engines[pack.baseline].version, **{name: row.version for name, row in kept.items()}}
    others = {
        name: OtherEngine(
            row.version,
            row.verified,
            proofs_of(result for result in verdict.others if result.engine == name),
            verdict.absent.get(name, ""),
            pack.engines[name].like,
            pack.engines[name].tracks,
        )
        for name, row in kept.items()
        if name != pack.baseline
    }
    return Library.of(verdict.results, pack.baseline, newest_first(versions), others, pack.vocabulary)
