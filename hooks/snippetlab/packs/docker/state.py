"""What an engine holds, in full, in a form in which two engines with the same objects are equal.

Objects are known by their names, and whatever refers to one by its id (``container:ID``, a network's
endpoint, a mount, a layer) refers to it by its name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from snippetlab.compare.states import REMOVED, UNSEEN, Fields, State, flat
from snippetlab.packs.docker.api_data import Data, Objects
from snippetlab.packs.docker.fields import FIXED, MAPS, NEVER
from snippetlab.packs.docker.names import ID, LONG, SHORT, id_of, layers_of, names_of
from snippetlab.packs.docker.settled import ADAPTED, Machine
from snippetlab.packs.docker.words import GENERATED

_GONE = "<an id of nothing here>"
_SWARM_ID = 25  # characters of an id that a swarm gives


def state_of(found: Objects, removed: Objects) -> State:
    """The objects by kind and name, with their fields.

    ``found`` is what ``read`` gave; ``removed`` has the form and holds what was
    there for a while. Of the latter only what was fixed when it was made is told.
    """
    names = names_of(found, removed)
    layers = layers_of(found["images"], names)
    machine = Machine.of(found["engine"][0])

    def fields(kind: str, data: Data) -> tuple[str, Fields]:
        own = names.get(id_of(kind, data), kind)
        return own, _fields(kind, ADAPTED[kind](data, machine) if kind in ADAPTED else data, names, own, layers)

    state: dict[str, dict[str, Fields]] = {}
    for kind, objects in found.items():
        state[kind] = dict(fields(kind, data) for data in objects)
    for kind, objects in removed.items():
        told = (
            fields(kind, {key: value for key, value in data.items() if key in (*FIXED[kind], "Id", "ID", "Name")})
            if "unseen" not in data
            else (names[id_of(kind, data)], UNSEEN)
            for data in objects
        )
        state[REMOVED + kind] = dict(told)
    return {kind: dict(sorted(objects.items())) for kind, objects in state.items() if objects}


def _fields(kind: str, data: Data, names: Mapping[str, str], own: str, layers: Mapping[str, str]) -> Fields:
    """The fields of one object that say what it is, with names in place of ids."""

    def named(text: str, gone: str = "") -> str:
        if text in layers:
            return layers[text]
        text = ID.sub(lambda found: _reference(found.group(), names, own, gone), text)
        return GENERATED.sub(
            lambda found: f"<{names[found.group()]}>" if found.group() in names else found.group(), text
        )

    def known(path: str, value: Any) -> Any:
        # What somebody wrote may look like an id; what the engine writes there is one.
        gone = "" if path.startswith("Config.") and path != "Config.Image" else _GONE
        if path == "Config.Image" and SHORT.fullmatch(str(value)):
            return f"<{names[value]}>" if value in names else _GONE
        if isinstance(value, list):
            return [named(item, gone) if isinstance(item, str) else item for item in value]
        return named(value, gone) if isinstance(value, str) else value

    found = ((path, value) for path, value in flat(data, MAPS) if not any(u.covers(kind, path) for u in NEVER))
    return {named(path): known(path, value) for path, value in found}


def _reference(found: str, names: Mapping[str, str], own: str, gone: str) -> str:
    name = names.get(found.removeprefix("sha256:")) or names.get(found.removeprefix("sha256:")[:12])
    if name:
        return "<own id>" if name == own else f"<{name}>"
    # Twelve or twenty-five characters may be anything that somebody wrote.
    return gone if gone and (LONG.fullmatch(found) or len(found) == _SWARM_ID) else found
