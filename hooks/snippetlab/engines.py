"""Which engines are meant: those that a person names, or the usual ones; and what runs on each."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import replace

from snippetlab.accept.register import read_register
from snippetlab.enginetable import ALL
from snippetlab.errors import UsageError
from snippetlab.model import Scenario
from snippetlab.packs import Pack
from snippetlab.scenario.engines import on_engine
from snippetlab.settings import Project


def one_engine(name: str, pack: Pack) -> str:
    """The engine of that name. Raises UsageError."""
    if name == ALL:
        raise UsageError("one engine is wanted here, not all", hint=f"known engines: {', '.join(pack.engines)}")
    if name not in pack.engines:
        near = difflib.get_close_matches(name, pack.engines, 1)
        hint = f"did you mean {near[0]}?" if near else f"known engines: {', '.join(pack.engines)}"
        raise UsageError(f"there is no engine {name!r}", hint=hint)
    return name


def only_engine(names: Sequence[str] | None, pack: Pack) -> str:
    """The one engine that a person named; the baseline where nobody named any. Raises UsageError for several."""
    several = list(dict.fromkeys(names or ()))
    if len(several) > 1:
        raise UsageError(f"one engine is wanted here, not {len(several)}: {', '.join(several)}", hint="name one")
    return one_engine(several[0], pack) if several else pack.baseline


def usual_engines(pack: Pack, project: Project) -> list[str]:
    """The engines where nobody names any: the baseline, and the newest if recordings of it are kept."""
    kept = read_register(project.scenarios)
    newest = [name for name, engine in pack.engines.items() if engine.role == "newest" and name in kept]
    return [pack.baseline, *newest]


def wanted_engines(names: Sequence[str] | None, pack: Pack, project: Project) -> list[str]:
    """The engines that a person named. Raises UsageError for one that is not known."""
    if not names:
        return usual_engines(pack, project)
    named = list(dict.fromkeys(one_engine(name, pack) for name in names if name != ALL))
    if ALL in names:
        return [pack.baseline, *(name for name in pack.engines if name != pack.baseline)]
    return named


def scenario_on(scenario: Scenario, engine: str, pack: Pack) -> Scenario:
    """The scenario as it runs on ``engine``: with what is recorded there, in the tracks that run there, if any do."""
    there = on_engine(scenario, engine, pack.baseline)
    runs = pack.engines[engine].tracks
    return replace(there, tracks=tuple(track for track in there.tracks if track in runs))
