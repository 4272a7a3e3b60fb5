"""What the disks of labs begin with, kept in volumes of an engine."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path

import docker
from docker.errors import NotFound

from snippetlab.errors import LabError
from snippetlab.lab import Lab
from snippetlab.lab.providers.engine.inside import STOCK
from snippetlab.lab.providers.engine.labels import LABEL, WORKSHOP, labels
from snippetlab.lab.providers.engine.labels import STOCK as KIND
from snippetlab.lab.providers.engine.streams import FAULTS

_WHOLE = ".whole"  # the file in a volume by which it is known to be whole
_KEEP = "mkdir {to} && cp -a {disk}/. {to}\n"


def volume_of(stock: str) -> str:
    """The name of a stock's volume."""
    return f"snippetlab-{stock}"


def is_there(client: docker.DockerClient, stock: str, image: str) -> bool:
    """Whether an engine has a stock whole; ``image`` is any that it has. Raises LabError."""
    name = volume_of(stock)
    try:
        client.volumes.get(name)
        # Nothing of it runs: a container is the only way to look into a volume.
        looking = client.api.create_container(
            image,
            ["true"],
            labels=labels(WORKSHOP),
            host_config=client.api.create_host_config(binds={name: {"bind": STOCK, "mode": "ro"}}, network_mode="none"),
        )
        try:
            client.api.get_archive(looking["Id"], f"{STOCK}/{_WHOLE}")[0].close()
            return True
        finally:
            client.api.remove_container(looking["Id"], force=True)
    except NotFound:
        return False
    except FAULTS as error:
        raise LabError(f"the engine does not show what it keeps: {error}") from error


def make_empty(client: docker.DockerClient, stock: str) -> None:
    """A new volume for a stock, in place of one that is not whole. Raises LabError."""
    name = volume_of(stock)
    try:
        try:
            client.volumes.get(name).remove(force=True)
        except NotFound:
            pass
        client.volumes.create(name, labels={LABEL: KIND})
    except FAULTS as error:
        raise LabError(
            f"the engine made no volume for base images: {error}", hint="snippetlab labs --remove"
        ) from error


def keep(lab: Lab, disks: Sequence[str]) -> None:
    """Copy the disks of a lab to the volume that it was given. Raises LabError."""
    each = (_KEEP.format(disk=shlex.quote(path), to=shlex.quote(f"{STOCK}/{Path(path).name}")) for path in disks)
    lab.run(["sh", "-c", f"set -e\n{''.join(each)}sync -f {STOCK}; : > {STOCK}/{_WHOLE}"], timeout=300)
