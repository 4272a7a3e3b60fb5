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


def _first_word(instruction: str) -> str:
    """An instruction, short enough for a box."""
    return instruction if len(instruction) <= 24 else f"{instruction[:23]}…"
