"""The pictures of ideas: what is read out of the steps' outputs, and what a picture says in words."""

from __future__ import annotations

import pytest
from handbook.html.concepts import Place, build_steps, builds, cluster, copy_on_write, places, project
from snippetlab.errors import SnippetLabError

HISTORY = [
    {"created_by": "RUN echo 1 > /page", "size": 2, "tags": ["album:latest"]},
    {"created_by": "", "size": 1982410, "tags": []},
]
FIRST = "#6 [2/3] RUN date > /stamp\n#6 DONE 0.3s\n#7 [3/3] COPY page /\n#7 DONE 0.0s\n"
AGAIN = "#6 [2/3] RUN date > /stamp\n#6 CACHED\n#7 [3/3] COPY page /\n#7 DONE 0.1s\n"


def test_each_container_stands_on_the_image_with_a_layer_of_its_own() -> None:
    picture = copy_on_write(HISTORY, "edited: 16B (virtual 5.13MB)\nuntouched: 0B (virtual 5.13MB)\n")
    assert (
        "Container edited has a writable layer of 16B. Container untouched has a writable layer of 0B." in picture.words
    )
    assert "RUN echo 1 > /page: 2B" in picture.words
    assert picture.caption.startswith("Containers on the image album:latest,")
    assert picture.svg.count('class="edge"') == 2


def test_a_list_without_sizes_is_an_error() -> None:
    with pytest.raises(SnippetLabError, match="no size of a container"):
        copy_on_write(HISTORY, "edited\n")


def test_a_build_tells_of_each_step_whether_the_cache_had_it() -> None:
    assert build_steps(AGAIN) == [("RUN date > /stamp", True), ("COPY page /", False)]
    # The number of a step decides, and not the word CACHED somewhere: here step 7 is cached, and 6 is not.
    assert build_steps(AGAIN.replace("#6 CACHED", "#6 DONE 0.1s").replace("#7 DONE 0.1s", "#7 CACHED")) == [
        ("RUN date > /stamp", False),
        ("COPY page /", True),
    ]


def test_builds_stand_side_by_side() -> None:
    picture = builds([("First", FIRST), ("Page changed", AGAIN)])
    assert picture.words == (
        "First: RUN date > /stamp: done; COPY page /: done. "
        "Page changed: RUN date > /stamp: from the cache; COPY page /: done."
    )
    assert picture.svg.count(">from the cache<") == 1
    with pytest.raises(SnippetLabError, match="no step of a build"):
        builds([("First", "sha256:123\n")])


def test_a_mount_says_where_its_files_lie_and_how_long() -> None:
    picture = places(
        "web", [Place("/data", "named volume", "notes", "until you remove it"), Place("/a", "b", "c", "d")]
    )
    assert picture.words.startswith("Container web has 2 mounts. /data: named volume, notes, until you remove it.")
    assert picture.svg.count('class="edge"') == 2


UP = """ Network counter_default  Creating
 Network counter_default  Created
 Volume "counter_hits"  Creating
 Volume "counter_hits"  Created
 Container counter-redis-1  Creating
 Container counter-redis-1  Created
 Container counter-web-1  Created
 Container counter-web-1  Started
"""


def test_a_project_is_what_compose_said_that_it_made() -> None:
    picture = project("counter/compose.yaml", UP)
    assert picture.words == (
        "The file counter/compose.yaml describes the project counter. "
        "Compose made of it: network counter_default, volume counter_hits, container counter-redis-1, "
        "container counter-web-1."
    )
    assert picture.svg.count('class="edge"') == 4
    with pytest.raises(SnippetLabError, match="made nothing"):
        project("counter/compose.yaml", " Container counter-web-1  Running\n")


NODES = [
    {"hostname": "main", "role": "manager", "state": "ready", "availability": "active", "leader": True},
    {"hostname": "worker", "role": "worker", "state": "ready", "availability": "active", "leader": False},
]
TASKS = [
    {"service": "web", "slot": 1, "node": "main", "state": "running"},
    {"service": "web", "slot": 2, "node": "worker", "state": "running"},
    {"service": "log", "slot": None, "node": "worker", "state": "running"},
]


def test_a_manager_gives_tasks_to_nodes_and_a_network_joins_them() -> None:
    picture = cluster(NODES, TASKS, "app")
    assert picture.words == (
        "The manager main keeps the description of the services and gives out tasks. "
        "Node main runs web.1. Node worker runs web.2, log. The overlay network app joins all tasks, whichever node runs them."
    )
    # From the manager to each node, and from each task to the network.
    assert picture.svg.count('class="edge"') == 5
    with pytest.raises(SnippetLabError, match="no manager"):
        cluster(NODES[1:], TASKS, "app")
