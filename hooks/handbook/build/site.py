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
from snippetlab.compare import Reading, readings
from snippetlab.compare.normalise import spans
from snippetlab.compare.vocabulary import Vocabulary
from snippetlab.errors import SnippetLabError
from snippetlab.model import Drift, Rule
from snippetlab.packs import find_pack
from snippetlab.report.terminal import ConsoleProgress, print_drifts
from snippetlab.results.cache import ResultCache, Reuse
from snippetlab.scenario import discover
from snippetlab.settings import find_project

from handbook.build.blocks import run_block
from handbook.build.parts import Parts, make_parts
from handbook.captures import Material, material
from handbook.exports.llms import llms_txt
from handbook.exports.redirects import check_former_addresses, redirects
from handbook.exports.search import with_words
from handbook.exports.twins import twins
from handbook.html.page import Build, eyebrow, keep_together, with_head
from handbook.html.pictures import draw
from handbook.html.step import Surroundings, render_step
from handbook.html.visible import visible
from handbook.library import Library
from handbook.pages.embed import Embed, EmbedError, with_lines
from handbook.pages.order import page_drifts
from handbook.pages.sources import PageSource, embedding, page_from_text, read_pages, url_of
from handbook.settings import Mode, Settings
from handbook.verdict import Verdict, verify


class DriftError(SnippetLabError):
    """Pages and engine do not agree. The drifts have been printed."""


@dataclass
class Site:
    """One build's data: what was proven, the pages as files, and the parts that are made from data.

    ``pages`` are the authors', by path below the docs folder; ``shown`` collects
    the lines of the fences that were filled, by page and then by anchor.
    """

    library: Library
    verdict: Verdict
    vocabulary: Vocabulary
    pages: Mapping[str, PageSource]
    parts: Parts
    shown: dict[str, dict[str, int]] = field(default_factory=dict)

    def path_of(self, uri: str) -> Path:
        """The file of a page, for messages."""
        return self.pages[uri].path if uri in self.pages else Path(uri)

    def prepare(self, uri: str, text: str) -> str:
        """A page's text with each fence that the build fills told its line."""
        page = self.pages.get(uri)
        if page is None and uri in self.parts.files:
            page = page_from_text(uri, self.parts.files[uri])
        return with_lines(text, first_line=_first_line(page)) if page else text

    def render(self, uri: str, link: Callable[[str], str], embed: Embed) -> Markup:
        """The HTML of a step on a page. ``link`` makes addresses relative to it. Raises EmbedError."""
        before = self.shown.setdefault(uri, {}).setdefault(embed.anchor, embed.place.line)
        if before != embed.place.line:
            raise EmbedError(
                f"the id {embed.anchor!r} stands at line {before} of this page already",
                where=str(embed.place),
                hint='give one of the two fences an id="…" of its own',
            )
        step = self.library.step(embed.step_id)
        if step is None:
            # References are checked before anything runs; this is one that the scan did not see.
            raise SnippetLabError(f"there is no step {embed.step_id!r}", where=str(embed.place))
        resolve = partial(self._resolve, uri, link)
        around = Surroundings(
            self.library, link("verification/"), resolve, partial(self._volatile, embed.step_id), draw
        )
        return render_step(embed, step, around)

    def _resolve(self, uri: str, link: Callable[[str], str], target: str) -> str:
        path = posixpath.normpath(posixpath.join(posixpath.dirname(uri), target))
        if path not in self.pages and path not in self.parts.files:
            raise SnippetLabError(f"a link leads to {target}, where no page is", hint="name a file below docs/en")
        return link(url_of(path))

    def _volatile(self, step_id: str, text: str, rules: Sequence[Rule]) -> list[tuple[int, int, str]]:
        """The values of a step's text that differ from run to run: none that somebody typed in its scenario."""
        how = readings([self.library.scenarios[step_id.partition("#")[0]]], self.vocabulary)
        return spans(text, replace(how.get(step_id, Reading(self.vocabulary)), rules=tuple(rules)))

    def unread_fences(self) -> list[str]:
        """A line for each step fence that stands in a page but that the Markdown reader took for text."""
        return [
            f"{fence.place}: this step fence was not read as one\n"
            '  → its options must be words or name="value", and the fence must close'
            for page in self.pages.values()
            for fence in page.fences
            if fence.place.line not in self.shown.get(page.uri, {}).values()
        ]

    def with_head(self, uri: str, html: str, link: Callable[[str], str]) -> str:
        """A page's HTML with the verification strip under its title. ``link`` makes addresses relative."""
        page = self.pages.get(uri)
        html = keep_together(html)
        if page is None or uri == "index.md":
            return html
        parts = self.parts
        build = Build(self.library, parts.chapters, self.verdict, parts.downloads, parts.links, parts.edited)
        return with_head(page, html, build, link)

    def eyebrow(self, uri: str) -> Markup:
        """What stands over a page's title."""
        page = self.pages.get(uri)
        return eyebrow(page, self.parts.chapters) if page else Markup()

    @contextmanager
    def answering_blocks(self, *, markdown: bool = False) -> Iterator[None]:
        """Within it, Python blocks of pages can ask for this build's captures and counts."""
        with material(Material(self.library, self.verdict, self.parts.chapters, markdown)):
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
            files = {**redirects(self.pages), **twins(self.pages, self.parts.files, self.library, run_block)}
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
) -> Site:
    """Read scenarios and pages, verify, and make everything that comes from data.

    Results of former runs stand where nothing has changed, unless ``fresh``.
    Raises DriftError after printing every drift, and any other SnippetLabError
    for what cannot be read or run.
    """
    pack = find_pack(find_project(root))
    snippets = root / settings.snippets
    scenarios = discover(snippets)
    pages = read_pages(docs)
    references = {step_id: [p for _, p in found] for step_id, found in embedding(pages).items()}
    # A step on no page is only a warning, and often wanted: set-up and checks are such steps.
    unknown = [d for d in page_drifts(scenarios, references) if not d.warning]
    if unknown:
        # Nothing has to run to see this, so say it at once.
        print_drifts(console, (), pack.vocabulary, unknown)
        raise _drift_error(unknown)
    chosen = pack.settings
    reuse = Reuse(ResultCache.of_user(), chosen.reuse_days, chosen.reuse_days_outside, take=not fresh)
    with ConsoleProgress(console, scenarios) as progress:
        verdict = verify(scenarios, mode=mode, pack=pack, progress=progress, reuse=reuse)
    drifts = [d for r in verdict.results for d in r.drifts if not d.warning]
    if drifts:
        print_drifts(console, verdict.results, pack.vocabulary)
        raise _drift_error(drifts)
    if not verdict.live and strict:
        raise DriftError(
            f"nothing was verified: {verdict.reason}",
            hint="build without --strict to take the recordings as they are, or on a machine that can run labs",
        )
    library = Library.of(verdict.results)
    parts = make_parts(snippets, docs, library, verdict, pages, settings, console)
    return Site(library, verdict, pack.vocabulary, {p.uri: p for p in pages}, parts)


def _drift_error(drifts: Sequence[Drift]) -> DriftError:
    count = f"{len(drifts)} drift{'s' if len(drifts) > 1 else ''}"
    places = "\n".join(f"  {d.place}: {d.kind}: {d.step_id}" for d in drifts)
    return DriftError(
        f"{count} between the pages and this run; no site was written\n{places}",
        hint="see CONTRIBUTING.md, “Accept or reject a drift”",
    )
