"""Labs on several engines at once: each goes to the one that has most room, and one engine's loss is not the end."""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from snippetlab.errors import LabError, LabUnavailable
from snippetlab.lab import Lab, LabSpec, Say
from snippetlab.lab.preparing import one_by_one
from snippetlab.lab.providers.engine import EngineProvider


@dataclass
class Spread:
    """A provider over several; ``say`` gets a line when one of them is lost."""

    providers: tuple[EngineProvider, ...]
    say: Say = print

    name = "engine"

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._lost: set[str] = set()
        self._coming: dict[str, int] = {provider.url: 0 for provider in self.providers}

    def _there(self) -> list[EngineProvider]:
        return [provider for provider in self.providers if provider.url not in self._lost]

    def problem(self) -> LabUnavailable | None:
        """Why no lab can run on any of them; one that cannot is told and left out."""
        problems = {provider.url: problem for provider in self._there() if (problem := provider.problem())}
        if len(problems) == len(self._there()):
            told = "; ".join(f"{url}: {problem.what}" for url, problem in problems.items())
            hints = "; ".join(f"{url}: {problem.hint}" for url, problem in problems.items() if problem.hint)
            return LabUnavailable(f"no lab can run on any engine ({told})", hint=hints)
        for url, problem in problems.items():
            self._lose(url, problem.what)
        return None

    def describe(self) -> str:
        """A line about each of them."""
        return "; ".join(provider.describe() for provider in self._there())

    def at_once(self) -> int:
        """How many labs run at once on all together."""
        return sum(provider.at_once() for provider in self._there())

    def identity(self, spec: LabSpec) -> str:
        """A digest over what labs of ``spec`` hold, which is the same everywhere; builds it everywhere."""
        found = {identity for provider in self._there() if (identity := self._identity(provider, spec))}
        if not found:
            raise self._none_left()
        if len(found) > 1:
            raise LabError("the engines hold different labs", hint="`snippetlab labs --remove`, and run it again")
        return found.pop()

    def prepare(self, specs: Collection[LabSpec]) -> Mapping[LabSpec, LabError]:
        """Build all that labs of these kinds hold, everywhere; gives what went wrong, by kind."""
        return one_by_one(specs, self.identity)

    def _identity(self, provider: EngineProvider, spec: LabSpec) -> str:
        """What labs hold there; empty where the engine was lost meanwhile. Raises LabError."""
        try:
            return provider.identity(spec)
        except LabError as error:
            if provider.answers():
                raise
            self._lose(provider.url, error.what)
            return ""

    @staticmethod
    def _none_left() -> LabUnavailable:
        return LabUnavailable("every engine was lost", hint="`snippetlab doctor` says what answers")

    def start(self, spec: LabSpec, beside: Lab | None = None) -> Lab:
        """Start a lab on the engine that has most room, or on that of another lab. Raises LabError."""
        while True:
            provider = self._of(beside) if beside else self._freest()
            try:
                return provider.start(spec, beside)
            except LabError as error:
                if beside or provider.answers():
                    raise
                self._lose(provider.url, error.what)
            finally:
                with self._lock:
                    self._coming[provider.url] -= 1

    def lost(self, lab: Lab) -> bool:
        """Whether a lab's engine is gone, or does not answer; that one is used no more."""
        provider = self._of(lab, coming=0)
        if not provider.lost(lab):
            return False
        self._lose(provider.url, "it does not answer any more")
        return True

    def _of(self, lab: Lab, coming: int = 1) -> EngineProvider:
        provider = next(provider for provider in self.providers if provider.owns(lab))
        with self._lock:
            self._coming[provider.url] += coming
        return provider

    def _freest(self) -> EngineProvider:
        with self._lock:
            there = self._there()
            if not there:
                raise self._none_left()
            chosen = min(there, key=lambda p: (p.running() + self._coming[p.url]) / p.at_once())
            self._coming[chosen.url] += 1
            return chosen

    def _lose(self, url: str, why: str) -> None:
        with self._lock:
            if url in self._lost:
                return
            self._lost.add(url)
        self.say(f"{url}: no lab runs there from now on: {why}")
