"""Brings what the CLI's track and docker-py's track left into a form in which the same deeds look the same."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from snippetlab.compare.states import REMOVED, UNSEEN, Fields, State
from snippetlab.packs.docker.names import UNNAMED

_GONE = f"{REMOVED}containers"
_VOLUMES = "Config.Volumes."
_NUMBER = re.compile(r" \((\d+)\)$")

Objects = Mapping[str, Fields]


def by_any_client(left: State, right: State) -> tuple[State, State]:
    """Two states without what only one client makes on its way.

    docker-py builds with the classic builder, which has a container for each
    step; the CLI builds with BuildKit, which has none. Containers without a name
    that nobody saw in time may be such steps, so others of the same image are
    not counted either; nor are volumes without a name that steps may have made.
    """
    sides = [{kind: _each_once(kind, objects) for kind, objects in side.items()} for side in (left, right)]
    built = [any(map(_of_a_build, side.get(_GONE, {}).values())) for side in sides]
    hidden = {base(name) for side in sides for name, fields in side.get(_GONE, {}).items() if _hidden(name, fields)}
    for side in sides:
        if _GONE in side:
            own = {name: fields for name, fields in side[_GONE].items() if base(name) not in hidden}
            side[_GONE] = dict(_renumbered({name: f for name, f in own.items() if not _of_a_build(f)}))
        volumes = side.get(f"{REMOVED}volumes", {})
        if any(built) and volumes:
            side[f"{REMOVED}volumes"] = {name: f for name, f in volumes.items() if base(name) != "unnamed"}
    return sides[0], sides[1]


def base(name: str) -> str:
    """The name of an object without the number that tells it from others of that name."""
    return _NUMBER.sub("", name)


def _of_a_build(fields: Fields) -> bool:
    """True for a container of a build's step: the classic builder keeps no log of it (moby's
    builder/dockerfile/internals.go, hostConfigFromOptions), and looks at its output itself."""
    return (
        fields.get("HostConfig.LogConfig.Type") == "none"
        and not fields.get("Config.AttachStdout")
        and not fields.get("HostConfig.AutoRemove")
        and list(fields.get("Config.Cmd", ()))[:2] == ["/bin/sh", "-c"]
    )


def _hidden(name: str, fields: Fields) -> bool:
    return fields == UNSEEN and name.startswith(UNNAMED)


def _renumbered(objects: Objects) -> Iterator[tuple[str, Fields]]:
    """The objects, those of one name counted from one again."""
    seen: dict[str, int] = {}
    for name in sorted(objects, key=_in_order):
        own = base(name)
        seen[own] = seen.get(own, 0) + 1
        yield own if seen[own] == 1 else f"{own} ({seen[own]})", objects[name]


def _in_order(name: str) -> tuple[str, int]:
    number = _NUMBER.search(name)
    return base(name), int(number.group(1)) if number else 1


# What a service is like where nobody says otherwise (api/defaults/service.go of swarmkit). The CLI says some of it when
# it makes a service, docker-py all of it when it changes one.
_CHANGES = {
    "FailureAction": "pause",
    "MaxFailureRatio": 0,
    "Monitor": 5 * 10**9,
    "Order": "stop-first",
    "Parallelism": 1,
}
_OF_SERVICES: Mapping[str, object] = {
    "Spec.EndpointSpec.Mode": "vip",
    "Spec.TaskTemplate.ContainerSpec.Init": False,
    "Spec.TaskTemplate.ContainerSpec.StopGracePeriod": 10 * 10**9,
    "Spec.TaskTemplate.RestartPolicy.Window": 0,
    **{f"Spec.{way}Config.{key}": value for way in ("Update", "Rollback") for key, value in _CHANGES.items()},
}


def _each_once(kind: str, objects: Objects) -> Objects:
    """Services without what they are like by default, containers with their binds and volumes each told once.

    The CLI of Engine 28 writes a capability with its prefix; that of 26 and docker-py, as it was typed.
    docker-py's ``volumes`` tells the target of a bind as a volume too, and a
    volume without a name as a bind too (docker/models/containers.py and
    docker/types/containers.py of docker-py 7); the CLI tells only one of them.
    """
    if kind.removeprefix(REMOVED) == "services":
        return {name: _without_defaults(fields) for name, fields in objects.items()}
    if kind.removeprefix(REMOVED) != "containers":
        return objects
    return {name: _told_once(fields) for name, fields in objects.items()}


def _without_defaults(fields: Fields) -> Fields:
    return {p: v for p, v in fields.items() if p not in _OF_SERVICES or json.dumps(v) != json.dumps(_OF_SERVICES[p])}


def _told_once(fields: Fields) -> Fields:
    binds = [str(bind) for bind in fields.get("HostConfig.Binds", ())]
    targets = {bind.split(":")[1] for bind in binds if ":" in bind}
    named = [bind for bind in binds if ":" in bind or f"{_VOLUMES}{bind}" not in fields]
    told = {path: value for path, value in fields.items() if path.removeprefix(_VOLUMES) not in targets}
    for path in ("HostConfig.CapAdd", "HostConfig.CapDrop"):
        if path in told:
            told[path] = sorted(str(name).removeprefix("CAP_") for name in told[path])
    return {path: value for path, value in {**told, "HostConfig.Binds": named}.items() if value != []}
