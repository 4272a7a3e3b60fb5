"""States on other engines than the baseline: what is not as the scenario leaves it there.

``NAME.ENGINE.state.yml`` tells the objects, and their fields, in which the state on ENGINE differs from that in
``NAME.state.yml``: a value, ``null`` for a field or an object that is not there. What differs in most objects of a
kind stands once in ``defaults.ENGINE.state.yml``.
"""

from __future__ import annotations

import glob
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from snippetlab.accept.statefile import Recorded, defaults_file, read_mappings, read_state, with_fields, yaml_lines
from snippetlab.compare.states import UNSEEN, Fields, State, unequal
from snippetlab.errors import ScenarioError
from snippetlab.files import write_atomically
from snippetlab.model import Scenario, ScenarioResult

_STATE = ".state.yml"
# By kind: the fields that most objects have another value of; by kind and name: an object, or what is other of it.
Usual = Mapping[str, Fields]
Delta = Mapping[str, Mapping[str, Fields | None]]


def file_on(scenario: Scenario, engine: str) -> Path:
    """Where the state of a scenario on an engine is recorded."""
    return scenario.path.with_name(f"{scenario.path.stem}.{engine}.state.yml")


def usual_file(scenario: Scenario, engine: str) -> Path:
    """Where that is recorded which differs on an engine in most objects."""
    return defaults_file(scenario).with_name(f"defaults.{engine}.state.yml")


def state_on(scenario: Scenario, engine: str, baseline: str) -> Recorded | None:
    """The recorded state of a scenario on an engine; None where none is recorded of it on the baseline either.

    Raises SnippetLabError for a file that holds no state.
    """
    recorded = read_state(scenario)
    if engine == baseline or recorded is None:
        return recorded
    if recorded.state is None:
        return None
    path = file_on(scenario, engine)
    text, own = read_mappings(path) if path.exists() else (recorded.text, {})
    usual = _usual(scenario, engine)
    return Recorded(applied(recorded.state, usual, with_fields(own, path, text)), path if own else recorded.path, text)


def unknown_states(scenarios: Iterable[Scenario], known: Mapping[str, object]) -> list[ScenarioError]:
    """An error for each file that holds what scenarios leave on an engine which is not ``known``."""
    begun = {path for s in scenarios for path in (s.path.with_suffix(""), defaults_file(s).with_name("defaults"))}
    return [
        ScenarioError(
            f"there is no engine {engine!r}, so these states are of none",
            where=f"{file}:1",
            hint=f"known engines: {', '.join(known)}; add it to the settings, or remove the file",
        )
        for path in sorted(begun)
        for file in sorted(path.parent.glob(f"{glob.escape(path.name)}.*{_STATE}"))
        if (engine := file.name[len(path.name) + 1 : -len(_STATE)]) not in known
    ]


def _usual(scenario: Scenario, engine: str) -> Usual:
    path = usual_file(scenario, engine)
    return read_mappings(path)[1] if path.exists() else {}


def applied(base: State, usual: Usual, delta: Delta) -> State:
    """``base`` with what is usual on an engine, and then with what one scenario has of its own there."""
    state: dict[str, dict[str, Fields]] = {
        kind: {name: _merged(fields, usual.get(kind, {})) for name, fields in objects.items()}
        for kind, objects in base.items()
    }
    for kind, objects in delta.items():
        for name, fields in objects.items():
            if fields is None:
                state.get(kind, {}).pop(name, None)
            else:
                known = state.setdefault(kind, {}).get(name, {})
                state[kind][name] = fields if UNSEEN in (known, fields) else _merged(known, fields)
    return {kind: objects for kind, objects in state.items() if objects}


def _merged(fields: Fields, other: Fields) -> Fields:
    if fields == UNSEEN:
        return fields
    return {path: value for path, value in {**fields, **other}.items() if value is not None}


def delta_of(base: State, now: State) -> Delta:
    """What must be said of ``base`` to come to ``now``. An object that either did not see in time says nothing."""
    delta: dict[str, dict[str, Fields | None]] = {}
    for kind in sorted({*base, *now}):
        before, after = base.get(kind, {}), now.get(kind, {})
        for name in dict.fromkeys([*before, *after]):
            if name not in after:
                delta.setdefault(kind, {})[name] = None
            elif name not in before:
                delta.setdefault(kind, {})[name] = after[name]
            elif UNSEEN not in (before[name], after[name]) and (paths := unequal(before[name], after[name])):
                delta.setdefault(kind, {})[name] = {path: after[name].get(path) for path in paths}
    return delta


def usual_of(pairs: Iterable[tuple[State, State]]) -> Usual:
    """By kind, the fields in which more than half of the objects changed from base to state, and to the same value."""
    found: Counter[tuple[str, str, str]] = Counter()
    objects: Counter[str] = Counter()
    for base, now in pairs:
        for kind in base:
            shared = [n for n in base[kind] if n in now.get(kind, {}) and UNSEEN not in (base[kind][n], now[kind][n])]
            objects[kind] += len(shared)
            for name in shared:
                before, after = base[kind][name], now[kind][name]
                found.update((kind, path, json.dumps(after.get(path))) for path in unequal(before, after))
    usual: dict[str, dict[str, Any]] = {}
    for (kind, path, value), count in sorted(found.items()):
        if count * 2 > objects[kind] > 1:
            usual.setdefault(kind, {})[path] = json.loads(value)
    return usual


def update_states_on(results: Sequence[ScenarioResult], engine: str, *, everything: bool = False) -> list[Path]:
    """Write what is other on ``engine``; gives the files that changed. A scenario in which nothing is has no file.

    A scenario that did not run to its end keeps what is recorded.
    """
    pairs: dict[str, tuple[Scenario, State, State]] = {}
    for result in results:
        recorded = read_state(result.scenario)
        now = next((run.state for run in result.runs if run.whole and run.track == result.scenario.tracks[0]), None)
        if recorded and recorded.state is not None and now is not None:
            pairs[result.scenario.id] = (result.scenario, recorded.state, now)
    if not pairs:
        return []
    path = usual_file(next(iter(pairs.values()))[0], engine)
    anew = everything or not path.exists()
    usual = usual_of((base, now) for _, base, now in pairs.values()) if anew else read_mappings(path)[1]
    files = {
        file_on(scenario, engine): _text(delta_of(applied(base, usual, {}), now), _head(scenario, engine))
        for scenario, base, now in pairs.values()
    }
    files[path] = _text(usual, f"# What differs on {engine} in most objects that scenarios leave there.\n{_WRITTEN}")
    return [file for file, text in files.items() if _written(file, text)]


_WRITTEN = "# Written by `snippetlab update`.\n"


def _head(scenario: Scenario, engine: str) -> str:
    return f"# What this scenario leaves on {engine} that is not as in {scenario.path.stem}.state.yml.\n{_WRITTEN}"


def _text(data: Mapping[str, Any], head: str) -> str:
    return "".join([head, *yaml_lines(data)]) if data else ""


def _written(file: Path, text: str) -> bool:
    """True when the file was changed: written, or removed where there is nothing to say."""
    if (file.read_text(encoding="utf-8") if file.exists() else "") == text:
        return False
    if text:
        write_atomically(file, text)
    else:
        file.unlink()
    return True
