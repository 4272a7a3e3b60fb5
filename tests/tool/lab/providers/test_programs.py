"""An engine out of an image: one of the shape of docker:dind, made of a newer engine's packages."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import docker
import pytest
from snippetlab.errors import LabError
from snippetlab.lab import LabSpec, Provider
from snippetlab.lab.providers.engine.programs import fetch, fetch_here
from snippetlab.lab.stock.cache import cache_root, discard
from snippetlab.lab.stock.image import Taken, lab_image
from snippetlab.packs.docker.recipe import recipe_of

from tests.tool.lab.conftest import BOOK
from tests.tool.runs import PACK, recipe

NAME, IMAGE = "of-an-image", "docker:28-dind"
# As in docker:dind; there, nothing is a link.
PROGRAMS = "dockerd docker-proxy docker containerd containerd-shim-runc-v2 ctr runc"
PLUGINS = "docker-buildx docker-compose"
BASELINE = PACK.engine("")
ENGINE = BASELINE.model_copy(
    update={"name": NAME, "version": "28.5", "image": BASELINE.name, "programs_from": IMAGE, "role": "other"}
)


@pytest.fixture(scope="module")
def image(client: docker.DockerClient) -> Iterator[str]:
    """Such an image on the outer engine."""
    rootfs = lab_image(recipe("28.5"), say=lambda line: None).rootfs
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name in PROGRAMS.split():
            found = next(
                rootfs / folder / name for folder in ("usr/sbin", "usr/bin") if (rootfs / folder / name).exists()
            )
            archive.add(found.resolve(), f"usr/local/bin/{name}")
        for name in PLUGINS.split():
            archive.add(
                rootfs / "usr/libexec/docker/cli-plugins" / name, f"usr/local/libexec/docker/cli-plugins/{name}"
            )
        archive.add(rootfs / "usr/bin/tini-static", "usr/local/bin/tini")
        link = tarfile.TarInfo("usr/local/bin/docker-init")
        link.type, link.linkname = tarfile.SYMTYPE, "tini"
        archive.addfile(link)
    repository, _, tag = IMAGE.partition(":")
    packed.seek(0)
    assert '"error"' not in client.api.import_image_from_data(packed, repository, tag)
    yield IMAGE
    client.images.remove(IMAGE)


@pytest.fixture
def of_an_image(provider: Provider, outer: str, image: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    """Each provider, with an engine that comes out of that image."""
    monkeypatch.setenv("DOCKER_HOST", outer)
    pack: Any = BOOK
    changed: Any = replace(provider, pack=replace(pack, engines={**pack.engines, NAME: ENGINE}))  # type: ignore[type-var]
    yield changed
    for kind in ("images", "archives", "seeds"):
        for folder in (cache_root() / kind).glob(f"{NAME}-*"):
            discard(folder)


@pytest.mark.xdist_group("engine")
def test_only_the_engine_is_another(of_an_image: Provider) -> None:
    lab = of_an_image.start(LabSpec(NAME))
    try:
        shown = lab.run(["docker", "version", "--format", "{{.Client.Version}} {{.Server.Version}}"]).split()
        assert [version.partition("+")[0] for version in shown] == ["28.5.2", "28.5.2"]
        assert lab.run(["docker", "run", "--rm", "--init", "-p", "80:80", "busybox", "echo", "here"]) == "here\n"
        for plugin, package in (("buildx", "docker-buildx"), ("compose", "docker-compose")):
            there = lab.run(["docker", plugin, "version"])
            assert lab_image(recipe("28.5"), say=print).packages[package].partition("+")[0] in there
        assert lab.run(["dpkg-query", "-W", "-f", "${Version}", "docker.io"]).startswith("26.1.")
    finally:
        lab.stop()
    baseline = lab_image(recipe_of(BASELINE), say=print).rootfs
    assert b"28.5.2" not in (baseline / "usr/sbin/dockerd").read_bytes()


@pytest.mark.xdist_group("engine")
def test_an_image_without_an_engine_is_told(client: docker.DockerClient, image: str, tmp_path: Path) -> None:
    taken = Taken("x", image, (("docker", "usr/bin/docker"), ("podman", "usr/bin/podman")))
    before = client.api.containers(all=True)
    with pytest.raises(LabError, match=f"{image} holds no program podman"):
        fetch(client, taken, tmp_path / "programs.tar", lambda line: None)
    assert client.api.containers(all=True) == before


@pytest.mark.xdist_group("engine")
def test_an_image_that_cannot_be_had_is_told(client: docker.DockerClient, tmp_path: Path) -> None:
    taken = Taken("x", "localhost:1/no-such:1", ())
    with pytest.raises(LabError, match="has no image localhost:1/no-such:1, and cannot pull it") as caught:
        fetch(client, taken, tmp_path / "programs.tar", lambda line: None)
    assert caught.value.hint == "`docker pull localhost:1/no-such:1` says why"


def test_without_an_engine_the_programs_cannot_be_had(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/none.sock")
    with pytest.raises(LabError, match="only a Docker Engine can get them: no Docker Engine listens"):
        fetch_here(Taken("x", IMAGE, ()), tmp_path / "programs.tar", lambda line: None)
