"""How the outputs of one step are read: in whose vocabulary, and by which rules of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from snippetlab.compare.vocabulary import Vocabulary
from snippetlab.model import Rule, Scenario


@dataclass(frozen=True)
class Reading:
    """The vocabulary of the pack, and the volatile ``rules`` of the step, which come before its kinds."""

    vocabulary: Vocabulary
    rules: tuple[Rule, ...] = ()


def readings(scenarios: Iterable[Scenario], vocabulary: Vocabulary) -> Mapping[str, Reading]:
    """The reading of each step of the scenarios, by step id."""
    return {step.id: Reading(vocabulary, step.rules) for scenario in scenarios for step in scenario.steps}
