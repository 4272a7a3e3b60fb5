"""Parts of a whole that several machines run, such as the jobs of a CI matrix."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from snippetlab.errors import UsageError
from snippetlab.model import Scenario


@dataclass(frozen=True)
class Shard:
    """The ``index``-th (from 1) of ``count`` parts."""

    index: int
    count: int

    @classmethod
    def of(cls, text: str) -> Shard:
        """Read ``2/5``. Raises UsageError."""
        found = re.fullmatch(r"(\d{1,4})/(\d{1,4})", text)
        if not found or not 1 <= int(found[1]) <= int(found[2]):
            raise UsageError(f"--shard {text}: this is no part of a whole", hint="the second of five parts is 2/5")
        return cls(int(found[1]), int(found[2]))

    def share(self, scenarios: Sequence[Scenario]) -> tuple[Scenario, ...]:
        """This part, in the order given. Every scenario is in just one part, whatever that order is.

        Those with several machines, which take longest, are dealt out first.
        """
        dealt = sorted(scenarios, key=lambda scenario: (not scenario.nodes, scenario.id))
        own = {scenario.id for scenario in dealt[self.index - 1 :: self.count]}
        return tuple(scenario for scenario in scenarios if scenario.id in own)
