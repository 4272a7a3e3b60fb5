"""From scenarios and engines to what is run, and on what each result depends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from snippetlab.engines import scenario_on
from snippetlab.lab import LabSpec, Provider
from snippetlab.model import Scenario, Track
from snippetlab.packs import Pack
from snippetlab.results.key import Key, key_of, this_machine

Name = tuple[str, str]  # of a target: the scenario's id, and the engine


@dataclass(frozen=True)
class Target:
    """A scenario as it is on ``engine``, which gives one result. ``variants`` are the engines of which it holds
    variants, and that are not asked for themselves."""

    scenario: Scenario
    engine: str
    variants: tuple[str, ...] = ()

    @property
    def name(self) -> Name:
        """What its result is known by."""
        return self.scenario.id, self.engine

    @property
    def engines(self) -> tuple[str, ...]:
        """The engines that it runs on."""
        return (self.engine, *self.variants)


@dataclass(frozen=True)
class Job:
    """One track of a target on one engine: what a lab does at a time."""

    target: Target
    track: Track
    engine: str

    @property
    def whole(self) -> bool:
        """Whether all of the scenario is of this engine, and not a variant."""
        return self.engine == self.target.engine


def jobs_of(target: Target) -> list[Job]:
    """All that a target's result is made of."""
    return [Job(target, track, engine) for engine in target.engines for track in target.scenario.tracks]


def targets_of(scenario: Scenario, engines: Sequence[str], pack: Pack, pages_on: str = "") -> list[Target]:
    """A scenario as each of these engines runs it; a page is run on the first, or on ``pages_on``."""
    targets = [
        Target(
            scenario_on(scenario, engine, pack),
            engine,
            tuple(e for e in scenario.engines if e not in engines) if engine == pack.baseline else (),
        )
        for engine in ([pages_on or engines[0]] if scenario.in_place else engines)
    ]
    return [target for target in targets if target.scenario.tracks]


def specs_of(scenario: Scenario, engines: Sequence[str]) -> list[LabSpec]:
    """The kinds of labs that a scenario runs in on these engines."""
    return [LabSpec(engine, frozenset(scenario.images)) for engine in engines]


def key_for(target: Target, pack: Pack, provider: Provider) -> Key:
    """Everything that decides the outcome of a target; builds its labs' images where they are not there yet."""
    labs = {spec.engine: provider.identity(spec) for spec in specs_of(target.scenario, target.engines)}
    return key_of(target.scenario, pack, labs, {**this_machine(), "provider": provider.describe()}, target.engine)
