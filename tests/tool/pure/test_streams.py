"""Where an output came from: read, compared and written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from snippetlab.accept.rewrite import format_body, text_of
from snippetlab.compare import compare_run
from snippetlab.compare.reading import Reading
from snippetlab.model import Block, BlockCapture, CommandCapture, Drift, Scenario, StepCapture, Stream, TrackRun
from snippetlab.packs.docker.kinds import VOCABULARY
from snippetlab.report.hints import hints
from snippetlab.scenario import parse

OUT, ERR, BOTH = Stream.OUT, Stream.ERR, Stream.BOTH


def scenario(transcript: str, *, streams: bool) -> Scenario:
    """A scenario of one block."""
    head = f"---\ntitle: t\nstreams: {str(streams).lower()}\n---\n"
    return parse(f"{head}\n## s\n\n```console\n{transcript}```\n", Path("a/b.md"), "a/b")


def block_of(of: Scenario) -> Block:
    """Its block."""
    return of.steps[0].blocks[0]


def drifts(of: Scenario, captures: Sequence[CommandCapture]) -> list[Drift]:
    """What differs in a run that gave ``captures``."""
    step = StepCapture(of.steps[0], "shell", (BlockCapture(block_of(of), tuple(captures)),))
    return compare_run(of, TrackRun("shell", "26.1", (step,), {}), VOCABULARY)


@pytest.mark.parametrize(
    ("transcript", "stream", "message"),
    [
        ("$ a\nx\n", OUT, ""),
        ("$ a\nx\n", ERR, "printed on stderr, recorded is stdout"),
        ("$ a\nx\n", BOTH, "printed on both stdout and stderr, recorded is stdout"),
        ("$ a\nx\n[1]\n", ERR, ""),
        ("$ a\nx\n[1]\n", OUT, "printed on stdout, recorded is stderr"),
        ("$ a\n(stderr)\nx\n", ERR, ""),
        ("$ a\n(stderr)\nx\n", OUT, "printed on stdout, recorded is stderr"),
        ("$ a\n(stdout)\nx\n[1]\n", OUT, ""),
        ("$ a\n(stdout, stderr)\nx\n", BOTH, ""),
        ("$ a\n(stdout, stderr)\nx\n[1]\n", ERR, "printed on stderr, recorded is both stdout and stderr"),
        ("$ a\nx\n", None, ""),
    ],
)
def test_all_on_the_wrong_stream_is_drift(transcript: str, stream: Stream | None, message: str) -> None:
    of = scenario(transcript, streams=True)
    found = drifts(of, [CommandCapture("x\n", block_of(of).commands[0].exit_code, stream=stream)])
    assert [drift.message for drift in found] == ([message] if message else [])


def test_a_wrong_stream_is_told_with_what_to_do() -> None:
    of = scenario("$ a\nx\n", streams=True)
    (drift,) = drifts(of, [CommandCapture("x\n", 0, stream=ERR)])
    (hint,) = hints(drift, of)
    assert all(word in hint for word in ("from stdout, or from stderr", "update", "(stderr)", "streams: false"))


def test_where_the_setting_is_off_a_mark_alone_is_compared() -> None:
    assert drifts(scenario("$ a\nx\n", streams=False), [CommandCapture("x\n", 0, stream=ERR)]) == []
    (drift,) = drifts(scenario("$ a\n(stderr)\nx\n", streams=False), [CommandCapture("x\n", 0, stream=OUT)])
    assert drift.message == "printed on stdout, recorded is stderr"


@pytest.mark.parametrize(
    ("before", "streams", "captures", "after"),
    [
        ("$ a\nx\n", True, [("x\n", 0, ERR)], "$ a\n(stderr)\nx\n"),
        ("$ a\n(stderr)\nx\n", True, [("x\n", 0, OUT)], "$ a\nx\n"),
        ("$ a\n(stderr)\nx\n", True, [("y\n", 0, ERR)], "$ a\n(stderr)\ny\n"),
        ("$ a\n", True, [("x\n", 2, BOTH)], "$ a\n(stdout, stderr)\nx\n[2]\n"),
        ("$ a\n", True, [("x\n", 2, ERR)], "$ a\nx\n[2]\n"),
        ("$ a\n", False, [("x\n", 0, ERR)], "$ a\nx\n"),
        ("$ a\n(stderr)\nx\n", False, [("y\n", 0, BOTH)], "$ a\n(stdout, stderr)\ny\n"),
        ("$ a\n(stderr)\nx (any)\ny\n", True, [("1\nz\n", 0, BOTH)], "$ a\n(stdout, stderr)\nx (any)\nz\n"),
        ("$ a\n", True, [("(stderr)\n", 0, OUT)], "$ a\n(stderr) (equal)\n"),
        ("$ a\n(stderr)\nx\n$ b\ny\n", True, [("x\n", 0, ERR), ("z\n", 0, OUT)], "$ a\n(stderr)\nx\n$ b\nz\n"),
    ],
)
def test_an_update_writes_the_marks_that_are_needed(
    before: str, streams: bool, captures: list[tuple[str, int, Stream]], after: str
) -> None:
    block = block_of(scenario(before, streams=streams))
    done = [CommandCapture(output, code, stream=stream) for output, code, stream in captures]
    assert text_of(block, format_body(block, done, Reading(VOCABULARY))) == after
    again = block_of(scenario(after, streams=streams))
    assert text_of(again, format_body(again, done, Reading(VOCABULARY))) == after
    assert [command.output for command in again.commands if "(any)" not in after] == [
        output for output, _, _ in captures if "(any)" not in after
    ]
