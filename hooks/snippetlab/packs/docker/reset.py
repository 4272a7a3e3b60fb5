"""What an engine holds, and bringing it back to the base images alone."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import docker

_EVENTS_KEPT = 256  # an engine forgets what came before (eventsLimit in moby's daemon/events)
_BUILTIN_NETWORKS = {"bridge", "host", "none"}


def engine_contents(client: docker.DockerClient) -> tuple[str, ...]:
    """Everything that the engine holds, a line each, read through docker-py."""
    info = client.info()
    lines = [f"engine {info['ID']} swarm={info['Swarm']['LocalNodeState']} live={info['LiveRestoreEnabled']}"]
    lines += [f"container {c.id}" for c in client.containers.list(all=True, ignore_removed=True)]
    lines += [f"network {n.name} {n.id}" for n in client.networks.list()]
    lines += [f"volume {v.name}" for v in client.volumes.list()]
    lines += [f"image {i.id} {sorted(i.tags)}" for i in client.images.list(all=True)]
    lines += [f"build cache {c['ID']}" for c in client.df()["BuildCache"] or []]
    lines += [f"address range given to {network}" for network in _networks_made(client)]
    return tuple(sorted(lines))


def _networks_made(client: docker.DockerClient) -> list[str]:
    # An engine does not give the address range of a removed network to the next one: where
    # there ever was a network, addresses come out differently. Only its events remember.
    now: Any = f"{time.time():.9f}"  # docker-py hands text on as it is; whole seconds would miss the last ones
    events = list(client.api.events(since=1, until=now, decode=True))
    made = [e["Actor"]["ID"] for e in events if e["Type"] == "network" and e["Action"] == "create"]
    return [*made, "who knows"] if len(events) >= _EVENTS_KEPT else made


def clean_engine(client: docker.DockerClient, base: Mapping[str, str]) -> None:
    """Remove every container, network, volume and image that is not base; ``base`` maps tag to image id.

    What cannot be removed is left for the fingerprint to find.
    """
    for container in client.containers.list(all=True, ignore_removed=True):
        container.remove(force=True, v=True)
    for network in client.networks.list():
        if network.name not in _BUILTIN_NETWORKS:
            network.remove()
    for volume in client.volumes.list():
        volume.remove(force=True)
    # Base tags first: a base image whose only tag is foreign would go with that tag.
    present = {i.id for i in client.images.list()}
    for tag, image_id in base.items():
        if image_id in present:
            repository, _, name = tag.rpartition(":")
            client.images.get(image_id).tag(repository, name)
    for image in client.images.list():
        for tag in image.tags or [str(image.id)]:
            if base.get(tag) != image.id:
                client.images.remove(str(tag), force=True)
    client.api.prune_builds(all=True)
