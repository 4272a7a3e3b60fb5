"""What the Docker pack says that a scenario left on an engine."""

from __future__ import annotations

from typing import Any

import pytest
from snippetlab.packs.docker.objects import read
from snippetlab.packs.docker.state import state_of

ENGINE: dict[str, Any] = {"Swarm": {"ControlAvailable": False}}
BUILT = "b1b4f656cd98" + "0" * 52  # the id of an image that a build left without a name


def of_image(image: str) -> dict[str, Any]:
    """A container that was removed, made from what a command named as its image."""
    return {"Id": "c" * 64, "Name": "/brave_hopper", "Config": {"Image": image}}


def removed_container(image: str, *images: dict[str, Any]) -> tuple[str, Any]:
    found = {"engine": [ENGINE], "containers": [], "networks": [], "volumes": [], "images": list(images)}
    state = state_of(found, {"containers": [of_image(image)]})
    ((name, fields),) = state["removed containers"].items()
    return name, fields["Config.Image"]


@pytest.mark.parametrize("image", [BUILT, BUILT[:12], f"sha256:{BUILT}"])
def test_an_image_that_is_gone_is_not_known_by_its_id(image: str) -> None:
    assert removed_container(image) == ("unnamed, of an image that is gone", "<an id of nothing here>")


@pytest.mark.parametrize("image", [BUILT, BUILT[:12], f"sha256:{BUILT}"])
def test_an_image_without_a_name_is_known_as_such(image: str) -> None:
    there = {"Id": f"sha256:{BUILT}", "RepoTags": []}
    assert removed_container(image, there) == ("unnamed, of untagged", "<untagged>")


def test_an_image_whose_name_looks_like_an_id_keeps_it_where_it_is_there() -> None:
    there = {"Id": f"sha256:{BUILT}", "RepoTags": ["facade:latest"]}
    assert removed_container("facade", there) == ("unnamed, of facade", "facade")


def test_the_order_of_links_is_no_difference() -> None:
    def links(*given: str) -> Any:
        container = {**of_image("busybox"), "HostConfig": {"Links": list(given)}}
        found = {"engine": [ENGINE], "containers": [container], "networks": [], "volumes": [], "images": []}
        ((_, fields),) = state_of(found, {})["containers"].items()
        return fields["HostConfig.Links"]

    assert links("/b:/web/b", "/a:/web/a") == links("/a:/web/a", "/b:/web/b") == ["/a:/web/a", "/b:/web/b"]


def test_a_container_that_compose_1_replaced_has_its_name() -> None:
    old = {**of_image("redis"), "Id": "d" * 64, "Name": f"/{'d' * 12}_app_redis_1"}
    other = {**of_image("redis"), "Id": "e" * 64, "Name": f"/{'f' * 12}_app_redis_1"}
    found = {"engine": [ENGINE], "containers": [], "networks": [], "volumes": [], "images": []}
    names = state_of(found, {"containers": [old, other]})["removed containers"]
    assert list(names) == ["app_redis_1", f"{'f' * 12}_app_redis_1"]


def test_the_order_of_variables_is_no_difference() -> None:
    def env(*variables: str) -> Any:
        container = {**of_image("busybox"), "Config": {"Image": "busybox", "Env": list(variables)}}
        found = {"engine": [ENGINE], "containers": [container], "networks": [], "volumes": [], "images": []}
        ((_, fields),) = state_of(found, {})["containers"].items()
        return fields["Config.Env"]

    assert env("B=2", "A=1") == env("A=1", "B=2") == ["A=1", "B=2"]


def on_machine(version: str, **host: Any) -> Any:
    """The state of an engine with one container, by the version of cgroups of its machine."""
    security = ["name=seccomp,profile=builtin", *(["name=cgroupns"] if version == "2" else [])]
    engine = {**ENGINE, "CgroupVersion": version, "SecurityOptions": security}
    container = {**of_image("busybox"), "HostConfig": {"Memory": 0, **host}}
    return state_of({"engine": [engine], "containers": [container], "networks": [], "volumes": [], "images": []}, {})


def test_the_version_of_cgroups_is_the_machines() -> None:
    """In version 2 a container sees its own cgroups by itself, and nothing can keep the kernel from ending it: the
    engine takes that switch away at the start, so that it is seen or not seen."""
    first = on_machine("1", CgroupnsMode="host", OomKillDisable=False)
    assert on_machine("2", CgroupnsMode="private", OomKillDisable=False) == first
    assert on_machine("2", CgroupnsMode="private", OomKillDisable=None) == first
    assert first["engine"]["engine"]["SecurityOptions"] == ["name=seccomp,profile=builtin"]


def test_what_somebody_set_of_cgroups_is_told() -> None:
    assert on_machine("1", CgroupnsMode="private") != on_machine("1", CgroupnsMode="host")
    assert on_machine("2", CgroupnsMode="host") != on_machine("2", CgroupnsMode="private")
    assert on_machine("1", OomKillDisable=True) != on_machine("1", OomKillDisable=False)


def test_a_runtime_that_the_engine_fills_in_at_the_start_is_seen_or_not_seen() -> None:
    """Engine 20.10 writes its default into a container that the bare API made when it starts, not when it is made."""
    default = {**ENGINE, "DefaultRuntime": "runc"}

    def runtime(given: str) -> Any:
        container = {**of_image("busybox"), "HostConfig": {"Memory": 0, "Runtime": given}}
        found = {"engine": [default], "containers": [container], "networks": [], "volumes": [], "images": []}
        ((_, fields),) = state_of(found, {})["containers"].items()
        return fields["HostConfig.Runtime"]

    assert [runtime(given) for given in ("", "runc", "crun")] == ["runc", "runc", "crun"]


@pytest.mark.parametrize("mount", [{"Name": "d" * 64}, {"Source": f"/var/lib/docker/volumes/{'d' * 64}/_data"}])
def test_an_anonymous_volume_is_known_by_its_container(mount: dict[str, str]) -> None:
    """Engine 28 gives the mount of a bind without a source no name, only a source."""
    volume = {"Name": "d" * 64, "Mountpoint": f"/var/lib/docker/volumes/{'d' * 64}/_data"}
    container = {"Id": "c" * 64, "Name": "/job", "Config": {"Image": "busybox"}}
    container["Mounts"] = [{"Type": "volume", "Destination": "/data", **mount}]
    found = {"engine": [ENGINE], "containers": [container], "networks": [], "volumes": [volume], "images": []}
    assert list(state_of(found, {})["volumes"]) == ["volume of job:/data"]


class Engine:
    """An engine with one image that only the list of all images holds, as the classic builder leaves them."""

    def info(self) -> dict[str, Any]:
        return ENGINE

    def containers(self, *, all: bool) -> list[dict[str, Any]]:
        return []

    def networks(self) -> list[dict[str, Any]]:
        return []

    def volumes(self) -> dict[str, Any]:
        return {"Volumes": None}

    def images(self, *, all: bool = False) -> list[dict[str, Any]]:
        return [{"Id": BUILT}] if all else []

    def inspect_image(self, identity: str) -> dict[str, Any]:
        return {"Id": identity, "RepoTags": []}


class Client:
    def __init__(self, api: Engine) -> None:
        self.api = api


class WithIngress(Engine):
    """An engine that holds the network of a swarm, in which it is or was."""

    def __init__(self, state: str) -> None:
        self.state = state

    def info(self) -> dict[str, Any]:
        return {"Swarm": {"LocalNodeState": self.state, "ControlAvailable": False}}

    def networks(self) -> list[dict[str, Any]]:
        return [{"Name": "bridge", "Scope": "local"}, {"Name": "ingress", "Scope": "swarm"}]


@pytest.mark.parametrize(("state", "told"), [("active", ["bridge", "ingress"]), ("inactive", ["bridge"])])
def test_the_networks_of_a_swarm_are_told_while_the_engine_is_in_it(state: str, told: list[str]) -> None:
    client: Any = Client(WithIngress(state))
    assert [network["Name"] for network in read(client)["networks"]] == told


def test_images_between_the_steps_of_a_build_are_part_of_the_state() -> None:
    client: Any = Client(Engine())
    assert [image["Id"] for image in read(client)["images"]] == [BUILT]
