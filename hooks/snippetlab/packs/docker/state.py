"""Reads what an engine holds, in full, in a form in which two engines with the same objects are equal.

Objects are known by their names, and whatever refers to one by its id (``container:ID``, a network's
endpoint, a mount, a layer) refers to it by its name.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import docker

from snippetlab.compare.states import REMOVED, UNSEEN, Fields, State, flat
from snippetlab.lab import Lab
from snippetlab.packs.docker.fields import FIXED, MAPS, NEVER
from snippetlab.packs.docker.words import GENERATED

Data = dict[str, Any]
Objects = Mapping[str, Sequence[Data]]

_ID = re.compile(r"(?<![0-9a-zA-Z])(?:sha256:)?(?:[0-9a-f]{64}|[0-9a-f]{12}|[a-z0-9]{25})(?![0-9a-zA-Z])")
_LONG = re.compile(r"(?:sha256:)?[0-9a-f]{64}")
_SHORT = re.compile(r"[0-9a-f]{12}")
UNNAMED = "unnamed, of "  # how a container is told whose name was drawn at random
_SLUG = re.compile(r"(?<=-run)-[0-9a-f]{12}$")  # that `docker compose run` draws
_GONE = "<an id of nothing here>"
_SWARM_ID = 25  # characters of an id that a swarm gives
_UNTAGGED = "<none>:<none>"


def read(client: docker.DockerClient) -> dict[str, list[Data]]:
    """Every object of the engine as its API describes it, by kind. Raises what docker-py raises."""
    api: Any = client.api  # docker-py's types name only half of it
    info = api.info()
    found: dict[str, list[Data]] = {
        "engine": [info],
        "containers": [api.inspect_container(c["Id"]) for c in api.containers(all=True)],
        "networks": _networks(api, info["Swarm"].get("LocalNodeState") == "active"),
        "volumes": api.volumes()["Volumes"] or [],
        "images": [api.inspect_image(i["Id"]) for i in api.images(all=True)],
    }
    if info["Swarm"]["ControlAvailable"]:
        found |= {
            "services": api.services(),
            "tasks": api.tasks(),
            "secrets": api.secrets(),
            "configs": api.configs(),
            "nodes": api.nodes(),
        }
    return found


def _networks(api: Any, in_swarm: bool) -> list[Data]:
    """The engine's networks, without those of a swarm that it has left.

    It removes them then, but for the ingress network where that is in use at this moment: measured, in
    half of the runs of one scenario, and for good.
    """
    return [network for network in api.networks() if in_swarm or network.get("Scope") != "swarm"]


# The daemon's file and command line, and what publishes ports: the API tells none of them.
_LOOK = r"""
cat /etc/docker/daemon.json 2>/dev/null; echo; echo --
tr '\0' '\n' < "/proc/$(cat /run/docker.pid)/cmdline"; echo --
ps -ww -C docker-proxy -o args= | sed 's/^[^ ]* *//' | sort
"""


def settings(lab: Lab) -> dict[str, Any]:
    """How the engine of a lab was set up. Raises LabError when the lab does not answer."""
    parts = lab.run(["sh", "-c", _LOOK]).split("--\n", 2)
    file, started, proxies = (part.strip() for part in parts)
    try:
        given = json.loads(file or "{}")
    except ValueError:
        given = file
    return {
        "daemon.json": given,
        "started with": started.splitlines(),
        "proxies of published ports": proxies.splitlines(),
    }


def state_of(found: Objects, removed: Objects) -> State:
    """The objects by kind and name, with their fields.

    ``found`` is what ``read`` gave; ``removed`` has the form and holds what was
    there for a while. Of the latter only what was fixed when it was made is told.
    """
    names = _names(found, removed)
    layers = _layers(found["images"], names)
    machine = _Machine.of(found["engine"][0])

    def fields(kind: str, data: Data) -> tuple[str, Fields]:
        own = names.get(_identity(kind, data), kind)
        return own, _fields(kind, _ADAPTED[kind](data, machine) if kind in _ADAPTED else data, names, own, layers)

    state: dict[str, dict[str, Fields]] = {}
    for kind, objects in found.items():
        state[kind] = dict(fields(kind, data) for data in objects)
    for kind, objects in removed.items():
        told = (
            fields(kind, {key: value for key, value in data.items() if key in (*FIXED[kind], "Id", "ID", "Name")})
            if "unseen" not in data
            else (names[_identity(kind, data)], UNSEEN)
            for data in objects
        )
        state[REMOVED + kind] = dict(told)
    return {kind: dict(sorted(objects.items())) for kind, objects in state.items() if objects}


def _fields(kind: str, data: Data, names: Mapping[str, str], own: str, layers: Mapping[str, str]) -> Fields:
    """The fields of one object that say what it is, with names in place of ids."""

    def named(text: str, gone: str = "") -> str:
        if text in layers:
            return layers[text]
        text = _ID.sub(lambda found: _reference(found.group(), names, own, gone), text)
        return GENERATED.sub(
            lambda found: f"<{names[found.group()]}>" if found.group() in names else found.group(), text
        )

    def known(path: str, value: Any) -> Any:
        # What somebody wrote may look like an id; what the engine writes there is one.
        gone = "" if path.startswith("Config.") and path != "Config.Image" else _GONE
        if path == "Config.Image" and _SHORT.fullmatch(str(value)):
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
    return gone if gone and (_LONG.fullmatch(found) or len(found) == _SWARM_ID) else found


def _identity(kind: str, data: Data) -> str:
    identity = data.get("Name") if kind == "volumes" else data.get("Id") or data.get("ID")
    return str(identity or kind).removeprefix("sha256:")


def _names(found: Objects, removed: Objects) -> dict[str, str]:
    """The name of each object, by its id and by the twelve characters that stand for it.

    What is still there has the name itself; what had it before is numbered.
    """
    everything = {kind: [*found.get(kind, ()), *removed.get(kind, ())] for kind in _NAMES}
    names: dict[str, str] = {}
    for kind, name_of in _NAMES.items():
        taken: dict[str, int] = {}
        # Those that were removed come in the order in which they were made.
        for objects in (sorted(found.get(kind, ()), key=_when), removed.get(kind, ())):
            for data in objects:
                name, identity = name_of(data, names, everything), _identity(kind, data)
                taken[name] = taken.get(name, 0) + 1
                names[identity] = name if taken[name] == 1 else f"{name} ({taken[name]})"
                if kind == "containers":
                    names.setdefault(str(data["Name"]).removeprefix("/"), names[identity])
                if _LONG.fullmatch(identity):
                    names.setdefault(identity[:12], names[identity])
    return names


def _when(data: Data) -> str:
    return str(data.get("Created") or data.get("CreatedAt") or "")


def _container(data: Data, names: Mapping[str, str], found: Objects) -> str:
    # Compose 1 puts a container's own id before its name when it makes another one in its place.
    name = str(data["Name"]).removeprefix("/").removeprefix(f"{_identity('containers', data)[:12]}_")
    if GENERATED.fullmatch(name):
        return f"{UNNAMED}{_reference_to(data['Config']['Image'], names)}"
    return _ID.sub(lambda id_: names.get(id_.group(), id_.group()), _SLUG.sub("", name))


def _reference_to(image: str, names: Mapping[str, str]) -> str:
    bare = image.removeprefix("sha256:")
    gone = _LONG.fullmatch(bare) or _SHORT.fullmatch(bare)
    return names.get(bare, "an image that is gone" if gone else image)


def _image(data: Data, names: Mapping[str, str], found: Objects) -> str:
    tags = sorted(tag for tag in data.get("RepoTags") or [] if tag != _UNTAGGED)
    return str(tags[0]) if tags else "untagged"


def _volume(data: Data, names: Mapping[str, str], found: Objects) -> str:
    """An anonymous volume is known by where it is mounted, if by a container with a name.

    Containers without one may be gone before anybody could look at their mounts.
    Engine 28 tells no name for the mount of a bind without a source, as docker-py asks for it, only where it lies.
    """
    name, place = str(data["Name"]), str(data.get("Mountpoint") or data["Name"])
    if not _LONG.fullmatch(name):
        return name
    mounts = (
        f"volume of {names[_identity('containers', c)]}:{mount['Destination']}"
        for c in found["containers"]
        for mount in c.get("Mounts", ())
        if (mount.get("Name") == name or mount.get("Source") == place)
        and not names[_identity("containers", c)].startswith(UNNAMED)
    )
    return min(mounts, default="unnamed")


def _task(data: Data, names: Mapping[str, str], found: Objects) -> str:
    service = names.get(str(data.get("ServiceID")), "no service")
    return f"{service}.{data.get('Slot') or names.get(str(data.get('NodeID')), 'no node')}"


def _named(data: Data, names: Mapping[str, str], found: Objects) -> str:
    return str(data.get("Name") or data["Spec"].get("Name"))


# In this order: a later kind's names are made of earlier ones'.
_NAMES: Mapping[str, Callable[[Data, Mapping[str, str], Objects], str]] = {
    "nodes": lambda data, names, found: str(data["Description"]["Hostname"]),
    "secrets": _named,
    "configs": _named,
    "services": _named,
    "networks": _named,
    "images": _image,
    "tasks": _task,
    "containers": _container,
    "volumes": _volume,
}


def _layers(images: Iterable[Data], names: Mapping[str, str]) -> dict[str, str]:
    """A name for each layer: the image that has fewest layers and holds it, and which of its layers it is."""
    layers: dict[str, str] = {}
    for image in sorted(images, key=lambda i: (len(_digests(i)), names[_identity("images", i)])):
        for number, digest in enumerate(_digests(image), 1):
            layers.setdefault(digest, f"<layer {number} of {names[_identity('images', image)]}>")
    return layers


def _digests(image: Data) -> Sequence[str]:
    return image.get("RootFS", {}).get("Layers") or ()


@dataclass(frozen=True)
class _Machine:
    """What an engine takes over from the machine that it runs on."""

    cgroupns: str
    apparmor: bool

    @classmethod
    def of(cls, info: Data) -> _Machine:
        return cls(
            "private" if info.get("CgroupVersion") == "2" else "host",
            any("name=apparmor" in option for option in info.get("SecurityOptions") or ()),
        )


def _settled_container(data: Data, machine: _Machine) -> Data:
    """A container with what is the machine's own default left out, and lists from Go's maps in order."""
    host = dict(data.get("HostConfig") or {})
    if host.get("CgroupnsMode") == machine.cgroupns:
        host["CgroupnsMode"] = None
    if host and machine.cgroupns == "private" and host.get("OomKillDisable") is None:
        # In version 2 of cgroups there is no such switch: the engine takes it away when the container starts.
        host["OomKillDisable"] = False
    for key in ("Binds", "Mounts", "Ulimits", "CapAdd", "CapDrop", "ExtraHosts"):
        if host.get(key):
            host[key] = sorted(host[key], key=str)
    published = host.get("PortBindings") or {}
    network = dict(data.get("NetworkSettings") or {})
    network["Ports"] = {
        port: [_binding(b, published.get(port)) for b in bindings or []] or "not published"
        for port, bindings in (network.get("Ports") or {}).items()
    }
    given = data.get("AppArmorProfile")
    config = dict(data.get("Config") or {})
    if config.get("Env"):
        config["Env"] = sorted(config["Env"])  # each name stands there once, and the engine puts them in any order
    return {
        **data,
        "Config": config,
        "HostConfig": host,
        "NetworkSettings": network,
        "Mounts": sorted(data.get("Mounts") or [], key=lambda mount: str(mount["Destination"])),
        "AppArmorProfile": None if machine.apparmor and given == "docker-default" else given,
    }


def _binding(binding: Mapping[str, str], asked: Sequence[Mapping[str, str]] | None) -> Mapping[str, str]:
    """A published port; one that the engine chose is told as such."""
    chosen = not any(a.get("HostPort") == binding["HostPort"] for a in asked or ())
    return {**binding, "HostPort": "one that was free"} if chosen else binding


def _settled_engine(info: Data, machine: _Machine) -> Data:
    """Of what an engine says about itself, its settings; all else counts objects or is the machine's."""
    kept = {key: info.get(key) for key in _SETTINGS}
    of_machine = ("name=apparmor", "name=cgroupns") if machine.cgroupns == "private" else ("name=apparmor",)
    security = [option for option in info.get("SecurityOptions") or () if not option.startswith(of_machine)]
    swarm = {key: info["Swarm"].get(key) for key in ("LocalNodeState", "ControlAvailable")}
    given = {key: info.get(key) for key in ("daemon.json", "started with", "proxies of published ports")}
    return {
        **kept,
        **given,
        "SecurityOptions": security,
        "Swarm": swarm,
        "Runtimes": sorted(info.get("Runtimes") or ()),
    }


_SETTINGS = (
    "Driver",
    "LoggingDriver",
    "CgroupDriver",
    "DefaultRuntime",
    "DefaultAddressPools",
    "DockerRootDir",
    "LiveRestoreEnabled",
    "ExperimentalBuild",
    "Debug",
    "Labels",
    "RegistryConfig",
    "IndexServerAddress",
    "InitBinary",
    "HttpProxy",
    "HttpsProxy",
    "NoProxy",
    "Name",
)

_ADAPTED: Mapping[str, Callable[[Data, _Machine], Data]] = {
    "engine": _settled_engine,
    "containers": _settled_container,
}
