"""What a reader of one page types: where a page leaves steps of a scenario out, the scenario without them.

Such a page is run by itself, on the engine that readers see first. It fails where a reader would, who never typed what
the page does not show.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from snippetlab.model import Drift, Place, Recordings, Scenario, ScenarioResult, Step

from handbook.pages.embed import Fence
from handbook.pages.sources import PageSource


@dataclass(frozen=True)
class Replay:
    """A scenario as a page shows it: ``scenario`` holds the steps of the page alone, ``left_out`` names the others.

    ``place`` is the first line of the page on which it shows one of them.
    """

    page: PageSource
    scenario: Scenario
    left_out: tuple[str, ...]
    place: Place

    def drifts(self, result: ScenarioResult) -> list[Drift]:
        """What fails on the page, told where a person mends it: on the page."""
        missing = ", ".join(self.left_out) or "the listings of the other track"
        why = f"a reader of this page alone never typed {missing}: show it above, or leave this step out, too"
        return [
            replace(d, place=self._shown(d.step_id), message=f"{d.message} ({d.place}); {why}") for d in result.drifts
        ]

    def _shown(self, step_id: str) -> Place:
        return next((fence.place for fence in self.page.fences if fence.step_id == step_id), self.place)


def replays(pages: Sequence[PageSource], scenarios: Sequence[Scenario]) -> list[Replay]:
    """The pages that leave something of a scenario out, once for each such scenario.

    A page that shows all of a scenario needs no run of its own: the scenario's run is the page's.
    """
    found = []
    for page in pages:
        for scenario in scenarios:
            shown = [f for f in page.fences if f.step_id.partition("#")[0] == scenario.id]
            steps = tuple(_as_shown(step, shown) for step in scenario.steps if any(f.step_id == step.id for f in shown))
            if not shown or steps == scenario.steps:
                continue
            kept = {step.id for step in steps}
            left_out = tuple(step.name for step in scenario.steps if step.id not in kept)
            # The page's name stands in the id with dots: how many slashes there are says where the project begins.
            name = f"{scenario.id} on {page.uri.replace('/', '.')}"
            others = {engine: _recorded(recordings, steps) for engine, recordings in scenario.others.items()}
            alone = replace(scenario, id=name, steps=steps, engines=(), others=others, in_place=True)
            found.append(Replay(page, alone, left_out, shown[0].place))
    return found


def _as_shown(step: Step, shown: Sequence[Fence]) -> Step:
    """The step without the listings of a track that no fence of the page shows."""
    tracks = {fence.only for fence in shown if fence.step_id == step.id}
    unseen = "pycon" if tracks == {"shell"} else "console" if tracks == {"python"} else None
    return replace(step, blocks=tuple(b for b in step.blocks if b.kind != unseen or b.hidden))


def _recorded(recordings: Recordings, steps: Sequence[Step]) -> Recordings:
    """Of what is recorded on another engine, what is of these steps, and of the kinds of blocks that they have."""
    kinds = {step.name: {block.kind for block in step.blocks} for step in steps}
    entries = {
        name: replace(entry, blocks=tuple(block for block in entry.blocks if block.kind in kinds[name]))
        for name, entry in recordings.entries.items()
        if name in kinds
    }
    return replace(recordings, entries=entries)
