"""What the watch on an engine says of objects that were gone before anybody could look."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

import docker
import pytest
from docker.errors import NotFound
from snippetlab.packs.docker.watch import Watch


class Engine:
    """A client of an engine on which a container came and went at once."""

    def __init__(self, attributes: Mapping[str, str]) -> None:
        self.api = self
        self._event = {
            "timeNano": 1,
            "Type": "container",
            "Action": "create",
            "Actor": {"ID": "4711", "Attributes": attributes},
        }

    def events(self, **_: object) -> Iterator[Mapping[str, Any]]:
        """The one event, each time that it is asked for."""
        return (event for event in [self._event])

    def inspect_container(self, identity: str) -> Mapping[str, Any]:
        """It is gone."""
        raise NotFound(f"No such container: {identity}")

    def close(self) -> None:
        """Nothing is open."""


def removed(**attributes: str) -> list[str]:
    """The names of the containers that a watch tells of, when this one was never there to be looked at."""
    client = cast(docker.DockerClient, Engine({name.replace("_", "."): value for name, value in attributes.items()}))
    with Watch(client, lambda: False) as watch:
        return [str(data["Name"]) for data in watch.removed({}).get("containers", [])]


@pytest.mark.parametrize(
    ("attributes", "told"),
    [
        ({"name": "web", "image": "busybox"}, ["web"]),
        # A swarm starts its tasks by itself, and as often as it likes.
        ({"name": "web.1.x", "com_docker_swarm_task": ""}, []),
    ],
)
def test_a_task_of_a_swarm_is_known_by_the_labels_in_its_event(attributes: Mapping[str, str], told: list[str]) -> None:
    assert removed(**attributes) == told
