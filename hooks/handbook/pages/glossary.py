"""The glossary page as data, and where a page uses a word of it before the page that explains it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass

from snippetlab.errors import SnippetLabError
from snippetlab.model import Place
from snippetlab.scenario.markdown import fences_of

from handbook.pages.sources import PageSource


@dataclass(frozen=True)
class Term:
    """A word with a meaning of its own: a sentence, and the page (its path below the docs folder) that explains it."""

    name: str
    page: str
    anchor: str
    sentence: str
    place: Place

    def without(self, text: str) -> str:
        """The text without the word, in singular and plural: the same text where it does not stand there.

        Hyphens may take the place of its blanks (``bind-mount``).
        """
        word = re.escape(self.name).replace(r"\ ", r"[\s-]+")
        ending = "(?:y|ies)" if word.endswith("y") else "(?:s|es)?"
        return re.sub(rf"(?<![\w-]){word.removesuffix('y')}{ending}(?![\w-]|\.\w)", " ", text, flags=re.IGNORECASE)


@dataclass(frozen=True)
class Use:
    """A word of the glossary that a page uses before the page that explains it, without a link there."""

    term: Term
    place: Place

    def __str__(self) -> str:
        return f"{self.place}: “{self.term.name}” is explained on {self.term.page}; link to it here, or explain it"


_TERM = re.compile(r"\[([^\]]+)\]\(([^)#\s]+\.md)(#[^)\s]+)?\)")
_LINK = re.compile(r"\]\((?![a-z]+:)([^)#\s]+\.md)(?:#[^)\s]*)?\)")
# What is no prose: code, where a link leads to, attributes in braces, HTML, whose words a box quotes, ids of steps.
_NO_PROSE = re.compile(
    r"(`+).*?\1|\]\([^)\n]*\)|\{[^}\n]*\}|<[^>\n]*>|^\s*!!! \S+|^\s*[\w-]+/[\w-]+#[\w-]+.*?$", re.DOTALL | re.MULTILINE
)

_QUOTED = re.compile(r'"([^"\n]*)"')


def read_glossary(page: PageSource) -> list[Term]:
    """The terms of a page that is a list of definitions, each term a link to the page that explains it.

    Raises SnippetLabError for a term that is no such link, has no sentence, or stands there twice.
    """
    lines = page.body.split("\n")
    terms: dict[str, Term] = {}
    for number, line in enumerate(lines):
        if not line.startswith(":"):
            continue
        place = Place(page.path, page.first_line + number - 1)
        found = _TERM.fullmatch(lines[number - 1])
        sentence = line[1:].strip()
        if found is None or not sentence:
            raise SnippetLabError(
                "a term of the glossary is a link to the page that explains it, with a sentence on the line below",
                where=str(place),
                hint="write [Term](chapter/page.md), and below it a colon, blanks and the sentence",
            )
        if found[1].lower() in terms:
            raise SnippetLabError(f"the term {found[1]} stands in the glossary twice", where=str(place))
        target = posixpath.normpath(posixpath.join(posixpath.dirname(page.uri), found[2]))
        terms[found[1].lower()] = Term(found[1], target, (found[3] or "").removeprefix("#"), sentence, place)
    return list(terms.values())


def used_too_early(pages: Sequence[PageSource], terms: Sequence[Term]) -> list[Use]:
    """The uses, by page and line, of terms that a later page explains. ``pages`` stand in reading order.

    A link in the paragraph of the first use counts, and so does one that stands above it on the page.
    """
    order = {page.uri: n for n, page in enumerate(pages)}
    # The longest first: who has read of a named volume has not read of a volume.
    terms = sorted(terms, key=lambda term: -len(term.name))
    return [
        use
        for n, page in enumerate(pages)
        for use in _unexplained(page, terms, {t for t in terms if order[t.page] <= n})
    ]


def _unexplained(page: PageSource, terms: Sequence[Term], explained: Set[Term]) -> Iterator[Use]:
    told = set(explained)
    for place, text in sorted((*paragraphs(page), *pictures(page)), key=lambda found: found[0].line):
        linked = {
            posixpath.normpath(posixpath.join(posixpath.dirname(page.uri), target)) for target in _LINK.findall(text)
        }
        told |= {term for term in terms if term.page in linked}
        prose = _NO_PROSE.sub(" ", text)
        for term in terms:
            before, prose = prose, term.without(prose)
            if prose != before and term not in told:
                yield Use(term, place)
                # Once is enough.
                told.add(term)


def paragraphs(page: PageSource) -> Iterator[tuple[Place, str]]:
    """The page's paragraphs, list items and notes, each with its place; other fences are left out.

    A heading is part of the paragraph below it, for it can hold no link; the place is that paragraph's.
    """
    fenced = {
        n
        for fence in fences_of(page.body, page.path, lambda info: False)
        for n in range(fence.place.line - 1, fence.end)
    } - {n for fence in page.fences for n in range(fence.place.line - page.first_line + 1, fence.end - page.first_line)}
    first, lines = 0, list[str]()
    for n, line in enumerate([*page.body.split("\n"), "#"]):
        inside = n in fenced
        begins = re.match(r"\s*(?:[-*]|\d+\.)\s|#", line) is not None
        if (inside or begins or not line.strip()) and any(not above.startswith("#") for above in lines):
            yield Place(page.path, page.first_line + first), "\n".join(lines)
            lines = []
        if not inside and line.strip():
            first = first if any(not above.startswith("#") for above in lines) else n
            lines.append(line)


def pictures(page: PageSource) -> Iterator[tuple[Place, str]]:
    """What the pictures of a page say in words of the page's own, each with its place: a picture holds no link."""
    for fence in fences_of(page.body, page.path, lambda info: False):
        # One word alone is a name.
        words = [text for text in _QUOTED.findall("\n".join(fence.body)) if " " in text]
        if fence.info.startswith("python ") and words:
            yield Place(page.path, page.first_line + fence.place.line - 1), " ".join(words)
