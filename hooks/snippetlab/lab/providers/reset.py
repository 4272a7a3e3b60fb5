"""Bringing a used lab back to its beginning, and proving that it is there."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import docker

if TYPE_CHECKING:
    from snippetlab.lab import Lab

_EVENTS_KEPT = 256  # an engine forgets what came before (eventsLimit in moby's daemon/events)
_BUILTIN_NETWORKS = {"bridge", "host", "none"}

# A bridge keeps the link-local address that it got with its first container.
TIDY = "ip -6 addr flush dev docker0 scope link; conntrack -F 2>/dev/null; find /root /tmp -mindepth 1 -delete"

# What a scenario may change outside the engine: files beyond /root and /tmp (seen as what the
# overlay's upper layer holds), processes, the firewall, network devices, kernel settings.
_LOOK = r"""
find / -xdev \( -path /root -o -path /opt/docker-py -o -path /var/lib/containerd \
  -o -path /var/log/docker.log \) -prune -o -newercm /run/docker.pid \
  \( -type d ! -path / ! -path /run ! -path /tmp -printf '%p\n' -o ! -type d -printf '%p %s %y\n' \) | sort
echo --
ps -e -o args= | grep -v -e '^ps ' -e '^sh -c' -e '^sort' -e '^find' -e '^grep' | sort
echo --
iptables-save | grep -v '^#' | sed 's/\[[0-9:]*\]//'
echo --
ip -o link | awk '{print $2}'; ip -o addr | awk '{print $2,$3,$4}'
echo --
cat /run/docker.pid /proc/sys/net/ipv4/ip_forward /etc/hosts /etc/resolv.conf
ls -A /root /tmp
"""


@dataclass(frozen=True)
class Fingerprint:
    """All by which a fresh lab and a used one could differ, through docker-py and from inside."""

    inside: str
    engine: tuple[str, ...]


def fingerprint(lab: Lab) -> Fingerprint:
    """What the lab is now. Two fingerprints are equal when the lab may be used again."""
    return Fingerprint(lab.run(["sh", "-c", _LOOK]), engine_contents(lab.client))


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
