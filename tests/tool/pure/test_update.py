"""What an update writes into a scenario file, and what it leaves alone; runs are made by hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from snippetlab.accept.update import new_bodies, rebased, update_files
from snippetlab.check import drifts_of
from snippetlab.errors import ScenarioError
from snippetlab.model import DriftKind, Failure, Scenario, ScenarioResult
from snippetlab.scenario import load

from tests.tool.runs import PACK, Answer, console, result, run, written

WEB = "3efd115129ac12a3ec4260a9edfdfb9dcce17741b751b274abc9a0082ffc5575"
NEW_WEB = "0b4c1f2d3e4a5b6c7d8e9fa0b1c2d3e4f5a6b7c8d9eafb0c1d2e3f4a5b6c7d8e"


def lines_changed(before: bytes, after: bytes) -> list[tuple[int, bytes, bytes]]:
    """Number, old and new text of each line that differs; both must have as many lines."""
    old, new = before.split(b"\n"), after.split(b"\n")
    assert len(old) == len(new)
    return [(i, a, b) for i, (a, b) in enumerate(zip(old, new, strict=True), 1) if a != b]


def update(scenario: Scenario, *answers: Answer) -> tuple[bytes, bytes]:
    before = scenario.path.read_bytes()
    update_files([result(scenario, run(scenario, answers))], PACK.vocabulary)
    return before, scenario.path.read_bytes()


def test_only_the_lines_of_what_drifted_change(tmp_path: Path) -> None:
    body = "Prose  with   blanks.\t\n\n" + console("$ echo one", "one", "$ date", "two") + "<!-- a note -->\n"
    scenario = written(tmp_path, "test/it", body + console("$ echo b", "b", step="b") + "\n\n")
    before, after = update(scenario, "one\n", "TWO\n", "b\n")
    assert lines_changed(before, after) == [(14, b"two", b"TWO")]


def test_carriage_returns_and_a_missing_newline_at_the_end_stay(tmp_path: Path) -> None:
    scenario = written(tmp_path, "test/it", console("$ echo one", "one"))
    raw = scenario.path.read_bytes().rstrip(b"\n").replace(b"\n", b"\r\n")
    scenario.path.write_bytes(raw)
    before, after = update(load(scenario.path, tmp_path), "uno\n")
    assert lines_changed(before, after) == [(10, b"one\r", b"uno\r")]


def test_what_is_volatile_alone_is_not_written(tmp_path: Path) -> None:
    scenario = written(tmp_path, "test/it", console("$ docker run -d --name web busybox", WEB))
    before, after = update(scenario, f"{NEW_WEB}\n")
    assert before == after


def test_a_step_written_anew_fits_the_ids_of_the_others(tmp_path: Path) -> None:
    body = console("$ docker run -d --name web busybox", WEB) + console(
        "$ docker ps --format '{{.ID}} {{.Names}}'", f"{WEB[:12]} old", step="b"
    )
    scenario = written(tmp_path, "test/it", body)
    done = run(scenario, [f"{NEW_WEB}\n", f"{NEW_WEB[:12]} web\n"])
    before = scenario.path.read_bytes()
    update_files([result(scenario, done)], PACK.vocabulary)
    after = scenario.path.read_bytes()
    assert lines_changed(before, after) == [(17, f"{WEB[:12]} old".encode(), f"{WEB[:12]} web".encode())]
    # The same run, and one with yet other ids, find nothing to say about the new file.
    again = load(scenario.path, tmp_path)
    assert drifts_of(again, rebased([done], again), PACK.vocabulary) == []
    other = "7aa0d8e7a8bd0a0a7e2e6d1cc9d0a1b4f1d1e3f0a9b8c7d6e5f4a3b2c1d0e9f8"
    assert result(again, run(again, [f"{other}\n", f"{other[:12]} web\n"])).ok
    assert not result(again, run(again, [f"{other}\n", f"{WEB[:12]} web\n"])).ok


def test_another_identity_is_written(tmp_path: Path) -> None:
    body = console("$ docker create one", WEB, "$ docker create two", NEW_WEB, "$ docker ps -q", WEB[:12])
    scenario = written(tmp_path, "test/it", body)
    one, two = "1" * 64, "2" * 64
    before, after = update(scenario, f"{one}\n", f"{two}\n", f"{two[:12]}\n")
    assert lines_changed(before, after) == [(14, WEB[:12].encode(), NEW_WEB[:12].encode())]


def test_a_second_update_writes_nothing(tmp_path: Path) -> None:
    scenario = written(tmp_path, "test/it", console("$ echo one", "one", "$ false"))
    assert update_files([result(scenario, run(scenario, ["uno\n", ("", 1)]))], PACK.vocabulary) == [scenario.path]
    again = load(scenario.path, tmp_path)
    stamp = scenario.path.stat().st_mtime_ns
    assert update_files([result(again, run(again, ["uno\n", ("", 1)]))], PACK.vocabulary) == []
    assert scenario.path.stat().st_mtime_ns == stamp


def test_first_recordings_and_exit_codes(tmp_path: Path) -> None:
    body = console("$ echo hello", "$ true", "[1]", "$ false") + console("$ echo b", step="b")
    scenario = written(tmp_path, "test/it", body)
    update(scenario, "hello\n", "", ("", 1), "b\n")
    expected = console("$ echo hello", "hello", "$ true", "$ false", "[1]") + console("$ echo b", "b", step="b")
    assert scenario.path.read_text().endswith(expected)
    assert result(load(scenario.path, tmp_path), run(load(scenario.path, tmp_path))).ok


def test_what_looks_like_a_prompt_comes_back_as_output(tmp_path: Path) -> None:
    scenario = written(tmp_path, "test/it", console("$ cat", "old"))
    answers = ["$ not a command\n[3]\nno newline"]
    update_files([result(scenario, run(scenario, answers))], PACK.vocabulary)
    again = load(scenario.path, tmp_path)
    assert [len(b.commands) for b in again.steps[0].blocks] == [1]
    assert result(again, run(again, answers)).ok


def test_a_capture_is_written_as_indented_json(tmp_path: Path) -> None:
    body = '## a\n\n```json capture="volumes"\n[]\n```\n'
    scenario = written(tmp_path, "test/it", body)
    update(scenario, '[{"Name":"größe"}]')
    assert '```json capture="volumes"\n[\n  {\n    "Name": "größe"\n  }\n]\n```\n' in scenario.path.read_text()


@pytest.mark.parametrize("failure", [f for f in Failure if f is not Failure.NOT_REACHED])
def test_a_block_that_did_not_end_keeps_its_recording(tmp_path: Path, failure: Failure) -> None:
    body = console("$ echo one", "one", "$ sleep 100", "two", "$ echo three", "three")
    scenario = written(tmp_path, "test/it", body)
    before, after = update(scenario, "uno\n", failure, Failure.NOT_REACHED)
    assert before == after


def test_steps_before_a_failure_are_written(tmp_path: Path) -> None:
    scenario = written(tmp_path, "test/it", console("$ echo one", "one") + console("$ sleep 100", step="b"))
    before, after = update(scenario, "uno\n", Failure.TIME_LIMIT)
    assert lines_changed(before, after) == [(10, b"one", b"uno")]


def test_what_no_output_can_heal_is_left_over(tmp_path: Path) -> None:
    scenario = written(tmp_path, "test/it", console("$ echo one", "one") + console("$ sleep 100", step="b"))
    done = run(scenario, ["uno\n", Failure.TIME_LIMIT])
    update_files([result(scenario, done)], PACK.vocabulary)
    again = load(scenario.path, tmp_path)
    assert [d.kind for d in drifts_of(again, rebased([done], again), PACK.vocabulary)] == [DriftKind.TIME_LIMIT]


BOTH = "## a\n\n```console\n$ echo a\na\n```\n\n## b\n\n```console\n$ echo b\nb\n```\n\n```pycon\n>>> 'b'\n'b'\n```\n"


def test_a_block_of_both_tracks_takes_the_shells_output(tmp_path: Path) -> None:
    scenario = written(tmp_path, "test/it", BOTH, front="")
    before = scenario.path.read_bytes()
    runs = run(scenario, ["shell\n"]), run(scenario, ["python\n", "'B'\n"], track="python")
    update_files([result(scenario, *runs)], PACK.vocabulary)
    assert lines_changed(before, scenario.path.read_bytes()) == [(9, b"a", b"shell"), (21, b"'b'", b"'B'")]


def test_what_another_engine_prints_goes_into_its_variant_alone(tmp_path: Path) -> None:
    body = '## a\n\n```console\n$ echo a\na\n```\n\n```console engine="20.10"\n$ echo a\nold\n```\n'
    scenario = written(tmp_path, "test/it", body + "\n" + console("$ echo b", "b", "$ sleep 1", "x", step="b"))
    before = scenario.path.read_bytes()
    baseline = run(scenario, ["a\n", "B\n", Failure.TIME_LIMIT])
    older = run(scenario, ["older\n", "from 20.10\n", "from 20.10\n"], engine="20.10")
    update_files([result(scenario, baseline, older)], PACK.vocabulary)
    assert lines_changed(before, scenario.path.read_bytes()) == [(15, b"old", b"older")]


def test_a_file_that_changed_in_the_meantime_is_not_touched(tmp_path: Path) -> None:
    scenario = written(tmp_path, "test/it", console("$ echo one", "one"))
    drifted = result(scenario, run(scenario, ["uno\n"]))
    edited = scenario.path.read_bytes().replace(b"echo one", b"echo edited")
    scenario.path.write_bytes(edited)
    with pytest.raises(ScenarioError, match="the file changed in the meantime"):
        update_files([drifted], PACK.vocabulary)
    assert scenario.path.read_bytes() == edited


@pytest.mark.parametrize("printed", ["-->", "a --> b -->", r"--\>", r"--\\> -->", "--!>"])
def test_what_would_end_the_comment_around_it_is_written_and_read(tmp_path: Path, printed: str) -> None:
    body = console("$ echo a", "a") + "\n<!-- snippetlab: run\n" + console("$ b", "b") + "-->\n\ntext\n"
    scenario = written(tmp_path, "test/a", body)
    after = update(scenario, "a\n", f"{printed}\n")[1].decode()
    assert after.count("-->") == 1 and after.endswith("\n-->\n\ntext\n") and "--!>" not in after
    again = load(scenario.path, scenario.path.parent.parent)
    assert drifts_of(again, [run(again, ["a\n", f"{printed}\n"])], PACK.vocabulary) == []


def test_a_file_that_cannot_take_its_output_stops_no_other(tmp_path: Path) -> None:
    hidden = written(
        tmp_path, "test/a", console("$ echo a", "a") + "\n<!-- snippetlab: run\n" + console("$ b", "b") + "-->\n"
    )
    other = written(tmp_path, "test/b", console("$ echo a", "a"))
    before, refused = hidden.path.read_bytes(), list[ScenarioError]()
    results = [result(hidden, run(hidden, ["a\n", "a line feed is lost\r\n"])), result(other, run(other, ["b\n"]))]
    assert update_files(results, PACK.vocabulary, refused=refused) == [other.path]
    assert hidden.path.read_bytes() == before
    assert [error.where for error in refused] == [f"{hidden.path}:17"]


UNFINISHED = "bash: syntax error: unexpected end of file\n"


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        (["$ echo a |", "    tr a b", "b"], (UNFINISHED, 2)),
        (["$ for i in 1 2; do", "    echo $i", "  done", "1", "2"], (UNFINISHED, 2)),
        (
            ["$ cat <<EOF", "a", "  EOF", "a"],
            ("bash: warning: here-document at line 1 delimited by end-of-file (wanted `EOF')\n", 0),
        ),
        (["$ echo 'a", "b"], ("bash: unexpected EOF while looking for matching `''\n", 2)),
    ],
)
def test_the_rest_of_a_command_is_no_output_to_be_replaced(
    tmp_path: Path, typed: list[str], printed: tuple[str, int]
) -> None:
    scenario = written(tmp_path, "test/it", console(*typed))
    before, after = update(scenario, printed)
    assert before == after
    [drift] = drifts_of(scenario, [run(scenario, [printed])], PACK.vocabulary)
    assert (drift.kind, drift.place.line) == (DriftKind.NO_COMMAND, 9)
    assert drift.message == "the command ends here, and is not whole: each line that goes on with it stands behind '> '"


def test_what_a_page_shows_of_an_unfinished_command_is_an_output(tmp_path: Path) -> None:
    scenario = written(tmp_path, "test/it", console("$ echo a |", UNFINISHED.rstrip(), "[1]"))
    before, after = update(scenario, (UNFINISHED, 2))
    assert lines_changed(before, after) == [(11, b"[1]", b"[2]")]


def test_files_without_drift_are_not_written(tmp_path: Path) -> None:
    good = written(tmp_path, "test/good", console("$ echo a", "a"))
    bad = written(tmp_path, "test/bad", console("$ echo a", "a"))
    results: list[ScenarioResult] = [result(good, run(good)), result(bad, run(bad, ["b\n"]))]
    assert new_bodies(results[0], PACK.vocabulary) == []
    assert update_files(results, PACK.vocabulary) == [bad.path]


def test_a_file_that_was_edited_while_its_commands_ran_is_told(tmp_path: Path) -> None:
    scenario = written(tmp_path, "test/it", console("$ echo one", "one") + console("$ echo two", "two", step="b"))
    done = run(scenario)
    scenario.path.write_text(scenario.path.read_text().replace("## b", "## c"))
    with pytest.raises(ScenarioError, match=r"it\.md:13: the step 'b' was edited while the commands ran"):
        rebased([done], load(scenario.path, tmp_path))
