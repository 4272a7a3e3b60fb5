"""What comes from two streams stays in the order in which it was written, however late the reader looks."""

from __future__ import annotations

import os
import select
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
import snippetlab.lab


@pytest.fixture
def outputs(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The module as labs have it: they know its folder alone, and no package."""
    inside = Path(snippetlab.lab.__file__).parent / "inside"
    monkeypatch.syspath_prepend(str(inside))
    import outputs

    yield outputs
    for name in ("outputs", "watch"):
        sys.modules.pop(name, None)


class Slow:
    """Looks at one place after the other, and is interrupted once between the events and the streams."""

    def __init__(self, poll: select.poll, events: int) -> None:
        self._poll, self._events, self._first = poll, events, True

    def poll(self, timeout: int | None = None) -> list[tuple[int, int]]:
        found = self._poll.poll(timeout)
        if self._first:
            self._first = False
            found = [(fd, what) for fd, what in found if fd != self._events]
        return found


def test_what_came_while_the_streams_were_looked_at_stays_in_order(outputs: ModuleType, tmp_path: Path) -> None:
    taken = outputs.Outputs(str(tmp_path), 80)
    for name, data in (("err", b"one\n"), ("out", b"two\n")):
        os.write(taken.writers[name], data)
    taken._poll = Slow(taken._poll, taken._watch.fd)
    taken.wait(1000)
    assert [tuple(piece) for piece in taken.pieces] == [("err", b"one\n"), ("out", b"two\n")]


def test_a_write_whose_event_is_still_to_come_is_taken_once(outputs: ModuleType, tmp_path: Path) -> None:
    taken = outputs.Outputs(str(tmp_path), 80)
    os.write(taken.writers["out"], b"one\n")
    taken._before_its_event(next(fd for fd, name in taken._readers.items() if name == "out"))
    os.write(taken.writers["err"], b"two\n")
    os.write(taken.writers["out"], b"three\n")
    taken.wait(1000)
    taken.wait(0)
    assert [tuple(p) for p in taken.pieces] == [("out", b"one\n"), ("err", b"two\n"), ("out", b"three\n")]
