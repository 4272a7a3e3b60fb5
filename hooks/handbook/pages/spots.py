"""Where a step can be read: the page and anchor that embed it, else its row on the verification page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from handbook.pages.embed import anchor_of
from handbook.pages.sources import PageSource

_ID = re.compile(r'\bid="([^"]+)"')


@dataclass(frozen=True)
class Spot:
    """A place to read a step: the page's title and the address below the site's root."""

    title: str
    url: str


def spots_of(pages: Iterable[PageSource]) -> dict[str, list[Spot]]:
    """The spots of every embedded step, by step id, a page once for each step."""
    found: dict[str, list[Spot]] = {}
    for page in pages:
        for fence in page.fences:
            step_id = fence.body.split("\n", 1)[0].strip()
            own = _ID.search(fence.info)
            spot = Spot(page.title, f"{page.url}#{own[1] if own else anchor_of(step_id)}")
            spots = found.setdefault(step_id, [])
            if all(s.title != spot.title for s in spots):
                spots.append(spot)
    return found


def main_spot(step_id: str, spots: Mapping[str, Sequence[Spot]]) -> Spot:
    """The first page that embeds the step; else its row on the verification page."""
    known = spots.get(step_id)
    return known[0] if known else Spot(step_id, f"verification/#{anchor_of(step_id)}")


def link(spot: Spot, text: str | None = None, *, up: str = "../") -> str:
    """An HTML link to a spot from a page that lies one level below the root."""
    return f'<a href="{escape(up + spot.url)}">{escape(text or spot.title)}</a>'
