"""`snippetlab update` on real labs: what it writes, what it leaves alone, and what it says about the rest."""

from __future__ import annotations

import difflib
from pathlib import Path

import pytest

from tests.tool.runs import console

from .project import Project

pytestmark = pytest.mark.usefixtures("leaves_nothing")

WEB = "3efd115129ac12a3ec4260a9edfdfb9dcce17741b751b274abc9a0082ffc5575"
NETWORK = "7aa0d8e7a8bd0a0a7e2e6d1cc9d0a1b4f1d1e3f0a9b8c7d6e5f4a3b2c1d0e9f8"


def changed(before: bytes, path: Path) -> list[str]:
    """The lines that went and came."""
    old, new = (text.decode().split("\n") for text in (before, path.read_bytes()))
    return [line for line in difflib.ndiff(old, new) if line[0] in "+-"]


def test_one_changed_step_is_written_and_fits_the_rest(own: Project) -> None:
    body = (
        "Prose  that stays.\t\n\n"
        + console(
            "$ docker network create app", NETWORK, "$ docker run -d --name web --network app busybox sleep 99", WEB
        )
        + console("$ docker ps --format '{{.ID}} {{.Names}}'", f"{WEB[:12]} misspelt", "$ echo kept", "kept", step="b")
        + console(
            "$ docker inspect web -f '{{.Id}} {{range .NetworkSettings.Networks}}{{.NetworkID}}{{end}}'", step="c"
        )
        + console("$ docker rm -f web", "web", "$ docker network ls -q -f name=app", NETWORK[:12], step="d")
    )
    path = own.scenario("test/it", body)
    other = own.scenario("test/other", console("$ echo one", "one"))
    before, untouched = path.read_bytes(), other.stat().st_mtime_ns
    done = own.run("snippetlab", "update")
    assert (done.returncode, done.stderr) == (0, "")
    assert f"{path.relative_to(own.folder)}:20: drift: output" in done.stdout
    # The states that both leave were never recorded.
    states = {"defaults.state.yml", "test/it.state.yml", "test/other.state.yml"}
    assert {line for line in done.stdout.splitlines() if line.startswith("written: ")} == {
        f"written: snippets/{name}" for name in {"test/it.md", *states}
    }
    # What was new is written with the ids that stand in the file already, so that all of it speaks of one run.
    assert changed(before, path) == [f"- {WEB[:12]} misspelt", f"+ {WEB[:12]} web", f"+ {WEB} {NETWORK}"]
    assert other.stat().st_mtime_ns == untouched

    after = path.read_bytes()
    assert own.run("snippetlab", "check").returncode == 0
    again = own.run("snippetlab", "update")
    assert (again.returncode, path.read_bytes()) == (0, after)
    assert "written" not in again.stdout


def test_what_no_output_can_accept_is_exit_code_1(own: Project) -> None:
    state = (
        "## a\n\n```console\n$ docker volume create one\nuno\n```\n\n"
        "```pycon\n>>> client.volumes.create(\"two\").name\n'two'\n```\n"
    )
    hangs = console("$ echo one", "two") + console("$ sleep 100", step="b")
    both = own.scenario("test/both", state, "")
    slow = own.scenario("test/slow", hangs, "tracks: [shell]\ntimeout: 1\n")
    before = both.read_bytes(), slow.read_bytes()
    done = own.run("snippetlab", "update")
    assert (done.returncode, done.stderr) == (1, "")
    assert changed(before[0], both) == ["- uno", "+ one"]
    assert changed(before[1], slow) == ["- two", "+ one"]
    assert "2 drifts cannot be accepted by writing an output" in done.stdout


def test_a_named_step_is_the_last_that_is_written(own: Project) -> None:
    body = "".join(console("$ echo one", "two", step=step) for step in ("a", "b", "c"))
    path = own.scenario("test/it", body)
    before = path.read_bytes()
    assert own.run("snippetlab", "update", "test/it#b").returncode == 0
    assert changed(before, path) == ["- two", "+ one"] * 2
    assert path.read_text().endswith(console("$ echo one", "two", step="c"))
