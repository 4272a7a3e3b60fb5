"""Builds what labs start from, several kinds at a time: while one waits for packages, another unpacks them."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Collection, Mapping

from snippetlab.errors import LabError, LabUnavailable
from snippetlab.lab import LabSpec
from snippetlab.lab.stock.undertakings import Undertakings

_AT_ONCE = 4
_HEARS_WITHIN = 0.2  # seconds until the main thread hears a signal
_LAST_WORDS = 10.0  # seconds that a builder which was told to end may take to clear up


def one_by_one(specs: Collection[LabSpec], build: Callable[[LabSpec], object]) -> Mapping[LabSpec, LabError]:
    """Build for each of ``specs``, one after the other; gives what went wrong, by kind. Raises LabUnavailable."""
    failed: dict[LabSpec, LabError] = {}
    for spec in specs:
        try:
            build(spec)
        except LabUnavailable:
            raise
        except LabError as error:
            failed[spec] = error
    return failed


def at_once(
    specs: Collection[LabSpec], build: Callable[[LabSpec], object], undertakings: Undertakings
) -> Mapping[LabSpec, LabError]:
    """The same by several threads. What they build under ``undertakings`` is given up on any other error, and on
    Ctrl-C: then nothing half-built stays."""
    waiting: queue.SimpleQueue[LabSpec] = queue.SimpleQueue()
    for spec in specs:
        waiting.put(spec)
    failed: dict[LabSpec, LabError] = {}
    worse: list[BaseException] = []

    def work(over: threading.Event) -> None:
        try:
            while not worse:
                spec = waiting.get_nowait()
                try:
                    build(spec)
                except LabUnavailable as error:
                    worse.append(error)
                except LabError as error:
                    failed[spec] = error
                except BaseException as error:  # a fault of the tool's own: the main thread raises it
                    worse.append(error)
        except queue.Empty:
            pass
        finally:
            over.set()

    # Not waited for by join(): a thread whose join an interrupt broke off counts as ended (Python 3.11).
    overs = [threading.Event() for _ in range(min(_AT_ONCE, len(specs)))]
    threads = [threading.Thread(target=work, args=(over,), daemon=True) for over in overs]
    try:
        for thread in threads:
            thread.start()
        for over in overs:
            while not worse and not over.wait(_HEARS_WITHIN):
                pass
        for error in worse:
            raise error
    except BaseException:
        undertakings.give_up()
        for thread, over in zip(threads, overs, strict=True):
            if thread.ident is not None:  # it had begun
                over.wait(_LAST_WORDS)
        raise
    return {spec: failed[spec] for spec in specs if spec in failed}
