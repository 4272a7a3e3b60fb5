"""Numbers for values that differ from run to run and must nevertheless stand in the same places."""

from __future__ import annotations

SHORT = 10  # characters from which on a beginning stands for an id


class Identities:
    """The names given so far, on one side of a comparison: ``<id-1>``, ``<id-2>``, ``<mac-1>`` …

    The numbers are in order of first sight; which number a value got means nothing to the other side.
    """

    def __init__(self) -> None:
        self._names: dict[tuple[str, str], str] = {}
        self._counts: dict[str, int] = {}
        self._values: dict[str, list[str]] = {}
        self._beginnings: dict[str, list[tuple[str, str]]] = {}

    def name(self, kind: str, value: str) -> str:
        """The name of a value; a short id has the name of the long one that it begins, and the other way round."""
        bare = _bare(kind, value)
        known = self._names.get((kind, bare))
        if known is None:
            known = self.known(kind, value)
            if known is None:
                self._counts[kind] = self._counts.get(kind, 0) + 1
                known = f"<{kind}-{self._counts[kind]}>"
            self._names[(kind, bare)] = known
            self._values.setdefault(known, []).append(bare)
            if kind == "id" and len(bare) >= SHORT:
                self._beginnings.setdefault(bare[:SHORT], []).append((bare, known))
        return known

    def known(self, kind: str, value: str) -> str | None:
        """The name that a value has already; ``None`` when it has none. Gives none."""
        bare = _bare(kind, value)
        known = self._names.get((kind, bare))
        return known or (self._related(bare) if kind == "id" else None)

    def begins_one(self, word: str) -> bool:
        """True when ``word`` is the beginning of an id that is known."""
        return any(other.startswith(word) for other, _ in self._beginnings.get(word[:SHORT], ()))

    def values(self, name: str) -> list[str]:
        """Every value that has this name, the longest first."""
        return sorted(self._values.get(name, ()), key=len, reverse=True)

    def _related(self, value: str) -> str | None:
        for other, name in self._beginnings.get(value[:SHORT], ()):
            if other.startswith(value) or value.startswith(other):
                return name
        return None


def _bare(kind: str, value: str) -> str:
    return value.removeprefix("sha256:") if kind == "id" else value


class Blind(Identities):
    """Identities that are all the same: for telling texts apart by the rest."""

    def name(self, kind: str, value: str) -> str:
        """The kind alone."""
        return f"<{kind}>"
