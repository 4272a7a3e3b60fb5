"""What stands under a page's title: what this build proved of it, and the chapter at a glance."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from snippetlab.errors import SnippetLabError
from snippetlab.model import Step

from handbook.chapters import Chapter
from handbook.exports.scripts import script_name
from handbook.html.overlay import highlight, overlay
from handbook.html.step import inline_markdown
from handbook.library import Library, Proof, command_count, exempt_blocks
from handbook.pages.sources import PageSource
from handbook.pages.spots import Spot
from handbook.verdict import Verdict


@dataclass(frozen=True)
class Count:
    """What stands on a page: commands that run, those that this build ran, exempt blocks, and the latest proof."""

    commands: int
    verified: int
    exempt: int
    proof: Proof | None


def count_of(steps: Sequence[Step], library: Library) -> Count:
    """The count over steps; a step that is embedded twice counts once."""
    unique = list({s.id: s for s in steps}.values())
    proven = [s for s in unique if library.proof(s.id)]
    proofs = [p for s in proven if (p := library.proof(s.id))]
    return Count(
        sum(command_count(s) for s in unique),
        sum(command_count(s) for s in proven),
        sum(len(exempt_blocks(s)) for s in unique),
        # The oldest day is the honest one for a page whose scenarios were run on several.
        min(proofs, key=lambda p: p.when) if proofs else None,
    )


def steps_of(page: PageSource, library: Library) -> list[Step]:
    """The steps that a page embeds, in order."""
    return [step for step_id, _ in page.step_ids() if (step := library.step(step_id))]


@dataclass(frozen=True)
class Build:
    """What a page's surroundings need of the build. ``downloads`` are paths of scripts, ``spots`` say where
    steps stand, ``edited`` is the day of each page's last change."""

    library: Library
    chapters: Sequence[Chapter]
    verdict: Verdict
    downloads: Collection[str]
    spots: Mapping[str, Sequence[Spot]]
    edited: Mapping[str, str]


def dress(page: PageSource, html: str, build: Build, link: Callable[[str], str]) -> str:
    """The page's HTML with verification strip and glance under its title.

    ``link`` turns an address below the site's root into one that works on the
    page. Raises SnippetLabError for an ``at_a_glance`` that cannot be shown.
    """
    below = ""
    steps = steps_of(page, build.library)
    if steps:
        below += render_strip(page, count_of(steps, build.library), build, link)
    below += render_glance(page, build, link)
    end = html.find("</h1>")
    if end < 0:
        return below + html
    end += len("</h1>")
    return html[:end] + below + html[end:]


def eyebrow(page: PageSource, chapters: Sequence[Chapter]) -> str:
    """What stands over a page's title: which chapter of how many, and how far through the handbook that is."""
    for chapter in chapters:
        if chapter.folder == page.chapter:
            place = f"Chapter {chapter.number} of {len(chapters)}"
            if len(chapter.pages) > 1 and not page.uri.endswith("/index.md"):
                place += f" · {escape(chapter.title)}"
            done = f'style="--done:{chapter.number / len(chapters):.3f}"'
            return f'<p class="eyebrow" {done}>{place}</p>'
    return ""


def render_strip(page: PageSource, count: Count, build: Build, link: Callable[[str], str]) -> str:
    """The verification strip: n of n commands, engine, date, exempt blocks, and links."""
    results = link("verification/")
    facts: list[str] = []
    if count.commands:
        where = f" on Engine {escape(count.proof.engine)}, CLI {escape(count.proof.cli)}" if count.proof else ""
        verified = "verified" if count.proof else "verified in this build"
        facts.append(f"<b>{count.verified} of {count.commands}</b> commands {verified}{where}")
    if count.proof:
        facts.append(f'last verified <time datetime="{count.proof.when}">{count.proof.when}</time>')
    if count.exempt:
        facts.append(f"{count.exempt} shown, not executed")
    if edited := build.edited.get(page.uri):
        facts.append(f'last edited <time datetime="{edited}">{edited}</time>')
    state = "" if build.verdict.live else " strip--recorded"
    lead = "" if build.verdict.live else "Not verified in this build. "
    items = "".join(f"<li>{f}</li>" for f in facts)
    anchor = f"#page-{page.uri.removesuffix('.md').replace('/', '-')}"
    return (
        f'<div class="strip{state}" data-search-exclude>{lead}<ul>{items}'
        f'<li><a href="{results}{anchor}">results</a></li>{_downloads(page, build.downloads)}</ul></div>'
    )


def _downloads(page: PageSource, downloads: Collection[str]) -> str:
    links = [
        f'<a href="{name}" download>{what}</a>'
        for suffix, what in ((".sh", "shell script"), (".py", "Python script"))
        if f"{page.url}{(name := script_name(page) + suffix)}" in downloads
    ]
    links.append('<a href="index.md" rel="alternate" type="text/markdown">Markdown</a>')
    return f'<li class="downloads">this page as {", ".join(links)}</li>'


def render_glance(page: PageSource, build: Build, link: Callable[[str], str]) -> str:
    """The page's commands at a glance, from its front matter: a list of commands, or a mapping to what they do.

    Each command leads to the step of the chapter that runs it. Raises
    SnippetLabError when it is neither, or no step of the chapter runs a command
    of a list.
    """
    given = page.meta.get("at_a_glance")
    if given is None:
        return ""
    where = f"{page.path}:1"
    if isinstance(given, list):
        given = dict.fromkeys(map(str, given), "")
    elif not isinstance(given, dict) or not all(isinstance(v, str) for v in given.values()):
        raise SnippetLabError(
            "at_a_glance must be a list of commands, or map commands to what they do",
            where=where,
            hint='write `- docker network ls`, or `"docker network ls": lists networks`',
        )
    rows = ""
    for command, words in given.items():
        spot = _runs(str(command), page.chapter, build)
        if spot is None and not words:
            raise SnippetLabError(
                f"at_a_glance lists {command!r}, which no step on a page of this chapter runs",
                where=where,
                hint="write it as a step has it, or map it to what it does",
            )
        code = f"<code>{overlay(str(command), highlight(str(command), 'bash'))}</code>"
        if spot:
            code = f'<a href="{escape(link(spot.url))}">{code}</a>'
        rows += f"<div><dt>{code}</dt>" + (f"<dd>{inline_markdown(words)}</dd>" if words else "") + "</div>"
    title = '<p class="glance-title">At a glance</p>'
    return f'<section class="glance" aria-label="At a glance">{title}<dl>{rows}</dl></section>'


def keep_together(html: str) -> str:
    """Page HTML in which short inline code without blanks is not broken: after a hyphen, `--rm` is no flag any more."""
    return re.sub(r"<code>(?=[^<\s]*-)([^<\s]{2,24})</code>", r'<code class="whole">\1</code>', html)


def _runs(command: str, chapter: str, build: Build) -> Spot | None:
    """Where the chapter runs a command that begins so; words in capitals stand for anything."""
    pattern = re.compile(r"\S+".join(map(re.escape, re.split(r"\b[A-Z][A-Z_]+\b", command))))
    own = next((c for c in build.chapters if c.folder == chapter), None)
    for page in own.pages if own else ():
        for step in steps_of(page, build.library):
            for block in step.of_kind("console"):
                if any(pattern.match(c.source) for c in block.commands):
                    return next((s for s in build.spots[step.id] if s.url.startswith(page.url)), None)
    return None
