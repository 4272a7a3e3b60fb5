"""Changes of structures: what stands in JSON made into what it is not."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Sequence

from snippetlab.compare.normalise import Mark

from tests.strength.places import Made

Path = tuple[str | int, ...]
_EMPTY: tuple[object, ...] = (None, [], {}, "", 0, False, [None], {"": None})


def _read(output: str) -> tuple[object, Callable[[object], str]] | None:
    """The structure that an output is, and what writes another one in the same layout; None for all else."""
    try:
        value = json.loads(output)
    except ValueError:
        return None
    if not isinstance(value, (dict, list)):
        return None
    indent = next((len(line) - len(line.lstrip()) for line in output.split("\n")[1:]), 0) or None
    return value, lambda new: json.dumps(new, indent=indent, ensure_ascii=False) + "\n"


def structures(output: str, volatile: Sequence[Mark], chance: random.Random) -> Made:
    """Each value of a structure gone, in another type, null, or under another name."""
    found = _read(output)
    if found is None:
        return
    value, shown = found
    for path in list(_paths(value)):
        for word, change in (("gone", _gone), ("as text", _as_text), ("null", _null), ("renamed", _renamed)):
            copy = json.loads(output)
            if change(copy, path):
                yield f"{'.'.join(map(str, path))} {word}", shown(copy)


def _paths(value: object, path: Path = ()) -> Iterator[Path]:
    items: Iterator[tuple[str | int, object]] = iter(())
    if isinstance(value, dict):
        items = iter(value.items())
    elif isinstance(value, list):
        items = iter(enumerate(value))
    for key, inner in items:
        yield (*path, key)
        yield from _paths(inner, (*path, key))


def _at(value: object, path: Path) -> dict[str | int, object]:
    for key in path[:-1]:
        value = value[key]  # type: ignore[index]
    return value  # type: ignore[return-value]


def _gone(value: object, path: Path) -> bool:
    del _at(value, path)[path[-1]]
    return True


def _as_text(value: object, path: Path) -> bool:
    holder, key = _at(value, path), path[-1]
    old = holder[key]
    if isinstance(old, (dict, list)) or old is None:
        return False
    holder[key] = int(old) if isinstance(old, str) and old.isdigit() else [old] if isinstance(old, str) else str(old)
    return True


def _null(value: object, path: Path) -> bool:
    holder = _at(value, path)
    changed = holder[path[-1]] is not None
    holder[path[-1]] = None if changed else ""
    return changed


def _renamed(value: object, path: Path) -> bool:
    holder = _at(value, path)
    if not isinstance(holder, dict):
        return False
    items = [(f"{key}X" if key == path[-1] else key, inner) for key, inner in holder.items()]
    holder.clear()
    holder.update(items)
    return True


def empty_values(output: str, volatile: Sequence[Mark], chance: random.Random) -> Made:
    """Each empty value of a structure made into the other ones; 1 and true; an entry twice."""
    found = _read(output)
    if found is None:
        return
    value, shown = found
    for path, old in _leaves(value, ()):
        others: tuple[object, ...] = ()
        if any(_same(old, one) for one in _EMPTY):
            others = tuple(one for one in _EMPTY if not _same(old, one))
        elif _same(old, 1) or _same(old, True):
            others = (True,) if _same(old, 1) else (1,)
        elif isinstance(old, list):
            others = ([*old, old[0]], [old], old[1:])
        for other in others:
            yield f"{'.'.join(map(str, path))}: {other!r:.30}", shown(_with(value, path, other))


def _same(one: object, other: object) -> bool:
    return type(one) is type(other) and one == other


def _leaves(value: object, path: Path) -> Iterator[tuple[Path, object]]:
    inner: list[tuple[str | int, object]] = []
    if isinstance(value, dict):
        inner = list(value.items())
    elif isinstance(value, list):
        inner = list(enumerate(value))
    if path and (isinstance(value, list) or not inner):
        yield path, value
    for key, one in inner:
        yield from _leaves(one, (*path, key))


def _with(value: object, path: Path, new: object) -> object:
    if not path:
        return new
    if isinstance(value, dict):
        return {key: _with(inner, path[1:], new) if key == path[0] else inner for key, inner in value.items()}
    assert isinstance(value, list)
    return [_with(inner, path[1:], new) if at == path[0] else inner for at, inner in enumerate(value)]
