"""Engines that were meant and cannot be had: told, left out, and named in every report."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from rich.console import Console
from snippetlab.accept.register import Kept, read_register, write_register
from snippetlab.cli import check as check_module
from snippetlab.cli import engines as engines_module
from snippetlab.cli.commands import app
from snippetlab.cli.engines import engines_at_hand
from snippetlab.cli.update import Acceptance
from snippetlab.cli.watch import _files
from snippetlab.errors import LabError, WrongEngine
from snippetlab.scenario import load
from snippetlab.scenario.selection import Selection
from snippetlab.settings import find_project
from typer.testing import CliRunner

from tests.tool.runs import PACK, console, written

GONE = WrongEngine("28.5", "29.1.0", hint="a new engine 29.1 is there; `snippetlab engines add 29.1`")
BROKEN = LabError("lab image 20.10: the Debian mirror is not reachable", hint="check the network")


class Able:
    """A provider that can run labs."""

    def problem(self) -> None:
        return None


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project in which 28.5 is kept and gone, and 20.10 cannot be built."""

    def absent(engines: Sequence[str], provider: object) -> dict[str, LabError]:
        return {name: why for name, why in (("28.5", GONE), ("20.10", BROKEN)) if name in engines}

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(engines_module, "default_provider", lambda pack, progress: Able())
    monkeypatch.setattr(engines_module, "absent", absent)
    (tmp_path / "pyproject.toml").write_text('[tool.snippetlab]\npack = "docker"\n')
    written(tmp_path / "snippets", "test/it", console("$ echo one", "one"))
    write_register(tmp_path / "snippets", {"28.5": Kept("28.5.2", "2026-11-25")})
    return tmp_path


def test_the_baseline_runs_and_what_is_gone_is_said_where_its_recordings_are_kept(project: Path) -> None:
    found = engines_at_hand(None, PACK, find_project(project), Console())
    assert found.engines == ["26.1"]
    (one,) = found.not_run
    assert (one.what, str(one.place)) == ("engine", "snippets/engines.yml:3")
    assert one.reason == f"28.5 was not verified, its recordings stand as they are: {GONE.what}; {GONE.hint}"


def test_of_all_engines_those_that_are_there_run(project: Path) -> None:
    found = engines_at_hand(["all"], PACK, find_project(project), Console())
    assert found.engines == ["26.1", "28.5-containerd"]
    # Of 20.10 nothing is kept, and the pack has it: the settings are what a person has.
    assert [str(one.place) for one in found.not_run] == ["snippets/engines.yml:3", "pyproject.toml:1"]
    assert "20.10 was not verified" in found.not_run[1].reason and "mirror" in found.not_run[1].reason


def test_one_that_a_person_named_must_be_there(project: Path) -> None:
    with pytest.raises(WrongEngine):
        engines_at_hand(["28.5"], PACK, find_project(project), Console())


def test_every_report_names_it(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check_module, "run_selection", lambda *_, **__: [])
    words = ["check", "--json", "out.json", "--junit", "out.xml", "--not-run"]
    done = CliRunner().invoke(app, words, catch_exceptions=False)
    assert done.exit_code == 0
    assert "not run: 1 engine" in done.output and "snippets/engines.yml:3: engine not run: 28.5 was" in done.output
    (one,) = json.loads((project / "out.json").read_text())["not_run"]
    assert (one["what"], one["place"]) == ("engine", "snippets/engines.yml:3") and "engines add 29.1" in one["reason"]
    assert "engines add 29.1" in (project / "out.xml").read_text()
    told = CliRunner().invoke(app, ["check", "--format", "github"], catch_exceptions=False).stdout
    assert told.startswith("::notice file=snippets/engines.yml,line=3,title=engine not run::28.5 was not verified")
    assert "engines add 29.1" in CliRunner().invoke(app, ["check", "--format", "sarif"]).stdout


@pytest.mark.parametrize(("everything", "kept"), [(False, ["28.5"]), (True, ["20.10", "28.5"])])
def test_an_engine_is_kept_once_all_of_it_was_recorded(project: Path, everything: bool, kept: list[str]) -> None:
    """Of a part, a site would show the baseline's outputs as those of the new engine."""
    found = find_project(project)
    accept = Acceptance(found, Selection((), {}), PACK, everything)
    assert accept._register("20.10", "20.10.24", verified=False) == [found.scenarios / "engines.yml"][:everything]
    assert sorted(read_register(found.scenarios)) == kept
    (found.scenarios / "engines.yml").unlink()
    accept._register("20.10", "20.10.24", verified=False)
    assert (found.scenarios / "engines.yml").exists() == everything


def test_a_watch_sees_what_another_engine_prints(project: Path) -> None:
    path = project / "snippets" / "test" / "it.md"
    newer = path.with_name("it.28.5.md")
    newer.write_text(console("$ echo one", "ONE"))
    assert newer.resolve() in _files(load(path, project / "snippets"))
