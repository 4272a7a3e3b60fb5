"""Every test of this folder runs with each provider: what a lab is must not depend on how it is made.

An engine of the machine's own is no place for tests, so the engine on which labs are containers is that of a bubblewrap
lab. Where bubblewrap cannot run labs, it is the machine's own after all, but for the tests of what else is on it.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import docker
import pytest
from snippetlab.check import Silent
from snippetlab.lab import LabSpec, Provider
from snippetlab.lab.providers.bubblewrap import Bubblewrap
from snippetlab.lab.providers.engine import EngineProvider

from tests.conftest import PROJECT
from tests.tool.lab.conftest import BOOK
from tests.tool.lab.waiting import wait_until


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One worker has the tests on an engine, so that there is one such engine; what clears it comes last."""
    for item in items:
        if "[engine" in item.nodeid:
            item.add_marker(pytest.mark.xdist_group("engine"))
    # To bring everything to the engine again takes as long as all the other tests on it.
    items.sort(key=lambda item: item.name.endswith("[clear]"))


@pytest.fixture(scope="session")
def outer() -> Iterator[str]:
    """The address of an engine that others may use, too; empty for the machine's own."""
    if Bubblewrap(BOOK).problem():
        yield ""
        return
    # In a process of its own, or tests that count the labs of theirs would find this one.
    command = [sys.executable, "-m", "tests.outer"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=PROJECT) as owner:
        assert owner.stdout is not None and owner.stdin is not None
        yield owner.stdout.readline().strip()
        owner.stdin.close()


@pytest.fixture(scope="session")
def on_engine(outer: str) -> EngineProvider:
    """The provider of labs on that engine, which has taken what labs start from."""
    provider = EngineProvider(BOOK, Silent().say, url=outer)
    provider.identity(LabSpec())
    return provider


@pytest.fixture(scope="session")
def client(outer: str) -> Iterator[docker.DockerClient]:
    """The outer engine, as somebody else sees it."""
    if not outer:
        pytest.skip("the machine's own engine may hold what must not be touched")
    connected = docker.DockerClient(base_url=outer)
    yield connected
    connected.close()


@pytest.fixture(scope="session", params=["bubblewrap", "engine"])
def provider(request: pytest.FixtureRequest) -> Provider:
    """Each provider."""
    if request.param == "bubblewrap":
        own = Bubblewrap(BOOK, Silent().say)
        if problem := own.problem():
            pytest.skip(f"bubblewrap runs no lab here: {problem.what}")
        return own
    found: EngineProvider = request.getfixturevalue("on_engine")
    return found


@pytest.fixture
def leaves_nothing(provider: Provider, request: pytest.FixtureRequest) -> Iterator[None]:
    """Fails the test when anything of a lab is on the machine, or its engine, afterwards that was not there before."""
    before = left(provider)
    yield
    # What a removed container was kept by ends a moment later.
    assert wait_until(lambda: left(provider) == before, 5), (before, left(provider))


def left(provider: Provider) -> object:
    """What labs have on the machine and on the engine of a provider."""
    from tests.conftest import traces

    if not isinstance(provider, EngineProvider):
        return traces()
    client = provider.engine.client
    return {
        "containers": sorted(c["Id"] for c in client.api.containers(all=True)),
        "networks": sorted(n.id or "" for n in client.networks.list()),
        "volumes": sorted(v.name for v in client.volumes.list()),
        "files": traces()["files"],
    }
