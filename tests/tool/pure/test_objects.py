"""An id that a run prints is that of an object which there was, of the kind that its place asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from snippetlab.compare import compare_run
from snippetlab.compare.normalise import Identities
from snippetlab.compare.objects import strangers
from snippetlab.model import Drift, Scenario
from snippetlab.packs.docker.belongings import BELONGINGS, HELD, NOT_ASKED
from snippetlab.packs.docker.held import Held, chain_ids
from snippetlab.packs.docker.kinds import VOCABULARY

from tests.tool.runs import DOCKER, console, run, written

WEB = "3efd115129ac12a3ec4260a9edfdfb9dcce17741b751b274abc9a0082ffc5575"
IMAGE = "7aa0d8e7a8bd0a0a7e2e6d1cc9d0a1b4f1d1e3f0a9b8c7d6e5f4a3b2c1d0e9f8"
NETWORK = "0b4c1f2d3e4a5b6c7d8e9fa0b1c2d3e4f5a6b7c8d9eafb0c1d2e3f4a5b6c7d8e"
VOLUME = "1c5d2e3f4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f6"
NODE, SERVICE, TASK = "dz9c6o71gh75rve637d0x8qb7", "yawlysjmc816hjp5ug5323o8m", "44d4dquybfteh0s5o5k3y7d1n"
NOBODY = "5e1f2a3b4c5d" + "6" * 52
NOBODYS = "q72iitvl8xf94ngnjfwgoydou"
OBJECTS: Mapping[str, frozenset[str]] = {
    "container": frozenset({WEB}),
    "container name": frozenset({"brave_blackburn"}),
    "image": frozenset({IMAGE}),
    "network": frozenset({NETWORK}),
    "volume": frozenset({VOLUME}),
    "node": frozenset({NODE}),
    "service": frozenset({SERVICE}),
    "task": frozenset({TASK}),
}
PS = "CONTAINER ID   IMAGE     NAMES\n{}   busybox   web\n"
IMAGES = "REPOSITORY   TAG       IMAGE ID       SIZE\nbusybox      latest    {}   2MB\n"
NETWORKS = "NETWORK ID     NAME      DRIVER    SCOPE\n{}   app       bridge    local\n"
NODES = "ID                            HOSTNAME   STATUS    AVAILABILITY\n{} *   main       Ready     Active\n"
SERVICES = "ID             NAME      MODE\n{}   web       global\n"


def told(captured: str, source: str = "", recorded: str = "") -> list[str]:
    """The values that belong to nothing."""
    found = strangers(recorded, captured, OBJECTS, Identities(VOCABULARY), DOCKER.of(source))
    return [stranger.value for stranger in found]


# What is printed, with a place for an id; the id that may stand there; one of another kind; the command.
PLACES = {
    "docker run -d": ("{}\n", WEB, IMAGE, "docker run -d --name web busybox"),
    "docker run -itd": ("{}\n", WEB, NETWORK, "docker run -itd busybox sh"),
    "docker create": ("{}\n", WEB, IMAGE, "docker create busybox"),
    "docker ps -q": ("{}\n", WEB[:12], IMAGE[:12], "docker ps -a -q"),
    "docker ps": (PS, WEB[:12], IMAGE[:12], "docker ps"),
    "docker build -q": ("{}\n", f"sha256:{IMAGE}", f"sha256:{WEB}", "docker build -q -t app ."),
    "docker commit": ("{}\n", f"sha256:{IMAGE}", f"sha256:{NETWORK}", "docker commit web app"),
    "docker images": (IMAGES, IMAGE[:12], WEB[:12], "docker images"),
    "docker images -q": ("{}\n", IMAGE[:12], WEB[:12], "docker images --quiet busybox"),
    "docker network create": ("{}\n", NETWORK, WEB, "docker network create app"),
    "docker network ls": (NETWORKS, NETWORK[:12], WEB[:12], "docker network ls"),
    "docker node ls": (NODES, NODE, SERVICE, "docker node ls"),
    "docker service ls": (SERVICES, SERVICE[:12], TASK[:12], "docker service ls"),
    "docker service ps": (SERVICES, TASK[:12], SERVICE[:12], "docker service ps web"),
    "docker stack services": (SERVICES, SERVICE[:12], NODE[:12], "docker stack services shop"),
    "docker service create": ("{}\n", SERVICE, TASK, "docker service create --detach busybox"),
    "a build runs": (" ---> Running in {}\n", WEB[:12], IMAGE[:12], "docker build ."),
    "a build made": (" ---> {}\n", IMAGE[:12], WEB[:12], "docker build ."),
    "a build ended": ("Successfully built {}\n", IMAGE[:12], WEB[:12], "docker build ."),
    "BuildKit wrote": ("#7 writing image {} done\n", f"sha256:{IMAGE}", f"sha256:{WEB}", "docker build ."),
    "an error": ("Error response from daemon: container {} is not running\n", WEB, NETWORK, "docker exec web ps"),
    "a network's error": ("network app id {} has active endpoints\n", NETWORK, WEB, "docker network rm app"),
    "a service's network": ("network x is in use by service {}\n", SERVICE, NODE, "docker network rm x"),
    "a new swarm": ("Swarm initialized: current node ({}) is now a manager.\n", NODE, TASK, "docker swarm init"),
    "docker-py's error": ("http+docker://localhost/v1.45/containers/{}/start: Bad\n", WEB, IMAGE, "web.start()"),
    "docker-py's object": ("[<Container: {}>]\n", WEB[:12], IMAGE[:12], "client.containers.list()"),
    "a bridge": ("3: br-{}: <UP> mtu 1500\n", NETWORK[:12], WEB[:12], "ip link"),
    "a host name": ("HOSTNAME={}\n", WEB[:12], NETWORK[:12], "docker exec web env"),
    "a volume's folder": ("/var/lib/docker/volumes/{}/_data\n", VOLUME, WEB, "echo $folder"),
}


@pytest.mark.parametrize(("text", "own", "other", "source"), PLACES.values(), ids=PLACES)
def test_a_place_holds_the_id_of_an_object_of_its_kind(text: str, own: str, other: str, source: str) -> None:
    fresh = NOBODYS if len(own) == len(NOBODYS) else NOBODY
    unknown = f"sha256:{fresh}" if own.startswith("sha256:") else fresh[: len(own)]
    assert told(text.format(own), source) == []
    assert told(text.format(unknown), source) == [unknown.removeprefix("sha256:")]
    assert told(text.format(other), source) == [other.removeprefix("sha256:")]


ANYWHERE = {
    "twelve characters of an id": WEB[:12],
    "a long id": NETWORK,
    "with its prefix": f"sha256:{IMAGE}",
    "a swarm's": NODE,
    "cut short": f"{IMAGE[:20]}…",
    "a generated name": "brave_blackburn",
}


@pytest.mark.parametrize("own", ANYWHERE.values(), ids=ANYWHERE)
def test_elsewhere_it_is_the_id_of_anything(own: str) -> None:
    assert told(f"it is {own}\n") == []


@pytest.mark.parametrize("unknown", [NOBODY, NOBODY[:12], f"sha256:{NOBODY}", NOBODYS, "brave_napier"])
def test_an_id_of_nothing_is_a_stranger(unknown: str) -> None:
    assert told(f"it is {unknown}\n") == [unknown.removeprefix("sha256:")]


def test_a_name_is_whole_and_an_id_may_be_cut_short() -> None:
    assert told("brave_black\n") == ["brave_black"]
    assert told(f"{WEB[:20]}…\n") == []


def test_what_is_recorded_like_that_is_no_id() -> None:
    """A checksum of something fixed is the same in each run: it is compared, as any text."""
    assert told(f"{NOBODY}\n", recorded=f"{NOBODY}\n") == []


def test_kinds_that_no_engine_tells_are_not_asked_for() -> None:
    assert told("02:42:ac:11:00:02 bf3ee33f-bb31-41d9-af0e-ff0fcaabfd42 SWMTKN-1-0a-1b\n") == []


NOT_TOLD = {
    "an endpoint": ('"EndpointID": "{}",\n', NOBODY, ""),
    "an endpoint in Python": ("{{'SandboxID': '{}'}}\n", NOBODY, ""),
    "an endpoint's error": ("failed on endpoint web ({}): Bind failed\n", NOBODY, "docker start web"),
    "a session": ("failed to calculate checksum of ref {}::x: not found\n", NOBODYS, "docker build ."),
    "a snapshot": ("failed to calculate checksum of ref bf3ee33f-bb31::{}: not found\n", NOBODYS, "docker build ."),
    "a cache entry": (f"ID                          RECLAIMABLE   SIZE\n{NOBODYS}   true          0B\n", "", "docker buildx du"),
    "a pruned entry": ("{}\n", NOBODYS, "docker builder prune -f"),
    "a layer that is pulled": ("{}: Pull complete\n", NOBODY[:12], "docker pull busybox"),
    "a digest that was pushed": ("latest: digest: sha256:{} size: 527\n", NOBODY, "docker push a/b"),
    "a digest that was pulled": ("Digest: sha256:{}\n", NOBODY, "docker pull a/b"),
    "a digest behind a name": ("Untagged: a/b@sha256:{}\n", NOBODY, "docker rmi a/b"),
    "a blob": ('"digest": "sha256:{}"\n', NOBODY, "curl localhost:5000/v2/a/manifests/1"),
    "a manifest": ("#8 exporting manifest sha256:{} done\n", NOBODY, "docker build ."),
    "a layer in an archive": ("{}/layer.tar\n", NOBODY, "tar tf image.tar | sort"),
    "a layer's folder": ('"/var/lib/docker/overlay2/{}/diff"\n', NOBODY, "docker inspect web"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "value", "source"), NOT_TOLD.values(), ids=NOT_TOLD)
def test_what_no_api_tells_may_be_any(text: str, value: str, source: str) -> None:
    assert told(text.format(value) if value else text, source) == []


@pytest.mark.parametrize(("text", "value", "source"), NOT_TOLD.values(), ids=NOT_TOLD)
def test_and_only_there(text: str, value: str, source: str) -> None:
    shown = value or NOBODYS
    assert told(f"see {shown}\n", "echo")


def test_every_excuse_has_its_reason_and_every_place_a_kind_that_is_held() -> None:
    assert all(place.reason for place in NOT_ASKED)
    assert {kind for place in BELONGINGS for kind in place.objects} <= {k for kinds in HELD.values() for k in kinds}


@pytest.fixture
def scenario(tmp_path: Path) -> Scenario:
    return written(tmp_path, "test/a", console("$ docker run -d busybox", WEB))


def drifts(scenario: Scenario, *answers: str, known: bool = True) -> list[Drift]:
    return compare_run(scenario, replace(run(scenario, answers), objects=OBJECTS if known else None), VOCABULARY)


def test_a_run_whose_id_belongs_to_nothing_drifts_at_its_command(scenario: Scenario) -> None:
    (drift,) = drifts(scenario, f"{NOBODY}\n")
    assert drift.place == scenario.steps[0].blocks[0].commands[0].place
    assert drift.message == "id 5e1f2a3b4c5d66666666… belongs to no container that there was in this run"
    assert drift.values == (NOBODY,)  # an identity: no second run forgives it
    (drift,) = drifts(scenario, f"{IMAGE}\n")
    assert drift.message == "id 7aa0d8e7a8bd0a0a7e2e… is one of an image, where one of a container must stand"


def test_a_capture_is_judged_like_an_output(tmp_path: Path) -> None:
    body = f'## b\n\n```json capture="networks"\n{{"Id": "{WEB}"}}\n```\n'
    scenario = written(tmp_path, "test/b", body)
    assert drifts(scenario, f'{{"Id": "{NETWORK}"}}\n') == []
    assert [d.values for d in drifts(scenario, f'{{"Id": "{NOBODY}"}}\n')] == [(NOBODY,)]


def test_a_new_id_of_an_object_is_none_and_nothing_is_asked_where_nobody_knows(scenario: Scenario) -> None:
    assert drifts(scenario, f"{WEB}\n") == []
    assert drifts(scenario, f"{NOBODY}\n", known=False) == []


def test_events_tell_what_was_there() -> None:
    held = Held()
    swarm = {"com.docker.swarm.task.id": TASK, "com.docker.swarm.service.id": SERVICE, "com.docker.swarm.node.id": NODE}
    for kind, identity, attributes in (
        ("container", WEB, {"name": "brave_blackburn", "execID": NOBODY, **swarm}),
        ("image", f"sha256:{IMAGE}", {"name": f"a/b@sha256:{NETWORK}"}),
        ("image", "busybox:latest", {"name": "busybox"}),
        ("volume", "data", {"driver": "local"}),
        ("volume", VOLUME, None),
        ("builder", "default", {}),
    ):
        held.happened({"Type": kind, "Actor": {"ID": identity, "Attributes": attributes}})
    assert held.ids() == {
        "container": {WEB},
        "container name": {"brave_blackburn"},
        "exec": {NOBODY},
        "task": {TASK},
        "service": {SERVICE},
        "node": {NODE},
        "image": {IMAGE},
        "manifest": {NETWORK},
        "volume": {VOLUME},
    }


def test_layers_have_the_ids_that_the_specification_of_images_gives_them() -> None:
    """sha256sum of "sha256:aa… sha256:bb…", as in config.md of the OCI image specification."""
    one, two = f"sha256:{'a' * 64}", f"sha256:{'b' * 64}"
    assert chain_ids([one]) == [one, one]
    assert chain_ids([one, two])[2:] == [two, "sha256:ccd722928bd92476ba1745586fed6e45a102504185ad88cd89e01ff116fd146c"]
