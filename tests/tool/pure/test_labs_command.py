"""``snippetlab labs``: what labs have left on this machine and on engines is listed, removed where it is safe, and told."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest
from snippetlab.cli import labs, listing
from snippetlab.cli.commands import app
from snippetlab.lab.providers.engine.labels import IMAGE, LAB, NETWORK, Leftover
from typer.testing import CliRunner

COMMANDS = (labs, listing)  # importing them adds them to the program
URL = "ssh://far"


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


def test_what_is_left_is_removed_but_for_what_runs_for_another_machine(machine: Machine) -> None:
    output = CliRunner().invoke(app, ["labs", "--remove"]).output.splitlines()
    assert machine.removed == ["17-f00-1", "snippetlab-2", "snippetlab-wire-2", "snippetlab:26.1-abc"]
    assert output == [
        "removed: lab of a killed process 17-f00-1",
        "left: snippetlab-1 at ssh://far runs for another machine (elsewhere-1-x); end it there",
        "removed: lab snippetlab-2 at ssh://far",
        "removed: network snippetlab-wire-2 at ssh://far",
        "removed: image snippetlab:26.1-abc at ssh://far",
    ]
