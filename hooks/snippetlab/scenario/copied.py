"""Values that commands copy: a block with the option ``copied`` types ids and tokens that commands above printed.

A reader who follows the scenario copies them from the screen. So they are other ones in each run, and what a run types
is what it printed itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from snippetlab.errors import ScenarioError
from snippetlab.model import Block, Scenario, Step

OPTION = "copied"
# As short as an id is printed; what is shorter is a word of the command's own.
_VALUE = re.compile(r"(?<![\w:+/-])[\w:+/-]{12,}(?![\w+/-])")


def copied_values(scenario: Scenario) -> frozenset[str]:
    """Every value that some block copies from an output above it."""
    return frozenset(value for _, values in _copying(scenario.steps) for value in values)


def typed_alone(scenario: Scenario) -> Iterator[tuple[Block, str]]:
    """Each command's source, without the values that it copies."""
    values = {id(block): own for block, own in _copying(scenario.steps)}
    for block in (block for step in scenario.steps for block in step.blocks):
        own = values.get(id(block), frozenset())
        for command in block.commands:
            yield block, in_other_words(command.source, dict.fromkeys(own, ""))


def in_other_words(source: str, values: dict[str, str]) -> str:
    """A command with each of ``values`` put into other words."""
    return _VALUE.sub(lambda found: values.get(found.group(), found.group()), source) if values else source


def idle_copies(steps: Iterable[Step]) -> list[ScenarioError]:
    """An error for each block that says it copies, and holds nothing that was printed above it."""
    what = "this block is said to copy, and its commands hold nothing that an output above holds"
    hint = "record the steps above first (snippetlab update), then copy the value as it stands there; or remove copied"
    return [ScenarioError(what, where=str(block.place), hint=hint) for block, values in _copying(steps) if not values]


def _copying(steps: Iterable[Step]) -> Iterator[tuple[Block, frozenset[str]]]:
    """The blocks that copy, each with the values in it that outputs above it hold."""
    printed: set[str] = set()
    for block in (block for step in steps for block in step.blocks):
        if OPTION in block.options:
            typed = {value for command in block.commands for value in _VALUE.findall(command.source)}
            yield block, frozenset(value for value in typed if _stands(value, sorted(printed)))
        for command in block.commands:
            printed |= set(_VALUE.findall(command.output))


def _stands(value: str, printed: Sequence[str]) -> bool:
    """True for a printed value, and for the beginning of one: that is how a long id is mostly typed."""
    return any(one.startswith(value) for one in printed)
