"""``snippetlab labs``: what labs have left on this machine and on engines is listed, removed where it is safe, and told."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from docker.errors import APIError
from snippetlab.cli import labs, listing
from snippetlab.cli.commands import app
from snippetlab.lab.providers.engine.labels import IMAGE, LAB, LABEL, NETWORK, SESSION, WORKSHOP, Leftover, is_abandoned
from typer.testing import CliRunner

COMMANDS = (labs, listing)  # importing them adds them to the program
URL = "ssh://far"
DEAD = 1 << 22  # more than any process's number


@dataclass
class Container:
    """What docker-py gives for a container."""

    status: str = "running"


@dataclass
class Machine:
    """A machine where a killed process left a lab, and an engine with things of ours."""

    killed: list[str] = field(default_factory=lambda: ["17-f00-1"])
    leftovers: list[Leftover] = field(
        default_factory=lambda: [
            Leftover(LAB, "snippetlab-1", "elsewhere-1-x", 0, Container()),
            Leftover(LAB, "snippetlab-2", "elsewhere-1-x", 0, Container("exited")),
            Leftover(NETWORK, "snippetlab-wire-2", "elsewhere-1-x", 0, None),
            Leftover(IMAGE, "snippetlab:26.1-abc", "", 480_000_000, None),
        ]
    )
    removed: list[str] = field(default_factory=list)


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Machine:
    made = Machine()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr(labs, "left_by_killed_owners", lambda: made.killed)
    monkeypatch.setattr(labs, "clear_lab", made.removed.append)
    monkeypatch.setattr(labs, "_on_engines", lambda project: [(URL, leftover) for leftover in made.leftovers])
    monkeypatch.setattr(labs, "remove_from_engine", lambda leftover: made.removed.append(leftover.name))
    return made


def test_what_is_left_is_listed(machine: Machine) -> None:
    lines = CliRunner().invoke(app, ["labs"]).output.splitlines()
    rows = [[cell.strip() for cell in line.strip("│").split("│")] for line in lines if line.startswith("│")]
    assert rows == [
        ["lab of a killed process", "17-f00-1", ""],
        ["lab at ssh://far", "snippetlab-1", ""],
        ["lab at ssh://far", "snippetlab-2", ""],
        ["network at ssh://far", "snippetlab-wire-2", ""],
        ["image at ssh://far", "snippetlab:26.1-abc", "480.0 MB"],
    ]
    assert machine.removed == []


def test_where_nothing_is_kept_that_is_said(machine: Machine, tmp_path: Path) -> None:
    machine.killed.clear()
    machine.leftovers.clear()
    output = CliRunner().invoke(app, ["labs"]).output
    assert output == f"nothing is kept in {tmp_path}/snippetlab, nor on an engine that answers\n"


def test_what_is_left_is_removed_but_for_what_runs_for_somebody(machine: Machine) -> None:
    output = CliRunner().invoke(app, ["labs", "--remove"]).output.splitlines()
    assert machine.removed == ["17-f00-1", "snippetlab-2", "snippetlab-wire-2", "snippetlab:26.1-abc"]
    assert output == [
        "removed: lab of a killed process 17-f00-1",
        "left: snippetlab-1 at ssh://far runs for a process that may be alive (elsewhere-1-x); end that",
        "removed: lab snippetlab-2 at ssh://far",
        "removed: network snippetlab-wire-2 at ssh://far",
        "removed: image snippetlab:26.1-abc at ssh://far",
    ]


def test_what_an_engine_refuses_to_remove_is_told_and_the_rest_removed(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def remove(leftover: Leftover) -> None:
        if leftover.kind == NETWORK:
            raise APIError("409 Client Error", explanation="it is in use")
        machine.removed.append(leftover.name)

    monkeypatch.setattr(labs, "remove_from_engine", remove)
    done = CliRunner().invoke(app, ["labs", "--remove"])
    assert "left: network snippetlab-wire-2 at ssh://far: it is in use" in done.output.splitlines()
    assert machine.removed[-1] == "snippetlab:26.1-abc"


HERE, NOW = socket.gethostname(), 1_000_000.0


@pytest.mark.parametrize(
    ("kind", "status", "session", "used"),
    [
        # Its cache may be another one, so that its lock is not seen here.
        (LAB, "running", f"{HERE}-{os.getpid()}-x", True),
        (WORKSHOP, "running", f"{HERE}-{os.getpid()}-x", True),
        (LAB, "running", "elsewhere-1-x", True),
        (LAB, "running", f"{HERE}-{DEAD}-x", False),
        (LAB, "exited", f"{HERE}-{os.getpid()}-x", False),
        (IMAGE, "", f"{HERE}-{os.getpid()}-x", False),
    ],
    ids=["alive", "alive workshop", "elsewhere", "dead", "ended", "no container"],
)
def test_a_lab_that_runs_for_a_living_process_is_left_to_it(kind: str, status: str, session: str, used: bool) -> None:
    assert Leftover(kind, "name", session, 0, Container(status)).in_use is used


@pytest.mark.parametrize(
    ("kind", "session", "created", "abandoned"),
    [
        (LAB, f"{HERE}-{DEAD}-x", NOW, True),
        (WORKSHOP, f"{HERE}-{DEAD}-x", NOW, True),
        (LAB, f"{HERE}-{os.getpid()}-x", NOW, False),
        # Of another machine's processes nothing is known but how long a start may take.
        (LAB, f"elsewhere-{DEAD}-x", NOW - 60, False),
        (LAB, f"elsewhere-{DEAD}-x", NOW - 7200, True),
        (LAB, "", NOW - 7200, True),
        (LAB, "no number", NOW, False),
        ("theirs", f"{HERE}-{DEAD}-x", NOW - 7200, False),
    ],
    # The number of this process is another one in each of those that tests are spread over.
    ids=["dead", "dead workshop", "alive", "elsewhere", "long elsewhere", "unnamed", "no number", "not ours"],
)
def test_a_container_that_does_not_run_is_abandoned_with_its_owner(
    kind: str, session: str, created: float, abandoned: bool
) -> None:
    assert is_abandoned({LABEL: kind, SESSION: session}, created, NOW) is abandoned
