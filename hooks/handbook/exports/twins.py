"""The site for machines: Markdown twins of the pages, llms.txt, and redirects from former addresses."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path

from snippetlab.model import Block, Command
from snippetlab.scenario.markdown import fences_of

from handbook.chapters import Chapter
from handbook.library import Library
from handbook.pages.embed import Embed, parse_embed
from handbook.pages.sources import PageSource, url_of

_REDIRECT = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>This page has moved</title>
<meta http-equiv="refresh" content="0; url={target}">
<link rel="canonical" href="{target}">
<meta name="robots" content="noindex">
</head>
<body><p>This page has moved: <a href="{target}">{target}</a></p></body>
</html>
"""


def twins(pages: Mapping[str, PageSource], generated: Mapping[str, str], library: Library) -> dict[str, str]:
    """The Markdown twin of every page, by path below the site: ``networking/index.md``."""
    files = {f"{page.url}index.md": twin(page, library) for page in pages.values()}
    for uri, text in generated.items():
        if uri.endswith(".md"):
            # What stands between the front matter's marks is for the site generator.
            files[f"{url_of(uri)}index.md"] = _for_machines(text.split("\n---\n", 1)[-1], uri).strip() + "\n"
    return files


def twin(page: PageSource, library: Library) -> str:
    """A page's Markdown with each step fence replaced by what the step holds, and links that lead to twins."""
    lines = _for_machines(page.body, page.uri).split("\n")
    for fence in reversed(page.fences):
        start, end = fence.place.line - page.first_line, fence.end - page.first_line + 1
        indent = lines[start][: len(lines[start]) - len(lines[start].lstrip())]
        embed = parse_embed(fence.body, {}, fence.place)
        lines[start:end] = [indent + line if line else "" for line in _step(embed, library)]
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


def _step(embed: Embed, library: Library) -> list[str]:
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
    out += [f"- `{note.word}`: {note.text}" for note in embed.notes]
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


def llms_txt(
    name: str,
    description: str,
    base: str,
    chapters: Sequence[Chapter],
    reference: Sequence[tuple[str, str]],
    *,
    live: bool,
) -> str:
    """The site's index for language models: every page's Markdown twin with a line about it.

    ``base`` is the site's address, or empty for addresses relative to the file.
    """
    lines = [f"# {name}", "", f"> {description}", ""]
    lines.append(
        "Outputs are recordings that this build proved equal to what a real Docker Engine printed."
        if live
        else "Outputs are recordings of a real Docker Engine; this build did not verify them."
    )
    for chapter in chapters:
        lines += ["", f"## {chapter.title}", ""]
        for page in chapter.pages:
            about = str(page.meta.get("description") or "")
            lines.append(f"- [{page.title}]({base}{page.url}index.md)" + (f": {about}" if about else ""))
    lines += ["", "## Reference", ""]
    lines += [f"- [{title}]({base}{url_of(uri)}index.md)" for title, uri in reference]
    lines.append(f"- [Every command with its output, as JSON]({base}captures.json)")
    return "\n".join(lines) + "\n"


def redirects(pages: Mapping[str, PageSource]) -> dict[str, str]:
    """A page at each former address that a page names in ``moved_from``, leading to its present one."""
    files: dict[str, str] = {}
    for page in pages.values():
        former = page.meta.get("moved_from") or []
        for address in [former] if isinstance(former, str) else former:
            clean = str(address).strip("/")
            up = "../" * (clean.count("/") + 1)
            files[f"{clean}/index.html"] = _REDIRECT.format(target=escape(up + page.url))
    return files
