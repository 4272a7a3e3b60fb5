"""What a reader of pages types on one machine."""

from __future__ import annotations

from pathlib import Path

import pytest
from handbook.pages.sources import PageSource, page_from_text
from snippetlab.model import Scenario, StepCapture, TrackRun
from snippetlab.scenario import parse

from tests.reader.typing import by_scenario, typed


def scenario(name: str, front: str = "") -> Scenario:
    steps = "".join(f"## {step}\n\n```console\n$ echo {name} {step}\n```\n\n" for step in ("one", "two"))
    return parse(f"---\ntitle: {name}\n{front}---\n\n{steps}", Path(f"snippets/a/{name}.md"), f"a/{name}")


def page(*step_ids: str, options: str = "") -> PageSource:
    return page_from_text("a/page.md", "# T\n\n" + "".join(f"```step{options}\n{i}\n```\n\n" for i in step_ids))


FIRST, SECOND = scenario("first", "images: [redis]\ntimeout: 90\n"), scenario("second", "outside: true\n")
MANY = scenario("many", "nodes: [worker]\n")
ALL = {s.id: s for s in (FIRST, SECOND, MANY)}


def test_steps_of_all_scenarios_stand_in_the_order_of_the_pages_each_once() -> None:
    one = typed("way", [page("a/second#one", "a/first#one"), page("a/first#one", "a/second#two")], ALL).scenario
    assert [step.id for step in one.steps] == ["a/second#one", "a/first#one", "a/second#two"]
    assert (one.images, one.timeout, one.outside, one.tracks) == (("redis",), 90.0, True, ("shell",))


def test_what_needs_more_than_one_machine_is_named_instead() -> None:
    way = typed("way", [page("a/many#one", "a/first#two")], ALL)
    assert ([step.id for step in way.scenario.steps], way.elsewhere) == (["a/first#two"], ("a/many#one",))
    with pytest.raises(ValueError, match="no step"):
        typed("way", [page("a/many#one")], ALL)


def test_what_was_typed_is_compared_with_the_recording_of_its_scenario() -> None:
    way = typed("way", [page("a/second#one", "a/first#one", "a/second#two")], ALL)
    run = TrackRun("shell", "26.1", tuple(StepCapture(step, "shell", ()) for step in way.scenario.steps), {})
    parts = by_scenario(run, ALL)
    assert [(s.id, [step.name for step in s.steps]) for s, _ in parts] == [
        ("a/second", ["one", "two"]),
        ("a/first", ["one"]),
    ]
    assert [[c.step.id for c in own.steps] for _, own in parts] == [["a/second#one", "a/second#two"], ["a/first#one"]]
