"""A whole build: the scenarios and the pages go in, the parts of the site come out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from snippetlab.compare import Reading
from snippetlab.compare.normalise import spans
from snippetlab.errors import SnippetLabError
from snippetlab.model import Drift, Rule
from snippetlab.packs.docker.kinds import VOCABULARY
from snippetlab.report.terminal import ConsoleProgress, print_drifts
from snippetlab.scenario import discover

from handbook.build.parts import Parts, make_parts
from handbook.exports.search import with_words
from handbook.exports.twins import llms_txt, redirects, twins
from handbook.html.home import fill_home, fill_twin
from handbook.html.pictures import draw
from handbook.html.step import Surroundings, render_step
from handbook.html.strip import Build, dress, eyebrow, keep_together
from handbook.library import Library
from handbook.pages.embed import Embed, with_lines
from handbook.pages.order import page_drifts
from handbook.pages.sources import PageSource, embedding, read_pages
from handbook.verdict import Verdict, mode_of, verify


def _volatile(text: str, rules: Sequence[Rule]) -> list[tuple[int, int, str]]:
    return spans(text, Reading(VOCABULARY, tuple(rules)))


class DriftError(SnippetLabError):
    """Pages and engine do not agree. The drifts have been printed."""


@dataclass
class Site:
    """One build's data: what was proven, the pages as files, and the parts that are made from data."""

    library: Library
    verdict: Verdict
    pages: Mapping[str, PageSource]
    parts: Parts
    _shown: set[tuple[str, int]] = field(default_factory=set)

    def path_of(self, uri: str) -> Path:
        """The file of a page, for messages."""
        return self.pages[uri].path if uri in self.pages else Path(uri)

    def prepare(self, uri: str, text: str) -> str:
        """A page's text with each step fence told its line."""
        page = self.pages.get(uri)
        return with_lines(text, first_line=_first_line(page)) if page else text

    def render(self, uri: str, verification: str, embed: Embed) -> str:
        """The HTML of a step on a page. Raises EmbedError."""
        self._shown.add((uri, embed.place.line))
        step = self.library.step(embed.step_id)
        if step is None:
            # References are checked before anything runs; this is one that the scan did not see.
            raise SnippetLabError(f"there is no step {embed.step_id!r}", where=str(embed.place))
        return render_step(embed, step, Surroundings(self.library, verification, _volatile, draw))

    def unread_fences(self) -> list[str]:
        """A line for each step fence that stands in a page but that the Markdown reader took for text."""
        return [
            f"{fence.place}: this step fence was not read as one\n"
            '  → its options must be words or name="value", and the fence must close'
            for page in self.pages.values()
            for fence in page.fences
            if (page.uri, fence.place.line) not in self._shown
        ]

    def dress(self, uri: str, html: str, link: Callable[[str], str]) -> str:
        """A page's HTML with the verification strip under its title. ``link`` makes addresses relative."""
        page = self.pages.get(uri)
        html = keep_together(html)
        if uri == "index.md":
            return fill_home(html, self.parts.totals, self.parts.chapters, self.library)
        if page is None:
            return html
        parts = self.parts
        build = Build(self.library, parts.chapters, self.verdict, parts.downloads, parts.spots, parts.edited)
        return dress(page, html, build, link)

    def eyebrow(self, uri: str) -> str:
        """What stands over a page's title."""
        page = self.pages.get(uri)
        return eyebrow(page, self.parts.chapters) if page else ""

    def search_index(self, text: str) -> str:
        """The search index with the words that each page is to be found by."""
        return with_words(text, self.pages)

    def late_files(self, name: str, description: str, base: str) -> dict[str, str]:
        """What is written when all pages stand: twins, llms.txt and redirects, by path below the site."""
        files = twins(self.pages, self.parts.files, self.library)
        if home := files.get("index.md"):
            files["index.md"] = fill_twin(home, self.parts.totals, self.parts.chapters)
        return {
            **redirects(self.pages),
            **files,
            "llms.txt": llms_txt(
                name, description, base, self.parts.chapters, self.parts.reference, live=self.verdict.live
            ),
        }


def _first_line(page: PageSource) -> int:
    """The line of the file at which the text begins that MkDocs hands on: without leading blank lines."""
    return page.first_line + len(page.body) - len(page.body.lstrip("\n"))


def load_site(
    root: Path,
    docs: Path,
    settings: Mapping[str, Any],
    environment: Mapping[str, str],
    console: Console,
    *,
    strict: bool,
    trust: bool = False,
) -> Site:
    """Read scenarios and pages, verify, and make everything that comes from data.

    ``trust`` takes results of former runs where nothing changed, for previews.
    Raises DriftError after printing every drift, and any other SnippetLabError
    for what cannot be read or run.
    """
    mode = mode_of(environment, settings.get("mode"))
    snippets = root / str(settings.get("snippets", "snippets"))
    scenarios = discover(snippets)
    pages = read_pages(docs)
    references = {step_id: [p for _, p in found] for step_id, found in embedding(pages).items()}
    # A step on no page is only a warning, and often wanted: set-up and checks are such steps.
    unknown = [d for d in page_drifts(scenarios, references) if not d.warning]
    if unknown:
        # Nothing has to run to see this, so say it at once.
        print_drifts(console, (), unknown)
        raise _drift_error(unknown)
    with ConsoleProgress(console, scenarios) as progress:
        verdict = verify(scenarios, mode=mode, root=snippets, progress=progress, trust=trust)
    drifts = [d for r in verdict.results for d in r.drifts if not d.warning]
    if drifts:
        print_drifts(console, verdict.results)
        raise _drift_error(drifts)
    if not verdict.live and strict:
        raise DriftError(
            f"nothing was verified: {verdict.reason}",
            hint="build without --strict to take the recordings as they are, or on a machine that can run labs",
        )
    library = Library.of(verdict.results)
    draft = settings.get("coverage") == "draft"
    parts = make_parts(snippets, docs, library, verdict, pages, draft=draft, console=console)
    return Site(library, verdict, {p.uri: p for p in pages}, parts)


def _drift_error(drifts: Sequence[Drift]) -> DriftError:
    count = f"{len(drifts)} drift{'s' if len(drifts) > 1 else ''}"
    places = "\n".join(f"  {d.place}: {d.kind}: {d.step_id}" for d in drifts)
    return DriftError(
        f"{count} between the pages and this run; no site was written\n{places}",
        hint="see CONTRIBUTING.md, “Accept or reject a drift”",
    )
