"""Reads structures off an engine through docker-py: the captures that pages show."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import docker
from docker.errors import DockerException
from requests.exceptions import RequestException

from snippetlab.errors import UsageError

Data = dict[str, Any]


def capture(client: docker.DockerClient, what: str) -> str:
    """The structure that ``what`` names, as indented JSON that ends in a newline.

    ``what`` is a word of CONTRIBUTING.md's list (``networks``, ``container:NAME`` …).
    When the engine refuses, the JSON is ``{"error": "…"}``: that is drift, not a crash.
    Raises UsageError for an unknown word.
    """
    kind, _, name = what.partition(":")
    try:
        reader = _READERS[kind]
    except KeyError:
        raise UsageError(f"unknown capture {what!r}", hint=f"known: {', '.join(_READERS)}") from None
    try:
        found: object = reader(client, name)
    except (DockerException, RequestException) as error:
        found = {"error": str(getattr(error, "explanation", None) or error)}
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"


def _networks(client: docker.DockerClient, _: str) -> list[Data]:
    attrs = (n.attrs for n in client.networks.list())
    return sorted(({k: a[k] for k in ("Name", "Id", "Driver", "Scope")} for a in attrs), key=lambda a: str(a["Name"]))


def _network(client: docker.DockerClient, name: str) -> Data:
    attrs = client.networks.get(name).attrs
    # The CLI sends no options as {}, docker-py as null: the same network.
    ipam = {**attrs["IPAM"], "Options": attrs["IPAM"]["Options"] or {}}
    return {**attrs, "Options": attrs["Options"] or {}, "IPAM": ipam}


def _container(client: docker.DockerClient, name: str) -> Data:
    a = client.containers.get(name).attrs
    return {
        "Id": a["Id"],
        "Name": a["Name"],
        "State": {k: a["State"][k] for k in ("Status", "Running", "ExitCode")},
        "Image": a["Config"]["Image"],
        "Cmd": a["Config"]["Cmd"],
        "Mounts": a["Mounts"],
        "Ports": a["NetworkSettings"]["Ports"],
        "Networks": {
            n: {k: e.get(k) for k in ("IPAddress", "Gateway", "MacAddress", "Aliases")}
            for n, e in sorted(a["NetworkSettings"]["Networks"].items())
        },
    }


def _containers(client: docker.DockerClient, _: str) -> list[Data]:
    return [_container(client, str(c.id)) for c in sorted(client.containers.list(all=True), key=lambda c: str(c.name))]


def _volumes(client: docker.DockerClient, _: str) -> list[Data]:
    return sorted(
        ({k: v.attrs[k] for k in ("Name", "Driver", "Mountpoint")} for v in client.volumes.list()),
        key=lambda a: str(a["Name"]),
    )


def _images(client: docker.DockerClient, _: str) -> list[Data]:
    return sorted(({"Id": i.id, "Tags": sorted(i.tags)} for i in client.images.list()), key=lambda a: a["Tags"])


def _history(client: docker.DockerClient, name: str) -> list[Data]:
    layers = client.images.get(name).history()
    return [
        {
            "created_by": _instruction(layer["CreatedBy"]),
            "size": layer["Size"],
            "tags": sorted(layer["Tags"] or []) if number == 0 else [],
        }
        for number, layer in enumerate(layers)
    ]


def _instruction(created_by: str) -> str:
    # The two builders write the same instruction down in two ways.
    bare = created_by.removesuffix(" # buildkit").removeprefix("RUN ")
    bare = bare.removeprefix("/bin/sh -c #(nop) ").strip()
    return f"RUN {bare.removeprefix('/bin/sh -c ')}" if bare.startswith("/bin/sh -c ") else bare


def _topology(client: docker.DockerClient, _: str) -> Data:
    networks, containers = [], []
    for n in sorted(client.networks.list(), key=lambda n: str(n.name)):
        if n.name in ("host", "none"):
            continue
        pools = (n.attrs["IPAM"]["Config"] or [{}])[0]
        options = n.attrs["Options"] or {}
        bridge = options.get("com.docker.network.bridge.name") or f"br-{str(n.id)[:12]}"
        networks.append(
            {
                "name": n.name,
                "driver": n.attrs["Driver"],
                "subnet": pools.get("Subnet"),
                "gateway": pools.get("Gateway"),
                "bridge": bridge if n.attrs["Driver"] == "bridge" else None,
            }
        )
    for c in sorted(client.containers.list(all=True), key=lambda c: str(c.name)):
        settings = c.attrs["NetworkSettings"]
        containers.append(
            {
                "name": c.name,
                "image": c.attrs["Config"]["Image"],
                "state": c.status,
                "ports": [
                    {"host": f"{b['HostIp']}:{b['HostPort']}", "container": port}
                    for port, bindings in sorted(settings["Ports"].items())
                    for b in bindings or []
                    if b["HostIp"] != "::"
                ],
                "networks": [
                    {"network": name, "ip": e["IPAddress"], "aliases": e.get("Aliases") or []}
                    for name, e in sorted(settings["Networks"].items())
                ],
            }
        )
    return {"networks": networks, "containers": containers}


def _nodes(client: docker.DockerClient, _: str) -> list[Data]:
    found = [
        {
            "hostname": n.attrs["Description"]["Hostname"],
            "role": n.attrs["Spec"]["Role"],
            "state": n.attrs["Status"]["State"],
            "availability": n.attrs["Spec"]["Availability"],
            "leader": bool(n.attrs.get("ManagerStatus", {}).get("Leader")),
        }
        for n in client.nodes.list()
    ]
    return sorted(found, key=lambda n: str(n["hostname"]))


def _tasks_of(service: Any) -> list[Data]:
    return list(service.tasks())


def _tasks(client: docker.DockerClient, _: str) -> list[Data]:
    hosts = {n.id: n.attrs["Description"]["Hostname"] for n in client.nodes.list()}
    found = [
        {
            "service": service.name,
            "slot": task.get("Slot"),
            "node": hosts.get(task.get("NodeID", "")),
            "image": task["Spec"]["ContainerSpec"]["Image"].split("@")[0],
            "desired": task["DesiredState"],
            "state": task["Status"]["State"],
        }
        for service in client.services.list()
        for task in _tasks_of(service)
    ]
    return sorted(
        found, key=lambda t: (str(t["service"]), t["slot"] or 0, str(t["desired"]), str(t["state"]), str(t["node"]))
    )


# The words of capture blocks; true for one that takes a name.
CAPTURES: Mapping[str, bool] = {
    "networks": False,
    "network": True,
    "container": True,
    "containers": False,
    "volumes": False,
    "images": False,
    "history": True,
    "topology": False,
    "nodes": False,
    "tasks": False,
}

_READERS: Mapping[str, Callable[[docker.DockerClient, str], object]] = {
    "networks": _networks,
    "network": _network,
    "container": _container,
    "containers": _containers,
    "volumes": _volumes,
    "images": _images,
    "history": _history,
    "topology": _topology,
    "nodes": _nodes,
    "tasks": _tasks,
}
