"""Rules beside recorded lines: any line, a line that matches, lines left out, lines in any order."""

from __future__ import annotations

import pytest
from snippetlab.compare import Pairing
from snippetlab.compare.lines import compared
from snippetlab.model import LineRule

from tests.tool.runs import DOCKER

WEB, DB = "3efd115129ac", "7aa0d8e7a8bd"
NEW_WEB, NEW_DB = "0b4c1f2d3e4a", "1c5d2e3f4b5c"
ANY, ELISION = LineRule(1, "any"), LineRule(1, "elision")


def differs(recorded: str, captured: str, *rules: LineRule, unordered: bool = False) -> bool:
    sides = compared(recorded, captured, rules, unordered, DOCKER)
    return Pairing(DOCKER.vocabulary).differ(*sides, DOCKER) is not None


@pytest.mark.parametrize(
    ("recorded", "captured", "rule", "drift"),
    [
        ("a\nx\nc\n", "a\nwhatever\nc\n", ANY, False),
        ("a\nx\nc\n", "a\n\nc\n", ANY, False),
        ("a\nx\nc\n", "a\nc\n", ANY, True),
        ("a\nx\nc\n", "a\nb\nb\nc\n", ANY, True),
        ("a\nx\nc\n", "b\nwhatever\nc\n", ANY, True),
        ("a\nx\nc\n", "a\nload 0.7\nc\n", LineRule(1, "re", r"load [\d.]+"), False),
        ("a\nx\nc\n", "a\nload 0.7 high\nc\n", LineRule(1, "re", r"load [\d.]+"), True),
        ("a\n...\nc\n", "a\nb\nb\nc\n", ELISION, False),
        ("a\n...\nc\n", "a\nc\n", ELISION, False),
        ("a\n...\nc\n", "a\nc\nb\nc\n", ELISION, False),
        ("a\n...\nc\n", "a\nb\n", ELISION, True),
        ("a\n...\n", "a\nb\nc\n", ELISION, False),
        ("...\nc\n", "a\nb\nc\n", LineRule(0, "elision"), False),
        ("...\n", "", LineRule(0, "elision"), False),
        ("...\nc\n", "a\nb\nc", LineRule(0, "elision"), True),
    ],
)
def test_a_rule_beside_a_line(recorded: str, captured: str, rule: LineRule, drift: bool) -> None:
    assert differs(recorded, captured, rule) is drift


def test_without_its_rule_a_line_is_compared_as_it_is() -> None:
    assert differs("a\n...\nc\n", "a\nb\nc\n")
    assert not differs("a\n...\nc\n", "a\n...\nc\n")


@pytest.mark.parametrize(
    ("recorded", "captured", "drift"),
    [
        ("a\nb\nc\n", "c\na\nb\n", False),
        ("a\nb\nb\n", "b\na\nb\n", False),
        ("a\nb\nb\n", "b\na\na\n", True),
        ("a\nb\n", "b\na\nc\n", True),
        ("a\nb\n", "b\n", True),
        ("a\nb\n", "b\na", True),
        (f"{WEB} web\n{DB} db\n", f"{NEW_DB} db\n{NEW_WEB} web\n", False),
    ],
)
def test_lines_in_any_order(recorded: str, captured: str, drift: bool) -> None:
    assert differs(recorded, captured, unordered=True) is drift


@pytest.mark.parametrize(
    ("captured", "rules", "drift"),
    [
        ("z\nb\n", [LineRule(0, "any")], False),
        ("b\nz\n", [LineRule(0, "any")], False),
        ("b\n", [LineRule(0, "any")], True),
        ("z\nc\n", [LineRule(0, "any")], True),
        ("b\nz\nz\n", [LineRule(0, "any")], True),
        ("b\nx7\n", [LineRule(0, "re", r"x\d")], False),
        ("b\nx\n", [LineRule(0, "re", r"x\d")], True),
        ("x3\nx7\n", [LineRule(0, "re", r"x\d"), LineRule(1, "re", r"x[0-5]")], False),
        ("x7\nx3\n", [LineRule(0, "re", r"x\d"), LineRule(1, "re", r"x[0-5]")], False),
        ("x7\nx8\n", [LineRule(0, "re", r"x\d"), LineRule(1, "re", r"x[0-5]")], True),
        ("1\nb\n2\n", [LineRule(0, "elision")], False),
        ("1\n2\n", [LineRule(0, "elision")], True),
    ],
)
def test_a_rule_among_lines_in_any_order(captured: str, rules: list[LineRule], drift: bool) -> None:
    assert differs("a\nb\n", captured, *rules, unordered=True) is drift


def test_what_stands_beside_lines_left_out_keeps_its_identity() -> None:
    recorded, captured = f"{WEB}\n...\n{WEB}\n", f"{NEW_WEB}\nmore\n{{}}\n"
    assert not differs(recorded, captured.format(NEW_WEB), ELISION)
    assert differs(recorded, captured.format(NEW_DB), ELISION)
