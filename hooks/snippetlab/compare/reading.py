"""How an output is read: in whose vocabulary, by which rules of its step, and beside what was typed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from snippetlab.compare.typed import NOTHING, Typed, typed_in
from snippetlab.compare.vocabulary import Kind, Vocabulary
from snippetlab.model import Rule, Scenario


@dataclass(frozen=True)
class Reading:
    """The vocabulary of the pack, the volatile ``rules`` of the step, which come before its kinds, and what
    is ``typed`` in the scenario. ``source`` is the command that gave the output, where that is known."""

    vocabulary: Vocabulary
    rules: tuple[Rule, ...] = ()
    typed: Typed = NOTHING
    source: str = ""

    def of(self, source: str) -> Reading:
        """The same, for the output of one command."""
        return replace(self, source=source)

    def seeks(self, kind: Kind) -> bool:
        """True when values of ``kind`` can stand in the output of this command."""
        return kind.asked is None or _asks(kind.asked, self.source)

    def is_typed(self, kind: Kind, text: str, start: int, end: int) -> bool:
        """True for a part of ``text`` that somebody typed, so that it is compared as it is."""
        if kind.measured:
            return self.typed.holds_beside(text, start, end)
        return self.typed.holds(text[start:end])


@lru_cache(maxsize=8192)
def _asks(pattern: re.Pattern[str], source: str) -> bool:
    """Whether a command is one of those that ``pattern`` matches: asked anew for each text that it printed."""
    return pattern.search(source) is not None


def readings(scenarios: Iterable[Scenario], vocabulary: Vocabulary) -> Mapping[str, Reading]:
    """The reading of each step of the scenarios, by step id."""
    found: dict[str, Reading] = {}
    for scenario in scenarios:
        typed = typed_in(scenario)
        found |= {step.id: Reading(vocabulary.without(step.kinds_off), step.rules, typed) for step in scenario.steps}
    return found
