"""``snippetlab check --debug``: at the first drift, a shell in that very lab, in the state that it has."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from rich.console import Console

from snippetlab.check import default_provider, refuse_misfits
from snippetlab.cli.staying import stay
from snippetlab.compare import Reading, compare_run, readings
from snippetlab.engines import scenario_on
from snippetlab.lab.pool import Pool
from snippetlab.lab.stock.cache import in_use
from snippetlab.model import Block, Drift, Scenario, StepCapture, Track, TrackRun
from snippetlab.packs import Pack
from snippetlab.report.terminal import ConsoleProgress, print_drift
from snippetlab.run.track import Stage, run_track
from snippetlab.scenario.selection import Selection


def debug(selection: Selection, pack: Pack, console: Console, engines: Sequence[str]) -> bool:
    """Run scenarios one after the other until one drifts, and give a shell there. True when something drifted."""
    refuse_misfits(selection.scenarios, pack)
    with ConsoleProgress(console, selection.scenarios) as progress:
        provider = default_provider(pack, progress)
        if problem := provider.problem():
            raise problem
        pool = Pool(provider, pack)
    with in_use(), pool:
        for scenario, engine in product(selection.scenarios, engines):
            there = scenario_on(scenario, engine, pack)
            for track in there.tracks:
                if _drifts(there, engine, track, selection.until.get(scenario.id), pool, pack, console):
                    return True
            console.print(f"{scenario.id}{f' on {engine}' if len(engines) > 1 else ''}: ok")
    console.print("no drift")
    return False


def _drifts(
    scenario: Scenario, engine: str, track: Track, until: str | None, pool: Pool, pack: Pack, console: Console
) -> bool:
    done: list[StepCapture] = []
    drifted = False

    def stop_after(step: StepCapture, stage: Stage) -> bool:
        nonlocal drifted
        done.append(step)
        so_far = TrackRun(track, engine, tuple(done), {})
        found = [drift for drift in compare_run(scenario, so_far, pack.vocabulary) if not drift.warning]
        if not found:
            return False
        drifted = True
        _tell(found, scenario, pack, console)
        block = _block_of(found[0], step)
        stay(stage, block.node if block else None, track, "after the step", console)
        return True

    with pool.lend(scenario, engine) as labs:
        run_track(scenario, track, labs, pack, until=until, stop_after=stop_after)
    return drifted


def _tell(found: list[Drift], scenario: Scenario, pack: Pack, console: Console) -> None:
    how = readings([scenario], pack.vocabulary)
    for drift in found:
        print_drift(console, drift, how.get(drift.step_id, Reading(pack.vocabulary)), scenario)


def _block_of(drift: Drift, step: StepCapture) -> Block | None:
    for done in step.blocks:
        if done.block.place.line <= drift.place.line <= done.block.body_end:
            return done.block
    return None
