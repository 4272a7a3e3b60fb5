"""Labs that are started before anybody asks for them, so that nobody waits."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor

from snippetlab.errors import LabError
from snippetlab.lab import Lab, LabSpec

_AT_ONCE = 2  # starts; more would only take the processors from each other


class Ready:
    """Labs that wait to be taken, each once. ``close`` ends those that nobody took.

    Safe to use from several threads.
    """

    def __init__(self, start: Callable[[LabSpec], Lab]) -> None:
        self._start = start
        self._lock = threading.Lock()
        self._waiting: list[tuple[LabSpec, Future[Lab]]] = []
        self._executor: ThreadPoolExecutor | None = None

    def keep(self, specs: Iterable[LabSpec]) -> None:
        """Have a lab ready for each of ``specs``, started behind the caller's back; those of other specs end."""
        with self._lock:
            former, self._waiting = self._waiting, []
            for spec in specs:
                same = next((waiting for waiting in former if waiting[0] == spec), None)
                if same:
                    former.remove(same)
                self._waiting.append(same or (spec, self._begin(spec)))
        for _, future in former:
            _end(future)

    def _begin(self, spec: LabSpec) -> Future[Lab]:
        self._executor = self._executor or ThreadPoolExecutor(_AT_ONCE, "ready")
        return self._executor.submit(self._start, spec)

    def take(self, spec: LabSpec) -> Lab | None:
        """A lab of ``spec``, once it has started; None where none was kept, or the one that was has ended."""
        with self._lock:
            same = next((waiting for waiting in self._waiting if waiting[0] == spec), None)
            if same is None:
                return None
            self._waiting.remove(same)
        try:
            lab = same[1].result()
        except LabError:
            return None  # whoever starts the next one hears why
        if lab.alive:
            return lab
        lab.stop()
        return None

    def close(self) -> None:
        """End every lab that waits, and those that are on their way."""
        self.keep(())
        if self._executor:
            self._executor.shutdown()


def _end(future: Future[Lab]) -> None:
    """End the lab that ``future`` gives: at once, or as soon as it has started."""
    if not future.cancel():
        future.add_done_callback(_stop)


def _stop(future: Future[Lab]) -> None:
    if future.exception() is None:
        future.result().stop()
