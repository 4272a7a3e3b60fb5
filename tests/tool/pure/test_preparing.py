"""What labs start from is built several kinds at once, and given up as a whole."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Collection, Mapping

import pytest
from snippetlab.errors import LabError, LabUnavailable
from snippetlab.lab import LabSpec
from snippetlab.lab.preparing import at_once, one_by_one
from snippetlab.lab.stock.undertakings import Undertakings

ONE, TWO, THREE = (LabSpec(name) for name in ("one", "two", "three"))
PATIENCE = 30.0  # seconds, of what must come at once
Way = Callable[[Collection[LabSpec], Callable[[LabSpec], object]], Mapping[LabSpec, LabError]]


def threaded(specs: Collection[LabSpec], build: Callable[[LabSpec], object]) -> Mapping[LabSpec, LabError]:
    return at_once(specs, build, Undertakings())


both = pytest.mark.parametrize("way", [one_by_one, threaded])


@both
def test_every_kind_is_built_and_what_fails_is_told_by_kind(way: Way) -> None:
    built: list[str] = []

    def build(spec: LabSpec) -> None:
        if spec == TWO:
            raise LabError("no mirror answers")
        built.append(spec.engine)

    failed = way([ONE, TWO, THREE], build)
    assert sorted(built) == ["one", "three"]
    assert {spec.engine: error.what for spec, error in failed.items()} == {"two": "no mirror answers"}


@both
def test_nothing_to_build_is_no_failure(way: Way) -> None:
    assert dict(way([], pytest.fail)) == {}


@both
@pytest.mark.parametrize("error", [LabUnavailable("no root"), ZeroDivisionError("a fault")])
def test_where_no_lab_can_run_and_at_a_fault_nothing_else_counts(way: Way, error: Exception) -> None:
    def build(spec: LabSpec) -> None:
        raise error if spec == TWO else LabError("something else")

    with pytest.raises(type(error)) as caught:
        way([ONE, TWO, THREE], build)
    assert caught.value is error


def test_several_are_built_at_the_same_time() -> None:
    meeting = threading.Barrier(3, timeout=PATIENCE)
    assert dict(threaded([ONE, TWO, THREE], lambda _: meeting.wait())) == {}


def test_an_interrupt_ends_what_is_under_way_and_waits_until_it_has_cleared_up() -> None:
    undertakings, ended, cleared = Undertakings(), threading.Event(), []

    def build(spec: LabSpec) -> None:
        try:
            with undertakings.one(ended.set):
                signal.raise_signal(signal.SIGINT)  # as Ctrl-C: it is the main thread's to answer
                assert ended.wait(PATIENCE)
        finally:
            cleared.append(spec.engine)

    with pytest.raises(KeyboardInterrupt):
        at_once([ONE], build, undertakings)
    assert cleared == ["one"]


def test_what_begins_after_all_was_given_up_ends_at_once() -> None:
    undertakings, ended = Undertakings(), []
    undertakings.go_on()
    undertakings.give_up()
    with pytest.raises(LabError, match="given up"):
        undertakings.go_on()
    with pytest.raises(LabError, match="given up"), undertakings.one(lambda: ended.append("one")):
        pytest.fail("it began")
    assert ended == ["one"]


def test_what_has_ended_is_not_ended_again() -> None:
    undertakings, ended = Undertakings(), []
    with undertakings.one(lambda: ended.append("one")):
        pass
    undertakings.give_up()
    assert ended == []
