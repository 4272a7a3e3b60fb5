"""Lends labs to scenarios, each lab once.

A used lab is not brought back to its beginning: an engine remembers events and address ranges, a kernel keeps
settings, and to prove all of that gone costs more than a new lab.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from snippetlab.errors import LabError
from snippetlab.lab import Lab, LabSpec, Provider, Specifies
from snippetlab.lab.ready import Ready
from snippetlab.model import Scenario

NETWORK = "192.168.65"  # of joined labs: main is .2, its node .3


class Pool:
    """Labs of one provider. ``close`` (or leaving the ``with`` block) stops them all.

    Safe to use from several threads.
    """

    def __init__(self, provider: Provider, pack: Specifies) -> None:
        self._provider = provider
        self._pack = pack
        self._lock = threading.Lock()
        self._out: list[Lab] = []
        self._closed = False
        self._ready = Ready(provider.start)

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def closed(self) -> bool:
        """True once the labs were stopped: what a run shows from then on means nothing."""
        return self._closed

    def close(self) -> None:
        """Stop every lab, lent ones too: whoever uses one then sees that it died."""
        with self._lock:
            self._closed = True
            labs = [*self._out]
        for lab in labs:
            lab.stop()
        self._ready.close()

    def prepare(self, scenarios: Iterable[Scenario], engines: Sequence[str], most: int) -> None:
        """Start labs ahead, at ``most`` so many, for the next run of ``scenarios``; labs that were prepared for others
        end. A scenario with nodes has none: their labs are started beside each other."""
        specs = [
            self._pack.spec(scenario, engine, "lab")
            for scenario in scenarios
            if not scenario.nodes
            for engine in engines
            for _ in scenario.tracks
        ]
        self._ready.keep(specs[:most])

    @contextmanager
    def lend(self, scenario: Scenario, engine: str) -> Iterator[Mapping[str, Lab]]:
        """The labs of a scenario: ``main`` and its nodes, joined. They end with the block."""
        names = ("main", *scenario.nodes)
        specs = [self._pack.spec(scenario, engine, name if scenario.nodes else "lab") for name in names]
        labs: list[Lab] = []
        try:
            for spec in specs:
                labs.append(self._take(spec, labs[0] if labs else None))
            if len(labs) == 2:
                labs[0].connect(labs[1], f"{NETWORK}.2/24", f"{NETWORK}.3/24")
            if scenario.outside:
                for lab in labs:
                    lab.attach_outside()
            yield dict(zip(names, labs, strict=True))
        finally:
            for lab in labs:
                self._give_back(lab)

    def lost(self, labs: Mapping[str, Lab]) -> bool:
        """Whether the machine of a lab is gone: what was seen in it then says nothing about the scenario.

        One that hangs is as good as gone, and its labs cannot say that they have ended.
        """
        return any(self._provider.lost(lab) for lab in labs.values())

    def _take(self, spec: LabSpec, beside: Lab | None) -> Lab:
        with self._lock:
            if self._closed:
                raise LabError("the labs were stopped")
        lab = self._provider.start(spec, beside) if beside else self._ready.take(spec) or self._provider.start(spec)
        with self._lock:
            if not self._closed:
                self._out.append(lab)
                return lab
        lab.stop()
        raise LabError("the labs were stopped")

    def _give_back(self, lab: Lab) -> None:
        with self._lock:
            self._out.remove(lab)
        lab.stop()
