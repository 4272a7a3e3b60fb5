"""Notes on pages: each stands beside what is printed, on every engine of the site, and they are numbered as they stand."""

from __future__ import annotations

import re

import pytest
from handbook.html.step import Surroundings, render_step
from handbook.pages.embed import EmbedError, parse_embed
from handbook.pages.sources import read_pages

from tests.conftest import PROJECT
from tests.handbook.shelf import handbook


@pytest.fixture(scope="module")
def rendered() -> tuple[dict[str, str], list[str]]:
    """The HTML of each embedded step by the place of its fence, and what was refused."""
    library = handbook()
    around = Surroundings(library, "", str, None, lambda text, rules: [], lambda old, new: [])
    assert len(library.engines) > 1
    shown, wrong = {}, []
    for page in read_pages(PROJECT / "docs" / "en"):
        for fence in page.fences:
            embed = parse_embed(fence.body, {"only": fence.only} if fence.only else {}, fence.place)
            try:
                shown[str(fence.place)] = str(render_step(embed, library.views(embed.step_id, embed.only), around))
            except EmbedError as error:
                wrong.append(str(error))
    return shown, wrong


def test_every_note_stands_in_what_each_of_its_engines_prints(rendered: tuple[dict[str, str], list[str]]) -> None:
    assert rendered[1] == []


def test_the_numbers_of_notes_rise_down_each_listing(rendered: tuple[dict[str, str], list[str]]) -> None:
    """A reader meets note 1 before note 2. The notes of a fence are written in that order."""
    listing = re.compile(r'<div class="run.*?</div>', re.DOTALL)
    marks = {
        place: [re.findall(r'-mark-(\d+)"', shown) for shown in listing.findall(html)]
        for place, html in rendered[0].items()
    }
    assert sum(len(found) for all_ in marks.values() for found in all_) > 500
    assert [place for place, all_ in marks.items() for m in all_ if m != sorted(m, key=int)] == []
