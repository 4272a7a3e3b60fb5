"""Numbers for values that differ from run to run and must nevertheless stand in the same places."""

from __future__ import annotations

import re

_SHORT = 10  # digits from which on one id may stand for another that begins with it
_HEX = re.compile(r"[0-9a-f]+")


class Identities:
    """The names given so far, on one side of a comparison: ``<id-1>``, ``<id-2>``, ``<mac-1>`` …

    The numbers are in order of first sight; which number a value got means nothing to the other side.
    """

    def __init__(self) -> None:
        self._names: dict[tuple[str, str], str] = {}
        self._counts: dict[str, int] = {}
        self._ids: list[tuple[str, str]] = []

    def name(self, kind: str, value: str) -> str:
        """The name of a value; a short id has the name of the long one that it begins, and the other way round."""
        bare = value.removeprefix("sha256:")
        known = self._names.get((kind, bare))
        if known is None:
            known = self._related(kind, bare) or self._next(kind)
            self._names[(kind, bare)] = known
            if kind == "id":
                self._ids.append((bare, known))
        return known

    def _related(self, kind: str, value: str) -> str | None:
        if kind != "id" or len(value) < _SHORT:
            return None
        for other, name in self._ids:
            if (
                len(other) >= _SHORT
                and len(other) != len(value)
                and (other.startswith(value) or value.startswith(other))
            ):
                return name
        return None

    def _next(self, kind: str) -> str:
        self._counts[kind] = self._counts.get(kind, 0) + 1
        return f"<{kind}-{self._counts[kind]}>"

    def values(self, name: str) -> list[str]:
        """Every value that has this name, the longest first."""
        found = {value for (_, value), given in self._names.items() if given == name}
        return sorted(found, key=len, reverse=True)
