"""The site for machines: a Markdown twin of every page."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping
from pathlib import Path

from snippetlab.model import Block, Command
from snippetlab.scenario.markdown import fences_of

from handbook.library import Library
from handbook.pages.embed import Embed, parse_embed
from handbook.pages.sources import PageSource, page_from_text, url_of

Run = Callable[[str, Path, int], str]


def twins(pages: Mapping[str, PageSource], generated: Mapping[str, str], library: Library, run: Run) -> dict[str, str]:
    """The Markdown twin of every page, by path below the site: ``networking/index.md``.

    ``run`` gives what a Python block prints, from its code, page and line.
    """
    files = {f"{page.url}index.md": twin(page, library, run) for page in pages.values()}
    for uri, text in generated.items():
        if uri.endswith(".md"):
            files[f"{url_of(uri)}index.md"] = twin(page_from_text(uri, text), library, run)
    return files


def twin(page: PageSource, library: Library, run: Run) -> str:
    """A page's Markdown with each fence that the build fills replaced by what it holds; links lead to twins."""
    lines = _for_machines(page.body, page.uri).split("\n")
    filled = [
        (fence, _step(parse_embed(fence.body, {}, fence.place), library, page.uri)) for fence in page.filled.steps
    ]
    filled += [(f, run(f.body, page.path, f.place.line).strip("\n").split("\n")) for f in page.filled.blocks]
    for fence, shown in sorted(filled, key=lambda pair: -pair[0].place.line):
        start, end = fence.place.line - page.first_line, fence.end - page.first_line + 1
        indent = lines[start][: len(lines[start]) - len(lines[start].lstrip())]
        lines[start:end] = [indent + line if line else "" for line in shown]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"


_LINK = re.compile(r"\]\((?![a-z]+:)([^)#\s]+\.md)(#[^)\s]*)?\)")
_FOR_BROWSERS = re.compile(r"^[ \t]*</?div\b[^>]*>[ \t]*$|(?<=[)])\{[^}\n]*\}|[ \t]*\{ #[\w-]+ \}$")


def _for_machines(text: str, uri: str) -> str:
    """Links lead from twin to twin, and what only lays out the page is gone; no line is added or taken away."""

    def lead(found: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(uri), found[1]))
        # From the folder that the twin lies in; one that a browser asks for is a folder too.
        return f"]({posixpath.relpath(f'{url_of(target)}index.md', url_of(uri) or '.')}{found[2] or ''})"

    lines = text.split("\n")
    # A line of code stays as it is.
    code = {
        n for fence in fences_of(text, Path(uri), lambda info: False) for n in range(fence.place.line - 1, fence.end)
    }
    shown = (line if n in code else _LINK.sub(lead, _FOR_BROWSERS.sub("", line)) for n, line in enumerate(lines))
    return "\n".join(shown)


def _step(embed: Embed, library: Library, uri: str) -> list[str]:
    step = library.step(embed.step_id)
    if step is None:
        return []
    out: list[str] = []
    for block in step.blocks:
        if block.exempt is not None:
            out += [f"Shown, not executed: {block.exempt}", ""]
        if block.engine is not None:
            out += [f"On Engine {block.engine}:", ""]
        if block.node is not None:
            out += [f"On the machine {block.node}:", ""]
        out += [*_fenced(block), ""]
    out += [f"- `{note.word}`: {_for_machines(note.text, uri)}" for note in embed.notes]
    if proof := library.proof(step.id):
        out += ["", f"Verified on Engine {proof.engine}, CLI {proof.cli}, {proof.when} ({step.id})."]
    return out


def _fenced(block: Block) -> list[str]:
    if block.kind == "file":
        return [f"`{block.option('file')}`:", "", *_in_fence(block.language, block.text)]
    if block.kind == "capture":
        return _in_fence("json", block.text)
    first, more = (">>> ", "... ") if block.kind == "pycon" else ("$ ", "> ")
    return _in_fence(block.language, "".join(_transcript(c, first, more) for c in block.commands))


def _transcript(command: Command, first: str, more: str) -> str:
    typed = "\n".join((first if i == 0 else more) + line for i, line in enumerate(command.source.split("\n")))
    code = f"[{command.exit_code}]\n" if command.exit_code else ""
    return f"{typed}\n{command.output}{code}"


def _in_fence(language: str, text: str) -> list[str]:
    mark = "```"
    while mark in text:
        mark += "`"
    return [mark + language, *text.rstrip("\n").split("\n"), mark]
