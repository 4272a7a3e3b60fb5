"""The picture of a container's life: which command leads from which state to which."""

from __future__ import annotations

import pytest
from handbook.html.life import Change, changes, life
from snippetlab.errors import SnippetLabError

LOOK = "docker ps -a --format '{{.Names}}: {{.State}}'"
BORN = [("docker create --name web nginx", "1a2b\n"), (LOOK, "web: created\n")]
STARTED = [("docker start web", "web\n"), (LOOK, "other: exited\nweb: running\n")]
STOPPED = [("docker stop web", "web\n"), (LOOK, "web: exited\n")]


def test_a_command_leads_from_the_state_that_was_seen_last_to_the_next() -> None:
    assert changes("web", [*BORN, *STARTED, *STOPPED]) == [
        Change("docker create", "", "created"),
        Change("docker start", "created", "running"),
        Change("docker stop", "running", "exited"),
    ]


def test_a_command_that_nobody_looked_behind_does_what_it_did_before() -> None:
    again = [("docker start web", "web\n"), (LOOK, "web: running\n")]
    gone = [("docker stop web", "web\n"), ("docker rm web", "web\n"), (LOOK, "")]
    assert changes("web", [*BORN, *STARTED, *STOPPED, *again, *gone])[-2:] == [
        Change("docker stop", "running", "exited"),
        Change("docker rm", "exited", ""),
    ]


def test_what_was_never_seen_is_an_error() -> None:
    with pytest.raises(SnippetLabError, match="nobody looked what docker pause made of a container that was running"):
        changes("web", [*BORN, *STARTED, ("docker pause web", "web\n"), ("docker rm web", "web\n"), (LOOK, "")])
    with pytest.raises(SnippetLabError, match="no command changed the state of 'db'"):
        life("db", [*BORN, *STARTED])


def test_what_happens_to_other_containers_is_none_of_its_life() -> None:
    others = [("docker rm -f unlucky", "unlucky\n"), (LOOK, "web: running\n")]
    assert changes("web", [*BORN, *STARTED, *others]) == changes("web", [*BORN, *STARTED])


def test_each_state_stands_once_and_each_change_once() -> None:
    again = [("docker start web", "web\n"), (LOOK, "web: running\n"), *STOPPED, ("docker rm web", ""), (LOOK, "")]
    picture = life("web", [*BORN, *STARTED, *STOPPED, *again])
    assert picture.words == (
        "docker create makes a container that is created. docker start leads from created to running. "
        "docker stop leads from running to exited. docker start leads from exited to running. "
        "docker rm removes one that is exited."
    )
    assert picture.svg.count('class="edge"') == 5
    assert picture.svg.count(">running<") == 1
