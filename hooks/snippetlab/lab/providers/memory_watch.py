"""Whether a lab has met its limit of memory: then the kernel kills one of its processes, and nothing else says so."""

from __future__ import annotations

import os
from pathlib import Path


class MemoryWatch:
    """Watches one cgroup from now on. ``cgroup`` is its folder, ``version`` that of cgroups."""

    def __init__(self, cgroup: Path, version: int) -> None:
        self._met = False
        self._cgroup = cgroup
        self._told: int | None = None
        self._events: int | None = None
        if version == 1:
            # Source: Documentation/admin-guide/cgroup-v1/memory.rst, "OOM control".
            self._told = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
            with open(cgroup / "memory.oom_control") as control:
                (cgroup / "cgroup.event_control").write_text(f"{self._told} {control.fileno()}")
        else:
            # It is held open: in a lab, another cgroup may be seen at this path later.
            self._events = os.open(cgroup / "memory.events.local", os.O_RDONLY | os.O_CLOEXEC)

    @property
    def met(self) -> bool:
        """True once the limit was met and nothing could be given back."""
        if not self._met:
            self._met = self._ask()
        return self._met

    def _ask(self) -> bool:
        try:
            if self._told is not None:
                # The end of the cgroup is told in the same way.
                return os.eventfd_read(self._told) > 0 and self._cgroup.exists()
            if self._events is None:
                return False  # closed: nothing more is seen
            events = dict(line.split() for line in os.pread(self._events, 4096, 0).decode().splitlines())
            return int(events.get("oom", "0")) > 0
        except OSError:
            return False  # not yet, or the cgroup is gone

    def close(self) -> None:
        """Let the watch go; what was seen is remembered."""
        self._met = self.met
        for held in (self._told, self._events):
            if held is not None:
                os.close(held)
        self._told = self._events = None
