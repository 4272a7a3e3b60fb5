"""Looks at what comes and goes on an engine while a scenario runs, so that what it removes has been seen too."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from queue import SimpleQueue
from types import TracebackType
from typing import Any

import docker
from docker.errors import DockerException
from requests.exceptions import RequestException

from snippetlab.packs.docker.api_data import Data, Objects
from snippetlab.packs.docker.held import Held

_AGAIN = 0.05  # seconds until an engine is asked again that gave no answer, or a short one
# Seconds that one question lasts. Since 24.0 an engine that is told to end waits for its callers, five seconds at most,
# and a reader's engine has no caller that listens for ever.
_LISTEN = 0.5
# A swarm tells of an object when it has settled, with the time at which that was made: what is told between two
# questions may be older than what was told before. So a question goes back some seconds: each one where there is a
# swarm, and otherwise (there may be one soon) one every few seconds, since all that happened is told once more.
_LATE = 15 * 10**9  # nanoseconds
_GO_BACK = 4.0  # seconds
_BESIDE = 10**9  # nanoseconds: two things that happen at once may be told in the other order
_LAST_WORD = 1.0  # seconds until what nobody wants to know any more is not waited for
_RESTART = 0.2  # seconds in which no engine ends and starts again
_MADE = frozenset({"create", "rename", "update"})
_IMAGES = frozenset({"tag", "load", "import", "pull", "push"})
# What a swarm starts by itself comes and goes as time has it.
_SWARM_TASK = "com.docker.swarm.task"
_ENGINE: Mapping[str, Any] = {}  # stands among events for an engine's start


class Watch:
    """What was made on an engine since the watch began, in the form in which it was first seen.

    ``client`` must be nobody else's. ``alive`` says whether the engine may still answer.

    One thread takes what the engine tells as it comes, another one looks at the objects: an engine remembers 256
    events, and where looking takes its time, more may have happened meanwhile.
    """

    def __init__(self, client: docker.DockerClient, alive: Callable[[], bool]) -> None:
        self._client = client
        self._alive = alive
        self._seen: dict[tuple[str, str], Data] = {}
        self._held = Held()
        self._mounts: dict[str, list[Data]] = {}  # of volumes, by the container that they were mounted in
        self._began = self._latest = time.time_ns()  # nanoseconds; the latest event that was told
        self._heard: set[tuple[object, ...]] = set()  # every event that was told
        self._swarm = False  # one has told something
        self._went_back = -math.inf
        self._caught_up = False
        self._ended = threading.Event()
        self._stream: Any = None
        # What is to be looked at: events, and _ENGINE where an engine has started. None ends it.
        self._told: SimpleQueue[Mapping[str, Any] | None] = SimpleQueue()
        self._given_up = False  # nobody will ask what there was
        self._follower = threading.Thread(target=self._follow, name="watch", daemon=True)
        self._looker = threading.Thread(target=self._look_at_all, name="look", daemon=True)

    def __enter__(self) -> Watch:
        self._follower.start()
        self._looker.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._given_up = True
        # Whoever waits for an engine that hangs goes with its lab.
        self._end(within=_LAST_WORD)
        self._client.close()

    @property
    def seen(self) -> frozenset[tuple[str, str]]:
        """The kind and the id (a volume's name) of everything that was looked at so far."""
        return frozenset(self._seen)

    def held(self, found: Objects | None = None) -> Mapping[str, frozenset[str]]:
        """The ids of everything that was there at some time, by kind of object. Ends the watch.

        ``found`` is what ``read`` has just been told, where it has.
        """
        self._finish()
        self._held.look(self._client, found=found)
        return self._held.ids()

    def removed(self, present: Mapping[str, list[Data]]) -> dict[str, list[Data]]:
        """What was made and is not among the objects that are ``present``, by kind. Ends the watch.

        Raises what docker-py raises.
        """
        self._end()
        self._catch_up()
        there = {(kind, _identity(data)) for kind, objects in present.items() for data in objects}
        gone: dict[str, list[Data]] = {}
        for (kind, identity), data in self._seen.items():
            if (kind, identity) not in there and not _of_swarm(data):
                # Where nobody could look at a container, events still say what was mounted in it.
                told = {"Mounts": self._mounts.get(identity, [])} if kind == "containers" and "unseen" in data else {}
                gone.setdefault(kind, []).append({**data, **told})
        return gone

    def _finish(self) -> None:
        self._end()
        if self._caught_up:
            return
        with suppress(DockerException, RequestException):
            self._catch_up()

    def _catch_up(self) -> None:
        """What happened at the very end may not have come through."""
        for event in self._new(self._events(until=time.time_ns())):
            self._look(event)
        self._caught_up = True

    def _end(self, within: float | None = None) -> None:
        self._ended.set()
        if self._stream is not None:
            self._stream.close()
        self._follower.join(within)
        self._told.put(None)
        self._looker.join(within)

    def _events(self, until: int) -> Any:
        since: Any = _seconds(max(self._began, self._latest - (_LATE if self._goes_back() else _BESIDE)))
        end: Any = _seconds(until)
        return self._client.api.events(since=since, until=end, decode=True)

    def _goes_back(self) -> bool:
        now = time.monotonic()
        if not (self._swarm or self._ended.is_set() or now - self._went_back >= _GO_BACK):
            return False
        self._went_back = now
        return True

    def _new(self, events: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
        """Those that were not told by an earlier question."""
        for event in events:
            at = int(event["timeNano"])
            known = (at, event["Type"], event["Action"], event["Actor"]["ID"])
            if known not in self._heard:
                self._heard.add(known)
                self._swarm = self._swarm or event.get("scope") == "swarm"
                self._latest = max(self._latest, at)
                yield event

    def _follow(self) -> None:
        heard = -math.inf
        while not self._ended.is_set() and self._alive():
            if time.monotonic() - heard >= _RESTART:
                self._told.put(_ENGINE)
            asked = time.monotonic()
            try:
                self._stream = self._events(until=time.time_ns() + int(_LISTEN * 1e9))
                if self._ended.is_set():
                    self._stream.close()
                for event in self._new(self._stream):
                    self._told.put(event)
                heard = time.monotonic()
            except (DockerException, RequestException, OSError, ValueError):
                heard = -math.inf  # the engine was restarted, or is gone
            # A question that lasted is followed by the next at once: an engine that ends takes with it what nobody has
            # been told.
            if time.monotonic() - asked < _LISTEN / 2:
                self._ended.wait(_AGAIN)

    def _look_at_all(self) -> None:
        # An engine that hangs would be waited for at each event, and nobody might want to know any more.
        while (event := self._told.get()) is not None and not self._given_up:
            with suppress(DockerException, RequestException):  # the engine may be gone
                if event is _ENGINE:
                    self._held.look(self._client, begins=True)
                else:
                    self._look(event)

    def _look(self, event: Mapping[str, Any]) -> None:
        self._held.happened(event)
        if event["Type"] in ("service", "node"):
            self._held.look_at_swarm(self._client)
        if event["Type"] == "image" and event["Action"] in _IMAGES:
            self._held.look_at_image(self._client, str(event["Actor"]["ID"]))
        kind, identity = f"{event['Type']}s", str(event["Actor"]["ID"])
        if kind == "volumes" and event["Action"] == "mount":
            given = event["Actor"].get("Attributes") or {}
            mount = {"Name": identity, "Destination": given.get("destination", "")}
            self._mounts.setdefault(str(given.get("container")), []).append(mount)
        if event["Action"] not in _MADE or kind not in _INSPECT:
            return
        try:
            self._seen[kind, identity] = _INSPECT[kind](self._client.api, identity)
        except (DockerException, RequestException):
            given = event["Actor"].get("Attributes") or {}
            # Labels are among the attributes: by them a task of a swarm is known.
            config = {"Image": given.get("image"), "Labels": given}
            unseen = {"Id": identity, "Name": given.get("name", identity), "Config": config}
            # An overlay network is a swarm's, whoever makes it.
            unseen |= {"Scope": "swarm"} if given.get("type") == "overlay" else {}
            self._seen.setdefault((kind, identity), unseen)
            self._seen[kind, identity] = {**self._seen[kind, identity], "unseen": True}


_INSPECT: Mapping[str, Callable[[Any, str], Data]] = {
    "containers": lambda api, identity: api.inspect_container(identity),
    "networks": lambda api, identity: api.inspect_network(identity),
    "volumes": lambda api, identity: api.inspect_volume(identity),
    "services": lambda api, identity: api.inspect_service(identity),
    "secrets": lambda api, identity: api.inspect_secret(identity),
    "configs": lambda api, identity: api.inspect_config(identity),
}


def _seconds(nanoseconds: int) -> str:
    """A time as the engine reads it. (In a float, a hundred nanoseconds would be lost.)"""
    return f"{nanoseconds // 10**9}.{nanoseconds % 10**9:09d}"


def _identity(data: Data) -> str:
    return str(data.get("Id") or data.get("ID") or data.get("Name"))


def _of_swarm(data: Data) -> bool:
    return data.get("Scope") == "swarm" or _SWARM_TASK in (data.get("Config", {}).get("Labels") or {})
