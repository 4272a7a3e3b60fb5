"""The command index: which docker commands and flags a piece of shell holds."""

from __future__ import annotations

from pathlib import Path

import pytest
from handbook.library import Library
from handbook.reference.commands import index_of
from handbook.reference.docker_commands import Use, uses_of
from snippetlab.scenario import discover


@pytest.mark.parametrize(
    ("source", "uses"),
    [
        ("docker ps -l", [("ps", ["-l"])]),
        ("docker network ls", [("network ls", [])]),
        ("docker run -it --rm busybox ls -l --all", [("run", ["-i", "-t", "--rm"])]),
        ("docker run --restart=always -p8080:80 web", [("run", ["--restart", "-p"])]),
        ("docker run --name web -d nginx -g x", [("run", ["--name", "-d"])]),
        ("docker rm -f $(docker ps -aq)", [("rm", ["-f"]), ("ps", ["-a", "-q"])]),
        ('docker rm "$(docker ps -q)"', [("rm", []), ("ps", ["-q"])]),
        ("timeout 2 docker logs -f web", [("logs", ["-f"])]),
        ("docker ps | grep web && docker stop web", [("ps", []), ("stop", [])]),
        ("docker -H tcp://127.0.0.1:2375 info", [("info", ["-H"])]),
        ("docker compose -f a.yml up -d", [("compose up", ["-f", "-d"])]),
        ("docker exec web sh -c 'docker ps -a'", [("exec", [])]),
        ("docker build \\\n  --no-cache .", [("build", ["--no-cache"])]),
        ("docker inspect --format '{{.State.Running}}' web", [("inspect", ["--format"])]),
        ("docker image ls > list -q", [("image ls", ["-q"])]),
        ("docker --version", [("", ["--version"])]),
        ("DOCKER_BUILDKIT=0 docker build .", [("build", [])]),
        ("until timeout 1 docker info; do sleep 1; done", [("info", [])]),
        ("docker ps -q | xargs -r docker stop -t 1", [("ps", ["-q"]), ("stop", ["-t"])]),
        ("echo docker", []),
        ("service docker restart", []),
        ("usermod --append --groups docker ann", []),
        ("gpasswd -d ann docker && docker ps", [("ps", [])]),
        ("ls", []),
    ],
)
def test_commands_and_flags(source: str, uses: list[tuple[str, list[str]]]) -> None:
    assert uses_of(source) == [Use(name, tuple(flags)) for name, flags in uses]


def test_a_word_that_is_no_command_has_no_entry(tmp_path: Path) -> None:
    """Whether the client says so, or answers with the help of the group."""
    (tmp_path / "a").mkdir()
    text = """---
title: It
---

## unknown

```console
$ docker insect web
docker: 'insect' is not a docker command.
$ docker swarm create 2>&1 | head -n 4

Usage:  docker swarm COMMAND

Manage Swarm
$ docker swarm --help | head -n 2

Usage:  docker swarm COMMAND
$ docker swarm leave
Node left the swarm.
```
"""
    (tmp_path / "a/it.md").write_text(text)
    library = Library({s.id: s for s in discover(tmp_path)}, baseline="26.1", engines=("26.1",))
    assert list(index_of(library)) == ["swarm", "swarm leave"]
