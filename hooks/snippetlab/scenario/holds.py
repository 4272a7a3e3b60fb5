"""From which to which engine a step holds: ``engines: ">=23"`` with a reason, of a step or of a whole scenario.

On an engine outside of that range the step is shown without outputs and does not run; the page gives the reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import pydantic

from snippetlab.errors import ScenarioError
from snippetlab.model import Block, Holds, Step
from snippetlab.scenario.markdown import Fence
from snippetlab.yaml import Yaml, read_yaml, validated

BOUND = re.compile(r"(>=|<=|>|<)\s*(\d+(?:\.\d+)*)")
_HINT = 'like: engines: ">=23", or several parted by commas: ">=23, <29"'


class HoldsModel(pydantic.BaseModel, extra="forbid", strict=True):
    """The keys of a block ``yaml engines``, and of ``engines`` in the front matter."""

    engines: str
    reason: str = pydantic.Field(min_length=1)

    @pydantic.field_validator("engines")
    @classmethod
    def _bounds(cls, text: str) -> str:
        if not all(BOUND.fullmatch(part.strip()) for part in text.split(",")):
            raise ValueError(f"{text!r} is no range of engines; write it {_HINT}")
        return text

    def holds(self, where: str) -> Holds:
        """The same for a step; ``where`` says the place."""
        bounds = [BOUND.fullmatch(part.strip()) for part in self.engines.split(",")]
        found = tuple((bound[1], tuple(map(int, bound[2].split(".")))) for bound in bounds if bound)
        return Holds(self.engines, found, self.reason, where)


def holds_on(text: str, engine: str) -> bool:
    """Whether an engine is in a range such as ``>=23``."""
    return HoldsModel(engines=text, reason="-").holds("").on(engine)


def read_holds(fence: Fence) -> Holds:
    """The range in a block ``yaml engines``. Raises ScenarioError."""
    source = read_yaml(fence.body, fence.place.path, fence.place.line + 1)
    return validated(HoldsModel, source).holds(str(fence.place))


def front_holds(given: Any, matter: Yaml) -> Holds | None:
    """The range of a whole scenario, from its front matter. Raises ScenarioError."""
    return validated(HoldsModel, matter, "engines").holds(matter.where("engines")) if given is not None else None


def where_it_holds(step: Step, engine: str) -> Step:
    """The step as it is on ``engine``: where it does not hold, its commands alone, which do not run."""
    holds = step.holds
    if holds is None or holds.on(engine):
        return step
    return replace(step, blocks=tuple(_bare(b, holds) for b in step.blocks if b.kind in ("console", "pycon")))


def _bare(block: Block, holds: Holds) -> Block:
    notation = block.notation
    commands = tuple(
        replace(c, output="", exit_code=0, rules=(), stream=None, quiet="", unordered=False) for c in block.commands
    )
    typed = (
        f"{notation.continuation if number else notation.prompts[0]}{line}\n"
        for command in commands
        for number, line in enumerate(command.source.split("\n"))
    )
    options = {"exempt": f"only {holds.words}. {holds.reason}"}
    return replace(block, options=options, commands=commands, text="".join(typed))


def refuse_untold(steps: Sequence[Step], engines: Iterable[str]) -> list[ScenarioError]:
    """An error for each range with a bound that is finer than what an engine's name tells of its version."""
    return [
        ScenarioError(
            f"whether {engine} is in {holds.text} cannot be told: its name says no more of its version",
            where=holds.where,
            hint=f"write a bound without what follows {engine}",
        )
        for holds in dict.fromkeys(step.holds for step in steps if step.holds)
        for engine in engines
        if holds.untold(engine)
    ]


def refuse_off_baseline(steps: Sequence[Step], baseline: str) -> list[ScenarioError]:
    """An error for each step that does not hold on the baseline, of which a scenario keeps the recordings."""
    return [
        ScenarioError(
            f"the step {step.name!r} does not hold on {baseline}, the baseline, which runs everything",
            where=step.holds.where,
            hint="let it run there, too: what does not exist yet is recorded as what it prints",
        )
        for step in steps
        if step.holds and not step.holds.on(baseline)
    ]
