"""From what a person names (paths, ids, words) to scenarios."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .errors import UsageError
from .model import Scenario


@dataclass(frozen=True)
class Selection:
    """Scenarios to run, and for some the last step to run (scenario id to step name)."""

    scenarios: tuple[Scenario, ...]
    until: dict[str, str]


def find_root(start: Path) -> Path:
    """The snippets folder of the project that ``start`` lies in, relative to ``start`` where possible.

    Raises UsageError when there is none.
    """
    for folder in (start, *start.parents):
        if (folder / "snippets").is_dir():
            found = folder / "snippets"
            return found.relative_to(start) if found.is_relative_to(start) else found
    raise UsageError("no snippets/ folder here or above", hint="run the command inside the project, or name --root")


def select(scenarios: Sequence[Scenario], names: Sequence[str], word: str | None = None) -> Selection:
    """The scenarios that ``names`` (paths, chapter, chapter/scenario, chapter/scenario#step) and ``word`` leave.

    Without names, all. ``word`` keeps the scenarios whose id, title or step
    names hold it. Raises UsageError for a name that fits nothing.
    """
    chosen: dict[str, Scenario] = {}
    until: dict[str, str] = {}
    for name in names:
        found, step = _matching(scenarios, name)
        for scenario in found:
            chosen[scenario.id] = scenario
        if step:
            names_in_order = [s.name for s in found[0].steps]
            former = until.get(found[0].id)
            if former is None or names_in_order.index(step) > names_in_order.index(former):
                until[found[0].id] = step
    picked = [s for s in scenarios if s.id in chosen] if names else list(scenarios)
    if word:
        picked = [s for s in picked if word in s.id or word in s.title or any(word in t.name for t in s.steps)]
        if not picked:
            raise UsageError(f"no scenario holds the word {word!r}")
    return Selection(tuple(picked), until)


def _matching(scenarios: Sequence[Scenario], name: str) -> tuple[list[Scenario], str | None]:
    scenario_name, _, step = name.partition("#")
    bare = scenario_name.rstrip("/")
    path = Path(bare).resolve()
    found = [
        s
        for s in scenarios
        if s.id == bare or s.id.startswith(f"{bare}/") or s.path.resolve() == path or path in s.path.resolve().parents
    ]
    if not found:
        known = [s.id for s in scenarios]
        near = difflib.get_close_matches(bare, known, 3, 0.5)
        hint = f"did you mean {', '.join(near)}?" if near else "`snippetlab list` shows every id"
        raise UsageError(f"no scenario is named {name!r}", hint=hint)
    if step:
        steps = [s.name for s in found[0].steps]
        if step not in steps:
            near = difflib.get_close_matches(step, steps, 3, 0.5)
            raise UsageError(
                f"{found[0].id} has no step {step!r}",
                where=str(found[0].path),
                hint=f"its steps: {', '.join(near or steps)}",
            )
    return found, step or None
