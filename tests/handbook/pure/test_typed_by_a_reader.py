"""What a reader of pages types on one machine."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from handbook.pages.sources import PageSource, page_from_text
from snippetlab.model import BlockCapture, CommandCapture, Scenario, Step, StepCapture, TrackRun
from snippetlab.scenario import discover, parse

from tests.conftest import PROJECT
from tests.reader.excuses import EXCUSES, Excuse, excused
from tests.reader.typing import Leg, by_scenario, typed
from tests.reader.walking import in_reading_order


def scenario(name: str, front: str = "") -> Scenario:
    steps = "".join(f"## {step}\n\n```console\n$ echo {name} {step}\n```\n\n" for step in ("one", "two"))
    return parse(f"---\ntitle: {name}\n{front}---\n\n{steps}", Path(f"snippets/a/{name}.md"), f"a/{name}")


def page(*step_ids: str, options: str = "", uri: str = "a/page.md") -> PageSource:
    return page_from_text(uri, "# T\n\n" + "".join(f"```step{options}\n{i}\n```\n\n" for i in step_ids))


FIRST, SECOND = scenario("first", "images: [redis]\ntimeout: 90\n"), scenario("second", "outside: true\n")
MANY = scenario("many", "nodes: [worker]\n")
ALL = {s.id: s for s in (FIRST, SECOND, MANY)}


def test_steps_of_all_scenarios_stand_in_the_order_of_the_pages_each_once() -> None:
    one = typed("way", [page("a/second#one", "a/first#one"), page("a/first#one", "a/second#two")], ALL).scenario
    assert [step.id for step in one.steps] == ["a/second#one", "a/first#one", "a/second#two"]
    assert (one.images, one.timeout, one.tracks) == (("redis",), 90.0, ("shell",))


def test_a_way_is_parted_by_page_and_each_part_knows_what_it_needs() -> None:
    pages = [
        page("a/second#one", "a/many#one"),
        page("a/second#one", uri="a/again.md"),
        page("a/first#one", uri="b.md"),
    ]
    way = typed("way", pages, ALL)
    assert way.legs == (
        Leg("a/page.md", ("a/second#one",), outside=True),
        Leg("b.md", ("a/first#one",), frozenset({"redis"})),
    )


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


EXCUSE = Excuse("the machine holds more", ((r"^nginx .*\n", ""), (r"^total \d+", "total 2")))


def gave(output: str, exit_code: int = 0) -> StepCapture:
    step = FIRST.step("one")
    return StepCapture(step, "shell", (BlockCapture(step.blocks[0], (CommandCapture(output, exit_code),)),))


def test_an_excuse_takes_away_its_kind_of_difference_and_no_other() -> None:
    captured = gave("nginx latest\nbusybox latest\nredis latest\ntotal 3\n", 1)
    without, reason = excused(captured, {"a/first#one": EXCUSE})
    assert without == gave("busybox latest\nredis latest\ntotal 2\n", 1)
    assert reason == "the machine holds more"


def test_where_nothing_is_to_be_excused_no_reason_is_told() -> None:
    assert excused(gave("busybox latest\n"), {"a/first#one": EXCUSE}) == (gave("busybox latest\n"), "")
    assert excused(gave("nginx latest\n"), {"a/first#two": EXCUSE}) == (gave("nginx latest\n"), "")


def test_each_excuse_is_for_a_step_that_prints_what_it_puts_there() -> None:
    scenarios = {scenario.id: scenario for scenario in discover(PROJECT / "snippets")}
    for step_id, excuse in EXCUSES.items():
        name, _, step = step_id.partition("#")
        blocks = scenarios[name].step(step).of_kind("console")
        printed = "".join(command.output for block in blocks for command in block.commands)
        assert [recorded for _, recorded in excuse.changes if recorded not in printed] == [], step_id


MAKES = re.compile(r"(?:^|[;&|] *)mkdir (?P<folders>(?!-)[^;&|]+)")


def folders(step: Step) -> tuple[set[str], set[str]]:
    """The folders, below the reader's own, that a step's commands insist on making, and those that are there then."""
    made = {
        folder
        for block in step.of_kind("console")
        if block.option("node") is None
        for command in block.commands
        if not command.exit_code
        for found in MAKES.finditer(command.source)
        for folder in found["folders"].split()
    }
    files = (Path(block.option("file") or "") for block in step.of_kind("file") if block.option("node") is None)
    return made, {*made, *(str(folder) for file in files for folder in list(file.parents)[:-1])}


def test_no_page_makes_a_folder_that_an_earlier_one_has_left() -> None:
    """``mkdir`` fails for whoever has typed the earlier page, and works for whoever begins here."""
    steps = {step.id: step for scenario in discover(PROJECT / "snippets") for step in scenario.steps}
    there: dict[str, str] = {}
    twice = []
    for shown in in_reading_order(PROJECT):
        left: set[str] = set()
        for step_id in dict.fromkeys(fence.step_id for fence in shown.fences if fence.only != "python"):
            made, exist = folders(steps[step_id])
            twice += [f"{shown.uri}: {step_id}: {folder}, of {there[folder]}" for folder in made if folder in there]
            left |= exist
        there |= {folder: shown.uri for folder in left if folder not in there}
    assert twice == []


def test_no_page_waits_until_containers_of_the_reader_are_gone() -> None:
    """``until [ -z "$(docker ps -aq)" ]`` never ends for whoever has a container of another page."""
    commands = (
        (command.place, command.source)
        for scenario in discover(PROJECT / "snippets")
        for step in scenario.steps
        for block in step.of_kind("console")
        for command in block.commands
    )
    for_all = re.compile(r"\b(?:until|while)\b[^;]*\$\(docker ps -a?q *[|)]")
    assert [f"{place}: {source}" for place, source in commands if for_all.search(source)] == []
