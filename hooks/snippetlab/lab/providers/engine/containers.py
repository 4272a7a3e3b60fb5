"""The container that a lab is: what it is made with, and how it goes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import docker
from docker.errors import APIError, NotFound
from docker.types import LogConfig

from snippetlab.errors import LabError
from snippetlab.lab import Limits
from snippetlab.lab.providers.engine.inside import STOCK
from snippetlab.lab.providers.engine.reach import TIMEOUT
from snippetlab.lab.providers.engine.streams import FAULTS, in_words


@dataclass(frozen=True)
class Place:
    """Where a lab is made: the engine, the image there, the volume with its stock (None: no stock), and whether the
    lab shall fill that one. ``hangs`` is called where a lab could not be removed since the engine did not answer."""

    client: docker.DockerClient
    image: str
    volume: str | None = None
    filling: bool = False
    hangs: Callable[[], None] = lambda: None


def host_config(api: docker.APIClient, limits: Limits, place: Place) -> Any:
    """What a lab may do and take, for docker-py."""
    binds: Any = {place.volume: {"bind": STOCK, "mode": "rw" if place.filling else "ro"}} if place.volume else None
    return api.create_host_config(
        privileged=True,
        network_mode="none",
        cgroupns="private",
        auto_remove=True,
        binds=binds,
        mem_limit=limits.memory,
        memswap_limit=limits.memory,
        pids_limit=limits.pids,
        log_config=LogConfig(type="none"),
    )


def remove_container(api: docker.APIClient, container: str) -> None:
    """Remove a container, and wait until it is gone."""
    try:
        api.remove_container(container, force=True, v=True)
    except NotFound:
        return
    except APIError as error:
        if error.status_code != 409:
            raise LabError(
                f"a lab could not be removed: {error.explanation}", hint="snippetlab labs --remove"
            ) from error
    except FAULTS:
        return  # the engine is gone; should it be back, the lab has ended with its lifeline, and is removed
    try:
        api.wait(container, timeout=TIMEOUT, condition="removed")
    except NotFound:
        return
    except FAULTS as error:
        raise LabError(f"a lab could not be removed: {in_words(error)}", hint="snippetlab labs --remove") from error
