"""Labs that are started before anybody asks for them."""

from __future__ import annotations

import threading

import pytest
from snippetlab.errors import LabError
from snippetlab.lab import LabSpec
from snippetlab.lab.ready import Ready

ONE, TWO = LabSpec(name="one"), LabSpec(name="two")


class FakeLab:
    """A lab that is alive until it is stopped."""

    def __init__(self, spec: LabSpec) -> None:
        self.spec = spec
        self.alive = True

    def stop(self) -> None:
        self.alive = False


class Starts:
    """Starts labs when it may, and remembers them."""

    def __init__(self, *, at_once: bool = True, fails: bool = False) -> None:
        self.labs: list[FakeLab] = []
        self.may = threading.Event()
        self.fails = fails
        if at_once:
            self.may.set()

    def __call__(self, spec: LabSpec) -> FakeLab:
        assert self.may.wait(20)
        if self.fails:
            raise LabError("there is no room for a lab")
        self.labs.append(FakeLab(spec))
        return self.labs[-1]


def test_a_lab_that_was_kept_is_taken_once() -> None:
    starts = Starts()
    ready = Ready(starts)  # type: ignore[arg-type]
    ready.keep([ONE])
    lab = ready.take(ONE)
    assert lab is not None and lab.spec == ONE
    assert ready.take(ONE) is None
    ready.close()
    assert lab.alive  # it is the taker's now
    assert len(starts.labs) == 1


def test_a_lab_is_for_its_own_kind_alone_and_ends_when_it_is_wanted_no_more() -> None:
    starts = Starts()
    ready = Ready(starts)  # type: ignore[arg-type]
    ready.keep([ONE, TWO])
    assert ready.take(LabSpec(name="three")) is None
    ready.keep([TWO, TWO])
    two = ready.take(TWO)
    assert two is not None
    ready.close()
    assert sorted(lab.spec.name for lab in starts.labs) == ["one", "two", "two"]
    assert [lab for lab in starts.labs if lab.alive] == [two]


def test_a_lab_that_is_still_on_its_way_ends_as_soon_as_it_is_there() -> None:
    starts = Starts(at_once=False)
    ready = Ready(starts)  # type: ignore[arg-type]
    ready.keep([ONE])
    ready.keep([])
    starts.may.set()
    ready.close()
    assert not any(lab.alive for lab in starts.labs)


@pytest.mark.parametrize("fails", [True, False])
def test_a_lab_that_failed_or_ended_is_not_handed_out(fails: bool) -> None:
    starts = Starts(fails=fails)
    ready = Ready(starts)  # type: ignore[arg-type]
    ready.keep([ONE])
    for lab in [ready._waiting[0][1]] if not fails else []:
        lab.result().stop()
    assert ready.take(ONE) is None
    ready.close()
