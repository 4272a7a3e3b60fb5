"""Where a step can be read: the page and anchor that embed it, else its row on the verification page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from handbook.pages.embed import anchor_of
from handbook.pages.sources import PageSource


@dataclass(frozen=True)
class StepLink:
    """A place to read a step: the page's title, the address below the site's root, and the heading that it is under.

    ``section`` is empty where the step stands above the page's first section.
    """

    title: str
    url: str
    section: str = ""


StepLinks = Mapping[str, Sequence[StepLink]]


def step_links(pages: Iterable[PageSource]) -> dict[str, list[StepLink]]:
    """The places of every embedded step, by step id, a page once for each step."""
    found: dict[str, list[StepLink]] = {}
    for page in pages:
        for fence in page.fences:
            link = StepLink(page.title, f"{page.url}#{fence.anchor}", page.section_at(fence.place.line))
            links = found.setdefault(fence.step_id, [])
            if all(known.title != link.title for known in links):
                links.append(link)
    return found


def main_link(step_id: str, links: StepLinks) -> StepLink:
    """The first page that embeds the step; else its row on the verification page."""
    known = links.get(step_id)
    return known[0] if known else StepLink(step_id, f"verification/#{anchor_of(step_id)}")
