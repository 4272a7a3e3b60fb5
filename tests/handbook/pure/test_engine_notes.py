"""Notes on pages: each stands beside what is printed, on every engine of the site."""

from __future__ import annotations

from handbook.html.step import Surroundings, render_step
from handbook.pages.embed import EmbedError, parse_embed
from handbook.pages.sources import read_pages

from tests.conftest import PROJECT
from tests.handbook.shelf import handbook


def test_every_note_stands_in_what_each_of_its_engines_prints() -> None:
    library = handbook()
    around = Surroundings(library, "", str, None, lambda text, rules: [], lambda old, new: [])
    assert len(library.engines) > 1
    wrong = []
    for page in read_pages(PROJECT / "docs" / "en"):
        for fence in page.fences:
            embed = parse_embed(fence.body, {"only": fence.only} if fence.only else {}, fence.place)
            try:
                render_step(embed, library.views(embed.step_id, embed.only), around)
            except EmbedError as error:
                wrong.append(str(error))
    assert wrong == []
