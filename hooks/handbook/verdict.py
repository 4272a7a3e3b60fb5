"""One build's verification: which mode holds, and what running the scenarios gave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from snippetlab import check
from snippetlab.model import Scenario, ScenarioResult
from snippetlab.packs import Pack
from snippetlab.results.cache import Reuse
from snippetlab.results.history import History, UnsteadyStep

from handbook.settings import Mode


@dataclass(frozen=True)
class Verdict:
    """What a build may say. ``reason`` tells why nothing was verified; it is empty when all was.

    ``replayed`` are the runs of single pages, where one leaves steps out.
    ``unsteady`` are the steps that were so in their last runs on this machine, on each engine that ran.
    ``others`` are the results on further engines than the baseline; ``absent`` says of each engine that was wanted
    and could not be had why.
    """

    results: tuple[ScenarioResult, ...]
    live: bool
    reason: str = ""
    unsteady: tuple[UnsteadyStep, ...] = ()
    replayed: tuple[ScenarioResult, ...] = ()
    others: tuple[ScenarioResult, ...] = ()
    absent: Mapping[str, str] = field(default_factory=dict)


def verify(
    scenarios: Sequence[Scenario],
    *,
    single_pages: Sequence[Scenario] = (),
    mode: Mode,
    pack: Pack,
    progress: check.Progress,
    jobs: int | None = None,
    reuse: Reuse | None = None,
    engines: Sequence[str] = (),
    named: bool = False,
) -> Verdict:
    """Run every scenario in labs, or take recordings.

    ``single_pages`` are scenarios as single pages show them, which run, too.
    ``reuse`` spares what nothing has changed for. ``engines`` are those to run
    on beside the baseline. Their absence is part of the verdict, unless a person ``named`` them.

    In ``auto`` mode a machine that can run no lab gives recordings and the
    reason. Raises LabUnavailable in ``live`` mode there, LabError when a lab
    cannot be built.
    """
    if mode == "recorded":
        return recorded(scenarios, "this build was asked to take the recordings as they are")
    if mode == "auto" and (problem := check.lab_problem(pack)):
        return recorded(scenarios, problem.what)
    # Those with several machines take longest. Begun last, they would keep everything else waiting at the end.
    longest_first = sorted([*scenarios, *single_pages], key=lambda s: not s.nodes)
    history = History.of_user()
    absent = _absent(engines, pack, progress, named)
    others = [engine for engine in engines if engine != pack.baseline and engine not in absent]
    # All engines at once: labs are never idle while the last scenarios of one engine run.
    everything = check.check_scenarios(
        longest_first,
        pack=pack,
        engines=[pack.baseline, *others],
        # A page is read on the newest engine first.
        pages_on=next((name for name in others if pack.engines[name].role == "newest"), pack.baseline),
        jobs=jobs,
        reuse=reuse,
        confirm=True,
        history=history,
        progress=progress,
    )
    order = {scenario.id: index for index, scenario in enumerate(scenarios)}
    of_book = [result for result in everything if result.scenario.id in order]
    own = [result for result in of_book if result.engine not in others]
    return Verdict(
        tuple(sorted(own, key=lambda r: order[r.scenario.id])),
        live=True,
        replayed=tuple(result for result in everything if result.scenario.id not in order),
        unsteady=tuple(
            step for each in (pack.baseline, *others) for step in history.unsteady_steps(longest_first, each)
        ),
        others=tuple(result for result in of_book if result.engine in others),
        absent=absent,
    )


def _absent(engines: Sequence[str], pack: Pack, progress: check.Progress, named: bool) -> dict[str, str]:
    # With the baseline, which is built at the same time.
    wanted = dict.fromkeys([pack.baseline, *engines])
    missing = check.absent([*wanted], check.default_provider(pack, progress)) if len(wanted) > 1 else {}
    for engine, why in missing.items():
        if named or engine == pack.baseline:
            raise why
        progress.say(f"{engine} was not verified, its recordings stand as they are: {why}")
    return {engine: why.what for engine, why in missing.items()}


def recorded(scenarios: Sequence[Scenario], reason: str) -> Verdict:
    """The recordings as they are, with nothing verified."""
    today = datetime.now(UTC).date().isoformat()
    results = tuple(ScenarioResult(s, (), (), today) for s in scenarios)
    return Verdict(results, live=False, reason=reason)
