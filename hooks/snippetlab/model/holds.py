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


@dataclass(frozen=True)
class Holds:
    """The engines that a step holds on: ``text`` as a person wrote it (``>=23``), the ``bounds`` in it, the ``reason``
    why not on others, and ``where`` that stands."""

    text: str
    bounds: tuple[tuple[str, tuple[int, ...]], ...]
    reason: str
    where: str

    def on(self, engine: str) -> bool:
        """Whether an engine of that name is among them. A name begins with a version; of another, nothing is known."""
        found = re.match(r"\d+(?:\.\d+)*", engine)
        version = tuple(map(int, found[0].split("."))) if found else None
        return version is None or all(_HOW[how](version[: len(bound)], bound) for how, bound in self.bounds)
