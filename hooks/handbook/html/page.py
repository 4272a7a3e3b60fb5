"""What stands around a page's title: the chapter, what this build proved of the page, and its commands at a glance."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup
from snippetlab.errors import SnippetLabError
from snippetlab.model import Step

from handbook.counts import by_engine, count_of
from handbook.html.highlight import highlight
from handbook.html.inline import inline_markdown
from handbook.html.overlay import overlay
from handbook.html.templates import render
from handbook.library import Library, executed_blocks
from handbook.pages.chapters import Chapter
from handbook.pages.embed import anchor_of
from handbook.pages.sources import PageSource
from handbook.pages.step_links import StepLink, StepLinks
from handbook.verdict import Verdict
from handbook.views import names

_KINDS = {".sh": "shell script", ".py": "Python script"}
_CODE_WITH_BLANKS = re.compile(r"<code>[^<\n]*\s[^<\n]*</code>")
_FLAG = re.compile(r"(?<=[\s>])(--?[A-Za-z][\w-]*)(?=[\s<=])")
# A flag that is written as plain text, as in a heading, and a day; tags and what is no text are passed over.
_FLAG_OR_DAY = re.compile(
    r"(?P<passed><(?P<tag>pre|code|svg|script|style)\b.*?</(?P=tag)>|<[^>]*>)"
    r"|(?<![\w/-])(?:--[a-z][\w-]*|\d{4}-\d\d-\d\d)(?![\w/-])",
    re.DOTALL,
)
_CELL = re.compile(r"<td\b.*?</td>", re.DOTALL)
_CODE_IN_CELL = re.compile(r"(?<=<code>)(?:[^<\s-]{12,}|[^<\s]{25,})(?=</code>)")
_SEAM = re.compile(r"(?<=\w)(?=\.\w)|(?<=/)(?=\w)")


@dataclass(frozen=True)
class Build:
    """What a page's head needs of the build. ``downloads`` are paths of scripts below the site, ``links`` say where
    steps stand, ``edited`` is the day of each page's last change."""

    library: Library
    chapters: Sequence[Chapter]
    verdict: Verdict
    downloads: Collection[str]
    links: StepLinks
    edited: Mapping[str, str]


def steps_of(page: PageSource, library: Library) -> list[Step]:
    """The steps that a page embeds, in order."""
    return [step for step_id, _ in page.step_ids() if (step := library.step(step_id))]


def with_head(page: PageSource, html: str, build: Build, link: Callable[[str], str]) -> str:
    """The page's HTML with verification strip and glance under its title.

    ``link`` turns an address below the site's root into one that works on the
    page. Raises SnippetLabError for an ``at_a_glance`` that cannot be shown.
    """
    head = (render_strip(page, build, link) if steps_of(page, build.library) else "") + render_glance(page, build, link)
    above, title, below = html.partition("</h1>")
    return f"{above}{title}{head}{below}" if title else f"{head}{html}"


def eyebrow(page: PageSource, chapters: Sequence[Chapter]) -> Markup:
    """What stands over a page's title: which chapter of how many, and how far through the handbook that is."""
    chapter = next((c for c in chapters if c.folder == page.chapter), None)
    if chapter is None:
        return Markup()
    inside = len(chapter.pages) > 1 and not page.uri.endswith("/index.md")
    return render("eyebrow.html", chapter=chapter, chapters=len(chapters), inside=inside)


def row_anchor(page: PageSource) -> str:
    """The id of a page's row on the verification page."""
    return f"page-{anchor_of(page.uri.removesuffix('.md'))}"


def render_strip(page: PageSource, build: Build, link: Callable[[str], str]) -> Markup:
    """The verification strip: n of n commands, engine, date, exempt blocks, and links."""
    own = sorted(path for path in build.downloads if f"{posixpath.dirname(path)}/" == page.url)
    return render(
        "strip.html",
        live=build.verdict.live,
        count=count_of(steps_of(page, build.library), build.library),
        engines=build.library.engines,
        on=by_engine(steps_of(page, build.library), build.library),
        names=names(build.library.engines),
        shell_only=build.library.shell_only,
        differing=differing(page, build.library),
        edited=build.edited.get(page.uri),
        results=f"{link('verification/')}#{row_anchor(page)}",
        # The shell script first: most readers want that one.
        downloads=[(posixpath.basename(path), _KINDS[path[-3:]]) for path in reversed(own)],
    )


@dataclass(frozen=True)
class Differing:
    """Of the steps of a page, how many an ``engine`` runs and prints otherwise than the newest one (``steps``), and
    how many only the newest one runs (``idle``). ``nothing`` says why it runs nothing of the page; empty if it does.
    """

    engine: str
    steps: int
    idle: int
    nothing: str


def differing(page: PageSource, library: Library) -> list[Differing]:
    """What each engine that differs from the newest one has otherwise on a page."""
    shown = {(fence.step_id, fence.only): library.views(fence.step_id, fence.only) for fence in page.fences}
    running = [v for v in shown.values() if v and not v[0].not_there and executed_blocks(v[0].step)]
    found = []
    for engine in library.engines:
        own = [view for views in shown.values() for view in views[1:] if engine in view.engines]
        why = [v.not_there for views in running for v in views[1:] if engine in v.engines and v.not_there]
        if own:
            # Steps that do not run for several reasons say each its own.
            nothing = why[0] if len(why) == len(running) and len(set(why)) == 1 else ""
            found.append(Differing(engine, len(own) - len(why), len(why), nothing))
    return found


def render_glance(page: PageSource, build: Build, link: Callable[[str], str]) -> Markup:
    """The page's commands at a glance, from its front matter: a list of commands, or a mapping to what they do.

    Each command leads to the step of the chapter that runs it. Raises
    SnippetLabError where no step of the chapter runs a command of a list.
    """
    rows = []
    for command, words in page.front.at_a_glance.items():
        place = _runs(command, page.chapter, build)
        if place is None and not words:
            raise SnippetLabError(
                f"at_a_glance lists {command!r}, which no step on a page of this chapter runs",
                where=f"{page.path}:1",
                hint="write it as a step has it, or map it to what it does",
            )
        rows.append(
            {
                "url": link(place.url) if place else "",
                "code": overlay(command, highlight(command, "bash")),
                "words": inline_markdown(words),
            }
        )
    return render("glance.html", rows=rows) if rows else Markup()


def keep_together(html: str) -> str:
    """Page HTML in which short inline code without blanks is not broken, and no flag and no day: after a hyphen, `--rm`
    is none any more. A long name in a table may go on in the next line where it has a seam, and nowhere else."""
    html = _CELL.sub(lambda cell: _CODE_IN_CELL.sub(lambda m: _SEAM.sub("<wbr>", m[0]), cell[0]), html)
    html = re.sub(r"<code>((?=[^<\s]*-)[^<\s]{2,24}|\w+ -)</code>", r'<code class="whole">\1</code>', html)
    html = _CODE_WITH_BLANKS.sub(lambda m: _FLAG.sub(r'<span class="whole">\1</span>', m[0]), html)
    return _FLAG_OR_DAY.sub(lambda m: m["passed"] or m.expand(r'<span class="whole">\g<0></span>'), html)


def apart(html: str) -> str:
    """Page HTML with a blank between cells, labels and the like, where the theme's search reads two words as one."""
    return re.sub(r"(</(?:td|th|caption|dt|dd|summary|legend|label|figcaption|text)>)(?=<)", r"\1 ", html)


def _runs(command: str, chapter: str, build: Build) -> StepLink | None:
    """Where the chapter runs a command that begins so; words in capitals stand for anything."""
    pattern = re.compile(r"\S+".join(map(re.escape, re.split(r"\b[A-Z][A-Z_]+\b", command))))
    own = next((c for c in build.chapters if c.folder == chapter), None)
    for page in own.pages if own else ():
        for step in steps_of(page, build.library):
            for block in step.of_kind("console"):
                if any(pattern.match(c.source) for c in block.commands):
                    return next((s for s in build.links[step.id] if s.url.startswith(page.url)), None)
    return None
