"""Pictures drawn from captures: networks with their containers, image layers, swarm nodes with their tasks."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import graphviz  # type: ignore[import-untyped]
from markupsafe import Markup
from snippetlab.errors import SnippetLabError

from handbook.html.templates import render

# Layout is measured with these; the site's own fonts are put in by the style sheet.
_FONT = "Helvetica"
_MONO = "Courier"
_SIZE = "11"


@dataclass(frozen=True)
class Picture:
    """An SVG element without its opening ``<svg``, what it shows in words, and what it was drawn from."""

    svg: Markup
    words: str
    caption: str


def topology(data: Mapping[str, Any]) -> Picture:
    """Networks with the containers on them, from a capture ``topology``.

    This and the other two raise SnippetLabError when graphviz is missing.
    """
    return Picture(_render(_topology(data)), describe_topology(data), "Drawn from what the engine reported.")


def layers(data: Sequence[Mapping[str, Any]]) -> Picture:
    """The layers of an image with their sizes, from a capture ``history:IMAGE``."""
    return Picture(_render(_layers(data)), describe_layers(data), "Drawn from the image's history.")


def nodes(data: Sequence[Mapping[str, Any]], tasks: Sequence[Mapping[str, Any]] = ()) -> Picture:
    """The nodes of a swarm with the tasks that they run, from the captures ``nodes`` and ``tasks``."""
    return Picture(_render(_nodes(data, tasks)), describe_nodes(data, tasks), "Drawn from what the manager reported.")


@lru_cache(maxsize=256)
def _svg(source: str) -> str:
    try:
        return str(graphviz.Source(source, engine="dot").pipe(format="svg", encoding="utf-8"))
    except graphviz.ExecutableNotFound as error:
        raise SnippetLabError(
            "graphviz is not installed, so pictures cannot be drawn", hint="install Debian's package graphviz"
        ) from error


def _render(graph: graphviz.Graph) -> Markup:
    """SVG to stand in a page: no prologue, no ids, no titles that pop up, a width that it does not go below."""
    svg = _svg(graph.source)
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<!--.*?-->\s*|<title>.*?</title>\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(r'(<g|<a) id="[^"]*"', r"\1", svg)
    svg = re.sub(r' xmlns(:xlink)?="[^"]*"', "", svg)
    svg = re.sub(rf' font-family="{_MONO}[^"]*"', ' class="mono"', svg)
    svg = re.sub(r' font-family="[^"]*"', "", svg)
    # Points become pixels, so that text has the size that it was laid out with.
    found = re.search(r'width="([\d.]+)pt" height="([\d.]+)pt"', svg)
    if found:
        width, height = (round(float(v) * 1.2) for v in found.groups())
        size = f'width="{width}" height="{height}" style="min-width:{round(width * 0.8)}px"'
        svg = svg.replace(found[0], size, 1)
    return Markup(re.sub(r">\s+<", "><", svg).removeprefix("<svg "))


def _graph(**attributes: str) -> graphviz.Graph:
    graph = graphviz.Graph(graph_attr={"bgcolor": "transparent", "pad": "0.05", "fontname": _FONT, **attributes})
    graph.attr("node", shape="box", fontname=_FONT, fontsize=_SIZE, margin="0.12,0.07", height="0.3")
    graph.attr("edge", fontname=_FONT, fontsize=_SIZE)
    return graph


def _label(rows: Sequence[tuple[str, bool]]) -> str:
    """An HTML-like label: lines, each with whether it is in the code font."""
    return render("label.dot.html", rows=[(text, _MONO if mono else _FONT) for text, mono in rows])


def _topology(data: Mapping[str, Any]) -> graphviz.Graph:
    graph = _graph(rankdir="LR", ranksep="0.45", nodesep="0.14")
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
        graph.node(f"net-{name}", label=_label(rows), _attributes={"class": "net"}, style="rounded")
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
        graph.node(f"con-{container['name']}", label=_label(rows), _attributes={"class": css})
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


def _layers(layers: Sequence[Mapping[str, Any]]) -> graphviz.Graph:
    graph = _graph()
    rows = [
        {
            "tags": ", ".join(layer.get("tags") or ()),
            "size": size_words(layer["size"]) if layer["size"] else "–",
            "text": _short(_instruction(layer["created_by"])),
        }
        for layer in layers
    ]
    table = render("layers.dot.html", rows=rows, font=_FONT, mono=_MONO)
    graph.node("layers", label=table, shape="plain", _attributes={"class": "layers"})
    return graph


def describe_layers(layers: Sequence[Mapping[str, Any]]) -> str:
    """The layers from the newest to the base, in words."""
    parts = [
        f"{_instruction(layer['created_by'])}: {size_words(layer['size']) if layer['size'] else 'no layer of its own'}"
        for layer in layers
    ]
    return f"{len(layers)} entries, the newest first. " + "; ".join(parts) + "."


def _nodes(nodes: Sequence[Mapping[str, Any]], tasks: Sequence[Mapping[str, Any]]) -> graphviz.Graph:
    graph = _graph(nodesep="0.2")
    for node in nodes:
        rows = [(node["hostname"], True), (_role(node), False), (f"{node['state']}, {node['availability']}", False)]
        own = [t for t in tasks if t.get("node") == node["hostname"]]
        rows += [(f"{t['service']}.{t['slot']} {t['state']}", True) for t in own]
        css = "net" if node["state"] == "ready" else "box stopped"
        graph.node(f"node-{node['hostname']}", label=_label(rows), _attributes={"class": css}, style="rounded")
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
