"""``python -m tests.benchmarks``: what a check costs, part by part, as a Markdown table. Needs labs, and an idle machine.

With ``--full``, every scenario is checked on the baseline, too, which takes some minutes.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from snippetlab.check import Silent, default_provider
from snippetlab.lab import LabSpec
from snippetlab.packs import find_pack
from snippetlab.scenario import discover
from snippetlab.settings import find_project

from . import parts
from .measure import Cost, peak

_STEPS = 10_000
_MIB = 1 << 20
Row = tuple[str, str, str]


def main() -> int:
    """Measure and print. The exit code is 0, or 1 where no lab can run."""
    options = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    options.add_argument("--rounds", type=int, default=5, help="starts of a lab, of which the median is told")
    options.add_argument("--full", action="store_true", help="check every scenario, too")
    given = options.parse_args()
    pack = find_pack(find_project(Path.cwd()))
    provider = default_provider(pack, Silent())
    if problem := provider.problem():
        print(problem, file=sys.stderr)
        return 1
    provider.identity(LabSpec())
    print("| what | seconds | processor seconds |\n| --- | --- | --- |")
    for row in _rows(given.rounds, given.full):
        print(f"| {' | '.join(row)} |", flush=True)
    return 0


def _rows(rounds: int, full: bool) -> Iterator[Row]:
    pack = find_pack(find_project(Path.cwd()))
    provider = default_provider(pack, Silent())
    scenarios = discover(Path("snippets"))
    start, stop = parts.lab_start_and_stop(provider, rounds)
    yield _row(f"a lab with its engine: start (median of {rounds})", start)
    yield _row("… stop", stop)
    lab = provider.start(LabSpec())
    try:
        for what, spent in parts.agents(lab, pack):
            yield _row(what, spent)
        yield _row("what a track left and what there was in its lab", parts.looking(lab, pack))
        for track, spent in parts.harness_of_both(lab, _STEPS):
            each = spent.seconds / _STEPS * 1000
            yield _row(f"{_STEPS:,} commands in one session, {track} track ({each:.3f} ms each)", spent)
    finally:
        lab.stop()
    steps = sum(len(scenario.steps) for scenario in scenarios)
    yield _row(f"reading {len(scenarios)} scenarios, {steps:,} steps", parts.reading(Path("snippets")))
    yield _row("comparing all of their recordings", parts.comparison(scenarios, pack))
    simple = parts.simple(scenarios)
    typed = sum(len(parts.commands(scenario)) for scenario in simple)
    inner, whole = parts.by_bash(simple, provider)
    yield _row(f"{typed} commands of {len(simple)} scenarios, by plain `bash` in labs that run already", inner)
    yield _row("… and with the start and the stop of those labs", whole)
    shells = parts.in_shell_track(simple)
    yield _row(
        "… by `snippetlab check`, shell track, one lab after the other", parts.by_check(shells, pack, provider, 1)
    )
    with TemporaryDirectory() as folder:
        yield _row("rendering the whole site", parts.rendering(Path("mkdocs.yml"), Path(folder)))
    at_once = provider.at_once()
    with peak() as most:
        spent = parts.by_check(scenarios if full else shells, pack, provider, None)
    own, labs = (size // _MIB for size in most())
    what = f"all {len(scenarios)} scenarios, both tracks," if full else "…"
    yield _row(f"{what} with {at_once} labs at once", spent)
    yield f"memory at its peak: {own} MiB of the check, {labs} MiB of its labs", "", ""


def _row(what: str, spent: Cost) -> Row:
    return what, f"{spent.seconds:.2f}", f"{spent.cpu:.2f}"


if __name__ == "__main__":
    sys.exit(main())
