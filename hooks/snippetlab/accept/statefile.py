"""Recorded states: what each scenario leaves on its engine, in a file beside it that people can read.

``snippets/CHAPTER/NAME.state.yml`` tells the objects that scenario ``CHAPTER/NAME`` leaves and those that it
removed, each with the fields in which it is not like most. What most are like stands once for all of them in
``snippets/defaults.state.yml``: fields by kind, and whole objects that nearly every lab holds. So a default of the
engine that changes is one line of a diff, and a scenario's own file holds what is its own.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from snippetlab.compare.states import UNSEEN, Fields, State, unequal
from snippetlab.errors import SnippetLabError
from snippetlab.files import lines_of, read_text, write_atomically
from snippetlab.model import Place, Scenario, ScenarioResult
from snippetlab.yaml import read_yaml

DEFAULTS = "defaults.state.yml"
_AS_IN = f"as in {DEFAULTS}"
_HEAD = f"""\
# What this scenario leaves on its engine, and what it removed. What is not told is as in {DEFAULTS}.
# Written by `snippetlab update`.
"""
_DEFAULTS_HEAD = """\
# What the objects that scenarios leave on their engines are like, where a scenario's own file says nothing else.
# Written by `snippetlab update` when it runs over every scenario.
"""
_NO_STATE = "this is no recorded state"
# An update reads what was recorded before.
_MEND = "take back what was changed in it, or remove it and run snippetlab update"
_PLAIN_KEY = re.compile(r"[A-Za-z][\w./-]*(?:\[\d+\][\w./-]*)*")
_YAML_WORDS = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
_NOT_IN_YAML = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


@dataclass(frozen=True)
class Defaults:
    """``fields`` by kind that most objects of it have, ``objects`` by kind and name that most scenarios leave."""

    fields: Mapping[str, Fields] = field(default_factory=dict)
    objects: State = field(default_factory=dict)


@dataclass(frozen=True)
class Recorded:
    """A recorded state and the text that it was read from; ``state`` is None where none is recorded yet."""

    state: State | None
    path: Path
    text: str

    def place(self, kind: str, name: str = "") -> Place:
        """The line of an object; that of its kind, or the first, where the file does not tell it by itself."""
        lines = self.text.split("\n")
        start = next((n for n, line in enumerate(lines) if line == f"{_key(kind)}:"), None)
        if start is None:
            return Place(self.path, 1)
        wanted = f"  {_key(name)}:"
        for number in range(start + 1, len(lines)):
            if not lines[number].startswith(" "):
                break
            if lines[number].startswith(wanted):
                return Place(self.path, number + 1)
        return Place(self.path, start + 1)


def file_of(scenario: Scenario) -> Path:
    """Where the state of a scenario is recorded."""
    return scenario.path.with_suffix(".state.yml")


def defaults_file(scenario: Scenario) -> Path:
    """Where the defaults of a scenario's project are recorded: in its snippets folder."""
    return scenario.path.parents[scenario.id.count("/")] / DEFAULTS


def read_state(scenario: Scenario) -> Recorded | None:
    """The recorded state of a scenario; None in a project that records none, and for a page in place.

    Raises SnippetLabError for a file that holds no state.
    """
    if scenario.in_place:
        return None
    path = file_of(scenario)
    if not path.exists():
        return Recorded(None, path, "") if defaults_file(scenario).exists() else None
    text, data = read_mappings(path)
    defaults = read_defaults(defaults_file(scenario))
    state: dict[str, dict[str, Fields]] = {}
    for kind, names in data.pop(_AS_IN, {}).items():
        known = defaults.objects.get(kind, {})
        for name in names if isinstance(names, list) else [names]:
            if name not in known:
                what = f"{kind} {name!r} is said to be as in {DEFAULTS}, which does not tell it"
                raise SnippetLabError(what, where=f"{path}:1", hint=_MEND)
            state.setdefault(kind, {})[name] = known[name]
    for kind, objects in with_fields(data, path, text).items():
        usual = defaults.fields.get(kind, {})
        for name, own in objects.items():
            merged = own if own == UNSEEN else {**usual, **(own or {})}
            state.setdefault(kind, {})[name] = {path: value for path, value in merged.items() if value is not None}
    return Recorded(state, path, text)


def read_defaults(path: Path) -> Defaults:
    """The defaults in a file; none where it is not there. Raises SnippetLabError for a file that is none."""
    if not path.exists():
        return Defaults()
    text, data = read_mappings(path)
    objects = data.get("objects", {})
    if not all(isinstance(value, dict) for value in objects.values()):
        raise SnippetLabError(_NO_STATE, where=f"{path}:1", hint=_MEND)
    return Defaults(with_fields({"fields": data.get("fields", {})}, path, text)["fields"], objects)


def read_mappings(path: Path) -> tuple[str, dict[str, Any]]:
    """The text of a file of states, and what it says. Raises SnippetLabError for a file that is none."""
    text = read_text(path)
    plain: dict[str, Any] = json.loads(_as_json(text, path))
    return text, plain


def with_fields(data: Mapping[str, Any], path: Path, text: str) -> Mapping[str, Any]:
    """The same data, where each object has fields or none. Raises SnippetLabError at the first that has not."""
    for kind, objects in data.items():
        for name, fields in objects.items():
            if not isinstance(fields, dict | None):
                what = f"{name} is no object of a recorded state: its fields are wanted"
                raise SnippetLabError(what, where=str(Recorded(None, path, text).place(kind, name)), hint=_MEND)
    return data


@lru_cache(maxsize=16)
def _as_json(text: str, path: Path) -> str:
    """What the text of a file of states says. The defaults of a project are asked for once for each scenario."""
    data = read_yaml(lines_of(text), path, 1).data or {}
    if isinstance(data, dict) and all(isinstance(value, dict) for value in data.values()):
        with suppress(TypeError):  # a date, or a key that is no name
            return json.dumps(data)
    raise SnippetLabError(_NO_STATE, where=f"{path}:1", hint=_MEND)


def factor(states: Iterable[State]) -> Defaults:
    """What most objects of each kind are like, and the objects that are the same in most scenarios that have them."""
    values: dict[str, Counter[tuple[str, str]]] = {}
    kinds: Counter[str] = Counter()
    whole: Counter[tuple[str, str, str]] = Counter()
    scenarios = list(states)
    for state in scenarios:
        for kind, objects in state.items():
            for name, fields in objects.items():
                if fields != UNSEEN:
                    kinds[kind] += 1
                    whole[kind, name, json.dumps(fields, sort_keys=True)] += 1
                    pairs = ((path, json.dumps(value)) for path, value in fields.items())
                    values.setdefault(kind, Counter()).update(pairs)
    usual: dict[str, dict[str, Fields]] = {}
    for (kind, name, text), count in whole.items():
        if count * 4 > len(scenarios) and count > 1:
            usual.setdefault(kind, {})[name] = json.loads(text)
    fields_of = {
        kind: {path: json.loads(value) for (path, value), count in sorted(found.items()) if count * 2 > kinds[kind]}
        for kind, found in values.items()
        if kinds[kind] > 1
    }
    return Defaults({k: v for k, v in sorted(fields_of.items()) if v}, dict(sorted(usual.items())))


def written_state(state: State, defaults: Defaults) -> str:
    """The text of a scenario's file."""
    as_usual: dict[str, list[str]] = {}
    own: dict[str, dict[str, Fields]] = {}
    for kind, objects in state.items():
        usual = defaults.fields.get(kind, {})
        for name, fields in objects.items():
            known = defaults.objects.get(kind, {}).get(name)
            if known is not None and not unequal(known, fields):
                as_usual.setdefault(kind, []).append(name)
            elif fields == UNSEEN:
                own.setdefault(kind, {})[name] = fields
            else:
                own.setdefault(kind, {})[name] = {path: fields.get(path) for path in unequal(usual, fields)}
    return "".join([_HEAD, *yaml_lines({_AS_IN: as_usual} if as_usual else {}), *yaml_lines(own)])


def written_defaults(defaults: Defaults) -> str:
    """The text of the file of defaults."""
    return "".join([_DEFAULTS_HEAD, *yaml_lines({"fields": defaults.fields, "objects": defaults.objects})])


def yaml_lines(data: Mapping[str, Any], indent: str = "") -> Iterator[str]:
    """YAML in which each field has one line, so that it is reviewed by itself."""
    for key, value in data.items():
        if isinstance(value, Mapping) and value:
            yield f"{indent}{_key(key)}:\n"
            yield from yaml_lines(value, indent + "  ")
        else:
            yield f"{indent}{_key(key)}: {_json(value)}\n"


def _key(key: str) -> str:
    plain = _PLAIN_KEY.fullmatch(key) or re.fullmatch(r"[a-z]+(?: [a-z]+)*(?: [a-z.]+)?", key)
    return key if plain and key.lower() not in _YAML_WORDS else _json(key)


def _json(value: Any) -> str:
    """A value in JSON, which is YAML too, but for some characters that YAML breaks lines at or refuses."""
    return _NOT_IN_YAML.sub(lambda c: f"\\u{ord(c.group()):04x}", json.dumps(value, ensure_ascii=False))


def update_states(results: Sequence[ScenarioResult], *, everything: bool = False) -> list[Path]:
    """Write the states that drifted or are not recorded yet; gives the files that changed.

    A scenario that did not run to its end keeps what is recorded. With
    ``everything`` (every scenario of the project is among ``results``), or where
    there are none yet, the defaults are made anew.
    """
    made: dict[str, tuple[Scenario, State]] = {}
    for result in results:
        recorded = read_state(result.scenario)
        before = recorded.state if recorded else None
        now = next((run.state for run in result.runs if run.whole and run.track == result.scenario.tracks[0]), None)
        if (state := _accepted(before, now)) is not None:
            made[result.scenario.id] = (result.scenario, state)
    if not made:
        return []
    path = defaults_file(next(iter(made.values()))[0])
    defaults = factor(state for _, state in made.values()) if everything or not path.exists() else read_defaults(path)
    texts = {file_of(scenario): written_state(state, defaults) for scenario, state in made.values()}
    changed = [file for file, text in texts.items() if not file.exists() or file.read_text(encoding="utf-8") != text]
    # The scenarios' files mean something else as soon as the defaults are others: these come last.
    for file in changed:
        write_atomically(file, texts[file])
    text = written_defaults(defaults)
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        write_atomically(path, text)
        changed.append(path)
    return changed


def _accepted(before: State | None, now: State | None) -> State | None:
    """The state to record: this run's; an object that it did not see in time is as it was recorded."""
    if now is None or before is None:
        return now if before is None else before
    known = before
    return {
        kind: {
            name: known.get(kind, {}).get(name, fields) if fields == UNSEEN else fields
            for name, fields in objects.items()
        }
        for kind, objects in now.items()
    }
