"""Compares what was left on an engine: by the two tracks of a scenario, and by this run and the recorded one.

A state maps kinds of objects to the names of objects to their fields: ``containers`` → ``web`` →
``HostConfig.Memory`` → 67108864. A field that is not set is not there.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from snippetlab.compare.vocabulary import Vocabulary
from snippetlab.model import Drift, DriftKind, Place, Scenario, TrackRun

Fields = Mapping[str, Any]
State = Mapping[str, Mapping[str, Fields]]
# What was there for a while, and is gone at the end, begins so.
REMOVED = "removed "
UNSEEN: Fields = {"unseen": True}  # an object that was gone before it could be looked at


def flat(data: Any, maps: frozenset[str] = frozenset(), path: str = "") -> Iterator[tuple[str, Any]]:
    """The fields of nested data, each with its path (``HostConfig.Ulimits[0].Name``).

    None, an empty list, an empty object and an empty text are no field: clients
    send one or the other for what nobody set. It is otherwise below the keys
    ``maps``, whose own keys somebody chose (``Labels``): there each key counts.
    """
    if isinstance(data, Mapping):
        for key, value in data.items():
            below = f"{path}.{key}" if path else str(key)
            if path.rpartition(".")[2] in maps and value in (None, "", [], {}):
                yield below, "" if value is None else value
            else:
                yield from flat(value, maps, below)
    elif isinstance(data, list) and any(isinstance(item, Mapping | list) for item in data):
        for index, item in enumerate(data):
            yield from flat(item, maps, f"{path}[{index}]")
    elif data not in (None, "", []):
        yield path, data


def compare_states(scenario: Scenario, shell: TrackRun, python: TrackRun, vocabulary: Vocabulary) -> list[Drift]:
    """The differences between what the two tracks left and removed, one drift for each kind of object.

    Without the state of both there is nothing to compare: the failure that cost
    it is a drift of its own.
    """
    if shell.state is None or python.state is None:
        return []
    sides = vocabulary.by_any_client(shell.state, python.state)
    left, right = (_without_unlike(side, vocabulary) for side in sides)
    return [
        Drift(DriftKind.STATE, scenario.id, Place(scenario.path, 1), found.one, found.other, found.message)
        for found in _differences(left, right, _between_tracks)
    ]


def _between_tracks(kind: str) -> _Words:
    does = "makes and removes" if kind.startswith(REMOVED) else "leaves"
    return _Words(
        f"the shell track {does} {{}}, the python track does not",
        f"the python track {does} {{}}, the shell track does not",
        "{} after the shell track and {} after the python track",
    )


def compare_recorded(
    scenario: Scenario, run: TrackRun, recorded: State, place: Callable[[str, str], Place]
) -> list[Drift]:
    """The differences between the recorded state and what ``run`` left and removed, one drift for each kind.

    ``place`` gives the line where a kind's object of that name is recorded.
    """
    if run.state is None:
        return []
    words = _Words(
        "{} is recorded and was not there", "{} was there and is not recorded", "recorded as {} and is {} now"
    )
    return [
        Drift(
            DriftKind.STATE,
            scenario.id,
            place(found.kind, found.name),
            found.one,
            found.other,
            found.message,
            run.track,
        )
        for found in _differences(recorded, run.state, lambda kind: words)
    ]


def _without_unlike(state: State, vocabulary: Vocabulary) -> State:
    """A state without what two tracks do differently by nature."""
    return {
        kind: {
            name: {
                path: value
                for path, value in fields.items()
                if not any(unlike.covers(of, path) for unlike in vocabulary.between_tracks for of in _kinds(kind))
            }
            for name, fields in objects.items()
        }
        for kind, objects in state.items()
    }


def _kinds(kind: str) -> tuple[str, ...]:
    """The names of a kind: what holds for objects that are left holds for removed ones too."""
    return (kind, kind.removeprefix(REMOVED))


@dataclass(frozen=True)
class _Words:
    """How a difference is told: what one side alone has, what the other alone has, two values of a field."""

    first: str
    second: str
    values: str


@dataclass(frozen=True)
class _Difference:
    """What differs in the objects of one kind: the first object, in words, and the fields of each side."""

    kind: str
    name: str
    message: str
    one: str
    other: str


def _differences(one: State, other: State, words: Callable[[str], _Words]) -> Iterator[_Difference]:
    for kind in sorted({*one, *other}):
        left, right = one.get(kind, {}), other.get(kind, {})
        names, of_kind = dict.fromkeys([*left, *right]), words(kind)
        found = [(name, text) for name in names for text in _told(name, left, right, of_kind)]
        if found:
            message = f"{kind}: {'; '.join(text for _, text in found)}"
            yield _Difference(kind, found[0][0], message, _shown(left, right), _shown(right, left))


def _told(name: str, left: Mapping[str, Fields], right: Mapping[str, Fields], words: _Words) -> Iterator[str]:
    if name not in right:
        yield words.first.format(_title(name, left[name]))
    elif name not in left:
        yield words.second.format(_title(name, right[name]))
    elif UNSEEN not in (left[name], right[name]):
        for path in unequal(left[name], right[name]):
            values = words.values.format(_value(left[name].get(path)), _value(right[name].get(path)))
            yield f"of {name!r}, {path} is {values}"


def unequal(one: Fields, other: Fields) -> list[str]:
    """The paths of the fields that differ; ``1``, ``1.0`` and ``True`` are three things."""
    return [p for p in sorted({*one, *other}) if json.dumps(one.get(p)) != json.dumps(other.get(p))]


def _title(name: str, fields: Fields) -> str:
    return f"{name!r} running" if fields.get("State.Status") == "running" else repr(name)


def _value(value: Any) -> str:
    return "not set" if value is None else json.dumps(value, ensure_ascii=False)


def _shown(side: Mapping[str, Fields], opposite: Mapping[str, Fields]) -> str:
    """The fields of one side that are not so on the opposite one, a line each."""
    return "".join(_lines(side, opposite))


def _lines(side: Mapping[str, Fields], opposite: Mapping[str, Fields]) -> Iterable[str]:
    for name, fields in side.items():
        against = opposite.get(name)
        if against is None:
            yield f"{name}\n"
        elif UNSEEN not in (fields, against):
            yield from (f"{name}: {p}: {_value(fields[p])}\n" for p in unequal(fields, against) if p in fields)
