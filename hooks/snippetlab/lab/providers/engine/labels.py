"""What belongs to us on somebody's engine, and nothing else: every object carries a label and its owner's id."""

from __future__ import annotations

import os
import socket
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import docker
from docker.errors import APIError, NotFound

from snippetlab.lab.providers.engine.sockets import runs

LABEL = "snippetlab"  # its value says what the object is
SESSION = "snippetlab.session"
OF_LAB = "snippetlab.lab"  # of a network: the container that it was made for
LAB, NETWORK, STOCK, IMAGE, WORKSHOP = "lab", "network", "stock", "image", "workshop"
_LONG_AGO = 3600.0  # seconds; no lab takes so long to start
_KINDS = frozenset({LAB, NETWORK, STOCK, IMAGE, WORKSHOP})
# Of this process, wherever its labs run.
_SESSION = f"{socket.gethostname()}-{os.getpid()}-{uuid.uuid4().hex[:8]}"


def labels(kind: str, **more: str) -> dict[str, str]:
    """The labels of a new object."""
    return {LABEL: kind, SESSION: _SESSION, **more}


@dataclass(frozen=True)
class Leftover:
    """An object of ours on an engine: ``kind``, ``name``, and of which session it is."""

    kind: str
    name: str
    session: str
    bytes: int
    found: Any

    @property
    def foreign(self) -> bool:
        """Whether another process, dead or alive, made it."""
        return self.session != _SESSION

    @property
    def in_use(self) -> bool:
        """Whether it runs for somebody else: a process of this machine that is alive, and whose cache may be another
        one, or one of another machine, which must be taken for alive."""
        used = self.kind in (LAB, WORKSHOP) and self.found.status == "running"
        return used and self.foreign and not _owner_is_gone(self.session)


def ours(client: docker.DockerClient) -> Iterator[Leftover]:
    """Everything on an engine that carries our label with a value of ours, in an order in which it can be removed."""
    for found in _labelled(client):
        if found.kind in _KINDS:
            yield found


def _labelled(client: docker.DockerClient) -> Iterator[Leftover]:
    only: dict[str, str | list[str] | bool] = {"label": LABEL}
    for container in client.containers.list(all=True, filters=only, ignore_removed=True):
        yield _leftover(container, container.labels, str(container.name))
    for network in client.networks.list(filters=only):
        yield _leftover(network, network.attrs["Labels"], str(network.name))
    for volume in client.volumes.list(filters=only):
        yield _leftover(volume, volume.attrs["Labels"], str(volume.name))
    for image in client.images.list(filters=only):
        yield _leftover(image, image.labels, next(iter(image.tags), image.id or ""), int(image.attrs.get("Size") or 0))


def _leftover(found: Any, given: dict[str, str], name: str, size: int = 0) -> Leftover:
    return Leftover(given[LABEL], name, given.get(SESSION, ""), size, found)


def remove(leftover: Leftover) -> None:
    """Remove an object. Raises docker's APIError where it cannot be; nothing is said where it is gone already."""
    try:
        if leftover.kind in (LAB, WORKSHOP):
            leftover.found.remove(force=True, v=True)
        elif leftover.kind == IMAGE:
            leftover.found.client.images.remove(leftover.name)
        else:
            leftover.found.remove()
    except NotFound:
        pass
    except APIError as error:
        if error.status_code != 409 or "already in progress" not in str(error):
            raise


def sweep(client: docker.DockerClient) -> None:
    """Remove what owners that were killed have left: an engine removes a lab with its owner, but neither one that never
    ran nor its networks. Raises docker's APIError."""
    for container in client.api.containers(all=True, filters={"label": LABEL, "status": ["created", "exited", "dead"]}):
        if is_abandoned(container["Labels"], container["Created"], _clock(client)):
            try:
                client.api.remove_container(container["Id"], force=True, v=True)
            except APIError:
                pass  # another process was faster
    sweep_networks(client)


def is_abandoned(given: Mapping[str, str], created: float, now: float) -> bool:
    """Whether nobody will start or remove a container that does not run; times are seconds of the engine's clock."""
    if given[LABEL] not in (LAB, WORKSHOP):
        return False
    return _owner_is_gone(given.get(SESSION, "")) or now - created > _LONG_AGO


def _owner_is_gone(session: str) -> bool:
    """Whether a session was that of a process of this machine that does not run any more."""
    host, _, process = session.rpartition("-")[0].rpartition("-")
    return host == socket.gethostname() and process.isdecimal() and not runs(int(process))


def _clock(client: docker.DockerClient) -> float:
    return datetime.fromisoformat(client.info()["SystemTime"]).timestamp()


def sweep_networks(client: docker.DockerClient) -> None:
    """Remove networks of labs that are gone: an engine removes a container with its owner, and its networks never."""
    only: dict[str, str | list[str] | bool] = {"label": [f"{LABEL}={NETWORK}", OF_LAB]}
    networks = client.networks.list(filters=only)
    if not networks:
        return
    there = {container["Id"] for container in client.api.containers(all=True, filters={"label": LABEL})}
    for network in networks:
        if network.attrs["Labels"][OF_LAB] not in there:
            try:
                network.remove()
            except APIError:
                pass  # another process was faster, or it is in use after all
