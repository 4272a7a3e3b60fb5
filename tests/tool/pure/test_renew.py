"""What a person wrote beside recorded lines, rules and marks, stays in an update as long as it holds."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from snippetlab.accept.rewrite import format_body, text_of
from snippetlab.compare import Pairing
from snippetlab.compare.lines import compared
from snippetlab.compare.plain import PLAIN
from snippetlab.compare.reading import Reading
from snippetlab.model import Block, CommandCapture
from snippetlab.scenario import parse

READING = Reading(PLAIN)
ELIDING = "---\ntitle: t\nelision: true\n---\n\n## s\n\n```console\n{}```\n"


def block_of(body: str) -> Block:
    (block,) = parse(ELIDING.format(body), Path("a/b.md"), "a/b").steps[0].blocks
    return block


def updated(recorded: str, printed: str) -> str:
    """The body of a block with these recorded lines after an update by a run that printed something else."""
    block = block_of(f"$ a\n{recorded}\n" if recorded else "$ a\n")
    return text_of(block, format_body(block, [CommandCapture(printed, 0)], READING))


RULED = {
    "a line above": ("a\nv\\d (re)", "0\na\nv7\n", "0\na\nv\\d (re)"),
    "a line less above": ("x\na\nv\\d (re)", "a\nv7\n", "a\nv\\d (re)"),
    "a line below": ("what (any)\nb", "z\nm\nb\n", "what (any)\nm\nb"),
    "another line": ("a\nwhat (any)\nc", "a\nz\nb\n", "a\nwhat (any)\nb"),
    "a rule that no longer holds": ("a\nv\\d (re)", "a\nw\n", "a\nw"),
    "another line in any order": ("(unordered)\nb\na\nc", "a\nb\nd\n", "(unordered)\nb\na\nd"),
    "a rule in any order": ("(unordered)\nb\nv\\d (re)\nc", "v7\nd\nb\n", "(unordered)\nb\nv\\d (re)\nd"),
    "more lines in any order": ("(unordered)\nb\na", "c\na\nb\n", "(unordered)\nb\na\nc"),
    "below an elision": ("1\n...\n4\n6", "1\n2\n3\n4\n5\n", "1\n...\n4\n5"),
    "above an elision": ("0\n2\n...", "1\n2\n3\n4\n", "1\n2\n..."),
    "between two elisions": ("1\n...\n3\n...\n6", "1\n2\n3\n4\n5\n", "1\n...\n3\n...\n5"),
    "gone from between two elisions": ("1\n...\n7\n...\n5", "1\n2\n3\n4\n5\n", "1\n...\n5"),
    "on both sides of an elision": ("x\n...\ny", "1\n2\n3\n4\n", "1\n...\n4"),
    "no newline any more": ("a\nwhat (any)", "b\nz", "b\nwhat (any) (no-eol)"),
    "a newline again": ("a\nwhat (any) (no-eol)", "b\nz\n", "b\nwhat (any)"),
    "nothing": ("a\nwhat (any)", "", ""),
}


@pytest.mark.parametrize(("recorded", "printed", "wanted"), RULED.values(), ids=RULED)
def test_what_holds_beside_recorded_lines_stays(recorded: str, printed: str, wanted: str) -> None:
    assert "\n".join(updated(recorded, printed).split("\n")[1:]) == (f"{wanted}\n" if wanted else "")


MARKED = st.sampled_from(["a", "b", "c", "x (any)", "[ab] (re)", "...", "a (equal) (equal)"])
PRINTED = st.sampled_from(["a", "b", "c", "...", "[1]", "$ a"])


@settings(deadline=None, max_examples=300)
@given(
    recorded=st.lists(MARKED, max_size=6),
    printed=st.lists(PRINTED, max_size=6),
    end=st.sampled_from(["", "\n"]),
    unordered=st.booleans(),
)
@example(recorded=["a"], printed=["[1]", "a"], end="\n", unordered=True)
def test_what_was_written_beside_rules_is_no_drift(
    recorded: list[str], printed: list[str], end: str, unordered: bool
) -> None:
    output = "\n".join(printed) + end
    text = updated("\n".join([*(["(unordered)"] if unordered else []), *recorded]), output)
    (command,) = block_of(text).commands
    sides = compared(command.output, output, command.rules, command.unordered, READING)
    assert Pairing(PLAIN).differ(*sides, READING) is None
    assert command.exit_code == 0
