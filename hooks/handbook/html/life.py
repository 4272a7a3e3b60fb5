"""The picture of a container's life: its states, and the commands that lead from one to the next, as steps saw them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from snippetlab.errors import SnippetLabError

from handbook.html.drawing import Picture, label, new_graph, svg_of

NONE = ""  # the state of what is not there: before it is created, and after it is removed
_DOES = re.compile(r"docker (create|start|pause|unpause|stop|kill|rm)\b")
_LOOKS = "docker ps -a "


@dataclass(frozen=True)
class Change:
    """A command, and the states before and after it."""

    command: str
    before: str
    after: str


def changes(name: str, commands: Sequence[tuple[str, str]]) -> list[Change]:
    """What commands did to the container ``name``, in order; each is a command and what it printed.

    A state is what ``docker ps -a --format '{{.Names}}: {{.State}}'`` printed behind the command. A command that
    nobody looked behind did what it did from the same state before. Raises SnippetLabError where it had done nothing
    yet.
    """
    found: list[Change] = []
    state, waiting = NONE, ""
    for source, output in commands:
        does = _DOES.match(source)
        if does and source.split()[-1] != name and f"--name {name} " not in source:
            continue  # it is about another container
        if does:
            if waiting:
                found.append(_as_before(found, waiting, state))
                state = found[-1].after
            waiting = f"docker {does[1]}"
        elif source.startswith(_LOOKS) and waiting:
            found.append(Change(waiting, state, _state_of(name, output)))
            state, waiting = found[-1].after, ""
    return found


def _as_before(found: Sequence[Change], command: str, state: str) -> Change:
    for change in found:
        if (change.command, change.before) == (command, state):
            return change
    raise SnippetLabError(
        f"nobody looked what {command} made of a container that was {state or 'not there'}",
        hint=f"put `{_LOOKS}--format '{{{{.Names}}}}: {{{{.State}}}}'` behind it",
    )


def _state_of(name: str, printed: str) -> str:
    return next((line.partition(": ")[2] for line in printed.splitlines() if line.startswith(f"{name}: ")), NONE)


def life(name: str, commands: Sequence[tuple[str, str]]) -> Picture:
    """The states of the container ``name``, and between them the commands that led from one to the next."""
    seen = list(dict.fromkeys(changes(name, commands)))
    if not seen:
        raise SnippetLabError(f"no command changed the state of {name!r}", hint="name steps that create and start it")
    graph = new_graph(ranksep="0.3", nodesep="0.35")
    for state in dict.fromkeys(state for change in seen for state in (change.before, change.after)):
        if state:
            graph.node(state, label=label([(state, True)]), _attributes={"class": "net"}, style="rounded")
    for number, change in enumerate(seen):
        ends = [state or f"none-{number}" for state in (change.before, change.after)]
        for end, state in zip(ends, (change.before, change.after), strict=True):
            if not state:
                graph.node(end, label=label([("not there", False)]), shape="plain")
        graph.edge(*ends, label=f" {change.command.removeprefix('docker ')} ", dir="forward", arrowsize="0.7")
    return Picture(
        svg_of(graph), " ".join(_words(seen)), f"Drawn from the states of {name} that the steps below printed."
    )


def _words(seen: Sequence[Change]) -> Iterator[str]:
    for change in seen:
        if not change.before:
            yield f"{change.command} makes a container that is {change.after}."
        elif not change.after:
            yield f"{change.command} removes one that is {change.before}."
        else:
            yield f"{change.command} leads from {change.before} to {change.after}."
