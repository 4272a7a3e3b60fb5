"""What somebody else has on an engine is never touched, and what is ours is found, whoever made it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import docker
import pytest
from docker.models.containers import Container
from docker.utils.proxy import ProxyConfig
from snippetlab.lab import LabSpec
from snippetlab.lab.providers.engine import EngineProvider
from snippetlab.lab.providers.engine.labels import LAB, ours, remove
from snippetlab.model import Failure
from snippetlab.run.session import SHELL, Budget, Session

from tests.tool.lab.waiting import wait_until

Seen = dict[str, object]


@dataclass(frozen=True)
class Canaries:
    """Somebody's things: a running, a stopped and a paused container, a network, a volume, an image."""

    client: docker.DockerClient
    containers: tuple[Container, ...]

    def seen(self) -> Seen:
        """All that tells whether anybody touched them."""
        client = self.client
        states = {}
        for container in self.containers:
            container.reload()
            state = container.attrs["State"]
            networks = sorted(container.attrs["NetworkSettings"]["Networks"])
            states[container.name] = (state["Status"], state["StartedAt"], state["Pid"], networks)
        return {
            "states": states,
            "network": client.networks.get("canaries").attrs["Id"],
            "volume": client.volumes.get("canaries").attrs["CreatedAt"],
            "image": client.images.get("canaries:latest").id,
        }


@pytest.fixture
def canaries(client: docker.DockerClient) -> Iterator[Canaries]:
    network = client.networks.create("canaries", labels={"snippetlab.lab": "no"})
    volume = client.volumes.create("canaries")
    image = client.images.get("busybox")
    image.tag("canaries")
    made = []
    for name in ("runs", "stopped", "paused"):
        # Names and labels may well look like ours.
        made.append(
            client.containers.run(
                "canaries", "sleep 1000", name=f"snippetlab-{name}", detach=True, init=True,
                network="canaries", labels={"snippetlab.lab": "no", "snippetlab": "theirs"}, volumes=["canaries:/v"],
            )
        )  # fmt: skip
    made[1].stop(timeout=1)
    made[2].pause()
    yield Canaries(client, tuple(made))
    made[2].unpause()
    for container in made:
        container.remove(force=True)
    network.remove()
    volume.remove()
    client.images.remove("canaries")


def use(provider: EngineProvider) -> None:
    """All that labs do on an engine."""
    one, two = provider.start(LabSpec(name="one")), provider.start(LabSpec(name="two"))
    try:
        one.connect(two, "192.168.65.2/24", "192.168.65.3/24")
        two.attach_outside()
        one.run(
            ["sh", "-c", "docker run -d busybox sleep 1000; docker rm -f $(docker ps -aq); docker system prune -af"]
        )
    finally:
        one.stop()
        two.stop()


def clear(provider: EngineProvider) -> None:
    """What `snippetlab labs --remove` does."""
    for leftover in ours(provider.engine.client):
        remove(leftover)


@pytest.mark.xdist_group("engine")
@pytest.mark.parametrize("does", [use, clear])
def test_somebody_elses_things_are_not_touched(
    on_engine: EngineProvider, canaries: Canaries, does: Callable[[EngineProvider], None]
) -> None:
    before = canaries.seen()
    does(on_engine)
    assert canaries.seen() == before


@pytest.mark.xdist_group("engine")
def test_what_is_ours_is_listed_and_removed(on_engine: EngineProvider, client: docker.DockerClient) -> None:
    lab = on_engine.start(LabSpec())
    mine = [found for found in ours(client) if found.kind == LAB]
    assert [found.found.id for found in mine] == [lab.container]
    assert {found.kind for found in ours(client)} == {"lab", "stock", "image"}
    assert [found for found in mine if found.foreign] == []
    remove(mine[0])
    assert [found for found in ours(client) if found.kind == LAB] == []
    lab.stop()
    assert not lab.alive


@pytest.mark.xdist_group("engine")
def test_a_lab_that_somebody_kills_is_called_dead(on_engine: EngineProvider, client: docker.DockerClient) -> None:
    lab = on_engine.start(LabSpec())
    session = Session.start(lab, SHELL)
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(session.run, "sleep 1000", Budget.of(60))
        assert wait_until(lambda: "sleep 1000" in lab.run(["ps", "-eo", "args"]).splitlines())
        client.containers.get(lab.container).kill()
        assert running.result().failure is Failure.LAB_DIED
    session.close()
    lab.stop()


def test_proxies_of_the_users_containers_are_none_of_a_labs(
    on_engine: EngineProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file of settings of the docker command gives them to every container."""
    monkeypatch.setattr(on_engine.engine.client.api, "_proxy_configs", ProxyConfig(http="http://proxy.invalid:1"))
    lab = on_engine.start(LabSpec())
    try:
        assert "proxy" not in lab.run(["env"]).lower()
    finally:
        lab.stop()
