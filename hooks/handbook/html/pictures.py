"""Pictures drawn from captures: networks with their containers, image layers, swarm nodes with their tasks."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import graphviz  # type: ignore[import-untyped]

from handbook.html.drawing import FONT, MONO, Picture, label, new_graph, svg_of
from handbook.html.templates import render


def topology(data: Mapping[str, Any]) -> Picture:
    """Networks with the containers on them, from a capture ``topology``.

    This and the other two raise SnippetLabError when graphviz is missing.
    """
    return Picture(svg_of(_topology(data)), describe_topology(data), "Drawn from what the engine reported.")


def layers(data: Sequence[Mapping[str, Any]]) -> Picture:
    """The layers of an image with their sizes, from a capture ``history:IMAGE``."""
    return Picture(svg_of(_layers(data)), describe_layers(data), "Drawn from the image's history.")


def nodes(data: Sequence[Mapping[str, Any]], tasks: Sequence[Mapping[str, Any]] = ()) -> Picture:
    """The nodes of a swarm with the tasks that they run, from the captures ``nodes`` and ``tasks``."""
    return Picture(svg_of(_nodes(data, tasks)), describe_nodes(data, tasks), "Drawn from what the manager reported.")


def _topology(data: Mapping[str, Any]) -> graphviz.Graph:
    graph = new_graph(rankdir="LR", ranksep="0.45", nodesep="0.14")
    used = {n["network"] for c in data["containers"] for n in c["networks"]}
    for network in data["networks"]:
        name = network["name"]
        if name not in used and name in ("none", "host", "bridge") and used:
            # The networks that every engine has are only noise where nothing is on them.
            continue
        rows = [(name, True), (f"{network['driver']} network", False)]
        if network.get("bridge"):
            rows.append((str(network["bridge"]), True))
        if network.get("subnet"):
            rows.append((str(network["subnet"]), True))
        if network.get("gateway"):
            rows.append((f"gateway {network['gateway']}", False))
        graph.node(f"net-{name}", label=label(rows), _attributes={"class": "net"}, style="rounded")
    for container in data["containers"]:
        rows = [(container["name"], True), (container["image"], False)]
        several = len(container["networks"]) > 1
        rows += [
            (f"{n['ip']} on {n['network']}" if several else str(n["ip"]), True)
            for n in container["networks"]
            if n.get("ip")
        ]
        rows += [(f"host port {_port(p)} → {p['container']}", False) for p in container["ports"] if p.get("host")]
        state = container.get("state", "running")
        if state != "running":
            rows.append((state, False))
        css = "box" if state == "running" else "box stopped"
        graph.node(f"con-{container['name']}", label=label(rows), _attributes={"class": css})
        for attached in container["networks"]:
            graph.edge(f"net-{attached['network']}", f"con-{container['name']}")
    return graph


def _port(published: Mapping[str, Any]) -> str:
    """The host's side of a published port; the address is only said where it is not every address."""
    return str(published["host"]).removeprefix("0.0.0.0:").removeprefix("[::]:").removeprefix(":::")


def describe_topology(data: Mapping[str, Any]) -> str:
    """The networks and who is on them, in words."""
    parts: list[str] = []
    for network in data["networks"]:
        on = [
            f"{c['name']} {n.get('ip') or ''}".strip()
            for c in data["containers"]
            for n in c["networks"]
            if n["network"] == network["name"]
        ]
        if on:
            where = ", ".join(str(network[k]) for k in ("driver", "subnet") if network.get(k))
            parts.append(f"Network {network['name']} ({where}): {', '.join(on)}.")
    for container in data["containers"]:
        parts += [
            f"Host port {_port(p)} leads to {container['name']} {p['container']}."
            for p in container["ports"]
            if p.get("host")
        ]
    return " ".join(parts) or "No container is on any network."


def size_words(size: int) -> str:
    """A size as docker writes it: 0B, 4B, 2.05MB."""
    value = float(size)
    for unit in ("B", "kB", "MB", "GB"):
        if value < 1000 or unit == "GB":
            return f"{value:.3g}{unit}"
        value /= 1000
    raise AssertionError("unreachable")


def _instruction(created_by: str) -> str:
    """The Dockerfile's words of a history entry."""
    text = re.sub(r"^/bin/sh -c #\(nop\)\s*", "", created_by)
    text = re.sub(r"^/bin/sh -c ", "RUN ", text)
    text = re.sub(r"^RUN /bin/sh -c ", "RUN ", text)
    return re.sub(r"\s*# buildkit$", "", text).strip() or "a layer from a file"


def _short(text: str, most: int = 34) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


# What else stands in a history is a note in the image, and no layer.
_MAKES_A_LAYER = re.compile(r"(RUN|COPY|ADD|WORKDIR)\b")


def _size(layer: Mapping[str, Any], without: str) -> str:
    """What a history entry adds; ``without`` where it makes no layer. An empty layer is one, of 0B."""
    made = layer["size"] or _MAKES_A_LAYER.match(_instruction(layer["created_by"]))
    return size_words(layer["size"]) if made else without


def layer_rows(layers: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """A row for each layer, as the template ``layers.dot.html`` wants them."""
    return [
        {
            "tags": ", ".join(layer.get("tags") or ()),
            "size": _size(layer, "–"),
            "text": _short(_instruction(layer["created_by"])),
        }
        for layer in layers
    ]


def _layers(layers: Sequence[Mapping[str, Any]]) -> graphviz.Graph:
    graph = new_graph()
    table = render("layers.dot.html", rows=layer_rows(layers), font=FONT, mono=MONO)
    graph.node("layers", label=table, shape="plain", _attributes={"class": "layers"})
    return graph


def describe_layers(layers: Sequence[Mapping[str, Any]]) -> str:
    """The layers from the newest to the base, in words."""
    parts = [f"{_instruction(layer['created_by'])}: {_size(layer, 'no layer of its own')}" for layer in layers]
    return f"{len(layers)} entries, the newest first. " + "; ".join(parts) + "."


def _nodes(nodes: Sequence[Mapping[str, Any]], tasks: Sequence[Mapping[str, Any]]) -> graphviz.Graph:
    graph = new_graph(nodesep="0.2")
    for node in nodes:
        rows = [(node["hostname"], True), (_role(node), False), (f"{node['state']}, {node['availability']}", False)]
        own = [t for t in tasks if t.get("node") == node["hostname"]]
        rows += [(f"{t['service']}.{t['slot']} {t['state']}", True) for t in own]
        css = "net" if node["state"] == "ready" else "box stopped"
        graph.node(f"node-{node['hostname']}", label=label(rows), _attributes={"class": css}, style="rounded")
    return graph


def _role(node: Mapping[str, Any]) -> str:
    return f"{node['role']}, leader" if node.get("leader") else str(node["role"])


def describe_nodes(nodes: Sequence[Mapping[str, Any]], tasks: Sequence[Mapping[str, Any]]) -> str:
    """The nodes with their tasks, in words."""
    parts = []
    for node in nodes:
        own = [f"{t['service']}.{t['slot']} {t['state']}" for t in tasks if t.get("node") == node["hostname"]]
        parts.append(
            f"Node {node['hostname']} ({_role(node)}, {node['state']}, {node['availability']}): "
            f"{', '.join(own) or 'no tasks'}."
        )
    return " ".join(parts)
