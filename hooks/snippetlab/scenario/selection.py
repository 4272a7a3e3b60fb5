"""From what a person names (paths, ids, words) to scenarios."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from snippetlab.errors import ScenarioError, UsageError
from snippetlab.model import NotRun, Scenario


@dataclass(frozen=True)
class Selection:
    """Scenarios to run, for some the last step to run (scenario id to step name), why files could not be read,
    and what of the chosen files is shown and not run."""

    scenarios: tuple[Scenario, ...]
    until: dict[str, str]
    unreadable: tuple[ScenarioError, ...] = ()
    not_run: tuple[NotRun, ...] = ()


def select(scenarios: Sequence[Scenario], names: Sequence[str], word: str | None = None) -> Selection:
    """The scenarios that ``names`` (paths, chapter, chapter/scenario, chapter/scenario#step) and ``word`` leave.

    Without names, all. ``word`` keeps the scenarios whose id, title or step
    names hold it. Raises UsageError for a name that fits nothing.
    """
    chosen: dict[str, Scenario] = {}
    until: dict[str, str] = {}
    whole: set[str] = set()
    for name in names:
        found, step = _matching(scenarios, name)
        chosen |= {s.id: s for s in found}
        if step:
            until[found[0].id] = _later(found[0], until.get(found[0].id), step)
        else:
            whole |= {s.id for s in found}
    until = {scenario_id: step for scenario_id, step in until.items() if scenario_id not in whole}
    picked = [s for s in scenarios if s.id in chosen] if names else list(scenarios)
    if word:
        picked = [s for s in picked if word in s.id or word in s.title or any(word in t.name for t in s.steps)]
        if not picked:
            raise UsageError(f"no scenario holds the word {word!r}")
    return Selection(tuple(picked), until)


def _matching(scenarios: Sequence[Scenario], name: str) -> tuple[list[Scenario], str | None]:
    if whole := [s for s in scenarios if s.id == name]:
        return whole, None  # also a section of a page that has a lab of its own
    scenario_name, _, step = name.partition("#")
    bare = scenario_name.rstrip("/")
    path = Path(bare).resolve()
    found = [
        s
        for s in scenarios
        if s.id == bare or s.id.startswith(f"{bare}/") or s.path.resolve() == path or path in s.path.resolve().parents
    ]
    if not found:
        known = [*(s.id for s in scenarios), *sorted({s.id.partition("/")[0] for s in scenarios})]
        near = difflib.get_close_matches(bare, known, 3, 0.5)
        hint = f"did you mean {', '.join(near)}?" if near else "`snippetlab list` shows every id"
        raise UsageError(f"no scenario is named {name!r}", hint=hint)
    if not step:
        return found, None
    if len(found) > 1:
        raise UsageError(
            f"{bare} is {len(found)} scenarios; {name!r} names no step", hint="write chapter/scenario#step"
        )
    steps = [s.name for s in found[0].steps]
    if step not in steps:
        near = difflib.get_close_matches(step, steps, 3, 0.5)
        raise UsageError(
            f"{found[0].id} has no step {step!r}",
            where=str(found[0].path),
            hint=f"did you mean {', '.join(near)}?" if near else f"its steps: {', '.join(steps)}",
        )
    return found, step


def _later(scenario: Scenario, one: str | None, other: str) -> str:
    """The one of two steps that comes later."""
    names = [s.name for s in scenario.steps]
    return other if one is None else max(one, other, key=names.index)
