"""Every kind of drift that a run can show, provoked with hand-made captures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from snippetlab.compare import compare_run
from snippetlab.model import (
    Block,
    BlockCapture,
    CommandCapture,
    Drift,
    DriftKind,
    Failure,
    Scenario,
    StepCapture,
    Track,
    TrackRun,
)
from snippetlab.packs.docker.kinds import VOCABULARY
from snippetlab.run.track import blocks_to_run
from snippetlab.scenario import parse

from tests.tool.runs import PACK

PATH = Path("snippets/a/b.md")
WEB = "3efd115129ac12a3ec4260a9edfdfb9dcce17741b751b274abc9a0082ffc5575"
DB = "7aa0d8e7a8bd0a0a7e2e6d1cc9d0a1b4f1d1e3f0a9b8c7d6e5f4a3b2c1d0e9f8"
NEW_WEB = "0b4c1f2d3e4a5b6c7d8e9fa0b1c2d3e4f5a6b7c8d9eafb0c1d2e3f4a5b6c7d8e"
NEW_DB = "1c5d2e3f4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f6"

Answer = str | tuple[str, int] | Failure


def scenario(body: str, front: str = "") -> Scenario:
    """A scenario whose body begins in line 5 (and a line later for each line of ``front``)."""
    return parse(f"---\ntitle: t\n{front}---\n\n{body}", PATH, "a/b")


def answer(given: Answer) -> CommandCapture:
    """What a command gave: text, text and exit code, or a failure."""
    if isinstance(given, Failure):
        return CommandCapture("", 0, failure=given)
    output, code = (given, 0) if isinstance(given, str) else given
    return CommandCapture(output, code)


def run(of: Scenario, *answers: Answer, track: Track = "shell", engine: str = "26.1", alive: bool = True) -> TrackRun:
    """A run in which commands and captures give ``answers``, in order; what has none is as recorded."""
    left = list(answers)

    def block(of_block: Block) -> BlockCapture:
        if of_block.kind == "capture":
            given = left.pop(0) if left else of_block.text
            return BlockCapture(of_block, text="" if isinstance(given, Failure) else str(given))
        commands: Sequence[CommandCapture] = [
            answer(left.pop(0)) if left else CommandCapture(c.output, c.exit_code) for c in of_block.commands
        ]
        return BlockCapture(of_block, tuple(commands))

    steps = tuple(
        StepCapture(step, track, tuple(block(b) for b in blocks_to_run(step, track, engine))) for step in of.steps
    )
    return TrackRun(track, engine, steps, {} if alive else None, whole=engine == PACK.baseline)


def drifts(of: Scenario, *answers: Answer, track: Track = "shell", engine: str = "26.1") -> list[Drift]:
    return compare_run(of, run(of, *answers, track=track, engine=engine), VOCABULARY)


def only(found: list[Drift]) -> tuple[DriftKind, int, str]:
    """Kind, line and message of the one drift that there is."""
    (drift,) = found
    assert drift.place.path == PATH
    return drift.kind, drift.place.line, drift.message


TWO = scenario("## s\n\n```console\n$ echo one\none\n$ false\n[1]\n```\n")


def test_a_run_as_recorded_is_no_drift() -> None:
    assert drifts(TWO) == []
    assert drifts(TWO, "one\n", ("", 1)) == []


def test_changed_output() -> None:
    (drift,) = drifts(TWO, "two\n")
    assert (drift.kind, drift.step_id, str(drift.place), drift.track) == (
        DriftKind.OUTPUT,
        "a/b#s",
        "snippets/a/b.md:8",
        "shell",
    )
    assert (drift.recorded, drift.captured) == ("one\n", "two\n")
    assert "line 1" in drift.message
    assert not drift.warning


@pytest.mark.parametrize(
    ("captured", "words"),
    [
        ("", "nothing was printed"),
        ("one", "a newline at the end is missing"),
        ("one\ntwo\n", "1 line more than recorded, after line 1"),
        ("zero\none\n", "1 line more, at the start"),
        ("a\nb\n", "line 1"),
    ],
)
def test_messages_say_where(captured: str, words: str) -> None:
    assert words in only(drifts(TWO, captured))[2]


def test_messages_name_the_field_of_a_structure() -> None:
    of = scenario('## s\n\n```console\n$ inspect\n[{"Subnet": "172.18.0.0/16", "Gateway": "172.18.0.1"}]\n```\n')
    kind, _, message = only(drifts(of, '[{"Gateway": "172.18.0.1", "Subnet": "172.99.0.0/16"}]\n'))
    assert kind is DriftKind.OUTPUT
    assert message == '[0].Subnet is "172.99.0.0/16", recorded is "172.18.0.0/16"'
    assert "[0].Gateway is gone" in only(drifts(of, '[{"Subnet": "172.18.0.0/16"}]\n'))[2]
    assert "plain text" in only(drifts(of, "No such network\n"))[2]


def test_unexpected_exit_code() -> None:
    assert only(drifts(TWO, ("one\n", 2))) == (DriftKind.EXIT_CODE, 8, "exit code 2, recorded is 0")


def test_unexpected_success() -> None:
    assert only(drifts(TWO, "one\n", ("", 0))) == (DriftKind.EXIT_CODE, 10, "exit code 0, recorded is 1")


def test_all_drifts_are_found_not_only_the_first() -> None:
    assert [d.place.line for d in drifts(TWO, "two\n", ("", 2))] == [8, 10]


PYTHON = scenario(
    "## s\n\n```console\n$ true\n```\n\n```pycon\n>>> 1\n1\n>>> boom()\nNameError: name 'boom' is not defined\n[1]\n```\n"
)


def test_exceptions() -> None:
    assert drifts(PYTHON, track="python") == []
    missing = only(drifts(PYTHON, "1\n", ("2\n", 0), track="python"))
    assert missing == (DriftKind.EXCEPTION, 14, "the recorded exception did not come")
    surprise = only(drifts(PYTHON, ("ValueError: no\n", 1), track="python"))
    assert surprise == (DriftKind.EXCEPTION, 12, "an exception that is not recorded")


def test_another_exception_is_another_output() -> None:
    assert only(drifts(PYTHON, "1\n", ("ValueError: no\n", 1), track="python"))[0] is DriftKind.OUTPUT


# Failures

FAILING = scenario(
    "## s\n\n```console\n$ sleep 100\n$ echo after\nafter\n```\n\n```json capture=volumes\n[]\n```\n\n"
    "## t\n\n```console\n$ echo t\nt\n```\n",
    "timeout: 1.5\n",
)


@pytest.mark.parametrize(
    ("failure", "kind", "words"),
    [
        (Failure.TIME_LIMIT, DriftKind.TIME_LIMIT, "within 1.5 s"),
        (Failure.OUTPUT_LIMIT, DriftKind.OUTPUT_LIMIT, "1 MiB"),
        (Failure.SHELL_ENDED, DriftKind.SHELL_ENDED, "ended the shell"),
        (Failure.AGENT_DIED, DriftKind.LAB_DIED, "was killed"),
        (Failure.LAB_DIED, DriftKind.LAB_DIED, "the lab died"),
        (Failure.OUT_OF_MEMORY, DriftKind.OUT_OF_MEMORY, "limit of memory"),
    ],
)
def test_a_failure_is_told_once(failure: Failure, kind: DriftKind, words: str) -> None:
    none = Failure.NOT_REACHED
    found = compare_run(FAILING, run(FAILING, failure, none, none, none, alive=False), VOCABULARY)
    got, line, message = only(found)
    assert (got, line) == (kind, 9)
    assert words in message
    assert message.endswith("; 2 commands after it were not reached")


def test_one_command_that_was_not_reached() -> None:
    of = scenario("## s\n\n```console\n$ exit 1\n$ echo two\ntwo\n```\n")
    found = compare_run(of, run(of, Failure.SHELL_ENDED, Failure.NOT_REACHED, alive=False), VOCABULARY)
    assert only(found)[2] == "the command ended the shell itself; the command after it was not reached"


def test_what_a_background_job_printed_between_commands_is_drift_of_its_own() -> None:
    of = scenario("## s\n\n```console\n$ job &\n$ echo two\ntwo\n```\n")
    (block,) = of.steps[0].blocks
    done = (CommandCapture("", 0), CommandCapture("two\n", 0, late="late\n"))
    late = TrackRun("shell", "26.1", (StepCapture(of.steps[0], "shell", (BlockCapture(block, done),)),), {})
    (drift,) = compare_run(of, late, VOCABULARY)
    assert (drift.kind, drift.place.line, drift.captured) == (DriftKind.OUTPUT, 9, "late\n")
    assert "between commands" in drift.message


def test_what_was_not_reached_for_no_reason_does_not_pass() -> None:
    none = Failure.NOT_REACHED
    found = compare_run(FAILING, run(FAILING, "", none, none, none, alive=False), VOCABULARY)
    assert only(found)[:2] == (DriftKind.LAB_DIED, 10)
    found = compare_run(FAILING, run(FAILING, "", "after\n", none, none, alive=False), VOCABULARY)
    assert only(found)[:2] == (DriftKind.LAB_DIED, 14)


def test_captures_that_are_missing_do_not_pass() -> None:
    (step,) = TWO.steps
    short = TrackRun("shell", "26.1", (StepCapture(step, "shell", (BlockCapture(step.blocks[0]),)),), {})
    assert only(compare_run(TWO, short, VOCABULARY))[:2] == (DriftKind.LAB_DIED, 8)


def test_an_engine_that_does_not_answer_in_the_end() -> None:
    (drift,) = compare_run(TWO, run(TWO, alive=False), VOCABULARY)
    assert (drift.kind, drift.step_id, drift.place.line) == (DriftKind.LAB_DIED, "a/b", 1)


def test_what_a_flood_printed_is_shown_in_part() -> None:
    flood = CommandCapture("y\n" * 5000, 0, failure=Failure.OUTPUT_LIMIT)
    (step,) = TWO.steps
    captures = (flood, CommandCapture("", 0, failure=Failure.NOT_REACHED))
    found = TrackRun("shell", "26.1", (StepCapture(step, "shell", (BlockCapture(step.blocks[0], captures),)),), None)
    (drift,) = compare_run(TWO, found, VOCABULARY)
    assert drift.kind is DriftKind.OUTPUT_LIMIT
    assert len(drift.captured) < 2100


def test_a_file_that_cannot_be_written() -> None:
    of = scenario('## s\n\n```text file="/proc/x"\nhello\n```\n')
    (step,) = of.steps
    done = BlockCapture(step.blocks[0], (CommandCapture("Permission denied\n", 1),))
    found = compare_run(of, TrackRun("shell", "26.1", (StepCapture(step, "shell", (done,)),), {}), VOCABULARY)
    kind, line, message = only(found)
    assert (kind, line) == (DriftKind.EXIT_CODE, 7)
    assert "/proc/x" in message


# Recordings

FRESH = scenario("## s\n\n```console\n$ cd /\n$ echo one\n$ echo two\n```\n")


def test_no_recording_is_one_drift_a_block() -> None:
    (drift,) = drifts(FRESH, "", "one\n", "two\n")
    assert (drift.kind, drift.place.line, drift.captured) == (DriftKind.NO_RECORDING, 9, "one\ntwo\n")


def test_a_block_that_is_silent_by_nature_needs_no_recording() -> None:
    assert drifts(FRESH, "", "", "") == []


def test_a_failure_is_not_excused_by_a_missing_recording() -> None:
    assert [(d.kind, d.place.line) for d in drifts(FRESH, ("cd: no\n", 1), "", "")] == [(DriftKind.EXIT_CODE, 8)]


def test_captures_are_compared_as_structure() -> None:
    of = scenario('## s\n\n```json capture="network:app"\n{"Name": "app", "Driver": "bridge"}\n```\n')
    assert drifts(of, '{"Name": "app", "Driver": "bridge"}\n') == []
    kind, line, message = only(drifts(of, '{"Driver": "overlay", "Name": "app"}\n'))
    assert (kind, line) == (DriftKind.CAPTURE, 7)
    assert message == 'network:app: Driver is "overlay", recorded is "bridge"'


def test_a_capture_without_a_recording() -> None:
    of = scenario("## s\n\n```json capture=volumes\n```\n")
    assert only(drifts(of, "[]\n"))[0] is DriftKind.NO_RECORDING


def test_a_step_has_rules_of_its_own() -> None:
    volatile = "\n```yaml volatile\n- name: load\n  pattern: 'load \\S+'\n  reason: differs\n```\n"
    body = "```console\n$ uptime\nload 0.5\n```\n"
    assert drifts(scenario(f"## s\n\n{body}{volatile}"), "load 0.7\n") == []
    assert len(drifts(scenario(f"## s\n\n{body}"), "load 0.7\n")) == 1


# Identities

SHOWN = scenario(
    f"## s\n\n```console\n$ run web\n{WEB}\n$ run db\n{DB}\n```\n\n"
    f"## t\n\n```console\n$ docker ps -q -f name=web\n{WEB[:12]}\n$ docker ps -q\n{DB[:12]}\n{WEB[:12]}\n```\n"
)


def test_the_same_ids_in_the_same_places() -> None:
    answers = (f"{NEW_WEB}\n", f"{NEW_DB}\n", f"{NEW_WEB[:12]}\n", f"{NEW_DB[:12]}\n{NEW_WEB[:12]}\n")
    assert drifts(SHOWN, *answers) == []


def test_another_identity_is_drift_and_says_which() -> None:
    answers = (f"{NEW_WEB}\n", f"{NEW_DB}\n", f"{NEW_DB[:12]}\n", f"{NEW_DB[:12]}\n{NEW_WEB[:12]}\n")
    (drift,) = drifts(SHOWN, *answers)
    assert (drift.kind, drift.place.line) == (DriftKind.OUTPUT, 17)
    assert drift.message == f"another identity: recorded {WEB} was {NEW_WEB} before, and is {NEW_DB} here"
    assert {WEB, NEW_DB} <= set(drift.values)


def test_two_that_became_one() -> None:
    answers = (f"{NEW_WEB}\n", f"{NEW_WEB}\n", f"{NEW_WEB[:12]}\n")
    found = drifts(SHOWN, *answers, f"{NEW_WEB[:12]}\n{NEW_WEB[:12]}\n")
    assert [d.place.line for d in found] == [10, 19]
    assert found[0].message == (
        f"another identity: {NEW_WEB} was recorded as {WEB} before, and is recorded as {DB} here"
    )


def test_an_id_more_shifts_nothing() -> None:
    answers = (f"pulling {'9' * 63}a\n{NEW_WEB}\n", f"{NEW_DB}\n")
    found = drifts(SHOWN, *answers, f"{NEW_WEB[:12]}\n", f"{NEW_DB[:12]}\n{NEW_WEB[:12]}\n")
    assert [d.place.line for d in found] == [8]


def test_a_container_that_was_restarted_has_another_time() -> None:
    at = "2026-11-23T22:34:44.307980814Z"
    of = scenario(f"## s\n\n```console\n$ started\n{at}\n$ connect\n$ started\n{at}\n```\n")
    now, later = "2026-11-24T01:00:00.123456789Z", "2026-11-24T01:00:09.123456789Z"
    assert drifts(of, f"{now}\n", "", f"{now}\n") == []
    assert [d.place.line for d in drifts(of, f"{now}\n", "", f"{later}\n")] == [11]


def test_the_recordings_of_the_two_tracks_speak_of_different_ids() -> None:
    """What pycon blocks recorded comes from another run than what console blocks recorded."""
    of = scenario(
        f"## s\n\n```console\n$ run web\n{WEB}\n```\n\n```pycon\n>>> run(web)\n'{DB}'\n```\n\n"
        f"## t\n\n```console\n$ docker ps -q\n{WEB[:12]}\n```\n"
    )
    assert drifts(of, f"'{NEW_WEB}'\n", f"{NEW_WEB[:12]}\n", track="python") == []


# Other engines

VARIANTS = scenario(
    '## s\n\n```console\n$ port\n80/tcp\n```\n\n## t\n\n```console\n$ version\n26.1.5\n```\n\n'
    '```console engine="20.10"\n$ version\n20.10.24\n```\n'
)  # fmt: skip


def test_on_another_engine_only_its_variants_are_compared() -> None:
    assert drifts(VARIANTS, "something else\n", "20.10.24\n", engine="20.10") == []
    assert only(drifts(VARIANTS, "80/tcp\n", "20.10.25\n", engine="20.10"))[:2] == (DriftKind.OUTPUT, 20)


def test_on_the_baseline_no_variant_is_compared() -> None:
    assert drifts(VARIANTS, "80/tcp\n", "26.1.5\n") == []


def test_what_fails_on_the_way_to_a_variant_is_told() -> None:
    found = compare_run(
        VARIANTS, run(VARIANTS, Failure.TIME_LIMIT, Failure.NOT_REACHED, engine="20.10", alive=False), VOCABULARY
    )
    assert only(found)[:2] == (DriftKind.TIME_LIMIT, 8)
