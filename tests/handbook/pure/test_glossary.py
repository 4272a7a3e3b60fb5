"""The glossary: its page as data, and that no page of the handbook uses a word before it is explained."""

from __future__ import annotations

from pathlib import Path

import pytest
from handbook.pages.chapters import chapters_of
from handbook.pages.glossary import Term, paragraphs, read_glossary, used_too_early
from handbook.pages.sources import PageSource, page_from_text, read_page, read_pages
from handbook.settings import read_settings
from mkdocs.config import load_config
from snippetlab.errors import SnippetLabError
from snippetlab.model import Place

ROOT = Path(__file__).parents[3]
DOCS = ROOT / "docs/en"


def page(text: str, uri: str = "start/one.md") -> PageSource:
    return page_from_text(uri, text)


def term(name: str, page: str = "start/two.md") -> Term:
    return Term(name, page, "", "A sentence.", Place(Path("glossary.md"), 1))


def uses(text: str, *terms: Term) -> list[tuple[str, int]]:
    """The terms that a first page uses too early, each with its line; the second page explains them."""
    pages = [page(text), page("# Two\n", "start/two.md"), page("# Three\n", "start/three.md")]
    return [(use.term.name, use.place.line) for use in used_too_early(pages, terms)]


def reading_order() -> list[PageSource]:
    pages = read_pages(DOCS)
    titles = read_settings(load_config(str(ROOT / "mkdocs.yml")).extra["handbook"]).chapters
    home = [p for p in pages if p.uri == "index.md"]
    return home + [p for chapter in chapters_of(pages, titles) for p in chapter.pages]


def test_no_page_uses_a_word_before_it_is_explained() -> None:
    pages = reading_order()
    terms = read_glossary(read_page(DOCS, DOCS / "glossary.md"))
    assert len(terms) > 50
    assert {t.page for t in terms} <= {p.uri for p in pages}
    assert [str(use) for use in used_too_early(pages, terms)] == []


def test_the_terms_stand_in_order() -> None:
    names = [t.name.lower() for t in read_glossary(read_page(DOCS, DOCS / "glossary.md"))]
    assert names == sorted(names)


def test_a_term_has_a_page_an_anchor_and_a_sentence() -> None:
    text = "---\ntitle: G\n---\n# G\n\n[Named volume](volumes/index.md#named)\n:   It has a name.\n"
    (read,) = read_glossary(page(text, "glossary.md"))
    assert read == Term("Named volume", "volumes/index.md", "named", "It has a name.", Place(Path("glossary.md"), 6))


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("Volume\n:   A place.\n", 1, "a term of the glossary is a link"),
        ("[Volume](volumes/index.md)\n:\n", 1, "a term of the glossary is a link"),
        ("[A](a.md)\n:   One.\n\n[a](b.md)\n:   Two.\n", 4, "twice"),
    ],
)
def test_a_glossary_that_says_too_little(text: str, line: int, message: str) -> None:
    with pytest.raises(SnippetLabError, match=message) as caught:
        read_glossary(page(text, "glossary.md"))
    assert str(caught.value.where) == f"glossary.md:{line}"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("# One\n\nA volume.\n", [("Volume", 3)]),
        ("# One\n\nTwo Volumes, and a volume.\n", [("Volume", 3)]),
        ("# One\n\nA [volume](two.md).\n", []),
        ("# One\n\nA volume: see [there](two.md#volume).\n", []),
        ("# One\n\nA volume: see [there](three.md).\n", [("Volume", 3)]),
        ("# One\n\nSee [there](two.md).\n\nA volume.\n", []),
        ("# One\n\nA volume.\n\nSee [there](two.md).\n", [("Volume", 3)]),
        ("# One\n\n- nothing\n- a volume\n", [("Volume", 4)]),
        ("# Volumes\n\nSee [there](two.md).\n", []),
        ("# Volumes\n\nNothing more.\n", [("Volume", 3)]),
        ("# One\n\n`docker volume ls`\n", []),
        ("# One\n\n```console\n$ docker volume ls\nvolume\n```\n", []),
        ("# One\n\n```step\na/b#c\n- ls: a volume\n```\n", [("Volume", 5)]),
        ("# One\n\n```step\na/volume#volume\n```\n", []),
        ("# One\n\nThe file volume.json.\n", []),
        ("# One\n\nVoluminous, a volume-like thing.\n", []),
        ("# One\n\nSee [the file](volume/three.md).\n", []),
        ('# One\n\n```python exec="on"\nStop("a", "a volume")\n```\n', [("Volume", 3)]),
        ('# One\n\n```python exec="on"\nStop("volume", "x y")\n```\n', []),
        ('# One\n\n[Two](two.md).\n\n```python exec="on"\nStop("a", "a volume")\n```\n', []),
        ('# One\n\n```pycon\n>>> "a volume"\n```\n', []),
    ],
)
def test_what_is_used_too_early(text: str, wanted: list[tuple[str, int]]) -> None:
    assert uses(text, term("Volume")) == wanted


def test_a_longer_term_holds_no_shorter_one() -> None:
    both = (term("Volume"), term("Named volume", "start/three.md"))
    assert uses("# One\n\nA [named\nvolume](three.md).\n", *both) == []
    assert uses("# One\n\nA named volume, a volume.\n", *both) == [("Named volume", 3), ("Volume", 3)]


@pytest.mark.parametrize(
    ("name", "used"),
    [
        ("Registry", "Two registries."),
        ("Alias", "Two aliases."),
        ("Bind mount", "A bind-mount."),
        ("Copy on write", "By copy-on-write."),
    ],
)
def test_a_word_is_known_in_the_plural_and_with_hyphens(name: str, used: str) -> None:
    assert uses(f"# One\n\n{used}\n", term(name)) == [(name, 3)]


def test_the_page_that_explains_and_those_after_it_may_use_the_word() -> None:
    pages = [page("# Two\n\nA volume.\n", "start/two.md"), page("# Three\n\nA volume.\n", "start/three.md")]
    assert used_too_early(pages, [term("Volume")]) == []


def test_a_box_and_its_title_are_prose() -> None:
    text = '# One\n\n!!! note "A volume"\n    A volume.\n'
    assert uses(text, term("Volume")) == [("Volume", 3)]


def test_paragraphs_keep_their_lines() -> None:
    text = "---\ntitle: t\n---\n# One\n\nTwo\nlines.\n\n- three\n- four\n\n```sh\nno\n```\nFive.\n"
    assert [(place.line, found) for place, found in paragraphs(page(text))] == [
        (6, "# One\nTwo\nlines."),
        (9, "- three"),
        (10, "- four"),
        (15, "Five."),
    ]
