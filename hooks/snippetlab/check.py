"""Scenarios × labs → results: the only place that knows the order of things."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Protocol

from snippetlab.compare import compare_run, compare_states
from snippetlab.compare.vocabulary import Vocabulary
from snippetlab.errors import LabError, LabUnavailable, ScenarioError
from snippetlab.lab import LabSpec, Limits, Provider
from snippetlab.lab.pool import Pool
from snippetlab.lab.providers.bubblewrap import Bubblewrap
from snippetlab.lab.stock.cache import in_use
from snippetlab.model import Drift, Scenario, ScenarioResult, Step, Track, TrackRun
from snippetlab.packs import Pack
from snippetlab.results.cache import Reuse
from snippetlab.results.key import Key, key_of, this_machine
from snippetlab.run.track import run_track
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
    """The provider of labs for this machine."""
    limits = pack.settings.limits
    return Bubblewrap(pack, progress.say, Limits(in_bytes(limits.memory), in_bytes(limits.disk), limits.pids))


def labs_at_once(memory: int) -> int:
    """How many labs, each of which may take ``memory`` bytes, run at once where nobody says: two for each processor,
    since a lab waits most of its time, but no more than the machine has memory for."""
    there = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return max(1, min(2 * (os.cpu_count() or 1), there // memory))


def lab_problem(pack: Pack) -> LabUnavailable | None:
    """Why no lab can run on this machine; ``None`` where labs can."""
    return default_provider(pack, Silent()).problem()


@dataclass(frozen=True)
class _Job:
    scenario: Scenario
    track: Track
    engine: str


def _jobs_of(scenario: Scenario, pack: Pack) -> list[_Job]:
    baseline = [_Job(scenario, track, pack.baseline) for track in scenario.tracks]
    return baseline + [_Job(scenario, track, engine) for engine in scenario.engines for track in scenario.tracks[:1]]


@in_use()
def check_scenarios(
    scenarios: Sequence[Scenario],
    *,
    pack: Pack,
    provider: Provider | None = None,
    jobs: int | None = None,
    reuse: Reuse | None = None,
    until: Mapping[str, str] | None = None,
    fail_fast: bool = False,
    confirm: bool = False,
    progress: Progress | None = None,
    pool: Pool | None = None,
) -> list[ScenarioResult]:
    """Run scenarios in labs, several at once, and give a result for each, in the order given.

    ``jobs`` labs run at once (default: see ``labs_at_once``). ``reuse``, when given, spares the scenarios that nothing
    has changed for, and keeps the results of the others. ``until`` maps a
    scenario's id to the last step to run. With ``fail_fast``, scenarios that
    had not begun when the first drift was found are left out of the results.
    With ``confirm``, a scenario that drifted runs
    once more, and a drift that does not come again is a warning, and said so.

    ``pool``, when given, lends the labs and is not closed.

    A scenario whose lab cannot be had drifts, and the others go on.

    Raises ScenarioError for a variant of an engine that the pack does not have,
    LabUnavailable where no lab can run, LabError when an image cannot be built
    or several labs after each other could not be had. On any error, Ctrl-C
    among them, every lab is stopped first.
    """
    progress = progress or Silent()
    provider = provider or default_provider(pack, progress)
    if problem := provider.problem():
        raise problem
    for scenario in scenarios:
        _refuse_unknown_engines(scenario, pack)
    until = until or {}
    keys = {s.id: scenario_key(s, pack, provider) for s in scenarios} if reuse else {}
    results: dict[str, ScenarioResult] = {}
    pending: list[_Job] = []
    for scenario in scenarios:
        known = reuse.find(keys[scenario.id], scenario) if reuse and scenario.id not in until else None
        if known:
            results[scenario.id] = known
            progress.done(known)
        else:
            pending += _jobs_of(scenario, pack)
    # Build what is missing before threads start, so that progress reads in order.
    for spec in {spec for job in pending for spec in lab_specs(job.scenario, pack)}:
        provider.identity(spec)
    stop = threading.Event()
    collector = _Collector(pack, progress, reuse, keys, until, stop if fail_fast else None)
    workers = jobs or labs_at_once(in_bytes(pack.settings.limits.memory))
    own = None if pool else Pool(provider, pack)
    lender = pool or own
    assert lender is not None
    executor = ThreadPoolExecutor(workers, thread_name_prefix="lab")
    try:
        futures: set[Future[None]] = {
            executor.submit(_run_job, job, pack, lender, until.get(job.scenario.id), progress, collector, stop)
            for job in pending
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
    results.update(collector.results)
    doubtful = [r.scenario for r in results.values() if not r.ok] if confirm else []
    if doubtful:
        anew = replace(reuse, take=False) if reuse else None
        progress.say(f"{len(doubtful)} of {len(scenarios)} scenarios drifted; they run once more to make sure")
        for again in check_scenarios(
            doubtful, pack=pack, provider=provider, jobs=jobs, reuse=anew, until=until, progress=progress
        ):
            if again.ok:
                results[again.scenario.id] = _with_warnings(again, results[again.scenario.id].drifts, progress)
    return [results[s.id] for s in scenarios if s.id in results]


def _refuse_unknown_engines(scenario: Scenario, pack: Pack) -> None:
    for block in (block for step in scenario.steps for block in step.blocks if block.engine):
        if block.engine == pack.baseline:
            what = f"{block.engine} is the baseline, so this is no variant"
            raise ScenarioError(what, where=str(block.place), hint="remove the engine option")
        if block.engine not in pack.engines:
            hint = f"known engines: {', '.join(pack.engines)}"
            raise ScenarioError(f"there is no engine {block.engine!r}", where=str(block.place), hint=hint)


def _with_warnings(result: ScenarioResult, unconfirmed: Sequence[Drift], progress: Progress) -> ScenarioResult:
    """``result`` with the drifts of a former run that did not come again, as warnings."""
    warnings = []
    for drift in unconfirmed:
        progress.say(f"{drift.place}: warning: {drift.message}, once: a second run did not show it")
        warnings.append(replace(drift, message=f"{drift.message} (once: a second run did not show it)", warning=True))
    return replace(result, drifts=(*result.drifts, *warnings))


def lab_specs(scenario: Scenario, pack: Pack) -> list[LabSpec]:
    """The kinds of labs that a scenario runs in: the baseline engine and each that it holds variants for."""
    return [LabSpec(engine, frozenset(scenario.images)) for engine in (pack.baseline, *scenario.engines)]


def scenario_key(scenario: Scenario, pack: Pack, provider: Provider) -> Key:
    """Everything that decides the outcome of a scenario; builds its labs' images where they are not there yet."""
    labs = {spec.engine: provider.identity(spec) for spec in lab_specs(scenario, pack)}
    return key_of(scenario, pack, labs, this_machine())


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
    scenario = job.scenario
    try:
        with pool.lend(scenario, job.engine) as labs:
            run = run_track(
                scenario,
                job.track,
                labs,
                pack,
                until=until,
                on_step=lambda step, seconds: progress.step(scenario, job.track, step, seconds),
            )
    except LabError as error:
        if stop.is_set():
            return
        if isinstance(error, LabUnavailable) or collector.missed_again():
            stop.set()
            raise
        run = TrackRun(job.track, job.engine, (), None, problem=str(error), baseline=job.engine == pack.baseline)
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
        keys: Mapping[str, Key],
        until: Mapping[str, str],
        on_drift: threading.Event | None,
    ) -> None:
        self.results: dict[str, ScenarioResult] = {}
        self._pack = pack
        self._on_drift = on_drift
        self._progress = progress
        self._reuse = reuse
        self._keys = keys
        self._until = until
        self._runs: dict[str, dict[tuple[str, str], TrackRun]] = {}
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
        scenario = job.scenario
        with self._lock:
            runs = self._runs.setdefault(scenario.id, {})
            runs[(job.track, job.engine)] = run
            if len(runs) < len(_jobs_of(scenario, self._pack)):
                return
        ordered = tuple(runs[(j.track, j.engine)] for j in _jobs_of(scenario, self._pack))
        result = ScenarioResult(
            scenario,
            ordered,
            tuple(drifts_of(scenario, ordered, self._pack.vocabulary)),
            datetime.now(UTC).date().isoformat(),
            sum(s.seconds for r in ordered for s in r.steps),
        )
        if self._reuse and scenario.id not in self._until:
            self._reuse.cache.save(self._keys[scenario.id], result)
        with self._lock:
            self.results[scenario.id] = result
        if self._on_drift and not result.ok:
            self._on_drift.set()
        self._progress.done(result)


def drifts_of(scenario: Scenario, runs: Sequence[TrackRun], vocabulary: Vocabulary) -> list[Drift]:
    """Every drift of a scenario: each run against the recordings, then the two tracks against each other."""
    drifts = [drift for run in runs for drift in compare_run(scenario, run, vocabulary)]
    baseline = {run.track: run for run in runs if run.baseline}
    shell, python = baseline.get("shell"), baseline.get("python")
    if shell and python and shell.state is not None and python.state is not None:
        drifts += compare_states(scenario, shell, python, vocabulary)
    return drifts
