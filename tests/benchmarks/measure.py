"""What something costs: seconds on the clock, seconds of the processors, and memory at the peak."""

from __future__ import annotations

import os
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")
_BUSY = (0, 1, 2, 5, 6)  # user, nice, system, irq, softirq: the columns of the first line of /proc/stat
_CGROUPS = Path("/sys/fs/cgroup")


@dataclass(frozen=True)
class Cost:
    """Seconds on the clock, and those that processors were busy meanwhile, in whatever process."""

    seconds: float
    cpu: float


def busy() -> float:
    """Seconds that all processors of this machine were busy, since it started.

    A lab's processes are not children of the one that measures; so only the whole machine tells, and it must be idle.
    """
    fields = Path("/proc/stat").read_text().splitlines()[0].split()[1:]
    return sum(int(fields[column]) for column in _BUSY) / _TICKS


def cost(action: Callable[[], object]) -> Cost:
    """What ``action`` costs, once."""
    cpu, started = busy(), time.perf_counter()
    action()
    return Cost(time.perf_counter() - started, busy() - cpu)


def median(costs: list[Cost]) -> Cost:
    """The median of seconds, and that of processor seconds."""
    return Cost(statistics.median(c.seconds for c in costs), statistics.median(c.cpu for c in costs))


@contextmanager
def peak() -> Iterator[Callable[[], tuple[int, int]]]:
    """What gives, after the block, the most memory that this process and its labs had at once, in bytes, each.

    Looked at ten times a second.
    """
    most = [0, 0]
    done = threading.Event()

    def look() -> None:
        while not done.wait(0.1):
            now = (_resident(), _of_labs())
            most[:] = [max(pair) for pair in zip(most, now, strict=True)]

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield lambda: (most[0], most[1])
    finally:
        done.set()
        thread.join()


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE


def _of_labs() -> int:
    names = (f"memory/snippetlab-{os.getpid()}-*/memory.usage_in_bytes", f"snippetlab-{os.getpid()}-*/memory.current")
    total = 0
    for file in (file for name in names for file in _CGROUPS.glob(name)):
        try:
            total += int(file.read_text())
        except OSError:  # the lab has just ended
            continue
    return total
