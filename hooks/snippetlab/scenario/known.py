"""The names that a pack knows, against which those in a file are held."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Known:
    """Base images, and the words of captures (true for one that a name follows: ``network:NAME``).

    None of either: there is nothing to hold a name against, and any may stand.
    """

    images: frozenset[str] | None = None
    captures: Mapping[str, bool] | None = None

    def image(self, name: str) -> bool:
        """Whether a file may ask for this base image."""
        return self.images is None or name in self.images

    def capture(self, what: str) -> bool:
        """Whether a ``capture`` block may name this."""
        if self.captures is None:
            return True
        word, colon, name = what.partition(":")
        return word in self.captures and self.captures[word] == bool(colon) == bool(name)

    def capture_words(self) -> str:
        """The words of captures, for a person."""
        words = (f"{word}:NAME" if named else word for word, named in (self.captures or {}).items())
        return ", ".join(words) or "none"


ANYTHING = Known()
