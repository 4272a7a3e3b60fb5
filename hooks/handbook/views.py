"""What a step prints on each engine of the site, without saying twice what several of them print alike."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from snippetlab.model import Step


@dataclass(frozen=True)
class View:
    """A step as ``engines`` print it. The names of engines stand newest first."""

    engines: tuple[str, ...]
    step: Step

    def holds(self, engines: Sequence[str]) -> bool:
        """True when one of these engines prints it so, or when none is named."""
        return not engines or any(name in engines for name in self.engines)


def newest_first(versions: Mapping[str, str]) -> tuple[str, ...]:
    """Names of engines, given with their versions, newest first; of one version, in the order given."""
    return tuple(sorted(versions, key=lambda name: _numbers(versions[name] or name), reverse=True))


def _numbers(version: str) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", version)]


def views_of(steps: Mapping[str, Step], only: str | None = None) -> list[View]:
    """The views of one step, given by engine, newest first; engines that print the same share one.

    With ``only``, a track, what the other track prints does not count.
    """
    unseen = {"shell": "pycon", "python": "console"}.get(only or "")
    found: dict[tuple[str, ...], View] = {}
    for engine, step in steps.items():
        printed = tuple(b.text for b in step.blocks if b.engine is None and b.kind != unseen)
        known = found.get(printed)
        found[printed] = replace(known, engines=(*known.engines, engine)) if known else View((engine,), step)
    return list(found.values())


def names(engines: Sequence[str]) -> str:
    """Names of engines as a sentence has them: ``26.1 and 20.10``."""
    *first, last = engines or ("",)
    return f"{', '.join(first)} and {last}" if first else last
