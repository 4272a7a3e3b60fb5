"""The handbook's pages as files: title, front matter, and the steps that they embed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from snippetlab.errors import SnippetLabError
from snippetlab.model import Place
from snippetlab.scenario.markdown import Heading, lex
from snippetlab.yaml import read_yaml

from handbook.pages.embed import Fence, find_fences

_FRONT = re.compile(r"\A---[ \t]*\n(.*?\n)(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)


@dataclass(frozen=True)
class PageSource:
    """One Markdown page. ``uri`` is its path below the docs folder, ``body`` the text below the front matter."""

    uri: str
    path: Path
    meta: Mapping[str, Any]
    body: str
    first_line: int  # of the body, in the file
    fences: tuple[Fence, ...]

    @property
    def url(self) -> str:
        """The page's address below the site's root: ``networking/dns/``."""
        return url_of(self.uri)

    @property
    def title(self) -> str:
        """The page's first level-1 heading; its file's name when it has none."""
        parts = lex(self.body.split("\n"), 0, self.path, lambda info: False)
        titles = (part.text for part in parts if isinstance(part, Heading) and part.level == 1)
        return next(titles, self.uri.removesuffix(".md"))

    @property
    def chapter(self) -> str:
        """The folder that the page lies in; empty for pages at the top."""
        return self.uri.partition("/")[0] if "/" in self.uri else ""

    def step_ids(self) -> list[tuple[str, Place]]:
        """The ids of the steps that the page embeds, each with its place."""
        return [(f.body.split("\n", 1)[0].strip(), f.place) for f in self.fences]


def url_of(uri: str) -> str:
    """``networking/dns.md`` → ``networking/dns/``; ``networking/index.md`` → ``networking/``.

    A number that puts files in order (``2-dns.md``) is no part of the address, which should outlive the order.
    """
    folder, slash, name = uri.removesuffix(".md").rpartition("/")
    stem = folder + slash + re.sub(r"^\d+-(?=.)", "", name)
    if stem == "index":
        return ""
    return stem.removesuffix("index") if stem.endswith("/index") else f"{stem}/"


def read_page(docs: Path, path: Path) -> PageSource:
    """Read one page. Raises SnippetLabError when its front matter is no YAML mapping."""
    text = path.read_text(encoding="utf-8")
    meta: Any = {}
    first_line = 1
    if found := _FRONT.match(text):
        meta = read_yaml(found[1].split("\n"), path, 2).data or {}
        if not isinstance(meta, dict):
            raise SnippetLabError(
                "the front matter is no mapping", where=f"{path}:2", hint="write lines of the form `key: value`"
            )
        text = text[found.end() :]
        first_line += found[0].count("\n")
    fences = find_fences(text, path, first_line=first_line)
    return PageSource(path.relative_to(docs).as_posix(), path, meta, text, first_line, tuple(fences))


def read_pages(docs: Path) -> list[PageSource]:
    """Every page below the docs folder, by path."""
    return [read_page(docs, p) for p in sorted(docs.rglob("*.md"))]


def embedding(pages: Sequence[PageSource]) -> dict[str, list[tuple[PageSource, Place]]]:
    """Which pages embed a step, by step id, in the order of the pages."""
    found: dict[str, list[tuple[PageSource, Place]]] = {}
    for page in pages:
        for step_id, place in page.step_ids():
            found.setdefault(step_id, []).append((page, place))
    return found
