"""Compose's progress in an order that says what waits for what, and nothing of who happened to be first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

_OBJECT = re.compile(r" (Container|Network|Volume|Image|Service) (\S+) +([A-Z][a-z]+)(?: .*)?")
_KEY = re.compile(r"( *)(?:- )?([\w.-]+): *(.*)")
_ITEM = re.compile(r" *- *[\"']?([\w.-]+)[\"']?.*")
_NAME = re.compile(r"[\w.-]+")
# What Compose does to one service after the other, in the order of their dependencies or against it.
_ORDERED = frozenset(
    {"Creating", "Created", "Recreate", "Recreated", "Starting", "Started", "Running", "Waiting", "Healthy"}
    | {"Stopping", "Stopped", "Removing", "Removed", "Error", "Exited"}
)


def is_progress(line: str) -> bool:
    """True for a line of Compose's progress: an object and what became of it."""
    return _OBJECT.fullmatch(line) is not None


def in_order_of_dependencies(lines: Sequence[str], typed: str) -> Iterator[str]:
    """The lines in the first of all orders in which every line stays behind those that it had to wait for.

    A line waits for the earlier ones of its own object, for those of networks, volumes and
    images where it is a container's (and the other way round), and for those of the
    services that its service depends on, or that depend on it.
    """
    items = [found for line in lines if (found := _OBJECT.fullmatch(line))]
    bound = _bound(items)
    needs = dependencies(typed) if bound else {}
    waits = [
        {i for i in range(j) if _dependent(items[i], items[j], needs)} if len(items) <= 500 else set(range(j))
        for j in range(len(items))
    ]
    left = list(range(len(items)))
    done: set[int] = set()
    while left:
        ready = min((i for i in left if waits[i] <= done), key=lambda i: (items[i].group(2), i))
        done.add(ready)
        left.remove(ready)
        yield lines[ready]


def _bound(items: Sequence[re.Match[str]]) -> bool:
    """False for commands that treat all services at once: kill, pause, restart, rm of what has ended."""
    states = {item.group(3) for item in items if item.group(1) == "Container"}
    return states <= _ORDERED and not ("Removing" in states and "Stopping" not in states)


def _dependent(one: re.Match[str], other: re.Match[str], needs: Mapping[str, frozenset[str]]) -> bool:
    if one.group(1) != other.group(1):
        return "Container" in (one.group(1), other.group(1))
    if one.group(2) == other.group(2):
        return True
    if one.group(1) != "Container" or not needs:
        return False
    a, b = _service_of(one.group(2), needs), _service_of(other.group(2), needs)
    return b in needs.get(a, ()) or a in needs.get(b, ())


def _service_of(container: str, needs: Mapping[str, frozenset[str]]) -> str:
    names = {*needs, *(name for own in needs.values() for name in own)}
    fitting = [name for name in names if re.search(rf"(?:^|[-_]){re.escape(name)}(?:[-_]\d+)?$", container)]
    return max(fitting, key=len, default="")


@lru_cache(maxsize=256)
def dependencies(typed: str) -> Mapping[str, frozenset[str]]:
    """The services that each service of the Compose files in ``typed`` waits for, through others as well."""
    direct: dict[str, set[str]] = {}
    path: list[tuple[int, str]] = []
    for line in typed.split("\n"):
        key = _KEY.fullmatch(line.rstrip())
        indent = len(line) - len(line.lstrip(" "))
        item = _ITEM.fullmatch(line)
        while path and (path[-1][0] > indent or (path[-1][0] == indent and key and not item)):
            path.pop()
        if item and _below(path, "depends_on", "links"):
            direct.setdefault(path[-2][1], set()).add(item.group(1))
        elif key and not item:
            name, value = key.group(2), key.group(3)
            if _below(path, "depends_on"):
                direct.setdefault(path[-2][1], set()).add(name)
            path.append((indent, name))
            if _below(path, "depends_on", "links") and value.startswith("["):
                direct.setdefault(path[-2][1], set()).update(_NAME.findall(value))
            if name == "network_mode" and "service:" in value and len(path) > 1:
                direct.setdefault(path[-2][1], set()).update(_NAME.findall(value.partition("service:")[2]))
    return {name: frozenset(_closure(name, direct)) for name in direct}


def _below(path: Sequence[tuple[int, str]], *keys: str) -> bool:
    return len(path) > 2 and path[-1][1] in keys and path[-3][1] == "services"


def _closure(name: str, direct: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    left = [name]
    while left:
        for other in direct.get(left.pop(), ()):
            if other not in found:
                found.add(other)
                left.append(other)
    return found
