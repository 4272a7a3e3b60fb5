"""What a pack knows of names: those that a file may use, and how an image gets another."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

# The command that gives a base image (second) the name that a page has for it (first); "" for none.
Alias = Callable[[str, str], str]


def no_alias(name: str, image: str) -> str:
    """Where there are no images, none gets another name."""
    return ""


def kind_words(name: str, kinds: Collection[str]) -> str:
    """What a person is told who turns off a kind of volatile values that is none of ``kinds``."""
    near = difflib.get_close_matches(name, sorted(kinds), 1, 0.5)
    return f"{f'did you mean {near[0]}? ' if near else ''}kinds: {', '.join(sorted(kinds))}"


def image_words(name: str, images: Collection[str]) -> str:
    """What a person is told who asked for a base image that is none of ``images``."""
    near = difflib.get_close_matches(name, sorted(images), 1, 0.5)
    meant = f"did you mean {near[0]}? " if near else ""
    return f"{meant}known images: {', '.join(sorted(images)) or 'none'}"


@dataclass(frozen=True)
class Known:
    """Base images, the words of captures (true for one that a name follows: ``network:NAME``), and the kinds of
    volatile values.

    None of one: there is nothing to hold a name against, and any may stand. ``alias`` gives an image another name.
    """

    images: frozenset[str] | None = None
    captures: Mapping[str, bool] | None = None
    alias: Alias = no_alias
    kinds: frozenset[str] | None = None

    def kind(self, name: str) -> bool:
        """Whether there are volatile values of this kind."""
        return self.kinds is None or name in self.kinds

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
