"""Reads what an engine holds, in full, and how it was set up."""

from __future__ import annotations

import json
from typing import Any

import docker

from snippetlab.lab import Lab
from snippetlab.packs.docker.api_data import Data


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
read -r pid < /run/docker.pid; cat "/proc/$pid/cmdline"; echo; echo --
ps -ww -C docker-proxy -o args= || :
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
        "started with": started.strip("\0").split("\0") if started else [],
        "proxies of published ports": sorted(line.partition(" ")[2].strip() for line in proxies.splitlines()),
    }
