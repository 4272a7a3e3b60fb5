"""The handbook's pages as files: title, front matter, and the steps that they embed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from snippetlab.errors import SnippetLabError
from snippetlab.model import Place
from snippetlab.scenario.markdown import Heading, lex
from snippetlab.yaml import read_yaml

from handbook.pages.embed import Fence, Fences, find_fences
from handbook.pages.front_matter import FrontMatter, front_matter

_FRONT = re.compile(r"\A---[ \t]*\n(.*?\n)(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_PLAIN = re.compile(r"[\w.-]+(?:/[\w.-]+)*", re.ASCII)


@dataclass(frozen=True)
class PageSource:
    """One Markdown page. ``uri`` is its path below the docs folder, ``body`` the text below the front matter."""

    uri: str
    path: Path
    front: FrontMatter
    body: str
    first_line: int  # of the body, in the file
    filled: Fences

    @property
    def fences(self) -> tuple[Fence, ...]:
        """The ``step`` fences of the page."""
        return self.filled.steps

    @property
    def url(self) -> str:
        """The page's address below the site's root: ``networking/dns/``."""
        return url_of(self.uri)

    @cached_property
    def title(self) -> str:
        """The page's first level-1 heading; its file's name when it has none."""
        return next((h.text for h in self._headings if h.level == 1), self.uri.removesuffix(".md"))

    def section_at(self, line: int) -> str:
        """The level-2 heading, as plain text, that a line of the file stands under; empty above the first."""
        above = [h.text for h in self._headings if h.level == 2 and h.place.line < line - self.first_line + 1]
        return above[-1].replace("`", "").replace("*", "") if above else ""

    @cached_property
    def _headings(self) -> list[Heading]:
        parts = lex(self.body.split("\n"), 0, self.path, lambda info: False)
        return [part for part in parts if isinstance(part, Heading)]

    @property
    def chapter(self) -> str:
        """The folder that the page lies in; empty for pages at the top."""
        return self.uri.partition("/")[0] if "/" in self.uri else ""

    def step_ids(self) -> list[tuple[str, Place]]:
        """The ids of the steps that the page embeds, each with its place."""
        return [(f.step_id, f.place) for f in self.fences]


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
    """Read one page. Raises SnippetLabError when it or its front matter cannot be read."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SnippetLabError(
            f"the page cannot be read: {error}", where=f"{path}:1", hint="check its permissions; save it as UTF-8"
        ) from error
    page = page_from_text(path.relative_to(docs).as_posix(), text, path)
    _ = page.title  # every page is asked for it, and the reader of Markdown has just read this one
    return page


def page_from_text(uri: str, text: str, path: Path | None = None) -> PageSource:
    """The page that a text holds; ``path`` is what messages name. Raises SnippetLabError for its front matter."""
    path = Path(uri) if path is None else path
    if not _PLAIN.fullmatch(uri):
        raise SnippetLabError(
            "the name of a page is its address, and this one would need quoting",
            where=f"{path}:1",
            hint="name the file and its folders with letters, digits, dots, hyphens and underscores",
        )
    front = FrontMatter()
    first_line = 1
    if found := _FRONT.match(text):
        front = front_matter(read_yaml(found[1].split("\n"), path, 2))
        text = text[found.end() :]
        first_line += found[0].count("\n")
    return PageSource(uri, path, front, text, first_line, find_fences(text, path, first_line=first_line))


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
