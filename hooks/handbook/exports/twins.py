"""The site for machines: a Markdown twin of every page."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path

from snippetlab.between import Change
from snippetlab.model import Block, Command
from snippetlab.scenario.markdown import fences_of

from handbook.counts import by_engine
from handbook.html.page import differing
from handbook.library import Library
from handbook.pages.embed import Embed, Note, parse_embed
from handbook.pages.on_engines import with_engines
from handbook.pages.sources import PageSource, page_from_text, url_of
from handbook.views import View, among, names, names_on

Run = Callable[[str, Path, int], str]
Changes = Callable[[str, View, View], Sequence[Change]]  # of a step, by its id, from an older view to a newer one


def twins(
    pages: Mapping[str, PageSource], generated: Mapping[str, str], library: Library, run: Run, changes: Changes
) -> dict[str, str]:
    """The Markdown twin of every page, by path below the site: ``networking/index.md``.

    A twin shows what the newest engine prints, and below it what others print otherwise.
    ``run`` gives what a Python block prints, from its code, page and line.
    """
    files = {f"{page.url}index.md": twin(page, library, run, changes) for page in pages.values()}
    for uri, text in generated.items():
        if uri.endswith(".md"):
            files[f"{url_of(uri)}index.md"] = twin(page_from_text(uri, text), library, run, changes)
    return files


def twin(page: PageSource, library: Library, run: Run, changes: Changes) -> str:
    """A page's Markdown with each fence that the build fills replaced by what it holds; links lead to twins."""
    body = with_engines(page.body, page.path, library.engines, first_line=page.first_line)
    lines = _for_machines(body, page.uri).split("\n")
    why = _Reasons(frozenset(other.engine for other in differing(page, library) if other.nothing))
    filled = [
        (fence, _step(parse_embed(fence.body, {}, fence.place), library, page.uri, changes, why))
        for fence in page.filled.steps
    ]
    filled += [(f, run(f.body, page.path, f.place.line).strip("\n").split("\n")) for f in page.filled.blocks]
    for fence, shown in sorted(filled, key=lambda pair: -pair[0].place.line):
        start, end = fence.place.line - page.first_line, fence.end - page.first_line + 1
        indent = lines[start][: len(lines[start]) - len(lines[start].lstrip())]
        lines[start:end] = [indent + line if line else "" for line in shown]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"


_MARK = re.compile("```|~~~")
_LINK = re.compile(r"\]\((?![a-z]+:)([^)#\s]+\.md)(#[^)\s]*)?\)")
_FOR_BROWSERS = re.compile(r"^[ \t]*</?div\b[^>]*>[ \t]*$|(?<=[)])\{[^}\n]*\}|[ \t]*\{ #[\w-]+ \}$")


def _for_machines(text: str, uri: str) -> str:
    """Links lead from twin to twin, and what only lays out the page is gone; no line is added or taken away."""

    def lead(found: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(uri), found[1]))
        # From the folder that the twin lies in; one that a browser asks for is a folder too.
        return f"]({posixpath.relpath(f'{url_of(target)}index.md', url_of(uri) or '.')}{found[2] or ''})"

    lines = text.split("\n")
    # A line of code stays as it is. (A note has none, and there are many of them.)
    fences = fences_of(text, Path(uri), lambda info: False) if _MARK.search(text) else []
    code = {n for fence in fences for n in range(fence.place.line - 1, fence.end)}
    shown = (line if n in code else _LINK.sub(lead, _FOR_BROWSERS.sub("", line)) for n, line in enumerate(lines))
    return "\n".join(shown)


class _Reasons:
    """Why steps of a page do not run on some engines: said in full once, and in a few words after that; or not again at
    all of engines on which nothing of the page runs (``idle``)."""

    def __init__(self, idle: Collection[str]) -> None:
        self._idle = idle
        self._told: set[str] = set()

    def tell(self, view: View) -> list[str]:
        idle = all(engine in self._idle for engine in view.engines)
        if view.not_there not in self._told:
            self._told.add(view.not_there)
            return [f"{view.not_there}{' So it is with every other step of this page.' if idle else ''}", ""]
        return [] if idle else [f"Nor does this run on {names(view.engines)}.", ""]


def _step(embed: Embed, library: Library, uri: str, changes: Changes, why: _Reasons) -> list[str]:
    views = library.views(embed.step_id)
    if not views:
        return []
    newest, *others = views
    out = _blocks(newest.step.blocks)
    # What a scenario's own file holds for one engine alone; that file is the baseline's.
    out += _blocks([b for b in (library.step(embed.step_id) or newest.step).blocks if b.engine is not None])
    for view in others:
        out += _where_it_holds(view, newest, why)
        for change in changes(embed.step_id, view, newest):
            own = names_on(change.track, view.engines, library.shell_only)
            out += [
                f"On {own}, `{_first_line(change.command)}` gives:",
                "",
                *_in_fence("text", change.old),
                "",
            ]
    runs = [engine for view in views if not view.not_there for engine in view.engines]
    out += [f"- `{note.word}`{_on(note, runs)}: {_for_machines(note.text, uri)}" for note in embed.notes]
    for on in by_engine([newest.step], library):
        if on.proof:
            out += ["", f"Verified on Engine {on.proof.engine}, CLI {on.proof.cli}, {on.proof.when} ({embed.step_id})."]
    return out


def _where_it_holds(view: View, newest: View, why: _Reasons) -> list[str]:
    """What is to be said of engines on which a step does not hold, or holds where it does not on the newest."""
    if view.not_there:
        return why.tell(view)
    return [f"On {names(view.engines)}:", "", *_blocks(view.step.blocks)] if newest.not_there else []


def _on(note: Note, runs: Sequence[str]) -> str:
    """On which of the engines that run the step a note holds, where that is not all of them."""
    own = among(note.engines, runs)
    return "" if len(own) == len(runs) else f" (on {names(own)})"


def _first_line(command: str) -> str:
    first, _, more = command.partition("\n")
    return f"{first} …" if more else first


def _blocks(blocks: Sequence[Block]) -> list[str]:
    out: list[str] = []
    for block in blocks:
        if block.exempt is not None:
            out += [f"Shown, not executed: {block.exempt}", ""]
        if block.engine is not None:
            out += [f"On Engine {block.engine}:", ""]
        if block.node is not None:
            out += [f"On the machine {block.node}:", ""]
        out += [*_fenced(block), ""]
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
