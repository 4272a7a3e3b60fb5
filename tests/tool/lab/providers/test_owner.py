"""A lab ends with the process that owns it, however that one ends."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest
from snippetlab.lab import Provider
from snippetlab.lab.providers.engine import EngineProvider

from tests.conftest import PROJECT, traces
from tests.tool.lab.waiting import wait_until

from .conftest import left

OWNER = """
import sys
from pathlib import Path
from snippetlab.lab import LabSpec
from snippetlab.lab.providers.bubblewrap import Bubblewrap
from snippetlab.lab.providers.engine import EngineProvider
from snippetlab.packs import find_pack
from snippetlab.settings import find_project
pack = find_pack(find_project(Path(sys.argv[1])))
provider = EngineProvider(pack, url=sys.argv[2]) if sys.argv[2:] else Bubblewrap(pack)
one, two = provider.start(LabSpec(name="one")), provider.start(LabSpec(name="two"))
one.connect(two, "192.168.65.2/24", "192.168.65.3/24")
one.client.containers.run("busybox", "sleep 1000", detach=True)
print("ready", flush=True)
sys.stdin.read()
"""


# Dies after the engine has made the lab's container, and before that runs.
DYING = """
import os, signal, sys
from pathlib import Path
import docker
from snippetlab.lab import LabSpec
from snippetlab.lab.providers.engine import EngineProvider
from snippetlab.packs import find_pack
from snippetlab.settings import find_project
docker.APIClient.start = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)
EngineProvider(find_pack(find_project(Path(sys.argv[1]))), url=sys.argv[2]).start(LabSpec())
"""


@pytest.mark.xdist_group("engine")
def test_an_owner_that_is_killed_before_its_lab_runs_leaves_nothing_to_the_next(on_engine: EngineProvider) -> None:
    before = left(on_engine)
    done = subprocess.run([sys.executable, "-c", DYING, str(PROJECT), on_engine.url], capture_output=True)
    assert done.returncode == -signal.SIGKILL
    assert left(on_engine) != before
    assert cleared(on_engine, 0) == before


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGHUP])
def test_a_killed_owner_leaves_nothing(provider: Provider, number: int) -> None:
    before = left(provider)
    url = [provider.url] if isinstance(provider, EngineProvider) else []
    command = [sys.executable, "-c", OWNER, str(PROJECT), *url]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True) as owner:
        assert owner.stdout is not None
        assert owner.stdout.readline() == b"ready\n"
        if not isinstance(provider, EngineProvider):
            assert traces(owner.pid)["cgroups"]
        owner.send_signal(number)
        owner.wait()
    assert wait_until(lambda: cleared(provider, owner.pid) == before), (before, cleared(provider, owner.pid))


def cleared(provider: Provider, owner: int) -> object:
    """What is left once the next lab could start: an engine removes a lab, and its networks are swept."""
    if isinstance(provider, EngineProvider):
        EngineProvider(provider.pack, url=provider.url).problem()
        return left(provider)
    return left(provider) if not any(traces(owner).values()) else traces(owner)
