"""An engine for labs that does not answer, as that of a machine which sleeps, or to which a line is cut."""

from __future__ import annotations

import re
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from snippetlab.lab.providers.engine import EngineProvider

from tests.tool.lab.project import Project
from tests.tool.lab.waiting import wait_until
from tests.tool.runs import console

from .conftest import left

STEP = "sleep 987321"


@dataclass(frozen=True)
class Hangs:
    """The engine of a machine, which a signal stops and another one lets go on."""

    provider: EngineProvider
    machine: str  # the process id of its first process

    def send(self, name: str) -> None:
        """Send the engine a signal."""
        kill = f"kill -{name} $(cat /run/docker.pid)"
        subprocess.run(["nsenter", "-t", self.machine, "-m", "-p", "sh", "-c", kill], check=True)

    def runs(self, command: str) -> bool:
        """Whether a lab on it runs a command."""
        api = self.provider.engine.client.api
        return any(
            command in " ".join(words)
            for container in api.containers()
            for words in api.top(container["Id"])["Processes"]
        )  # fmt: skip


@pytest.fixture
def hangs(outer: str, on_engine: EngineProvider) -> Iterator[Hangs]:
    found = re.fullmatch(r"unix:///proc/(\d+)/root/.*", outer)
    if found is None:
        pytest.skip("the machine's own engine may hold what must not be touched")
    engine = Hangs(on_engine, found[1])
    yield engine
    engine.send("CONT")


@pytest.mark.xdist_group("engine")
def test_a_check_is_stopped_while_its_engine_does_not_answer(own: Project, outer: str, hangs: Hangs) -> None:
    before = left(hangs.provider)
    own.scenario("test/it", console(f"$ {STEP}"), "tracks: [shell]\ntimeout: 600\n")
    with own.start("snippetlab", "check", "--on", outer) as check:
        assert wait_until(lambda: hangs.runs(STEP) or check.poll() is not None, 60)
        hangs.send("STOP")
        check.send_signal(signal.SIGINT)
        try:
            out, err = check.communicate(timeout=180)
        finally:
            hangs.send("CONT")
            check.kill()
    assert (check.returncode, "drift" in out) == (130, False), out + err
    assert f"the engine at {outer} does not answer: what labs it has end as soon as it does" in out + err
    # The lab has lost its lifeline, and goes when the engine hears of that.
    assert wait_until(lambda: left(hangs.provider) == before), left(hangs.provider)
