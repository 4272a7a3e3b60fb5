"""Which provider runs labs: what is asked for, else the first one that can."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from snippetlab.errors import LabError, LabUnavailable, UsageError
from snippetlab.lab import Equipment, Lab, LabSpec, Limits, Provider, Say
from snippetlab.lab.providers.bubblewrap import Bubblewrap
from snippetlab.lab.providers.engine import EngineProvider
from snippetlab.lab.providers.engine.sockets import sweep
from snippetlab.lab.providers.spread import Spread

Choice = Literal["auto", "bubblewrap", "engine"]
CHOICES: tuple[Choice, ...] = ("auto", "bubblewrap", "engine")
VARIABLE = "SNIPPETLAB_PROVIDER"  # in the environment; it goes before the settings


@dataclass(frozen=True)
class Wish:
    """What is asked for: a provider, and the engines that the labs shall run on (addresses as in DOCKER_HOST)."""

    provider: Choice = "auto"
    on: tuple[str, ...] = ()

    @classmethod
    def of(cls, settings: Choice, on: Sequence[str], variable: str) -> Wish:
        """What the settings ask for and the environment variable overrides. Raises UsageError for another word."""
        word = variable or settings
        for choice in CHOICES:
            if word == choice:
                return cls("engine" if on and word == "auto" else choice, tuple(on))
        raise UsageError(f"{VARIABLE}: there is no provider {word!r}", hint=f"providers are {', '.join(CHOICES)}")


@dataclass(frozen=True)
class Nowhere:
    """Stands for a provider where none can run labs; it says what each of them lacks."""

    reasons: tuple[tuple[str, LabUnavailable], ...]

    name = "none"

    def problem(self) -> LabUnavailable:
        """Why no lab can run here."""
        told = "; ".join(f"{name}: {reason.what}" for name, reason in self.reasons)
        hints = "; ".join(f"{name}: {reason.hint}" for name, reason in self.reasons if reason.hint)
        return LabUnavailable(f"no lab can run here ({told})", hint=hints)

    def describe(self) -> str:
        """Nowhere."""
        return "nowhere"

    def at_once(self) -> int:
        """One, which will say why."""
        return 1

    def start(self, spec: LabSpec, beside: Lab | None = None) -> Lab:
        """Raises LabUnavailable."""
        raise self.problem()

    def prepare(self, specs: Collection[LabSpec]) -> Mapping[LabSpec, LabError]:
        """Raises LabUnavailable."""
        raise self.problem()

    def identity(self, spec: LabSpec) -> str:
        """Raises LabUnavailable."""
        raise self.problem()

    def lost(self, lab: Lab) -> bool:
        """No lab has ever been."""
        return False


def choose(wish: Wish, pack: Equipment, say: Say, limits: Limits) -> Provider:
    """The provider that is asked for, whether it can or not; else bubblewrap where that can, an engine where one can,
    and what says why neither can. Sockets that killed processes left on this machine go first."""
    sweep()
    if wish.provider == "bubblewrap":
        return Bubblewrap(pack, say, limits)
    if wish.on:
        return Spread(tuple(EngineProvider(pack, say, limits, url) for url in wish.on), say)
    on_engine = EngineProvider(pack, say, limits)
    if wish.provider == "engine":
        return on_engine
    reasons: list[tuple[str, LabUnavailable]] = []
    for provider in (Bubblewrap(pack, say, limits), on_engine):
        problem = provider.problem()
        if problem is None:
            return provider
        reasons.append((provider.name, problem))
    return Nowhere(tuple(reasons))


def every(pack: Equipment, say: Say, limits: Limits, on: Sequence[str]) -> list[Provider]:
    """Every provider that there is, with one for each engine ``on`` which labs shall run (none: the usual one)."""
    return [Bubblewrap(pack, say, limits), *(EngineProvider(pack, say, limits, url) for url in on or ("",))]
