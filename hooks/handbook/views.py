"""What a step prints on each engine of the site, without saying twice what several of them print alike."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from snippetlab.model import Step
from snippetlab.scenario.holds import holds_on

# Whether two engines print the same of a step, but for the blocks of these kinds.
Alike = Callable[[Step, Step, Sequence[str]], bool]


@dataclass(frozen=True)
class View:
    """A step as ``engines`` print it. The names of engines stand newest first."""

    engines: tuple[str, ...]
    step: Step

    @property
    def not_there(self) -> str:
        """Why a step does not run on these engines, as a sentence; empty where it does."""
        holds = self.step.holds
        if holds is None or holds.on(self.engines[0]):
            return ""
        return f"This does not run on {names(self.engines)}, only {holds.words}. {holds.reason}"

    def among(self, engines: Sequence[str]) -> list[str]:
        """Those of these engines that print it so; all that do when none is named."""
        return among(engines, self.engines)


def among(wanted: Sequence[str], engines: Sequence[str]) -> list[str]:
    """Those of ``engines`` that are ``wanted``, names or bounds such as ``>=23``; all, where it is empty."""
    bounds = ", ".join(name for name in wanted if name[0] in "<>")
    if bounds:
        return [name for name in engines if holds_on(bounds, name)]
    return [name for name in engines if name in wanted or not wanted]


def newest_first(versions: Mapping[str, str]) -> tuple[str, ...]:
    """Names of engines, given with their versions, newest first; of one version, in the order given."""
    return tuple(sorted(versions, key=lambda name: _numbers(versions[name] or name), reverse=True))


def _numbers(version: str) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", version)]


def _same_text(one: Step, other: Step, unseen: Sequence[str]) -> bool:
    return _printed(one, unseen) == _printed(other, unseen)


def views_of(
    steps: Mapping[str, Step],
    only: str | None = None,
    shell_only: Collection[str] = frozenset(),
    alike: Alike = _same_text,
) -> list[View]:
    """The views of one step, given by engine, newest first; engines that print the same share one.

    ``alike`` says which do: two runs differ in every id and time, and nobody wants to read of that. With ``only``, a
    track, what the other track prints does not count. Of engines that run the shell track alone (``shell_only``),
    nothing is known of the other: such a one shares the newest view with which its shell agrees.
    """
    order = list(steps)
    found: list[View] = []
    for engine in sorted(order, key=lambda name: name in shell_only):
        step, unseen = steps[engine], {"shell": ["pycon"], "python": ["console"]}.get(only or "", [])
        if engine in shell_only:
            unseen = ["pycon"]
            step = _shell_alone(step)
        at = next((i for i, view in enumerate(found) if alike(view.step, step, unseen)), None)
        if engine in shell_only and found and (only == "python" or not step.of_kind("console")):
            at = 0
        if at is None:
            found.append(View((engine,), step))
        else:
            found[at] = replace(found[at], engines=tuple(sorted((*found[at].engines, engine), key=order.index)))
    return sorted(found, key=lambda view: order.index(view.engines[0]))


def _printed(step: Step, unseen: Sequence[str]) -> list[str]:
    return [block.text for block in step.blocks if block.engine is None and block.kind not in unseen]


def _shell_alone(step: Step) -> Step:
    """A step as it is where the shell track alone runs: without the listings of the other, if it has any of its own."""
    kept = tuple(block for block in step.blocks if block.kind != "pycon")
    return replace(step, blocks=kept) if step.of_kind("console") else step


def names_on(track: str, engines: Sequence[str], shell_only: Collection[str]) -> str:
    """The names of the engines of a view on which a track ran: ``pycon`` did not where the shell track alone runs."""
    return names([name for name in engines if track != "pycon" or name not in shell_only])


def names(engines: Sequence[str]) -> str:
    """Names of engines as a sentence has them: ``26.1 and 20.10``."""
    *first, last = engines or ("",)
    return f"{', '.join(first)} and {last}" if first else last
