"""Names for objects, by which two engines with the same ones are equal."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from snippetlab.packs.docker.api_data import Data, Objects
from snippetlab.packs.docker.words import GENERATED

ID = re.compile(r"(?<![0-9a-zA-Z])(?:sha256:)?(?:[0-9a-f]{64}|[0-9a-f]{12}|[a-z0-9]{25})(?![0-9a-zA-Z])")
LONG = re.compile(r"(?:sha256:)?[0-9a-f]{64}")
SHORT = re.compile(r"[0-9a-f]{12}")
UNNAMED = "unnamed, of "  # how a container is told whose name was drawn at random
_SLUG = re.compile(r"(?<=-run)-[0-9a-f]{12}$")  # that `docker compose run` draws
_UNTAGGED = "<none>:<none>"


def id_of(kind: str, data: Data) -> str:
    """What the engine knows an object by."""
    identity = data.get("Name") if kind == "volumes" else data.get("Id") or data.get("ID")
    return str(identity or kind).removeprefix("sha256:")


def names_of(found: Objects, removed: Objects) -> dict[str, str]:
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
                name, identity = name_of(data, names, everything), id_of(kind, data)
                taken[name] = taken.get(name, 0) + 1
                names[identity] = name if taken[name] == 1 else f"{name} ({taken[name]})"
                if kind == "containers":
                    names.setdefault(str(data["Name"]).removeprefix("/"), names[identity])
                if LONG.fullmatch(identity):
                    names.setdefault(identity[:12], names[identity])
    return names


def _when(data: Data) -> str:
    return str(data.get("Created") or data.get("CreatedAt") or "")


def _container(data: Data, names: Mapping[str, str], found: Objects) -> str:
    # Compose 1 puts a container's own id before its name when it makes another one in its place.
    name = str(data["Name"]).removeprefix("/").removeprefix(f"{id_of('containers', data)[:12]}_")
    if GENERATED.fullmatch(name):
        return f"{UNNAMED}{_reference_to(data['Config']['Image'], names)}"
    return ID.sub(lambda id_: names.get(id_.group(), id_.group()), _SLUG.sub("", name))


def _reference_to(image: str, names: Mapping[str, str]) -> str:
    bare = image.removeprefix("sha256:")
    gone = LONG.fullmatch(bare) or SHORT.fullmatch(bare)
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
    if not LONG.fullmatch(name):
        return name
    mounts = (
        f"volume of {names[id_of('containers', c)]}:{mount['Destination']}"
        for c in found["containers"]
        for mount in c.get("Mounts", ())
        if (mount.get("Name") == name or mount.get("Source") == place)
        and not names[id_of("containers", c)].startswith(UNNAMED)
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


def layers_of(images: Iterable[Data], names: Mapping[str, str]) -> dict[str, str]:
    """A name for each layer: the image that has fewest layers and holds it, and which of its layers it is."""
    layers: dict[str, str] = {}
    for image in sorted(images, key=lambda i: (len(_digests(i)), names[id_of("images", i)])):
        for number, digest in enumerate(_digests(image), 1):
            layers.setdefault(digest, f"<layer {number} of {names[id_of('images', image)]}>")
    return layers


def _digests(image: Data) -> Sequence[str]:
    return image.get("RootFS", {}).get("Layers") or ()
