"""Scenarios × labs → results: the only place that knows the order of things."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Protocol

from snippetlab.accept.enginestate import state_on
from snippetlab.accept.statefile import Recorded
from snippetlab.compare import compare_recorded, compare_run, compare_states
from snippetlab.compare.vocabulary import Vocabulary
from snippetlab.confirm import confirmed, wants_second_run
from snippetlab.engines import scenario_on
from snippetlab.errors import LabError, LabUnavailable, ScenarioError, WrongEngine
from snippetlab.lab import LabSpec, Limits, Provider
from snippetlab.lab.choice import VARIABLE, Wish, choose, every
from snippetlab.lab.pool import Pool
from snippetlab.lab.stock.cache import in_use
from snippetlab.model import Drift, DriftKind, Place, Scenario, ScenarioResult, Step, Track, TrackRun
from snippetlab.packs import Pack
from snippetlab.results.cache import Reuse
from snippetlab.results.history import History
from snippetlab.results.key import Key, key_of, this_machine
from snippetlab.run.track import run_track
from snippetlab.scenario.engines import stale_entries, unknown_engines, untracked_entries
from snippetlab.scenario.holds import refuse_off_baseline
from snippetlab.settings import in_bytes


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


_Name = tuple[str, str]  # of a target: the scenario's id, and the engine


@dataclass(frozen=True)
class _Target:
    """A scenario as it is on ``engine``, which gives one result. ``variants`` are the engines of which it holds
    variants, and that are not asked for themselves."""

    scenario: Scenario
    engine: str
    variants: tuple[str, ...] = ()

    @property
    def name(self) -> _Name:
        return self.scenario.id, self.engine

    @property
    def engines(self) -> tuple[str, ...]:
        """The engines that it runs on."""
        return (self.engine, *self.variants)


@dataclass(frozen=True)
class _Job:
    target: _Target
    track: Track
    engine: str

    @property
    def whole(self) -> bool:
        """Whether all of the scenario is of this engine, and not a variant."""
        return self.engine == self.target.engine


def _jobs_of(target: _Target) -> list[_Job]:
    return [_Job(target, track, engine) for engine in target.engines for track in target.scenario.tracks]


def _targets(scenario: Scenario, engines: Sequence[str], pack: Pack, pages_on: str = "") -> list[_Target]:
    targets = [
        _Target(
            scenario_on(scenario, engine, pack),
            engine,
            tuple(e for e in scenario.engines if e not in engines) if engine == pack.baseline else (),
        )
        for engine in ([pages_on or engines[0]] if scenario.in_place else engines)
    ]
    return [target for target in targets if target.scenario.tracks]


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
    targets = [target for s in scenarios for target in _targets(s, engines or (pack.baseline,), pack, pages_on)]
    # A part of a scenario leaves no state that is recorded, and its result is not kept.
    whole = {target.name for target in targets if target.scenario.id not in until}
    keys = {t.name: _key(t, pack, provider) for t in targets} if reuse else {}
    results: dict[_Name, ScenarioResult] = {}
    for target in targets:
        known = reuse.find(keys[target.name], target.scenario) if reuse and target.name in whole else None
        if known:
            results[target.name] = replace(known, engine=target.engine)
            progress.done(results[target.name])
    missing = [t for t in targets if t.name not in results]
    # Build what is missing before threads start, so that progress reads in order.
    for spec in {spec for target in missing for spec in _specs(target.scenario, target.engines)}:
        provider.identity(spec)
    recorded = {t.name: state_on(t.scenario, t.engine, pack.baseline) for t in missing if t.name in whole}
    run = _Run(pack, provider, jobs, until, recorded, progress, pool)
    ran = run.of(missing, keys, reuse, fail_fast)
    doubtful = [t for t in missing if t.name in ran and wants_second_run(ran[t.name])] if confirm else []
    if doubtful:
        progress.say(f"{len(doubtful)} of {len(targets)} scenarios drifted; they run once more to make sure")
        for name, again in run.of(doubtful).items():
            ran[name] = confirmed(ran[name], again)
            if reuse and name in recorded:
                reuse.cache.save(keys[name], ran[name])
    if history and confirm:
        judged = history.judged([result for name, result in ran.items() if name in recorded])
        ran |= {(r.scenario.id, r.engine): r for r in judged}
    results |= ran
    return [results[t.name] for t in targets if t.name in results]


def refuse_misfits(scenarios: Sequence[Scenario], pack: Pack, *, accept_stale: bool = False) -> None:
    """Raise ScenarioError for what scenarios hold of engines that the pack does not have, and for stale recordings."""
    errors = []
    for scenario in scenarios:
        _refuse_unknown_engines(scenario, pack)
        errors += unknown_engines(scenario, pack.engines)
        errors += refuse_off_baseline(scenario.steps, pack.baseline)
        if not accept_stale:
            errors += stale_entries(scenario)
            errors += untracked_entries(scenario, {name: engine.tracks for name, engine in pack.engines.items()})
    ScenarioError.raise_all(errors)


@dataclass(frozen=True)
class _Run:
    """How scenarios are run, once."""

    pack: Pack
    provider: Provider
    jobs: int | None
    until: Mapping[str, str]
    recorded: Mapping[_Name, Recorded | None]
    progress: Progress
    pool: Pool | None = None

    def of(
        self,
        targets: Sequence[_Target],
        keys: Mapping[_Name, Key] = MappingProxyType({}),
        reuse: Reuse | None = None,
        fail_fast: bool = False,
    ) -> dict[_Name, ScenarioResult]:
        """The results by target; those that had not begun when a run was stopped early are not there."""
        stop = threading.Event()
        collector = _Collector(self.pack, self.progress, reuse, keys, self.recorded, stop if fail_fast else None)
        workers = self.jobs or self.provider.at_once()
        own = None if self.pool else Pool(self.provider, self.pack)
        pool = self.pool or own
        assert pool is not None
        executor = ThreadPoolExecutor(workers, thread_name_prefix="lab")
        try:
            futures: set[Future[None]] = {
                executor.submit(
                    _run_job, job, self.pack, pool, self.until.get(target.scenario.id), self.progress, collector, stop
                )
                for target in targets
                for job in _jobs_of(target)
            }
            while futures:
                done, futures = wait(futures, return_when=FIRST_COMPLETED)
                for future in done:
                    future.result()
        finally:
            stop.set()
            if own:
                own.close()
            executor.shutdown(wait=True, cancel_futures=True)
        return collector.results


def _refuse_unknown_engines(scenario: Scenario, pack: Pack) -> None:
    for block in (block for step in scenario.steps for block in step.blocks if block.engine):
        if block.engine == pack.baseline:
            what = f"{block.engine} is the baseline, so this is no variant"
            raise ScenarioError(what, where=str(block.place), hint="remove the engine option")
        if block.engine not in pack.engines:
            hint = f"known engines: {', '.join(pack.engines)}"
            raise ScenarioError(f"there is no engine {block.engine!r}", where=str(block.place), hint=hint)


def absent(engines: Sequence[str], provider: Provider) -> dict[str, LabError]:
    """Of these engines, those of which no lab can be had, each with the reason: its packages are gone, another
    version stands in their place (WrongEngine), or the image cannot be built."""
    missing: dict[str, LabError] = {}
    for engine in engines:
        try:
            provider.identity(LabSpec(engine))
        except LabUnavailable:
            raise
        except LabError as error:
            missing[engine] = error
    return missing


def lab_specs(scenario: Scenario, pack: Pack, engines: Sequence[str] = ()) -> list[LabSpec]:
    """The kinds of labs that a scenario runs in on these engines (the baseline)."""
    targets = _targets(scenario, engines or (pack.baseline,), pack)
    return [spec for target in targets for spec in _specs(target.scenario, target.engines)]


def _specs(scenario: Scenario, engines: Sequence[str]) -> list[LabSpec]:
    """The kinds of labs that a scenario runs in on these engines."""
    return [LabSpec(engine, frozenset(scenario.images)) for engine in engines]


def scenario_key(scenario: Scenario, pack: Pack, provider: Provider, engine: str = "") -> Key:
    """Everything that decides the outcome of a scenario on an engine (the baseline); builds its labs' images where
    they are not there yet."""
    (target,) = _targets(scenario, [engine or pack.baseline], pack)
    return _key(target, pack, provider)


def _key(target: _Target, pack: Pack, provider: Provider) -> Key:
    labs = {spec.engine: provider.identity(spec) for spec in _specs(target.scenario, target.engines)}
    return key_of(target.scenario, pack, labs, {**this_machine(), "provider": provider.describe()}, target.engine)


def _run_once(job: _Job, pack: Pack, pool: Pool, until: str | None, progress: Progress) -> TrackRun | None:
    """Run a job in labs of its own; None where their machine was lost meanwhile. Raises LabError."""
    scenario = job.target.scenario
    with pool.lend(scenario, job.engine) as labs:
        try:
            run = run_track(
                scenario,
                job.track,
                labs,
                pack,
                until=until,
                on_step=lambda step, seconds: progress.step(scenario, job.track, step, seconds),
                whole=job.whole,
            )
        except LabError:
            if pool.lost(labs):
                return None
            raise
        return None if pool.lost(labs) else run


def _run_job(
    job: _Job,
    pack: Pack,
    pool: Pool,
    until: str | None,
    progress: Progress,
    collector: _Collector,
    stop: threading.Event,
) -> None:
    if stop.is_set():
        return
    try:
        # A machine that is lost says nothing about the scenario, which gets a second one.
        run = _run_once(job, pack, pool, until, progress) or _run_once(job, pack, pool, until, progress)
        if run is None:
            raise LabError("the machine that ran it was lost, and so was a second one")
    except LabError as error:
        if stop.is_set():
            return
        if isinstance(error, LabUnavailable | WrongEngine) or collector.missed_again():
            stop.set()
            raise
        run = TrackRun(job.track, job.engine, (), None, problem=str(error), whole=job.whole)
    else:
        collector.had_lab()
    if not pool.closed:
        collector.add(job, run)


_LABS_MISSED = 3  # one after the other: then it is the machine, not the scenario


class _Collector:
    """Puts the tracks of a scenario together and compares them as soon as all are there."""

    def __init__(
        self,
        pack: Pack,
        progress: Progress,
        reuse: Reuse | None,
        keys: Mapping[_Name, Key],
        recorded: Mapping[_Name, Recorded | None],
        on_drift: threading.Event | None,
    ) -> None:
        self.results: dict[_Name, ScenarioResult] = {}
        self._pack = pack
        self._on_drift = on_drift
        self._progress = progress
        self._reuse = reuse
        self._keys = keys
        self._recorded = recorded
        self._runs: dict[_Name, dict[tuple[str, str], TrackRun]] = {}
        self._missed = 0
        self._lock = threading.Lock()

    def had_lab(self) -> None:
        """A lab did what it was asked to."""
        with self._lock:
            self._missed = 0

    def missed_again(self) -> bool:
        """A lab could not be had. True when that is so for several in a row."""
        with self._lock:
            self._missed += 1
            return self._missed >= _LABS_MISSED

    def add(self, job: _Job, run: TrackRun) -> None:
        """Take one finished run."""
        target, name = job.target, job.target.name
        scenario = target.scenario
        with self._lock:
            runs = self._runs.setdefault(name, {})
            runs[(job.track, job.engine)] = run
            if len(runs) < len(_jobs_of(target)):
                return
        ordered = tuple(runs[(j.track, j.engine)] for j in _jobs_of(target))
        other = "" if target.engine == self._pack.baseline else target.engine
        drifts = drifts_of(scenario, ordered, self._pack.vocabulary, self._recorded.get(name))
        result = ScenarioResult(
            scenario,
            ordered,
            tuple(replace(drift, engine=other) for drift in drifts),
            datetime.now(UTC).date().isoformat(),
            sum(s.seconds for r in ordered for s in r.steps),
            engine=target.engine,
        )
        if self._reuse and name in self._recorded:
            self._reuse.cache.save(self._keys[name], result)
        with self._lock:
            self.results[name] = result
        if self._on_drift and not result.ok:
            self._on_drift.set()
        self._progress.done(result)


def drifts_of(
    scenario: Scenario, runs: Sequence[TrackRun], vocabulary: Vocabulary, recorded: Recorded | None = None
) -> list[Drift]:
    """Every drift of a scenario: each run against the recordings, the two tracks against each other, and
    what was left against the ``recorded`` state (not compared when None)."""
    drifts = [drift for run in runs for drift in compare_run(scenario, run, vocabulary)]
    whole = {run.track: run for run in runs if run.whole}
    shell, python = whole.get("shell"), whole.get("python")
    if shell and python and shell.state is not None and python.state is not None:
        drifts += compare_states(scenario, shell, python, vocabulary)
    if recorded and (first := whole.get(scenario.tracks[0])):
        drifts += _recorded_drifts(scenario, first, recorded)
    return drifts


def _recorded_drifts(scenario: Scenario, run: TrackRun, recorded: Recorded) -> list[Drift]:
    if recorded.state is not None:
        return compare_recorded(scenario, run, recorded.state, recorded.place)
    if run.state is None:
        return []
    message = "the state that this scenario leaves is not recorded yet; snippetlab update writes it"
    return [Drift(DriftKind.NO_RECORDING, scenario.id, Place(scenario.path, 1), "", "", message, run.track)]
