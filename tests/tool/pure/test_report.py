"""What a check found, on a terminal, as JUnit XML and as JSON."""

from __future__ import annotations

import io
import json
import threading
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from rich.console import Console
from snippetlab.cli.commands import app
from snippetlab.errors import ScenarioError, SnippetLabError
from snippetlab.model import Drift, DriftKind, NotRun, Place, ScenarioResult
from snippetlab.report.annotations import github, sarif
from snippetlab.report.machine import as_data, junit, write_json, write_junit
from snippetlab.report.merge import merge_json, merge_junit
from snippetlab.report.terminal import ConsoleProgress, print_drift, print_drifts, print_not_run, summary
from typer.testing import CliRunner

from tests.tool.runs import DOCKER, PACK, console, result, run, written

ID = "3efd115129ac12a3ec4260a9edfdfb9dcce17741b751b274abc9a0082ffc5575"
OTHER = "0b4c1f2d3e4a5b6c7d8e9fa0b1c2d3e4f5a6b7c8d9eafb0c1d2e3f4a5b6c7d8e"


@pytest.fixture
def good(tmp_path: Path) -> ScenarioResult:
    """Two steps without drift."""
    scenario = written(tmp_path, "test/good", console("$ echo a", "a") + console("$ echo b", "b", step="b"))
    return result(scenario, run(scenario))


@pytest.fixture
def bad(tmp_path: Path) -> ScenarioResult:
    """Two drifts in the first of two steps, at lines 10 and 12."""
    body = console("$ echo one", "one", "$ echo two", "two") + console("$ echo b", "b", step="b")
    scenario = written(tmp_path, "test/bad", body)
    return result(scenario, run(scenario, ["uno\n", ("dos\n", 3)]))


def shown(*results: ScenarioResult, colours: bool = False) -> str:
    out = Console(file=io.StringIO(), force_terminal=colours, width=60)
    print_drifts(out, results, PACK.vocabulary)
    assert isinstance(out.file, io.StringIO)
    return out.file.getvalue()


def test_a_drift_is_shown_with_file_line_step_and_raw_lines(bad: ScenarioResult) -> None:
    text = shown(bad)
    assert f"{bad.scenario.path}:9: drift: output (shell track)  test/bad#a" in text
    assert "  - one\n  + uno\n" in text
    assert f"{bad.scenario.path}:11: drift: exit code (shell track)  test/bad#a" in text
    assert "exit code 3, recorded is 0" in text


def test_nothing_is_shown_of_what_did_not_drift(good: ScenarioResult) -> None:
    assert shown(good) == ""


def test_lines_are_coloured_and_their_volatile_parts_dimmed(tmp_path: Path) -> None:
    scenario = written(tmp_path, "test/ids", console("$ docker ps", f"{ID} up"))
    text = shown(result(scenario, run(scenario, [f"{OTHER} down\n"])), colours=True)
    assert f"\x1b[31m  - \x1b[0m\x1b[2;31m{ID}\x1b[0m\x1b[31m up" in text
    assert f"\x1b[32m  + \x1b[0m\x1b[2;32m{OTHER}\x1b[0m\x1b[32m down" in text


def test_long_lines_are_not_broken_and_brackets_are_no_markup(tmp_path: Path) -> None:
    long = "[red]" + "x" * 200
    scenario = written(tmp_path, "test/long", console("$ echo", "a"))
    assert f"  + {long}\n" in shown(result(scenario, run(scenario, [f"{long}\n"])))


def test_a_warning_is_no_drift_and_fails_nothing(good: ScenarioResult) -> None:
    warning = Drift(DriftKind.UNUSED_STEP, "test/good#a", Place(Path("x.md"), 3), "", "", "no page", warning=True)
    warned = replace(good, drifts=(warning,))
    assert warned.ok
    assert "x.md:3: warning: unused step  test/good#a" in shown(warned)
    assert summary([warned]) == "1 scenario, 2 steps: no drift"
    suite = ElementTree.fromstring(junit([warned])).find("testsuite")
    assert suite is not None
    assert (suite.get("tests"), suite.get("failures")) == ("2", "0")
    assert list(suite.iter("failure")) == []


def test_the_last_line_counts(good: ScenarioResult, bad: ScenarioResult) -> None:
    assert summary([good]) == "1 scenario, 2 steps: no drift"
    assert summary([good, bad]) == "2 scenarios, 4 steps: 2 drifts"
    assert summary([replace(bad, drifts=bad.drifts[:1])]) == "1 scenario, 2 steps: 1 drift"
    assert summary([replace(good, cached=True), bad]).startswith("2 scenarios (1 unchanged since their last run), ")
    assert summary([]) == "0 scenarios, 0 steps: no drift"


def test_progress_is_plain_lines_where_there_is_no_terminal(good: ScenarioResult, bad: ScenarioResult) -> None:
    out = io.StringIO()
    with ConsoleProgress(Console(file=out), [good.scenario, bad.scenario]) as progress:
        progress.say("lab image: building")
        progress.step(good.scenario, "shell", good.scenario.steps[0], 0.1)
        progress.done(good)
        progress.done(bad)
        progress.done(replace(good, cached=True))
    assert out.getvalue().splitlines() == [
        "lab image: building",
        "test/good: ok (1.0 s)",
        "test/bad: 2 drifts (1.0 s)",
        "test/good: ok (unchanged)",
    ]


def test_progress_may_be_told_from_several_threads(good: ScenarioResult) -> None:
    out = io.StringIO()
    with ConsoleProgress(Console(file=out), [good.scenario]) as progress:
        threads = [threading.Thread(target=progress.done, args=(good,)) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert out.getvalue() == "test/good: ok (1.0 s)\n" * 20


def test_junit_has_a_case_for_each_step_and_one_failure_for_each_that_drifted(
    good: ScenarioResult, bad: ScenarioResult
) -> None:
    root = ElementTree.fromstring(junit([good, bad]))
    suites = {s.get("name"): s for s in root.iter("testsuite")}
    counts = {name: (s.get("tests"), s.get("failures"), s.get("time")) for name, s in suites.items()}
    assert counts == {"test/good": ("2", "0", "1.000"), "test/bad": ("2", "1", "1.000")}
    cases = [(c.get("classname"), c.get("name")) for c in suites["test/bad"].iter("testcase")]
    assert cases == [("test/bad.shell", "test/bad#a"), ("test/bad.shell", "test/bad#b")]
    (failure,) = suites["test/bad"].iter("failure")
    text = failure.text or ""
    assert failure.get("type") == "output"
    assert f"{bad.scenario.path}:9: " in text and f"{bad.scenario.path}:11: exit code 3, recorded is 0" in text
    assert "--- recorded\none\n" in text and "--- captured\nuno\n" in text


def test_junit_has_both_tracks_and_a_case_for_the_state(tmp_path: Path) -> None:
    body = "## a\n\n```console\n$ echo a\na\n```\n\n```pycon\n>>> 1\n1\n```\n"
    scenario = written(tmp_path, "test/both", body, front="")
    shell, python = run(scenario), run(scenario, track="python")
    python = replace(python, state={**(python.state or {}), "volumes": {"x": {"Driver": "local"}}})
    suite = ElementTree.fromstring(junit([result(scenario, shell, python)])).find("testsuite")
    assert suite is not None
    assert [(c.get("classname"), c.find("failure") is not None) for c in suite.iter("testcase")] == [
        ("test/both.shell", False),
        ("test/both.python", False),
        ("test/both", True),
    ]
    assert (suite.get("tests"), suite.get("failures")) == ("3", "1")


def test_a_step_that_ran_on_two_engines_is_one_case(tmp_path: Path) -> None:
    body = '## a\n\n```console\n$ echo a\na\n```\n\n```console engine="20.10"\n$ echo a\nold\n```\n'
    scenario = written(tmp_path, "test/old", body)
    both = result(scenario, run(scenario), run(scenario, ["new\n"], engine="20.10"))
    assert [d.place.line for d in both.drifts] == [14]
    suite = ElementTree.fromstring(junit([both])).find("testsuite")
    assert suite is not None
    assert (suite.get("tests"), suite.get("failures"), len(list(suite.iter("failure")))) == ("1", "1", 1)


def test_what_xml_cannot_say_is_written_out(bad: ScenarioResult) -> None:
    odd = "\x00\x1b\r\ufffe<&\"'容\U0001f433"
    drift = replace(bad.drifts[0], captured=odd, message=odd)
    failure = ElementTree.fromstring(junit([replace(bad, drifts=(drift,))])).find(".//failure")
    assert failure is not None
    told = "\\x00\\x1b\\x0d\\xfffe<&\"'容\U0001f433"
    assert failure.get("message") == told
    assert told in (failure.text or "")


def test_json_holds_what_ran_and_what_drifted(good: ScenarioResult, bad: ScenarioResult) -> None:
    data = json.loads(json.dumps(as_data([good, bad])))
    first, second = data["scenarios"]
    assert (first["id"], first["ok"], first["drifts"]) == ("test/good", True, [])
    assert [s["id"] for s in first["steps"]] == ["test/good#a", "test/good#b"]
    assert first["versions"]["26.1"]["engine"] == "26.1.5"
    assert (second["ok"], len(second["drifts"])) == (False, 2)
    assert second["drifts"][0] == {
        "kind": "output",
        "step": "test/bad#a",
        "track": "shell",
        "place": f"{bad.scenario.path}:9",
        "message": second["drifts"][0]["message"],
        "warning": False,
        "recorded": "one\n",
        "captured": "uno\n",
    }


def test_files_are_written_whole_or_not_at_all(tmp_path: Path, bad: ScenarioResult) -> None:
    write_junit(tmp_path / "out.xml", [bad])
    write_json(tmp_path / "out.json", [bad])
    assert ElementTree.parse(tmp_path / "out.xml").getroot().tag == "testsuites"
    before = (tmp_path / "out.json").read_bytes()
    assert len(json.loads(before)["scenarios"]) == 1
    unwritable = replace(bad, drifts=(replace(bad.drifts[0], captured="\ud800"),))
    with pytest.raises(UnicodeEncodeError):
        write_json(tmp_path / "out.json", [unwritable])
    assert (tmp_path / "out.json").read_bytes() == before
    assert sorted(p.name for p in tmp_path.iterdir() if p.is_file()) == ["out.json", "out.xml"]


def test_a_report_that_cannot_be_written_says_where(tmp_path: Path, good: ScenarioResult) -> None:
    with pytest.raises(SnippetLabError, match=r"nosuch/out\.xml: the file cannot be written"):
        write_junit(tmp_path / "nosuch" / "out.xml", [good])


def test_a_drift_of_a_page_has_no_track(tmp_path: Path) -> None:
    out = Console(file=io.StringIO(), width=200)
    drift = Drift(DriftKind.UNKNOWN_STEP, "a/b#c", Place(Path("docs/x.md"), 7), "", "", "there is no step c")
    print_drift(out, drift, DOCKER)
    assert isinstance(out.file, io.StringIO)
    assert out.file.getvalue() == "docs/x.md:7: drift: unknown step  a/b#c\n  there is no step c\n"


def test_what_is_shown_and_not_run_is_counted_and_told_to_every_reader(good: ScenarioResult, tmp_path: Path) -> None:
    page, block = Path("docs/win.md"), Path("docs/a b.md")
    left = [
        NotRun("page", Place(page, 1), "for Windows"),
        *(NotRun("block", Place(block, n), "two: x") for n in (3, 9)),
    ]
    assert summary([good], left) == "1 scenario, 2 steps: no drift; not run: 1 page, 2 blocks"
    assert summary([good], left[:1]) == "1 scenario, 2 steps: no drift; not run: 1 page"
    out = io.StringIO()
    print_not_run(Console(file=out, width=60), left)
    assert out.getvalue().splitlines()[:2] == [
        "docs/win.md:1: page not run: for Windows",
        "docs/a b.md:3: block not run: two: x",
    ]
    write_junit(tmp_path / "out.xml", [good], left)
    root = ElementTree.fromstring((tmp_path / "out.xml").read_text())
    (suite,) = (s for s in root.iter("testsuite") if s.get("name") == "not run")
    assert [suite.get(name) for name in ("tests", "failures", "skipped")] == ["3", "0", "3"]
    told = [(case.get("name"), skipped.get("message")) for case in suite for skipped in case.iter("skipped")]
    assert told == [("docs/win.md:1", "for Windows"), ("docs/a b.md:3", "two: x"), ("docs/a b.md:9", "two: x")]
    write_json(tmp_path / "out.json", [good], left)
    first = json.loads((tmp_path / "out.json").read_text())["not_run"][0]
    assert first == {"what": "page", "place": "docs/win.md:1", "reason": "for Windows"}
    assert github([good], left).splitlines()[0] == "::notice file=docs/win.md,line=1,title=page not run::for Windows"
    (ran,) = json.loads(sarif([good], left))["runs"]
    notes = ran["invocations"][0]["toolExecutionNotifications"]
    assert [(n["level"], n["message"]["text"]) for n in notes][1] == ("note", "block not run: two: x")
    assert notes[1]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "docs/a%20b.md"
    assert "invocations" not in json.loads(sarif([good]))["runs"][0]


def test_a_file_that_cannot_be_read_fails_in_every_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, good: ScenarioResult
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("page.md").write_text("# A\n\n```console\n$ a\n")
    Path("snippetlab.toml").write_text('pack = "plain"\n')

    def told(form: str) -> str:
        words = ["check", "page.md", "--format", form, "--junit", "out.xml", "--json", "out.json"]
        done = CliRunner().invoke(app, words)
        assert isinstance(done.exception, ScenarioError), done.output
        return done.stdout

    assert (
        told("github") == "::error file=page.md,line=3,title=unreadable::this block is not closed%0Aclose it with ```\n"
    )
    [ran] = json.loads(told("sarif"))["runs"]
    assert not ran["invocations"][0]["executionSuccessful"]
    assert ran["invocations"][0]["toolExecutionNotifications"][0]["level"] == "error"
    [suite] = ElementTree.fromstring(Path("out.xml").read_text())
    assert [suite.get(name) for name in ("tests", "failures", "skipped")] == ["1", "1", "0"]
    [one] = json.loads(Path("out.json").read_text())["not_run"]
    assert (one["what"], one["place"]) == ("unreadable", "page.md:3")
    write_json(tmp_path / "good.json", [good])
    write_junit(tmp_path / "good.xml", [good])
    for merged, suffix in ((merge_json, "json"), (merge_junit, "xml")):
        parts = [tmp_path / f"{name}.{suffix}" for name in ("good", "out")]
        assert [merged(parts[:1]).ok, merged(parts).ok] == [True, False]
