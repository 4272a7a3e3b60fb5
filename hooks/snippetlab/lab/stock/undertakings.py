"""What several threads are building, so that whoever waits for them can have it all ended."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from snippetlab.errors import LabError


class Undertakings:
    """The programs and labs that builds have under way. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ends: list[Callable[[], object]] = []
        self._given_up = False

    def go_on(self) -> None:
        """Raise LabError when everything was given up."""
        if self._given_up:
            raise LabError("its build was given up")

    @contextmanager
    def one(self, end: Callable[[], object]) -> Iterator[None]:
        """Something that ``end`` ends, should everything be given up before the block ends. Raises LabError when it
        was already."""
        with self._lock:
            given_up = self._given_up
            self._ends.append(end)
        try:
            if given_up:
                end()
                self.go_on()
            yield
        finally:
            with self._lock:
                self._ends.remove(end)

    def give_up(self) -> None:
        """End all that is under way; what begins from now on ends at once."""
        with self._lock:
            self._given_up = True
            ends = [*self._ends]
        for end in ends:
            end()
