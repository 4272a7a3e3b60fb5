"""Trees of Debian's packages on a machine that cannot make them: a container of the engine does."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import docker
import pytest
from snippetlab.errors import LabError
from snippetlab.lab.providers import engine
from snippetlab.lab.providers.engine import EngineProvider

from tests.tool.lab.waiting import wait_until

from .conftest import left

pytestmark = pytest.mark.xdist_group("engine")
OPTIONS = ("--quiet", "--verbose", "--format=tar", "--variant=extract", "--include=busybox-static")


@pytest.fixture
def debian(client: docker.DockerClient, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An engine that has the image of a stable Debian, and a machine without mmdebstrap."""
    client.images.get("debian:bookworm").tag("debian", "stable")
    monkeypatch.setattr(engine, "mmdebstrap_runs_here", lambda: False)
    yield
    client.images.remove("debian:stable")


def test_a_tree_is_made_on_the_engine_and_nothing_stays_there(
    on_engine: EngineProvider, debian: None, tmp_path: Path
) -> None:
    said: list[str] = []
    before = left(on_engine)
    replace(on_engine, say=said.append).tree("bookworm", OPTIONS, tmp_path / "tree.tar", "a tree")
    with tarfile.open(tmp_path / "tree.tar") as tree:
        assert "./bin/busybox" in tree.getnames() or "./usr/bin/busybox" in tree.getnames()
    assert said[0] == "a tree: preparing mmdebstrap in a container"
    assert any(line.startswith("a tree: downloading packages") for line in said)
    # The engine removes a container a moment after its end.
    assert wait_until(lambda: left(on_engine) == before), left(on_engine)


def test_what_cannot_be_made_is_told(on_engine: EngineProvider, debian: None, tmp_path: Path) -> None:
    before = left(on_engine)
    with pytest.raises(LabError, match="a tree: unable to locate package no-such-package"):
        on_engine.tree("bookworm", (*OPTIONS, "--include=no-such-package"), tmp_path / "tree.tar", "a tree")
    # The engine removes a container a moment after its end.
    assert wait_until(lambda: left(on_engine) == before), left(on_engine)
