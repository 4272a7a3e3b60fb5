"""Runs what there is to run, several labs at once."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from types import MappingProxyType

from snippetlab.accept.statefile import Recorded
from snippetlab.check.collector import Collector
from snippetlab.check.progress import Progress
from snippetlab.check.targets import Job, Name, Target, jobs_of
from snippetlab.errors import LabError, LabUnavailable, WrongEngine
from snippetlab.lab import Provider
from snippetlab.lab.pool import Pool
from snippetlab.model import ScenarioResult, TrackRun
from snippetlab.packs import Pack
from snippetlab.results.cache import Reuse
from snippetlab.results.key import Key
from snippetlab.run.track import run_track

_HEARS_WITHIN = 0.5  # seconds until a signal is heard that another thread took


@dataclass(frozen=True)
class Run:
    """How scenarios are run, once."""

    pack: Pack
    provider: Provider
    jobs: int | None
    until: Mapping[str, str]
    recorded: Mapping[Name, Recorded | None]
    progress: Progress
    pool: Pool | None = None

    def of(
        self,
        targets: Sequence[Target],
        keys: Mapping[Name, Key] = MappingProxyType({}),
        reuse: Reuse | None = None,
        fail_fast: bool = False,
    ) -> dict[Name, ScenarioResult]:
        """The results by target; those that had not begun when a run was stopped early are not there."""
        stop = threading.Event()
        collector = Collector(self.pack, self.progress, reuse, keys, self.recorded, stop if fail_fast else None)
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
                for job in jobs_of(target)
            }
            while futures:
                done, futures = some_done(futures)
                for future in done:
                    future.result()
        finally:
            stop.set()
            if own:
                own.close()
            executor.shutdown(wait=True, cancel_futures=True)
        return collector.results


def some_done(futures: set[Future[None]]) -> tuple[set[Future[None]], set[Future[None]]]:
    """Wait until some of them are done; gives those, and the others.

    The kernel may give a signal to any thread, and Python answers it in the main one, which a lock that it waits for
    keeps from hearing it. So it does not wait for long at a time.
    """
    done: set[Future[None]] = set()
    while futures and not done:
        done, futures = wait(futures, _HEARS_WITHIN, FIRST_COMPLETED)
    return done, futures


def _run_once(job: Job, pack: Pack, pool: Pool, until: str | None, progress: Progress) -> TrackRun | None:
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
    job: Job,
    pack: Pack,
    pool: Pool,
    until: str | None,
    progress: Progress,
    collector: Collector,
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
