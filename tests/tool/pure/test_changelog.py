"""What an update tells of changes in Docker, and when it keeps silent; runs are made by hand, commits are real."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from ruamel.yaml import YAML
from snippetlab.accept.changelog import committed, log
from snippetlab.accept.update import update_files
from snippetlab.errors import SnippetLabError
from snippetlab.model import Scenario
from snippetlab.scenario import load

from tests.tool.runs import PACK, console, result, run, written

BODY = console("$ docker ps", "one", "two") + console("$ docker images", "three", step="b")


def commit(folder: Path) -> None:
    for words in (["init", "-q"], ["add", "."], ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "a"]):
        subprocess.run(["git", "-C", str(folder), *words], check=True)


def told(root: Path) -> list[dict[str, str]]:
    path = root / "changes.yml"
    return YAML(typ="safe").load(path.read_text()) if path.exists() else []


def accept(root: Path, scenario: Scenario, *answers: str, because: str = "") -> list[Path]:
    return update_files([result(scenario, run(scenario, answers))], PACK.vocabulary, root, because=because)


def test_a_committed_recording_that_changes_is_told_once(tmp_path: Path) -> None:
    scenario = written(tmp_path, "test/it", BODY)
    commit(tmp_path)
    assert accept(tmp_path, scenario, "one\nzwei\n") == [tmp_path / "changes.yml", scenario.path]
    first = {
        "date": "2026-11-23",
        "step": "test/it#a",
        "what": "`docker ps` prints something else.",
        "before": "two\n",
        "after": "zwei\n",
        "engine": "26.1.5",
    }
    assert told(tmp_path) == [first]
    # A second drift comes on top of it; what a person made of the first entry stays.
    log_file = tmp_path / "changes.yml"
    log_file.write_text(log_file.read_text().replace("prints something else", "speaks German") + "# a note\n")
    commit(tmp_path)
    again = load(scenario.path, tmp_path)
    accept(tmp_path, again, "one\nzwei\n", " drei\t\n", because="Numbers are translated.")
    assert told(tmp_path) == [
        {**first, "what": "`docker ps` speaks German."},
        {
            **first,
            "step": "test/it#b",
            "what": "Numbers are translated.",
            "before": "three\n",
            "after": " drei\t\n",
        },
    ]
    assert "# a note" in log_file.read_text()


def test_the_same_entry_is_not_written_twice(tmp_path: Path) -> None:
    scenario = written(tmp_path, "test/it", BODY)
    commit(tmp_path)
    raw = scenario.path.read_bytes()
    accept(tmp_path, scenario, "one\nzwei\n")
    # As after a crash between the log and the scenario's own file.
    scenario.path.write_bytes(raw)
    assert accept(tmp_path, scenario, "one\nzwei\n") == [scenario.path]
    assert len(told(tmp_path)) == 1


def test_what_the_author_edited_or_never_committed_is_no_news(tmp_path: Path) -> None:
    scenario = written(tmp_path, "test/it", BODY)
    new = written(tmp_path, "test/new", BODY)
    assert accept(tmp_path, new, "one\nzwei\n") == [new.path]  # not even a repository
    new.path.unlink()
    commit(tmp_path)
    assert committed(scenario) == scenario
    edited = written(tmp_path, "test/it", BODY.replace("docker ps", "docker ps -a"))
    added = written(tmp_path, "test/added", BODY)
    accept(tmp_path, edited, "one\nzwei\n")
    accept(tmp_path, added, "one\nzwei\n")
    assert told(tmp_path) == []
    # The other step of the edited file is as it was committed.
    again = load(edited.path, tmp_path)
    accept(tmp_path, again, "one\nzwei\n", "drei\n")
    assert [entry["step"] for entry in told(tmp_path)] == ["test/it#b"]


def test_a_log_that_is_no_list_is_refused_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "changes.yml"
    path.write_text("date: today\n")
    with pytest.raises(SnippetLabError, match="a list of changes is wanted"):
        log(tmp_path, [{"date": "2026-11-23", "step": "test/it#a", "what": "x"}])
    assert path.read_text() == "date: today\n"
