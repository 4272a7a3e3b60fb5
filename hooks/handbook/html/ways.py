"""Pictures of ways: who speaks to whom, and by what a packet or a question passes until it arrives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from snippetlab.errors import SnippetLabError

from handbook.html.drawing import Picture, label, new_graph, svg_of


@dataclass(frozen=True)
class Stop:
    """A place on a way: its name and what it is, in a few words. ``docker`` is true of what Docker makes."""

    name: str
    what: str
    docker: bool = False


@dataclass(frozen=True)
class Hop:
    """From one stop to the next, with what goes there. ``blocked`` is true where it does not arrive."""

    start: str
    end: str
    says: str
    blocked: bool = False


def ways(stops: Sequence[Stop], hops: Sequence[Hop], caption: str) -> Picture:
    """Stops from top to bottom, joined by arrows; a hop that does not arrive is dashed, and ends in a bar."""
    known = {stop.name for stop in stops}
    for hop in hops:
        if strange := {hop.start, hop.end} - known:
            raise SnippetLabError(
                f"a hop of the picture “{caption}” names {', '.join(sorted(strange))}, which is none of its stops",
                hint="write the name as the stop has it",
            )
    graph = new_graph(ranksep="0.3", nodesep="0.3")
    for stop in stops:
        rows = [(stop.name, True), (stop.what, False)]
        css = "net" if stop.docker else "box"
        graph.node(stop.name, label=label(rows), _attributes={"class": css}, style="rounded" if stop.docker else "")
    for hop in hops:
        end = {"style": "dashed", "arrowhead": "tee"} if hop.blocked else {}
        graph.edge(hop.start, hop.end, label=f" {hop.says} ", dir="forward", arrowsize="0.7", **end)
    told = " ".join(
        f"From {hop.start} to {hop.end}: {hop.says}{', which does not arrive' if hop.blocked else ''}." for hop in hops
    )
    meant = " ".join(f"{stop.name} is {stop.what}." for stop in stops)
    return Picture(svg_of(graph), f"{meant} {told}", caption)
