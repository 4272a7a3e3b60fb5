"""Of which engines something holds. Plain and frozen."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

_HOW: Mapping[str, Callable[[Any, Any], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}
_WORDS = {">=": "from {} on", "<=": "up to {}", ">": "after {}", "<": "before {}"}


@dataclass(frozen=True)
class Holds:
    """The engines that a step holds on: ``text`` as a person wrote it (``>=23``), the ``bounds`` in it, the ``reason``
    why not on others, and ``where`` that stands."""

    text: str
    bounds: tuple[tuple[str, tuple[int, ...]], ...]
    reason: str
    where: str

    @property
    def words(self) -> str:
        """The range as a sentence has it: ``from 23 on and before 29``."""
        return " and ".join(_WORDS[how].format(".".join(map(str, bound))) for how, bound in self.bounds)

    def on(self, engine: str) -> bool:
        """Whether an engine of that name is among them. A name begins with a version; of another, nothing is known."""
        version = _version(engine)
        return version is None or all(_HOW[how](version[: len(bound)], bound) for how, bound in self.bounds)

    def untold(self, engine: str) -> bool:
        """Whether an engine's name says too little for that: 28.5 may be 28.5.1 or 28.5.2."""
        version = _version(engine)
        return version is not None and any(
            len(version) < len(bound) and bound[: len(version)] == version for _, bound in self.bounds
        )


def _version(engine: str) -> tuple[int, ...] | None:
    found = re.match(r"\d+(?:\.\d+)*", engine)
    return tuple(map(int, found[0].split("."))) if found else None
