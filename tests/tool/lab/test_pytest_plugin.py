"""Scenarios as tests, in a project of their own: items, failures with file and line, words, reports, workers."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.tool.runs import console

from .project import BIN, Project, drifting, right

pytestmark = pytest.mark.usefixtures("leaves_nothing")

# A conftest.py that writes a line for each run of a scenario; the workers of pytest-xdist read it too.
COUNTING = """
from pathlib import Path
from snippetlab import pytest_plugin
real = pytest_plugin.check_scenarios
def check_scenarios(scenarios, **options):
    with open(Path(__file__).with_name("runs"), "a") as file:
        file.writelines(f"{s.id}\\n" for s in scenarios)
    return real(scenarios, **options)
pytest_plugin.check_scenarios = check_scenarios
"""


@pytest.fixture(autouse=True)
def _no_options_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PYTEST_ADDOPTS", "PYTEST_XDIST_WORKER", "SNIPPETLAB_REQUIRE_LABS"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def counted(own: Project) -> Project:
    """A project in which the runs of scenarios are written down."""
    (own.folder / "pytest.ini").write_text("[pytest]\naddopts = --strict-markers -p no:cacheprovider\n")
    (own.folder / "conftest.py").write_text(COUNTING)
    return own


def outcomes(report: Path) -> dict[str, list[str]]:
    """From a JUnit file: the names that failed, that were skipped and that passed."""
    found: dict[str, list[str]] = {"failure": [], "error": [], "skipped": [], "passed": []}
    for case in ElementTree.parse(report).getroot().iter("testcase"):
        kind = next((k for k in ("failure", "error", "skipped") if case.find(k) is not None), "passed")
        found[kind].append(f"{(case.get('classname') or '').removeprefix('snippets.test.')}::{case.get('name')}")
    return {kind: sorted(names) for kind, names in found.items()}


def runs(project: Project) -> list[str]:
    file = project.folder / "runs"
    return sorted(file.read_text().split()) if file.exists() else []


def test_an_item_for_each_step_and_one_for_the_end(counted: Project) -> None:
    counted.scenario("test/one", right())
    counted.scenario("test/both", right(), "tracks: [shell, python]\n")
    (counted.folder / "snippets" / "README.md").write_text("no scenario")
    (counted.folder / "snippets" / "images" / "redis").mkdir(parents=True)
    (counted.folder / "snippets" / "images" / "redis" / "notes.md").write_text("no scenario")
    done = counted.run("pytest", "snippets", "--collect-only", "-q")
    assert done.stdout.splitlines()[:6] == [
        "snippets/test/both.md::a",
        "snippets/test/both.md::b",
        "snippets/test/both.md::both tracks leave the same state",
        "snippets/test/one.md::a",
        "snippets/test/one.md::b",
        "snippets/test/one.md::the engine answers at the end",
    ]
    assert "6 tests collected" in done.stdout
    assert runs(counted) == []


def test_the_drifting_step_fails_and_no_other(counted: Project) -> None:
    path = counted.scenario("test/bad", drifting(at="b"))
    before = path.read_bytes()
    done = counted.run("pytest", "snippets", "--junitxml", "out.xml")
    assert done.returncode == 1
    assert f"{path}:16: output: the output differs in line 1\n  - two\n  + one\n" in done.stdout
    assert "Traceback" not in done.stdout
    assert outcomes(counted.folder / "out.xml") == {
        "failure": ["bad.md::b"],
        "error": [],
        "skipped": [],
        "passed": ["bad.md::a", "bad.md::the engine answers at the end"],
    }
    assert runs(counted) == ["test/bad"]
    assert path.read_bytes() == before


def test_what_is_found_at_the_end_fails_its_item(counted: Project) -> None:
    counted.scenario("test/dead", console("$ kill -9 $(cat /run/docker.pid)"))
    body = "## a\n\n```console\n$ docker volume create one\none\n```\n\n```pycon\n>>> 1\n1\n```\n"
    counted.scenario("test/states", body, "")
    counted.run("pytest", "snippets", "--junitxml", "out.xml")
    found = outcomes(counted.folder / "out.xml")
    assert found["failure"] == [
        "dead.md::the engine answers at the end",
        "states.md::both tracks leave the same state",
    ]
    assert found["passed"] == ["dead.md::a", "states.md::a"]


def test_a_step_that_never_ran_does_not_pass(counted: Project) -> None:
    counted.scenario("test/good", right())
    (counted.folder / "conftest.py").write_text(NO_LAB)
    done = counted.run("pytest", "snippets", "--junitxml", "out.xml")
    assert done.returncode == 1
    assert outcomes(counted.folder / "out.xml")["passed"] == []
    assert "no memory is left" in done.stdout


def test_words_choose_items(counted: Project) -> None:
    counted.scenario("test/bad", drifting(at="b"))
    counted.scenario("test/good", right())
    done = counted.run("pytest", "snippets", "-k", "good", "--junitxml", "out.xml")
    assert done.returncode == 0
    assert len(outcomes(counted.folder / "out.xml")["passed"]) == 3
    assert runs(counted) == ["test/good"]


def test_with_several_workers_a_scenario_runs_once(counted: Project) -> None:
    for name in ("one", "two", "three"):
        counted.scenario(f"test/{name}", drifting())
    (counted.folder / "test_plain.py").write_text("def test_plain():\n    pass\n")
    done = counted.run("pytest", "-n", "2", "--junitxml", "out.xml", "snippets", "test_plain.py")
    assert done.returncode == 1
    found = outcomes(counted.folder / "out.xml")
    assert found["failure"] == ["one.md::a", "three.md::a", "two.md::a"]
    assert len(found["passed"]) == 7
    assert runs(counted) == ["test/one", "test/three", "test/two"]


def test_without_xdist(counted: Project) -> None:
    counted.scenario("test/good", right())
    assert counted.run("pytest", "-p", "no:xdist", "--collect-only", "snippets").returncode == 0


def test_a_broken_scenario_is_an_error_with_file_and_line(counted: Project) -> None:
    path = counted.scenario("test/broken", right())
    path.write_text(path.read_text().replace("title: t", "titel: t"))
    done = counted.run("pytest", "snippets")
    assert done.returncode == 2
    assert f"{path}:2: " in done.stdout
    assert "Traceback" not in done.stdout


NO_LAB = """
from snippetlab.errors import LabError
from snippetlab.lab.pool import Pool
def take(*_):
    raise LabError("no memory is left")
Pool._take = take
"""
GONE = """
from snippetlab import pytest_plugin
from snippetlab.errors import WrongEngine
def absent(engines, provider):
    with open("asked", "a") as file:
        file.write(f"{engines}\\n")
    return {"28.5": WrongEngine("28.5", "29.1.0", hint="`snippetlab engines add 29.1`")}
pytest_plugin.absent = absent
"""


def test_an_engine_that_is_gone_is_skipped_with_the_reason_and_the_others_run(counted: Project) -> None:
    for name in ("one", "two"):
        counted.scenario(f"test/{name}", right())
    kept = '"28.5":\n  version: "28.5.2"\n  verified: "2026-11-25"\n'
    (counted.folder / "snippets" / "engines.yml").write_text(kept)
    (counted.folder / "conftest.py").write_text(COUNTING + GONE)
    done = counted.run("pytest", "snippets", "-rs", "--junitxml", "out.xml")
    assert done.returncode == 0, done.stdout
    assert (
        "28.5 was not verified, its recordings stand as they are: the lab called 28.5 runs version 29.1.0"
        in done.stdout
    )
    assert "`snippetlab engines add 29.1`" in done.stdout
    found = outcomes(counted.folder / "out.xml")
    assert len(found["passed"]) == len(found["skipped"]) == 6
    assert all("[26.1]" in name for name in found["passed"])
    assert (counted.folder / "asked").read_text() == "('28.5',)\n"  # once, and not for each file


def without_root(project: Project, **environment: str) -> subprocess.CompletedProcess[str]:
    """pytest where no lab can run."""
    conftest = project.folder / "conftest.py"
    conftest.write_text("import os\nos.geteuid = lambda: 1000\n" + COUNTING)
    return subprocess.run(
        [BIN / "pytest", "snippets", "-rs", "--junitxml", "out.xml"],
        cwd=project.folder, env={**os.environ, "DOCKER_HOST": "unix:///nowhere", **environment}, capture_output=True, text=True,
    )  # fmt: skip


def test_where_no_lab_can_run_steps_are_skipped_with_the_reason(counted: Project) -> None:
    counted.scenario("test/good", right())
    done = without_root(counted)
    assert done.returncode == 0
    assert "no lab can run here (bubblewrap: labs need root" in done.stdout
    assert len(outcomes(counted.folder / "out.xml")["skipped"]) == 3


def test_where_labs_are_required_their_lack_is_a_failure(counted: Project) -> None:
    counted.scenario("test/good", right())
    done = without_root(counted, SNIPPETLAB_REQUIRE_LABS="1")
    assert done.returncode == 1
    assert "labs need root" in done.stdout
    assert len(outcomes(counted.folder / "out.xml")["failure"]) == 3
    # What is wrong with the machine is found out once for a scenario.
    assert runs(counted) == ["test/good"]
