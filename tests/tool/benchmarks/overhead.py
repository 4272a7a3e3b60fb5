"""How much the harness adds to a step: 500 and 10,000 steps of `echo`, in each track, in one lab. Run by hand, as root.

    .venv/bin/python tests/tool/benchmarks/overhead.py

Prints milliseconds a step, and the seconds that a lab takes to start and to stop.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path

from snippetlab.check import Silent, default_provider
from snippetlab.lab import LabSpec
from snippetlab.packs import find_pack
from snippetlab.run.session import PYTHON, SHELL, Budget, Session
from snippetlab.settings import find_project

STEPS = 500
MANY = 10_000
ROUNDS = 5


def timed(action: Callable[[], object]) -> float:
    """Seconds that ``action`` takes."""
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def main() -> None:
    """Measure and print medians."""
    provider = default_provider(find_pack(find_project(Path.cwd())), Silent())
    spec = LabSpec()
    provider.identity(spec)
    starts, stops = [], []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        lab = provider.start(spec)
        starts.append(time.perf_counter() - started)
        lab.client.containers.run("busybox", "true")
        stops.append(timed(lab.stop))
    print(f"lab: start {statistics.median(starts):.2f} s, "
          f"stop {statistics.median(stops):.2f} s (medians of {ROUNDS})")  # fmt: skip
    lab = provider.start(spec)
    try:
        for name, kind, source in (("shell", SHELL, "echo hello"), ("python", PYTHON, "print('hello')")):
            session = Session.start(lab, kind)
            session.run(source, Budget.of(60))
            rounds = [timed(lambda: [session.run(source, Budget.of(60)) for _ in range(STEPS)]) for _ in range(ROUNDS)]  # noqa: B023
            print(f"{name} track: {statistics.median(rounds) / STEPS * 1000:.3f} ms a step ({STEPS} steps)")
            many = timed(lambda: [session.run(source, Budget.of(60)) for _ in range(MANY)])  # noqa: B023
            print(f"{name} track: {many / MANY * 1000:.3f} ms a step ({MANY} steps)")
            session.close()
        session = Session.start(lab, SHELL)
        lines = timed(lambda: session.run(f"for i in $(seq {MANY}); do echo $i; done", Budget.of(60)))
        print(f"one step of {MANY} lines: {lines / MANY * 1000:.3f} ms a line")
        session.close()
    finally:
        lab.stop()


main()
