"""Compares what the two tracks of a scenario left on their engines."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from snippetlab.compare.normalise import Blind, normalise
from snippetlab.compare.normalise.names import readable
from snippetlab.compare.normalise.structure import difference
from snippetlab.compare.reading import Reading
from snippetlab.compare.vocabulary import Vocabulary
from snippetlab.model import Drift, DriftKind, Place, Scenario, TrackRun


@dataclass(frozen=True)
class _Thing:
    """One object of an engine: its data as read, and in the form in which two engines agree."""

    raw: Any
    normal: Any

    @property
    def title(self) -> str:
        """The name by which a person knows it."""
        data = self.normal if isinstance(self.normal, Mapping) else {}
        name = data.get("name") or data.get("Name") or ", ".join(data.get("tags") or [])
        return repr(name) if name else "one without a name"


def compare_states(scenario: Scenario, shell: TrackRun, python: TrackRun, vocabulary: Vocabulary) -> list[Drift]:
    """The differences between what the two tracks left, one drift for each kind of object.

    Ids, times and generated names may differ, and the order does not matter.
    Without the state of both there is nothing to compare: the failure that cost
    it is a drift of its own.
    """
    if shell.state is None or python.state is None:
        return []
    drifts = []
    for what in sorted({*shell.state, *python.state}):
        left, right = (_things(run.state.get(what, []), vocabulary) for run in (shell, python) if run.state)
        only_left, only_right = _without(left, right), _without(right, left)
        if only_left or only_right:
            message = f"{what}: {'; '.join(_words(only_left, only_right))}"
            place = Place(scenario.path, 1)
            texts = (_pretty(only_left), _pretty(only_right))
            drifts.append(Drift(DriftKind.STATE, scenario.id, place, *texts, message))
    return drifts


def _things(things: Sequence[Any], vocabulary: Vocabulary) -> list[_Thing]:
    # Which id a thing has means nothing on another engine; what there is and how it is set up does.
    reading = Reading(vocabulary)
    normal = (
        normalise(json.dumps(thing, ensure_ascii=False, sort_keys=True), Blind(vocabulary), reading) for thing in things
    )
    made = [
        _Thing(thing, json.loads(readable(text.partition("\n")[2]))) for thing, text in zip(things, normal, strict=True)
    ]
    return sorted(made, key=lambda thing: (thing.title, json.dumps(thing.normal)))


def _without(things: Sequence[_Thing], others: Sequence[_Thing]) -> list[_Thing]:
    """What is left of ``things`` when each that equals one of ``others`` is taken away with it."""
    left = [other.normal for other in others]
    kept = []
    for thing in things:
        if thing.normal in left:
            left.remove(thing.normal)
        else:
            kept.append(thing)
    return kept


def _words(shell: Sequence[_Thing], python: Sequence[_Thing]) -> Iterator[str]:
    rest = list(python)
    for thing in shell:
        twin = next((other for other in rest if other.title == thing.title), None)
        if twin is None:
            yield f"the shell track leaves {_seen(thing)}, the python track does not"
            continue
        rest.remove(twin)
        for path, was, now in difference(thing.normal, twin.normal):
            values = f"{_value(was)} after the shell track and {_value(now)} after the python track"
            yield f"of {thing.title}, {path!r} is {values}"
    for thing in rest:
        yield f"the python track leaves {_seen(thing)}, the shell track does not"


def _seen(thing: _Thing) -> str:
    running = isinstance(thing.normal, Mapping) and thing.normal.get("running") is True
    return f"{thing.title} running" if running else thing.title


def _value(value: Any) -> str:
    return "absent" if value is ... else json.dumps(value, ensure_ascii=False)


def _pretty(things: Sequence[_Thing]) -> str:
    return "".join(
        json.dumps(thing.raw, indent=2, sort_keys=True, ensure_ascii=False, default=str) + "\n" for thing in things
    )
