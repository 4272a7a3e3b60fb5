"""What is said of likely slips, and where nothing is said."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from snippetlab.report.hints import hints

from tests.tool.runs import console, result, run, written


def told(tmp_path: Path, command: str, recorded: list[str], printed: str, code: int = 0) -> list[str]:
    """The hints of the one drift of a command."""
    scenario = written(tmp_path, "test/it", console(f"$ {command}", *recorded))
    (drift,) = result(scenario, run(scenario, [(printed, code)])).drifts
    return hints(drift, scenario)


def test_a_page_is_told_what_a_page_can_do_without_a_network(tmp_path: Path) -> None:
    page = replace(written(tmp_path, "test/it", console("$ curl example.org", "ok")), in_place=True)
    (drift,) = result(page, run(page, [("curl: (6) Could not resolve host: example.org\n", 6)])).drifts
    assert "project_files and setup" in hints(drift, page)[0]


@pytest.mark.parametrize(
    ("command", "recorded", "printed", "code", "words"),
    [
        ("docker run -it busybox echo hi", ["hi"], "the input device is not a TTY\n", 1, "write the word tty"),
        ("jq -c . list", ["[1]"], "[1]\n", 0, "write [0] below it"),
        ("seq 5", ["1", "...", "5"], "1\n2\n3\n4\n5\n", 0, "elision = true"),
        ("seq 5", ["1", "<snip>", "5"], "1\n2\n3\n4\n5\n", 0, "the line <snip> is compared as it stands"),
        ("seq 5", ["1", "…", "5"], "1\n2\n3\n4\n5\n", 0, "elision = true"),
        ("docker run -d busybox", ["1a2b3c4d5e6f..."], f"{'3e' * 32}\n", 0, "cut by hand"),
        ("docker run -d busybox", ["<container_id>"], f"{'3e' * 32}\n", 0, "records the value"),
        ("jq .", ["{}"], "bash: jq: command not found\n", 127, "jq is not in the lab"),
        ("curl example.org", ["ok"], "curl: (6) Could not resolve host: example.org\n", 6, "outside: true"),
        ("printf '$ ls'", ["nothing"], "$ ls\n", 0, "begins with $ is written with a backslash"),
        ("cat f\n> quoted", [], "> quoted\nbash: quoted: command not found\n", 127, "first line begins with >"),
        ("fg", ["sleep 1"], "bash: fg: no job control\n", 1, "set -m"),
        ("1 / 0", ["Traceback (most recent call last):", "X: y"], "X: y\n", 1, "without the traceback"),
        ("echo one", [], "one\n", 0, "`snippetlab update` with the same id"),
    ],
)
def test_a_likely_slip_has_a_hint(
    tmp_path: Path, command: str, recorded: list[str], printed: str, code: int, words: str
) -> None:
    assert any(words in hint for hint in told(tmp_path, command, recorded, printed, code))


@pytest.mark.parametrize(
    ("recorded", "printed"),
    [
        (["one"], "two\n"),
        (["a <b> c"], "a <b> d\n"),  # markup within a line stands for nothing
        (["wait... done"], "wait... failed\n"),
        (["deadbeef"], "deadbee5\n"),
    ],
)
def test_an_ordinary_drift_has_none(tmp_path: Path, recorded: list[str], printed: str) -> None:
    assert told(tmp_path, "show", recorded, printed) == []


def test_what_the_settings_run_first_is_told_to_be_that(tmp_path: Path) -> None:
    scenario = written(tmp_path, "test/it", console("$ a", "x"), "tracks: [shell]\nsetup: cd nowhere\n")
    (drift,) = result(scenario, run(scenario, [("no such folder\n", 1)])).drifts
    assert hints(drift, scenario) == ["that is what setup or images in the settings run first: cd nowhere"]
