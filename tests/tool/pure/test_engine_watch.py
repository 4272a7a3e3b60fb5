"""What the watch on an engine says of objects that were gone before anybody could look."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

import docker
import pytest
from docker.errors import NotFound
from snippetlab.packs.docker import _Client, watch
from snippetlab.packs.docker.state import state_of
from snippetlab.packs.docker.watch import Watch


class Engine:
    """A client of an engine on which something came and went at once."""

    def __init__(self, *events: Mapping[str, Any]) -> None:
        self.api = self
        self._events = events

    def events(self, **_: object) -> Iterator[Mapping[str, Any]]:
        """The same, each time that they are asked for."""
        yield from self._events

    def inspect_container(self, identity: str) -> Mapping[str, Any]:
        """It is gone."""
        raise NotFound(f"No such container: {identity}")

    inspect_volume = inspect_network = inspect_container

    def networks(self) -> list[Mapping[str, Any]]:
        """None that an engine makes for itself."""
        return []

    def images(self, **_: object) -> list[Mapping[str, Any]]:
        """None."""
        return []

    def close(self) -> None:
        """Nothing is open."""


def event(kind: str, action: str, identity: str, **attributes: str) -> Mapping[str, Any]:
    given = {name.replace("_", "."): value for name, value in attributes.items()}
    return {"timeNano": 1, "Type": kind, "Action": action, "Actor": {"ID": identity, "Attributes": given}}


def removed(*events: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """What a watch tells of, by kind, when nothing of it was there to be looked at."""
    with Watch(cast(docker.DockerClient, Engine(*events)), lambda: False) as watch:
        return watch.removed({})


@pytest.mark.parametrize(
    ("attributes", "told"),
    [
        ({"name": "web", "image": "busybox"}, ["web"]),
        # A swarm starts its tasks by itself, and as often as it likes.
        ({"name": "web.1.x", "com_docker_swarm_task": ""}, []),
    ],
)
def test_a_task_of_a_swarm_is_known_by_the_labels_in_its_event(attributes: Mapping[str, str], told: list[str]) -> None:
    containers = removed(event("container", "create", "4711", **attributes)).get("containers", [])
    assert [data["Name"] for data in containers] == told


def test_a_network_of_a_swarm_is_left_out_though_nobody_could_look_at_it() -> None:
    identity = "bij1vqwzwuc1qt84lz42bbfmu"
    told = removed(
        event("network", "create", identity, name="ingress", type="overlay"),
        event("network", "create", "ab" * 32, name="mine", type="bridge"),
    )
    assert [network["Name"] for network in told["networks"]] == ["mine"]


def test_a_volume_is_known_by_its_mount_even_where_nobody_could_look_at_the_container() -> None:
    volume = "ab" * 32
    state = state_of(
        {"images": [], "engine": [{"Swarm": {}}]},
        removed(
            event("volume", "create", volume, driver="local"),
            event("container", "create", "4711", name="keeps", image="busybox"),
            event("volume", "mount", volume, container="4711", destination="/data"),
            event("volume", "unmount", volume, container="4711"),
        ),
    )
    assert state["removed containers"] == {"keeps": {"unseen": True}}
    assert state["removed volumes"] == {"volume of keeps:/data": {"unseen": True}}


class BusyEngine(Engine):
    """One that tells of more than it remembers while somebody looks at a container."""

    REMEMBERED = 3

    def __init__(self, *events: Mapping[str, Any]) -> None:
        super().__init__(*events)
        self._all_told = threading.Event()

    def events(self, *, since: str, **_: object) -> Iterator[Mapping[str, Any]]:
        """All of them as they happen, and later the last ones that happened before, from ``since`` on."""
        if self._all_told.is_set():
            yield from (e for e in self._events[-self.REMEMBERED :] if e["timeNano"] >= float(since) * 1e9)
            return
        yield from self._events
        self._all_told.set()

    def inspect_container(self, identity: str) -> Mapping[str, Any]:
        """It takes until everything has been told, or longer than anybody waits."""
        self._all_told.wait(2)
        raise NotFound(f"No such container: {identity}")


def test_what_happens_while_an_object_is_looked_at_is_not_lost() -> None:
    events = [event("container", "create", f"{number:064}", name=f"c{number}", image="busybox") for number in range(9)]
    engine = BusyEngine(*({**event, "timeNano": number} for number, event in enumerate(events, start=1)))
    with Watch(cast(docker.DockerClient, engine), lambda: not engine._all_told.is_set()) as watch:
        engine._all_told.wait(5)
        gone = watch.removed({})
    assert [data["Name"] for data in gone["containers"]] == [f"c{number}" for number in range(9)]


class LateEngine(Engine):
    """One that tells of a network after what came later, when nobody listens at that moment, as a swarm may."""

    def __init__(self) -> None:
        super().__init__()
        self.questions = 0
        self._begin = 0

    def events(self, *, since: str, **_: object) -> Iterator[Mapping[str, Any]]:
        """Of those that it knows by then, the ones from ``since`` on."""
        seconds, nanoseconds = since.split(".")
        asked = int(seconds) * 10**9 + int(nanoseconds)
        self._begin = self._begin or asked
        self.questions += 1
        earlier = event("network", "create", "one", name="app", type="bridge"), self._begin + 1
        later = event("container", "create", "two", name="web", image="busybox"), self._begin + 2
        known = [later] if self.questions == 1 else [later, earlier]
        yield from ({**told, "timeNano": at} for told, at in known if at >= asked)


class AskedEngine(Engine):
    """One on which something of a scope happened twenty seconds after the watch began; ``asked`` holds from when on
    questions want to know, in seconds before that."""

    def __init__(self, scope: str) -> None:
        super().__init__()
        self._scope = scope
        self._at = 0
        self.asked: list[float] = []

    def events(self, *, since: str, **_: object) -> Iterator[Mapping[str, Any]]:
        """The one that it knows."""
        seconds, nanoseconds = since.split(".")
        asked = int(seconds) * 10**9 + int(nanoseconds)
        self._at = self._at or asked + 20 * 10**9
        self.asked.append((self._at - asked) / 1e9)
        yield {**event("network", "create", "one", name="app", type="x"), "timeNano": self._at, "scope": self._scope}


@pytest.mark.parametrize(("scope", "back"), [("local", 1), ("swarm", 15)])
def test_where_there_is_no_swarm_few_questions_go_back_to_what_was_told_long_ago(scope: str, back: float) -> None:
    engine = AskedEngine(scope)
    with Watch(cast(docker.DockerClient, engine), lambda: len(engine.asked) < 3) as watch:
        began = time.monotonic()
        while len(engine.asked) < 3 and time.monotonic() < began + 30:
            time.sleep(0.01)
        watch.removed({})
    assert engine.asked[:3] == [20, back, back]
    assert engine.asked[-1] == 15, "at the end, nothing may be missed"


def test_what_is_told_late_with_an_earlier_time_is_not_lost_and_nothing_is_told_twice() -> None:
    engine = LateEngine()
    with Watch(cast(docker.DockerClient, engine), lambda: engine.questions < 3) as watch:
        began = time.monotonic()
        while engine.questions < 3 and time.monotonic() < began + 30:
            time.sleep(0.01)
        gone = watch.removed({})
    assert {kind: [data["Name"] for data in found] for kind, found in gone.items()} == {
        "networks": ["app"],
        "containers": ["web"],
    }


class SwitchedEngine(Engine):
    """One that begins with an image, and ends with another store, in which there is none."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = threading.Event()

    def images(self, **_: object) -> list[Mapping[str, Any]]:
        """The image, once."""
        first = not self.asked.is_set()
        self.asked.set()
        return [{"Id": f"sha256:{'ab' * 32}"}] if first else []

    def containers(self, **_: object) -> list[Mapping[str, Any]]:
        """None."""
        return []

    def volumes(self) -> Mapping[str, Any]:
        """None."""
        return {"Volumes": []}

    def info(self) -> Mapping[str, Any]:
        """It is in no swarm."""
        return {}


def test_an_image_that_an_engine_began_with_was_there_though_no_event_tells_of_it() -> None:
    engine = SwitchedEngine()
    with Watch(cast(docker.DockerClient, engine), lambda: not engine.asked.is_set()) as watch:
        engine.asked.wait(5)
        assert watch.held()["image"] == {"ab" * 32}


@pytest.mark.parametrize(
    "config",
    [
        "[]",
        "{",
        '{"auths": 5}',
        '{"auths": {"r": {"auth": "dTpw"}}, "proxies": {"default": {"httpProxy": "http://p"}}, "HttpHeaders": {"a": "b"}}',
    ],
)
def test_what_a_user_has_set_for_other_engines_is_none_of_a_labs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, config: str
) -> None:
    (tmp_path / "config.json").write_text(config)
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    client: Any = _Client("unix:///nowhere", {"ApiVersion": "1.44"})
    assert client.api._general_configs == {"auths": {}}
    assert not any(client.api._proxy_configs.values()) and not client.api._auth_configs.auths.get("auths")
    assert client.version() == {"ApiVersion": "1.44"}
    assert not client.api.answers()


class Hanging(Engine):
    """An engine that was stopped: it takes questions and answers none."""

    def __init__(self) -> None:
        super().__init__()
        self.asked, self.ends = threading.Event(), threading.Event()

    def events(self, **_: object) -> Iterator[Mapping[str, Any]]:
        """Nothing comes."""
        self.asked.set()
        self.ends.wait()
        raise NotFound("it has gone")

    def networks(self) -> list[Mapping[str, Any]]:
        """Nor here."""
        self.ends.wait()
        return []

    def close(self) -> None:
        """It goes with its lab."""


class Counting(Engine):
    """An engine on which nothing happens, and that knows when it is asked once more."""

    def __init__(self) -> None:
        super().__init__()
        self.asked_once = False
        self.asked_again = threading.Event()

    def events(self, **_: object) -> Iterator[Mapping[str, Any]]:
        """Nothing."""
        if self.asked_once:
            self.asked_again.set()
        self.asked_once = True
        yield from ()


def test_between_two_questions_there_is_no_pause_in_which_an_engine_could_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "_AGAIN", 60)
    monkeypatch.setattr(watch, "_LISTEN", 0)  # so that each question has lasted
    engine = Counting()
    with Watch(cast(docker.DockerClient, engine), lambda: not engine.asked_again.is_set()):
        assert engine.asked_again.wait(10)


def test_a_watch_on_an_engine_that_hangs_ends_with_its_block() -> None:
    engine = Hanging()
    patience = threading.Timer(30, engine.ends.set)  # else a watch that waits would wait for ever
    patience.start()
    with Watch(cast(docker.DockerClient, engine), lambda: True):
        assert engine.asked.wait(10)
    waited = engine.ends.is_set()
    patience.cancel()
    engine.ends.set()
    assert not waited
