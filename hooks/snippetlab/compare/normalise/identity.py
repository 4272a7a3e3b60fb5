"""Numbers for values that differ from run to run and must nevertheless stand in the same places."""

from __future__ import annotations

from collections.abc import Mapping

from snippetlab.compare.normalise.names import named
from snippetlab.compare.vocabulary import Vocabulary

SHORT = 10  # characters from which on a beginning stands for an id, wherever it stands
_SHORTEST = 7  # where it is known to be one: git shows so many


class Identities:
    """The names given so far, on one side of a comparison: ``<id-1>``, ``<id-2>``, ``<mac-1>`` …

    The numbers are in order of first sight; which number a value got means nothing to the other side.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._abbreviated: Mapping[str, str] = vocabulary.abbreviated
        self._numbers: dict[tuple[str, str], int] = {}
        self._counts: dict[str, int] = {}
        self._values: dict[tuple[str, int], list[str]] = {}
        self._beginnings: dict[tuple[str, str], list[tuple[str, int]]] = {}

    def name(self, kind: str, value: str, form: str = "") -> str:
        """The name of a value, with the form in which it stands there.

        A short id has the number of the long one that it begins, and the other way round.
        """
        return named(kind, self._number(kind, value), form or self._form(kind, value))

    def _number(self, kind: str, value: str) -> int:
        bare = self.bare(kind, value)
        known = self._numbers.get((kind, bare))
        if known is None:
            known = self.known(kind, value)
            if known is None:
                known = self._counts[kind] = self._counts.get(kind, 0) + 1
            self._numbers[(kind, bare)] = known
            self._values.setdefault((kind, known), []).append(bare)
            if kind in self._abbreviated and len(bare) >= _SHORTEST:
                self._beginnings.setdefault((kind, bare[:_SHORTEST]), []).append((bare, known))
        return known

    def known(self, kind: str, value: str) -> int | None:
        """The number that a value has already; ``None`` when it has none. Gives none."""
        bare = self.bare(kind, value)
        known = self._numbers.get((kind, bare))
        return known or (self._related(kind, bare) if kind in self._abbreviated else None)

    def begun_by(self, word: str) -> str | None:
        """The kind of a known value that begins with ``word``; ``None`` when none does."""
        for kind in self._abbreviated:
            if any(other.startswith(word) for other, _ in self._beginnings.get((kind, word[:_SHORTEST]), ())):
                return kind
        return None

    def values(self, kind: str, number: int) -> list[str]:
        """Every value that has this number, the longest first."""
        return sorted(self._values.get((kind, number), ()), key=len, reverse=True)

    def bare(self, kind: str, value: str) -> str:
        """``value`` without the prefix that values of its kind may carry."""
        return value.removeprefix(self._abbreviated.get(kind, ""))

    def _form(self, kind: str, value: str) -> str:
        """How an abbreviated value is printed: with its prefix or without, and how long."""
        if kind not in self._abbreviated:
            return ""
        bare = self.bare(kind, value)
        return f"{value[: len(value) - len(bare)]}{len(bare)}"

    def _related(self, kind: str, value: str) -> int | None:
        for other, number in self._beginnings.get((kind, value[:_SHORTEST]), ()):
            if other.startswith(value) or value.startswith(other):
                return number
        return None


class Blind(Identities):
    """Identities that are all the same: for telling texts apart by the rest."""

    def name(self, kind: str, value: str, form: str = "") -> str:
        """The kind and the form alone."""
        return named(kind, form=form or self._form(kind, value))
