"""Labs on two engines at once, one of which is lost on the way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import docker
import pytest
from snippetlab.lab.providers.bubblewrap import Bubblewrap
from snippetlab.lab.providers.engine.labels import LAB, LABEL

from tests.conftest import PROJECT
from tests.tool.lab.conftest import BOOK
from tests.tool.lab.project import Project
from tests.tool.lab.waiting import wait_until
from tests.tool.runs import console


class Machine:
    """A machine with an engine, which can be switched off."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.outer"]
        # In a session of its own, so that nothing of it is spared.
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=PROJECT, start_new_session=True
        )
        assert self._process.stdout is not None
        self.url = self._process.stdout.readline().strip()

    def labs(self) -> int:
        """How many labs run on it."""
        client = docker.DockerClient(base_url=self.url)
        try:
            return len(client.containers.list(filters={"label": f"{LABEL}={LAB}"}, ignore_removed=True))
        finally:
            client.close()

    def off(self) -> None:
        """Pull the plug."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.communicate()


@pytest.fixture
def other() -> Iterator[Machine]:
    if Bubblewrap(BOOK).problem():
        pytest.skip("there is one engine here alone")
    machine = Machine()
    yield machine
    machine.off()


@pytest.mark.xdist_group("engine")
def test_a_lost_machine_costs_its_scenarios_a_second_run(own: Project, outer: str, other: Machine) -> None:
    (own.folder / "snippetlab.toml").write_text('pack = "plain"\n')
    for number in range(4):
        own.scenario(f"test/number-{number}", console("$ sleep 4; echo done", "done"))
    with own.start("snippetlab", "check", "--on", outer, "--on", other.url, "--jobs", "2") as check:
        assert wait_until(lambda: other.labs() > 0 or check.poll() is not None, 120)
        other.off()
        out, err = check.communicate()
    assert check.returncode == 0, out + err
    assert f"{other.url}: no lab runs there from now on" in out + err
    assert "4 scenarios, 4 steps: no drift" in out
