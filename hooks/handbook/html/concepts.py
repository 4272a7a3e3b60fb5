"""Pictures of ideas, drawn from what steps printed: who writes where, what a build does again, where data lies."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from snippetlab.errors import SnippetLabError

from handbook.html.drawing import FONT, MONO, Picture, label, new_graph, svg_of
from handbook.html.pictures import describe_layers, layer_rows
from handbook.html.templates import render

_WRITTEN = re.compile(r"(?P<name>[\w.-]+): (?P<size>[\d.]+[kMG]?B) \(virtual ")
_MADE = re.compile(r"^ *(?P<kind>Network|Volume|Container) \"?(?P<name>[\w.-]+)\"? +Created *$", re.MULTILINE)
_BUILD_STEP = re.compile(r"#(?P<number>\d+) \[\d+/\d+\] (?P<instruction>.+)")


@dataclass(frozen=True)
class Place:
    """Where a mount's files lie: the path in the container, the kind of mount, the place, and how long it lasts."""

    path: str
    kind: str
    where: str
    lasts: str


def copy_on_write(history: Sequence[Mapping[str, Any]], sizes: str) -> Picture:
    """Containers with a writable layer each, on one image.

    ``history`` is a capture ``history:IMAGE``, ``sizes`` the lines ``NAME: SIZE (virtual …)`` of ``docker ps --size``.
    """
    containers = [(found["name"], found["size"]) for found in _WRITTEN.finditer(sizes)]
    if not containers:
        raise SnippetLabError(f"there is no size of a container in {sizes!r}", hint="name a step with docker ps --size")
    graph = new_graph(ranksep="0.35", nodesep="0.3")
    image = ", ".join(str(tag) for layer in history for tag in layer["tags"])
    # Without the name above it, so that the lines end at the topmost layer.
    rows = [{**row, "tags": ""} for row in layer_rows(history)]
    table = render("layers.dot.html", rows=rows, font=FONT, mono=MONO)
    graph.node("image", label=table, shape="plain", _attributes={"class": "layers"})
    for name, size in containers:
        lines = [(name, True), (f"writable layer, {size}", False)]
        graph.node(f"con-{name}", label=label(lines), _attributes={"class": "net"}, style="rounded")
        graph.edge(f"con-{name}", "image")
    own = " ".join(f"Container {name} has a writable layer of {size}." for name, size in containers)
    words = f"{own} All of them stand on one image, which they only read. {describe_layers(history)}"
    caption = f"Containers on the image {image}, drawn from what docker ps and the image's history reported."
    return Picture(svg_of(graph), words, caption)


def builds(runs: Sequence[tuple[str, str]]) -> Picture:
    """What builds took from the cache and what they did: for each a title and the lines that BuildKit printed."""
    graph = new_graph(ranksep="0.18", nodesep="0.25")
    words = []
    for number, (title, printed) in enumerate(runs):
        above = f"build-{number}"
        graph.node(above, label=label([(title, False)]), shape="plain")
        steps = build_steps(printed)
        if not steps:
            raise SnippetLabError(f"there is no step of a build in {printed!r}", hint="name a step that prints a build")
        for place, (instruction, cached) in enumerate(steps):
            here = f"build-{number}-{place}"
            rows = [(_first_word(instruction), True), ("from the cache" if cached else "done", False)]
            css = "net" if cached else "box"
            graph.node(here, label=label(rows), _attributes={"class": css}, style="rounded" if cached else "")
            graph.edge(above, here)
            above = here
        told = "; ".join(f"{text}: {'from the cache' if cached else 'done'}" for text, cached in steps)
        words.append(f"{title}: {told}.")
    return Picture(svg_of(graph), " ".join(words), "Drawn from what these builds printed, further down the chapter.")


def build_steps(printed: str) -> list[tuple[str, bool]]:
    """The instructions that a build printed with ``--progress=plain``, each with whether the cache had its result."""
    lines = printed.split("\n")
    found = [match for line in lines if (match := _BUILD_STEP.fullmatch(line))]
    return [(match["instruction"], f"#{match['number']} CACHED" in lines) for match in found]


def places(container: str, mounts: Sequence[Place]) -> Picture:
    """A container and the places where the files of its mounts lie."""
    graph = new_graph(rankdir="LR", ranksep="0.9", nodesep="0.16")
    graph.node("container", label=label([(container, True), ("container", False)]), _attributes={"class": "box"})
    for number, mount in enumerate(mounts):
        here = f"place-{number}"
        rows = [(mount.kind, False), (mount.where, True), (mount.lasts, False)]
        graph.node(here, label=label(rows), _attributes={"class": "net"}, style="rounded")
        graph.edge("container", here, label=f" {mount.path} ")
    told = " ".join(f"{m.path}: {m.kind}, {m.where}, {m.lasts}." for m in mounts)
    return Picture(svg_of(graph), f"Container {container} has {len(mounts)} mounts. {told}", "What is mounted where.")


def project(file: str, printed: str) -> Picture:
    """A Compose file and what ``docker compose up`` said that it made of it.

    The project's name is the beginning of its network's.
    """
    made = list(dict.fromkeys((found["kind"].lower(), found["name"]) for found in _MADE.finditer(printed)))
    name = next((own.rpartition("_")[0] for kind, own in made if kind == "network"), "")
    if not name:
        raise SnippetLabError(
            f"Compose made nothing here: {printed!r}", hint="name a step with a first docker compose up"
        )
    graph = new_graph(rankdir="LR", ranksep="0.35", nodesep="0.16")
    rows = [(file, True), (f"project {name}", False)]
    graph.node("file", label=label(rows), _attributes={"class": "box"})
    for kind, own in made:
        css, style = ("box", "") if kind == "container" else ("net", "rounded")
        graph.node(own, label=label([(own, True), (kind, False)]), _attributes={"class": css}, style=style)
        graph.edge("file", own)
    told = ", ".join(f"{kind} {own}" for kind, own in made)
    words = f"The file {file} describes the project {name}. Compose made of it: {told}."
    return Picture(svg_of(graph), words, "Drawn from what the first docker compose up of this project printed.")


def cluster(nodes: Sequence[Mapping[str, Any]], tasks: Sequence[Mapping[str, Any]], network: str) -> Picture:
    """A manager, the nodes that it gives tasks to, and an overlay network that joins the tasks.

    ``nodes`` and ``tasks`` are the captures of these names.
    """
    manager = next((str(node["hostname"]) for node in nodes if node["role"] == "manager"), None)
    if manager is None:
        raise SnippetLabError("there is no manager among the nodes", hint="name a capture `nodes` of a swarm's manager")
    graph = new_graph(ranksep="0.45", nodesep="0.4")
    rows = [(f"manager {manager}", True), ("keeps the description, gives out tasks", False)]
    graph.node("manager", label=label(rows), _attributes={"class": "box"})
    rows = [(network, True), ("overlay network", False)]
    graph.node("network", label=label(rows), _attributes={"class": "net"}, style="rounded")
    told = []
    for node in nodes:
        host = str(node["hostname"])
        own = [_task(task) for task in tasks if task.get("node") == host]
        here = f"node-{host}"
        rows = [(f"node {host}", True), *((f"task {task}", False) for task in own)]
        graph.node(here, label=label(rows), _attributes={"class": "net"}, style="rounded")
        graph.edge("manager", here)
        for _ in own:
            graph.edge(here, "network")
        told.append(f"Node {host} runs {', '.join(own) or 'nothing'}.")
    words = (
        f"The manager {manager} keeps the description of the services and gives out tasks. {' '.join(told)} "
        f"The overlay network {network} joins all tasks, whichever node runs them."
    )
    return Picture(svg_of(graph), words, "Drawn from what the manager reported of its nodes and tasks.")


def _task(task: Mapping[str, Any]) -> str:
    """A task's service and its number; the one that a global service has on each node has none."""
    return f"{task['service']}.{task['slot']}" if task.get("slot") else str(task["service"])


def _first_word(instruction: str) -> str:
    """An instruction, short enough for a box."""
    return instruction if len(instruction) <= 24 else f"{instruction[:23]}…"
