"""Drifts as a pull request shows them: GitHub's workflow commands and SARIF."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from snippetlab.model import Drift, DriftKind, NotRun, Place, ScenarioResult
from snippetlab.report.annotations import github, sarif

from tests.tool.runs import console, result, run, written


@pytest.fixture
def drifted(tmp_path: Path) -> ScenarioResult:
    scenario = written(tmp_path, "test/it", console("$ echo 100%", "100%") + console("$ false", step="b"))
    return result(scenario, run(scenario, ["99%\n", ("", 3)]))


def test_github_gets_a_line_for_each_drift(drifted: ScenarioResult) -> None:
    path = drifted.scenario.path
    first, second = github([drifted]).splitlines()
    assert first.startswith(f"::error file={path},line=9,title=output%3A test/it#a::")
    assert second == (
        f"::error file={path},line=16,title=exit code%3A test/it#b::exit code 3, recorded is 0 (shell track)"
    )


def test_github_escapes_what_its_commands_are_made_of(drifted: ScenarioResult) -> None:
    nasty = Drift(DriftKind.OUTPUT, "a:b,c", Place(Path("x,y:%.md"), 7), "", "", "50%\r\n::error::gone")
    text = github([replace(drifted, drifts=(nasty,))])
    assert text == ("::error file=x%2Cy%3A%25.md,line=7,title=output%3A a%3Ab%2Cc::50%25%0D%0A::error::gone\n")
    assert text.count("\n") == 1


def test_a_warning_is_one(drifted: ScenarioResult) -> None:
    warnings = replace(drifted, drifts=tuple(replace(d, warning=True) for d in drifted.drifts))
    assert [line.split(" ")[0] for line in github([warnings]).splitlines()] == ["::warning", "::warning"]
    assert [r["level"] for r in json.loads(sarif([warnings]))["runs"][0]["results"]] == ["warning", "warning"]


def test_nothing_drifted_is_nothing_said(drifted: ScenarioResult) -> None:
    clean = replace(drifted, drifts=())
    assert github([clean]) == ""
    assert json.loads(sarif([clean]))["runs"][0]["results"] == []


def test_sarif_has_what_its_readers_ask_for(drifted: ScenarioResult, monkeypatch: pytest.MonkeyPatch) -> None:
    here = replace(drifted, drifts=tuple(replace(d, place=Place(Path("docs/a b.md"), 3)) for d in drifted.drifts))
    log = json.loads(sarif([here]))
    assert log["version"] == "2.1.0"
    (only,) = log["runs"]
    rules = {rule["id"] for rule in only["tool"]["driver"]["rules"]}
    assert only["tool"]["driver"]["name"] == "snippetlab"
    assert [r["ruleId"] for r in only["results"]] == ["output", "exit-code"]
    assert {r["ruleId"] for r in only["results"]} <= rules
    where = only["results"][0]["locations"][0]["physicalLocation"]
    assert where == {"artifactLocation": {"uri": "docs/a%20b.md"}, "region": {"startLine": 3}}


def test_a_path_counts_from_the_checkout(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A workflow may run in a folder of the repository; whoever shows annotations knows its own paths alone."""
    (tmp_path / "tools" / "greet").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "tools" / "greet")
    left = [NotRun("page", Place(Path("docs/a.md"), 1), "why")]
    for checkout, path in ((tmp_path, "tools/greet/docs/a.md"), (tmp_path / "other", "docs/a.md")):
        monkeypatch.setenv("GITHUB_WORKSPACE", str(checkout))
        assert github([], left) == f"::notice file={path},line=1,title=page not run::why\n"
        [note] = json.loads(sarif([], left))["runs"][0]["invocations"][0]["toolExecutionNotifications"]
        assert note["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == path
