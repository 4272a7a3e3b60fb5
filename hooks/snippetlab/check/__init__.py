"""Scenarios × labs → results: the only place that knows the order of things."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from snippetlab.accept.enginestate import state_on, unknown_states
from snippetlab.check.collector import drifts_of
from snippetlab.check.progress import Progress, Silent
from snippetlab.check.targets import Name, key_for, specs_of, targets_of
from snippetlab.check.work import Run
from snippetlab.confirm import confirmed, wants_second_run
from snippetlab.errors import LabError, LabUnavailable, ScenarioError
from snippetlab.lab import LabSpec, Limits, Provider
from snippetlab.lab.choice import VARIABLE, Wish, choose, every
from snippetlab.lab.pool import Pool
from snippetlab.lab.stock.cache import in_use
from snippetlab.model import Scenario, ScenarioResult
from snippetlab.packs import Pack
from snippetlab.results.cache import Reuse
from snippetlab.results.history import History
from snippetlab.results.key import Key
from snippetlab.scenario.engines import stale_entries, unknown_engines, untracked_entries
from snippetlab.scenario.holds import refuse_off_baseline, refuse_untold
from snippetlab.settings import in_bytes

__all__ = [
    "Progress",
    "Silent",
    "absent",
    "build_labs",
    "check_scenarios",
    "default_provider",
    "drifts_of",
    "each_provider",
    "lab_problem",
    "lab_specs",
    "refuse_misfits",
    "scenario_key",
]


def default_provider(pack: Pack, progress: Progress) -> Provider:
    """The provider of labs that settings and environment ask for, else the first that can. Raises UsageError."""
    wish = Wish.of(pack.settings.provider, pack.settings.on, os.environ.get(VARIABLE, ""))
    return choose(wish, pack, progress.say, _limits(pack))


def each_provider(pack: Pack) -> list[Provider]:
    """Every provider that there is, for those who want to know what each can do."""
    return every(pack, Silent().say, _limits(pack), pack.settings.on)


def _limits(pack: Pack) -> Limits:
    limits = pack.settings.limits
    return Limits(in_bytes(limits.memory), in_bytes(limits.disk), limits.pids)


def lab_problem(pack: Pack) -> LabUnavailable | None:
    """Why no lab can run on this machine; ``None`` where labs can."""
    return default_provider(pack, Silent()).problem()


@in_use()
def check_scenarios(
    scenarios: Sequence[Scenario],
    *,
    pack: Pack,
    engines: Sequence[str] = (),
    pages_on: str = "",
    provider: Provider | None = None,
    jobs: int | None = None,
    reuse: Reuse | None = None,
    accept_stale: bool = False,
    until: Mapping[str, str] | None = None,
    fail_fast: bool = False,
    confirm: bool = False,
    history: History | None = None,
    progress: Progress | None = None,
    pool: Pool | None = None,
) -> list[ScenarioResult]:
    """Run scenarios in labs, several at once, and give a result for each on each of ``engines``, in the order given.

    Without ``engines``, they run on the baseline; a page runs on ``pages_on``, or else on the first.
    What they hold of other engines must fit them, unless ``accept_stale``.
    ``jobs`` labs run at once (default: what the provider is good for).
    ``reuse``, when given, spares the scenarios that nothing has changed for,
    and keeps the results of the others. ``until`` maps a scenario's id to the
    last step to run. With ``fail_fast``, scenarios that
    had not begun when the first drift was found are left out of the results.
    With ``confirm``, a scenario of which time may explain every drift runs once
    more; when that one is clean, the scenario is unsteady. ``history``, when
    given, keeps how often that was so: twice in ten runs is drift.

    ``pool``, when given, lends the labs and is not closed.

    A scenario whose lab cannot be had drifts, and the others go on.

    Raises ScenarioError for recordings and variants of an engine that the pack does not have, and for stale ones,
    LabUnavailable where no lab can run, LabError when an image cannot be built
    or several labs after each other could not be had. On any error, Ctrl-C
    among them, every lab is stopped first.
    """
    progress = progress or Silent()
    provider = provider or default_provider(pack, progress)
    if problem := provider.problem():
        raise problem
    refuse_misfits(scenarios, pack, accept_stale=accept_stale)
    until = until or {}
    targets = [target for s in scenarios for target in targets_of(s, engines or (pack.baseline,), pack, pages_on)]
    # Before threads start that run anything, so that progress reads in order.
    build_labs(provider, dict.fromkeys(spec for t in targets for spec in specs_of(t.scenario, t.engines)))
    # A part of a scenario leaves no state that is recorded, and its result is not kept.
    whole = {target.name for target in targets if target.scenario.id not in until}
    keys = {t.name: key_for(t, pack, provider) for t in targets} if reuse else {}
    results: dict[Name, ScenarioResult] = {}
    for target in targets:
        known = reuse.find(keys[target.name], target.scenario) if reuse and target.name in whole else None
        if known:
            results[target.name] = replace(known, engine=target.engine)
            progress.done(results[target.name])
    missing = [t for t in targets if t.name not in results]
    recorded = {t.name: state_on(t.scenario, t.engine, pack.baseline) for t in missing if t.name in whole}
    run = Run(pack, provider, jobs, until, recorded, progress, pool)
    ran = run.of(missing, keys, reuse, fail_fast)
    doubtful = [t for t in missing if t.name in ran and wants_second_run(ran[t.name])] if confirm else []
    if doubtful:
        progress.say(f"{len(doubtful)} of {len(targets)} scenarios drifted; they run once more to make sure")
        for name, again in run.of(doubtful).items():
            ran[name] = confirmed(ran[name], again)
    if history and confirm:
        judged = history.judged([result for name, result in ran.items() if name in recorded])
        ran |= {(r.scenario.id, r.engine): r for r in judged}
    # Kept only now that it is judged: what was unsteady too often must run again, however clean its second run was.
    for target in doubtful:
        if reuse and target.name in recorded:
            reuse.cache.save(keys[target.name], ran[target.name])
    results |= ran
    return [results[t.name] for t in targets if t.name in results]


def refuse_misfits(scenarios: Sequence[Scenario], pack: Pack, *, accept_stale: bool = False) -> None:
    """Raise ScenarioError for what scenarios hold of engines that the pack does not have, and for stale recordings."""
    errors = unknown_states((s for s in scenarios if not s.in_place), pack.engines)
    for scenario in scenarios:
        _refuse_unknown_engines(scenario, pack)
        errors += unknown_engines(scenario, pack.engines)
        errors += refuse_off_baseline(scenario.steps, pack.baseline)
        errors += refuse_untold(scenario.steps, pack.engines)
        if not accept_stale:
            errors += stale_entries(scenario)
            errors += untracked_entries(scenario, {name: engine.tracks for name, engine in pack.engines.items()})
    ScenarioError.raise_all(errors)


def _refuse_unknown_engines(scenario: Scenario, pack: Pack) -> None:
    for block in (block for step in scenario.steps for block in step.blocks if block.engine):
        if block.engine == pack.baseline:
            what = f"{block.engine} is the baseline, so this is no variant"
            raise ScenarioError(what, where=str(block.place), hint="remove the engine option")
        if block.engine not in pack.engines:
            hint = f"known engines: {', '.join(pack.engines)}"
            raise ScenarioError(f"there is no engine {block.engine!r}", where=str(block.place), hint=hint)


def build_labs(provider: Provider, specs: Collection[LabSpec]) -> None:
    """Build all that labs of these kinds hold, where needed. Raises LabError for the first that cannot be built."""
    for error in provider.prepare(specs).values():
        raise error


def absent(engines: Sequence[str], provider: Provider) -> dict[str, LabError]:
    """Of these engines, those of which no lab can be had, each with the reason: its packages are gone, another
    version stands in their place (WrongEngine), or the image cannot be built."""
    return {spec.engine: error for spec, error in provider.prepare([LabSpec(engine) for engine in engines]).items()}


def lab_specs(scenario: Scenario, pack: Pack, engines: Sequence[str] = ()) -> list[LabSpec]:
    """The kinds of labs that a scenario runs in on these engines (the baseline)."""
    targets = targets_of(scenario, engines or (pack.baseline,), pack)
    return [spec for target in targets for spec in specs_of(target.scenario, target.engines)]


def scenario_key(scenario: Scenario, pack: Pack, provider: Provider, engine: str = "") -> Key:
    """Everything that decides the outcome of a scenario on an engine (the baseline); builds its labs' images where
    they are not there yet."""
    (target,) = targets_of(scenario, [engine or pack.baseline], pack)
    return key_for(target, pack, provider)
