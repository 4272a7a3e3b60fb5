"""Programs out of an image of a registry: an engine pulls it, and gives the files of a container that never runs."""

from __future__ import annotations

import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

import docker
from docker.errors import ImageNotFound, NotFound

from snippetlab.errors import LabError, LabUnavailable
from snippetlab.lab import Say
from snippetlab.lab.providers.engine.labels import WORKSHOP, labels
from snippetlab.lab.providers.engine.reach import Engine
from snippetlab.lab.providers.engine.streams import FAULTS
from snippetlab.lab.stock.image import Taken

# Where images that hold an engine, and Debian's packages, have their programs.
_FOLDERS = (
    "/usr/local/bin",
    "/usr/local/sbin",
    "/usr/bin",
    "/usr/sbin",
    "/usr/local/libexec/docker/cli-plugins",
    "/usr/local/lib/docker/cli-plugins",
    "/usr/libexec/docker/cli-plugins",
    "/usr/lib/docker/cli-plugins",
)


def fetch_here(taken: Taken, target: Path, say: Say) -> str:
    """``fetch`` with the engine that the docker command would use. Raises LabError."""
    try:
        engine = Engine.reach()
    except LabUnavailable as error:
        what = f"the programs of {taken.image} are wanted, and only a Docker Engine can get them: {error.what}"
        raise LabError(what, hint=error.hint) from error
    try:
        return fetch(engine.client, taken, target, say)
    finally:
        engine.close()


def fetch(client: docker.DockerClient, taken: Taken, target: Path, say: Say) -> str:
    """Write the programs to ``target``, a tar archive; gives the digest of the image. Raises LabError."""
    digest = _digest(client, taken.image, say)
    try:
        with _still(client, digest) as container, tarfile.open(target, "w") as archive:
            for name, path in taken.programs:
                _add(archive, path, _program(client, container, name, taken.image))
    except FAULTS as error:
        raise LabError(f"the engine did not give the programs of {taken.image}: {error}") from error
    return digest


def _digest(client: docker.DockerClient, image: str, say: Say) -> str:
    try:
        try:
            return str(client.images.get(image).id)
        except ImageNotFound:
            say(f"pulling {image}")
            client.images.pull(image)
            return str(client.images.get(image).id)
    except FAULTS as error:
        raise LabError(
            f"the engine has no image {image}, and cannot pull it: {error}", hint=f"`docker pull {image}` says why"
        ) from error


@contextmanager
def _still(client: docker.DockerClient, image: str) -> Iterator[str]:
    """A container that nobody starts."""
    container = str(client.api.create_container(image, ["true"], labels=labels(WORKSHOP))["Id"])
    try:
        yield container
    finally:
        client.api.remove_container(container, force=True, v=True)


def _program(client: docker.DockerClient, container: str, name: str, image: str) -> IO[bytes]:
    """The content of a program, wherever it lies, behind whatever link."""
    for folder in _FOLDERS:
        path = f"{folder}/{name}"
        try:
            chunks, found = client.api.get_archive(container, path)
            if found["linkTarget"]:
                chunks, found = client.api.get_archive(container, found["linkTarget"])
        except NotFound:
            continue
        with tempfile.TemporaryFile() as packed:
            for chunk in chunks:
                packed.write(chunk)
            packed.seek(0)
            with tarfile.open(fileobj=packed) as archive:
                content = archive.extractfile(archive.getmembers()[0])
                if content is not None:
                    return _copy(content)
    raise LabError(
        f"{image} holds no program {name}, so it is no image of a whole engine",
        hint="docker:dind and images like it hold the engine, its command line and both plugins",
    )


def _copy(content: IO[bytes]) -> IO[bytes]:
    copy = tempfile.TemporaryFile()
    while chunk := content.read(1 << 20):
        copy.write(chunk)
    return copy


def _add(archive: tarfile.TarFile, path: str, content: IO[bytes]) -> None:
    with content:
        member = tarfile.TarInfo(f"./{PurePosixPath(path)}")
        member.mode, member.size = 0o755, content.tell()
        member.mtime = 1700000000  # the same archive from the same image
        content.seek(0)
        archive.addfile(member, content)
