"""The ids of everything that an engine held at some time: what a run prints as an id must be one of these."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import docker
from docker.errors import DockerException
from requests.exceptions import RequestException

from snippetlab.packs.docker.api_data import Data, Objects

_TASK, _SERVICE, _NODE = (f"com.docker.swarm.{what}.id" for what in ("task", "service", "node"))
_DIGEST = re.compile(r"sha256:([0-9a-f]{64})")
# The words that events have for kinds of objects, where these have ids. A volume's id is its name.
_TYPES = frozenset({"container", "image", "network", "volume", "service", "node", "secret", "config"})
_OF_SWARM = ("service", "task", "node", "secret", "config")
_BARE = re.compile(r"(?:sha256:)?([0-9a-f]{64}|[0-9a-z]{25})")


class Held:
    """Ids by kind of object, without ``sha256:``. Events tell most of them, the engine itself the rest."""

    def __init__(self) -> None:
        self._ids: dict[str, set[str]] = {}

    def ids(self) -> Mapping[str, frozenset[str]]:
        """What was held so far."""
        return {kind: frozenset(ids) for kind, ids in self._ids.items()}

    def happened(self, event: Mapping[str, Any]) -> None:
        """An event that the engine told: whatever it names has been there."""
        actor = event["Actor"]
        given: Mapping[str, str] = actor.get("Attributes") or {}
        if event["Type"] in _TYPES:
            self._add(event["Type"], actor["ID"])
        for digest in _DIGEST.findall(given.get("name", "")):
            self._add("manifest", digest)  # repository@sha256:…
        if event["Type"] == "container":
            self._add("container name", given.get("name"))
            self._add("exec", given.get("execID"))
            for kind, key in (("task", _TASK), ("service", _SERVICE), ("node", _NODE)):
                self._add(kind, given.get(key))

    def look(self, client: docker.DockerClient, *, begins: bool = False, found: Objects | None = None) -> None:
        """Take what is there now. What an engine does not answer is left out.

        Where it ``begins``, take what no event tells: an engine makes its own networks anew when it starts, and has the
        images of its store, which need not be there any more at the end.
        ``found`` is what ``read`` has just been told; then only what that leaves out is asked.
        """
        api: Any = client.api  # docker-py's types name only half of it
        for network in _asked(api.networks):
            self._add("network", network["Id"])
        if begins:
            for image in _asked(lambda: api.images(all=True)):
                self._add("image", image["Id"])
            return
        for container in _asked(lambda: api.containers(all=True)):
            self._add("container", container["Id"])
            for name in container["Names"] or ():
                self._add("container name", name.rpartition("/")[2])
        if found is None:
            for image in _asked(lambda: api.images(all=True)):
                self.look_at_image(client, image["Id"])
            for volume in _asked(lambda: api.volumes()["Volumes"] or []):
                self._add("volume", volume["Name"])
            self.look_at_swarm(client)
            return
        for image in found["images"]:
            self._take_image(client, image)
        for volume in found["volumes"]:
            self._add("volume", volume["Name"])
        for info in found["engine"]:
            self._take_membership(info)
        for kind in _OF_SWARM:
            for one in found.get(f"{kind}s", ()):
                self._add(kind, one["ID"])

    def look_at_image(self, client: docker.DockerClient, identity: str) -> None:
        """Take an image with its layers and the digests under which registries have it: no event tells these."""
        api: Any = client.api
        self._add("image", identity)
        for image in _asked(lambda: [api.inspect_image(identity)]):
            self._take_image(client, image)

    def _take_image(self, client: docker.DockerClient, image: Data) -> None:
        self._add("image", image["Id"])
        for digest in _DIGEST.findall(" ".join(image.get("RepoDigests") or ())):
            self._add("manifest", digest)
        for layer in chain_ids((image.get("RootFS") or {}).get("Layers") or ()):
            self._add("layer", layer)
        api: Any = client.api
        for step in _asked(lambda: api.history(image["Id"])):
            self._add("image", step["Id"])

    def look_at_swarm(self, client: docker.DockerClient) -> None:
        """Take what a swarm has now: no event tells the swarm itself, and the tasks that never got a container."""
        api: Any = client.api
        for info in _asked(lambda: [api.info()]):
            self._take_membership(info)
            if (info.get("Swarm") or {}).get("ControlAvailable"):
                for kind in _OF_SWARM:
                    for found in _asked(getattr(api, f"{kind}s")):
                        self._add(kind, found["ID"])

    def _take_membership(self, info: Data) -> None:
        swarm = info.get("Swarm") or {}
        self._add("node", swarm.get("NodeID"))
        self._add("cluster", (swarm.get("Cluster") or {}).get("ID"))

    def _add(self, kind: str, value: str | None) -> None:
        if not value:
            return
        bare = _BARE.fullmatch(value)
        if kind == "container name":
            self._ids.setdefault(kind, set()).add(value)
        elif bare:
            self._ids.setdefault(kind, set()).add(bare.group(1))


def chain_ids(layers: Sequence[str]) -> list[str]:
    """The ids under which an engine has an image's layers: each one's digest, and that of it with all below it
    (ChainID in the OCI image specification)."""
    found: list[str] = []
    chain = ""
    for layer in layers:
        chain = f"sha256:{hashlib.sha256(f'{chain} {layer}'.encode()).hexdigest()}" if chain else layer
        found += [layer, chain]
    return found


def _asked(question: Callable[[], Sequence[Any]]) -> Sequence[Any]:
    try:
        return question()
    except (DockerException, RequestException):
        return ()
