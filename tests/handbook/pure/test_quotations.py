"""Quotations name their source, link it and say of which day they are."""

from __future__ import annotations

from pathlib import Path

import pytest
from handbook.library import Library
from handbook.pages.quotations import Quotation, quotations
from handbook.pages.sources import PageSource, page_from_text, read_pages
from handbook.reference.verification import verification_page
from handbook.verdict import Verdict
from snippetlab.errors import SnippetLabError

DOCS = Path(__file__).parents[3] / "docs" / "en"


def page(text: str) -> PageSource:
    return page_from_text("start/page.md", f"---\ndescription: x\n---\n\n# Page\n\n{text}", Path("docs/start/page.md"))


def test_a_quotation_has_a_source_an_address_and_a_day() -> None:
    (found,) = quotations([page(
        '!!! quote "The *notes*, 2025-02-19 and 2025-11-10"\n    “New” ([moby#1](https://example.test/1)).\n\nText.\n'
    )])  # fmt: skip
    assert (found.source, found.address, found.day) == (
        "The notes, 2025-02-19 and 2025-11-10",
        "https://example.test/1",
        "2025-11-10",
    )
    assert str(found.place) == "docs/start/page.md:7"


def test_the_title_may_hold_the_link_and_the_box_may_be_in_another() -> None:
    text = '!!! note "Then"\n    !!! quote "[The manual](https://example.test/m), read on 2026-11-29"\n        “So.”\n'
    (found,) = quotations([page(text)])
    assert (found.source, found.day) == ("The manual, read on 2026-11-29", "2026-11-29")


def test_what_cannot_be_looked_up_is_no_quotation() -> None:
    text = (
        '!!! quote "The notes"\n    “New.” [A page of this book](../index.md)\n\n'
        "!!! quote\n    [x](https://example.test/)\n\n"
        '!!! quote "The “notes”, 2025-11-10"\n    [They](https://example.test/) say so.\n\n'
        '!!! quote "The notes, 2025-11-10"\n    “New.”\n\nA [link](other.md) of the text below.\n'
    )
    with pytest.raises(SnippetLabError) as raised:
        quotations([page(text)])
    assert raised.value.what.split("\n") == [
        "docs/start/page.md:7: a quotation without a link and a day",
        "docs/start/page.md:10: a quotation without a title and a day and a word in “these marks”",
        "docs/start/page.md:13: a quotation without a word in “these marks”",
        "docs/start/page.md:16: a quotation without a link",
    ]


LOOSE = "a link out of the book, and no quotation around it"


def test_what_rests_on_somebody_else_stands_in_a_box() -> None:
    loose = "It does, as [the manual](https://example.test/) says: “so”.\n"
    with pytest.raises(SnippetLabError) as raised:
        quotations([page(f'{loose}\n!!! quote "The manual, 2025-11-10"\n    {loose}\n\n!!! note "N"\n    {loose}')])
    assert raised.value.what.split("\n") == [f"docs/start/page.md:7: {LOOSE}", f"docs/start/page.md:14: {LOOSE}"]


@pytest.mark.parametrize(
    "text",
    [
        "```step\na/b#c\n- x: [counted](https://example.test/) so\n```\n",
        "| `busybox` | [another build](https://example.test/) |\n",
        "See [this][1].\n\n[1]: https://example.test/\n",
        "See [this](<https://example.test/>), or [that](other.md).\n",
        "See <http://example.test/>.\n",
    ],
)
def test_no_form_of_a_link_slips_out_of_the_book(text: str) -> None:
    with pytest.raises(SnippetLabError, match=LOOSE):
        quotations([page(text)])


def test_words_and_links_of_the_book_need_no_box() -> None:
    own = "It says “no”. See [more](../more.md), or ask `http://web:80/`.\n"
    read_on = "| [an article](https://example.test/) | what stands there |\n"
    typed = "```text\n[x](https://example.test/)\n```\n"
    assert quotations([page(f"{own}\n| link | what |\n| --- | --- |\n{read_on}\n{typed}")]) == []


def test_an_example_of_how_to_write_one_is_none() -> None:
    assert quotations([page('```text\n!!! quote "x"\n```\n')]) == []


def test_the_name_of_a_source_is_listed_without_marks() -> None:
    (told,) = quotations([page('!!! quote "*The* `push.go`, [of it](https://x.test), 2026-08-05"\n    “So.”\n')])
    assert told.source == "The push.go, of it, 2026-08-05"


def test_every_quotation_of_the_book_can_be_looked_up() -> None:
    found: list[Quotation] = quotations(read_pages(DOCS))
    assert len(found) >= 25


def test_the_verification_page_counts_and_links_them() -> None:
    found = quotations(
        [page('!!! quote "The notes & more, 2025-11-10"\n    “So.” [x](https://example.test/?a=1&b=2)\n')]
    )
    told = verification_page(Library({}, {}), Verdict((), live=True), [], [], {}, found)
    assert "There is 1 such quotation." in told
    assert '<a href="https://example.test/?a=1&amp;b=2">The notes &amp; more, 2025-11-10</a>' in told
    assert "Nothing: every statement" in verification_page(Library({}, {}), Verdict((), live=True), [], [], {})
