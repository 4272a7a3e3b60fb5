"""Who wants to know how a check goes on."""

from __future__ import annotations

from typing import Protocol

from snippetlab.model import Scenario, ScenarioResult, Step, Track


class Progress(Protocol):
    """What wants to know how a check goes on. Called from several threads."""

    def say(self, line: str) -> None:
        """A line about something slow (an image that is being built)."""

    def step(self, scenario: Scenario, track: Track, step: Step, seconds: float) -> None:
        """A step has run."""

    def done(self, result: ScenarioResult) -> None:
        """A scenario has a result."""


class Silent:
    """Progress for those who do not want to know."""

    def say(self, line: str) -> None:
        """Nothing."""

    def step(self, scenario: Scenario, track: Track, step: Step, seconds: float) -> None:
        """Nothing."""

    def done(self, result: ScenarioResult) -> None:
        """Nothing."""
