"""What the Python blocks of pages may use: the captures and the counts of this build.

A block on a page computes what it shows, so that an author sees where a number comes from::

    ```python exec="on"
    from handbook.captures import capture

    layers = capture("images/layers#history", "history:web")
    print(f"The image has {len(layers)} layers.")
    ```

What it prints is Markdown, or HTML with ``html="on"``. It is run once for the
page and once for its Markdown twin; ``figures``, ``table``, ``chapter_list`` and the
pictures give what fits.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from snippetlab.errors import SnippetLabError
from snippetlab.model import Step

from handbook import counts
from handbook.html import concepts, life, pictures
from handbook.html.concepts import Place
from handbook.html.page import steps_of
from handbook.html.templates import markdown_text, render
from handbook.html.ways import Hop, Stop, ways
from handbook.library import Library, capture_of
from handbook.pages.chapters import Chapter
from handbook.reference.between import Pair
from handbook.verdict import Verdict


@dataclass(frozen=True)
class Material:
    """What blocks can ask for. ``book`` is true where this build makes the book, ``markdown`` where a Markdown twin
    is written, not a page. ``pairs`` are neighbouring engines with what differs between them."""

    library: Library
    verdict: Verdict
    chapters: Sequence[Chapter]
    book: bool = False
    markdown: bool = False
    pairs: Sequence[Pair] = ()


# Blocks are code on pages: they import functions and are called by nobody who could hand them a build.
_material: ContextVar[Material] = ContextVar("material")


@contextmanager
def material(given: Material) -> Iterator[None]:
    """Let the functions of this module answer for that build."""
    token = _material.set(given)
    try:
        yield
    finally:
        _material.reset(token)


def totals() -> counts.Totals:
    """The sums of this build: commands, verified, steps, python_steps, scenarios, exempt, captures, versions, day."""
    return counts.totals_of(_material.get().library)


def why_not_verified() -> str:
    """Why this build verified nothing, as text for Markdown; empty when it did."""
    return str(markdown_text(_material.get().verdict.reason))


def step(step_id: str) -> Step:
    """A step with its blocks, as the newest engine has it. Raises SnippetLabError for one that is not there."""
    library = _material.get().library
    views = library.views(step_id)
    if not views:
        near = library.near(step_id)
        raise SnippetLabError(
            f"there is no step {step_id!r}", hint=f"did you mean {' or '.join(near)}?" if near else ""
        )
    return views[0].step


def capture(step_id: str, name: str) -> Any:
    """The structure that a step read from the engine: what ``json capture="NAME"`` holds, as Python data."""
    block = capture_of(step(step_id), name)
    if block is None:
        raise SnippetLabError(
            f"step {step_id} has no capture {name!r}",
            hint=f'add a block `json capture="{name}"` to the step and run snippetlab update',
        )
    return json.loads(block.text)


def printed(step_id: str, command: str) -> str:
    """What the step's first shell command that begins with these words printed."""
    commands = [c for block in step(step_id).of_kind("console") if block.engine is None for c in block.commands]
    found = next((c for c in commands if c.source.startswith(command)), None)
    if found is None:
        known = ", ".join(f"`{c.source}`" for c in commands)
        raise SnippetLabError(f"step {step_id} has no command that begins with {command!r}", hint=f"it has {known}")
    return found.output


def differences() -> list[tuple[str, int, str]]:
    """For each pair of neighbouring engines: their names, how many steps print something else, and in what.

    It is what the page "Between engines" holds, counted.
    """
    return [
        (
            f"{pair.old} and {pair.new}",
            pair.steps,
            ", ".join(f"{kind} {count}" for kind, count in pair.kinds.items()),
        )
        for pair in _material.get().pairs
    ]


def figures(rows: Mapping[str, object]) -> str:
    """Large figures in one line, from what each says to the number."""
    return _render("figures", rows=[(what, str(number)) for what, number in rows.items()])


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A table of texts and numbers, with a heading for each column."""
    return _render("table", head=head, rows=[[str(cell) for cell in row] for row in rows])


def draw_topology(topology: Mapping[str, Any]) -> str:
    """A picture of networks and the containers on them, from a capture ``topology``."""
    return _render("picture", picture=pictures.topology(topology))


def draw_layers(history: Sequence[Mapping[str, Any]]) -> str:
    """A picture of an image's layers, from a capture ``history:IMAGE``."""
    return _render("picture", picture=pictures.layers(history))


def draw_nodes(nodes: Sequence[Mapping[str, Any]], tasks: Sequence[Mapping[str, Any]] = ()) -> str:
    """A picture of a swarm's nodes and their tasks, from the captures ``nodes`` and ``tasks``."""
    return _render("picture", picture=pictures.nodes(nodes, tasks))


def draw_copy_on_write(history: Sequence[Mapping[str, Any]], sizes: str) -> str:
    """A picture of containers on one image, from its capture and what ``docker ps --size`` printed."""
    return _render("picture", picture=concepts.copy_on_write(history, sizes))


def draw_life(name: str, *step_ids: str) -> str:
    """A picture of the states of the container ``name``, from the shell commands of steps, in order."""
    blocks = [block for step_id in step_ids for block in step(step_id).of_kind("console") if block.engine is None]
    typed = [(command.source, command.output) for block in blocks for command in block.commands]
    return _render("picture", picture=life.life(name, typed))


def draw_builds(*runs: tuple[str, str]) -> str:
    """A picture of what builds did and what they had from the cache: a title for each, and what it printed."""
    return _render("picture", picture=concepts.builds(runs))


def draw_places(container: str, *mounts: Place) -> str:
    """A picture of a container's mounts and the places where their files lie."""
    return _render("picture", picture=concepts.places(container, mounts))


def draw_ways(stops: Sequence[Stop], hops: Sequence[Hop], caption: str) -> str:
    """A picture of who speaks to whom: stops, and arrows between them."""
    return _render("picture", picture=ways(stops, hops, caption))


def draw_project(file: str, printed: str) -> str:
    """A picture of a Compose file and what ``docker compose up`` said that it made of it."""
    return _render("picture", picture=concepts.project(file, printed))


def draw_cluster(nodes: Sequence[Mapping[str, Any]], tasks: Sequence[Mapping[str, Any]], network: str) -> str:
    """A picture of a swarm with its manager, its tasks and the overlay network that joins them, from captures."""
    return _render("picture", picture=concepts.cluster(nodes, tasks, network))


def chapter_list() -> str:
    """The chapters with their descriptions and how many commands each runs."""
    given = _material.get()
    rows = [
        (c, counts.count_of([s for p in c.pages for s in steps_of(p, given.library)], given.library).commands)
        for c in given.chapters
    ]
    return _render("chapters", rows=rows)


def book_line() -> str:
    """A sentence that leads to the book's files, for the home page; empty where this build makes none."""
    return _render("book-line", offered=_material.get().book)


def _render(template: str, **values: object) -> str:
    return str(render(f"{template}.{'md' if _material.get().markdown else 'html'}", **values))
