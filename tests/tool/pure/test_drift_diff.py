"""A drift as a diff of raw lines, with the volatile parts marked."""

from __future__ import annotations

from pathlib import Path

from snippetlab.compare import DiffLine, Pairing, Reading, diff_lines, hunks, shortened
from snippetlab.compare.normalise import Mark, within
from snippetlab.model import Drift, DriftKind, Place, Rule
from snippetlab.packs.docker.kinds import VOCABULARY

from tests.tool.runs import DOCKER

ROOMS = [(start, end) for start in range(14) for end in range(start, 14)]
WEB, DB = "3efd115129ac", "7aa0d8e7a8bd"
NEW_WEB, NEW_DB = "0b4c1f2d3e4a", "1c5d2e3f4b5c"


def diff(recorded: str, captured: str, *rules: Rule, values: tuple[str, ...] = ()) -> list[DiffLine]:
    place = Place(Path("a.md"), 1)
    drift = Drift(DriftKind.OUTPUT, "a/b#c", place, recorded, captured, "m", values=values)
    return diff_lines(drift, Reading(VOCABULARY, rules))


def tagged(lines: list[DiffLine]) -> list[str]:
    return [f"{tag}{line}" for tag, line, _ in lines]


def test_changed_added_and_missing_lines() -> None:
    assert tagged(diff("a\nb\nc\n", "a\nB\nc\nd\n")) == [" a", "-b", "+B", " c", "+d"]
    assert tagged(diff("a\nb\n", "b\n")) == ["-a", " b"]
    assert tagged(diff("", "a\n")) == ["+a"]
    assert tagged(diff("a\n", "")) == ["-a"]
    assert diff("", "") == []


def test_lines_that_differ_in_volatile_parts_are_equal_and_appear_as_captured() -> None:
    lines = diff(f"{WEB} is up 3 seconds ago\nold\n", f"{NEW_WEB} is up 2 minutes ago\nnew\n")
    assert tagged(lines) == [f" {NEW_WEB} is up 2 minutes ago", "-old", "+new"]
    assert lines[0][2] == [(0, 12, "id"), (19, 28, "ago")]


def test_a_long_output_that_is_all_new_is_told_by_its_ends() -> None:
    lines = diff("a\nb\n", "a\n" + "".join(f"{n}\n" for n in range(3000)) + "b\n")
    shown = [one if isinstance(one, int) else f"{one[0]}{one[1]}" for one in shortened(hunks(lines))]
    assert shown == [
        " a",
        *(f"+{n}" for n in range(20)),
        "+… 2,960 lines more …",
        *(f"+{n}" for n in range(2980, 3000)),
        " b",
    ]
    few = diff("", "".join(f"{n}\n" for n in range(50)))
    assert list(shortened(hunks(few))) == few


def test_rows_of_a_table_are_equal_whatever_the_width_of_its_columns() -> None:
    recorded = f"CONTAINER ID   STATUS         NAMES\n{WEB}   Up 3 seconds   web\n{DB}   Up 3 seconds   db\n"
    captured = (
        f"CONTAINER ID   STATUS                  NAMES\n"
        f"{NEW_WEB}   Up Less than a second   web\n{NEW_DB}   Up Less than a second   redis\n"
    )
    assert [line[0] for line in tagged(diff(recorded, captured))] == [" ", " ", "-", "+"]


def test_where_an_identity_differs_the_lines_that_hold_it_do() -> None:
    pairing = Pairing(VOCABULARY)
    assert pairing.differ(f"{WEB} {DB}\n", f"{NEW_WEB} {NEW_DB}\n", DOCKER) is None
    recorded, captured = f"first\n{WEB}\n{DB}\n", f"first\n{NEW_DB}\n{NEW_DB}\n"
    found = pairing.differ(recorded, captured, DOCKER)
    assert found is not None
    lines = tagged(diff(recorded, captured, values=found.values))
    assert lines[:2] == [" first", f"-{WEB}"]
    assert f"+{NEW_DB}" in lines


def test_rules_mark_too() -> None:
    rule = Rule(r"load \S+", "load", "differs")
    lines = diff("load 0.5\na\n", "load 0.7\nb\n", rule)
    assert lines[0] == (" ", "load 0.7", [(0, 8, "load")])


def test_a_structure_is_shown_by_its_raw_lines() -> None:
    recorded = '{\n  "Id": "3efd115129ac",\n  "Driver": "bridge"\n}\n'
    captured = '{\n  "Id": "0b4c1f2d3e4a",\n  "Driver": "overlay"\n}\n'
    assert tagged(diff(recorded, captured)) == [
        " {",
        '   "Id": "0b4c1f2d3e4a",',
        '-  "Driver": "bridge"',
        '+  "Driver": "overlay"',
        " }",
    ]


def test_build_logs_are_shown_in_the_order_in_which_they_are_compared() -> None:
    recorded = "#1 [internal] b\n#1 DONE 0.1s\n\n#2 [1/1] FROM a\n#2 DONE 0.0s\n"
    captured = "#1 [1/1] FROM a\n#1 CACHED\n\n#2 [internal] b\n#2 DONE 0.3s\n"
    lines = tagged(diff(recorded, captured))
    assert lines == [" #1 [1/1] FROM a", "-#2 DONE 0.0s", "+#1 CACHED", " ", " #2 [internal] b", " #2 DONE 0.3s"]


def test_spans_of_values_of_several_lines_are_cut_at_the_lines() -> None:
    captured = "-----BEGIN CERTIFICATE-----\nMIIB12\n-----END CERTIFICATE-----\nx\n"
    lines = diff("y\n", captured)
    assert [(line, spans) for _, line, spans in lines if line == "MIIB12"] == [("MIIB12", [(0, 6, "certificate")])]


def test_a_value_of_several_lines_is_marked_in_each_and_in_no_other() -> None:
    found = [Mark(0, 2, "a", "any"), Mark(2, 6, "b", "any"), Mark(9, 12, "c", "any")]
    parts = {(start, end): "".join(mark.kind for mark in within(found, start, end)) for start, end in ROOMS}
    assert parts == {
        (start, end): "".join(m.kind for m in found if m.start < end and m.end > start) for start, end in ROOMS
    }
    rule = Rule(r"(?s)<.*?>", "inside", "it varies")
    assert [spans for _, _, spans in diff("a <b\nc\nd> e\nf\n", "a <b\nc\nd> e\nf\n", rule)] == [
        [(2, 4, "inside")],
        [(0, 1, "inside")],
        [(0, 2, "inside")],
        [],
    ]
