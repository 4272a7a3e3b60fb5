"""A Debian on the engine that runs mmdebstrap where this machine cannot: not Linux, not Debian, not root."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import docker
from docker.errors import ImageNotFound

from snippetlab.errors import LabError
from snippetlab.lab import Say
from snippetlab.lab.providers.engine.labels import WORKSHOP, labels
from snippetlab.lab.providers.engine.streams import FAULTS, Connection, Exec
from snippetlab.lab.stock.image import STAGES, build_failure

_REPOSITORY, _SUITE = "debian", "stable"
_LIFELINE = ["cat"]  # ends with the connection to its standard input
_INSTALL = """
set -eu
if [ -n "${MIRROR:-}" ]; then
  . /etc/os-release
  rm -rf /etc/apt/sources.list.d
  echo "deb $MIRROR $VERSION_CODENAME main" > /etc/apt/sources.list
fi
apt-get -qq -o Acquire::Retries=3 update >&2
DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends mmdebstrap >&2
"""
# Debian's archives of whatever age are to be read: a suite's keys may be newer than the workshop's Debian.
_MMDEBSTRAP = ("mmdebstrap", "--mode=root")


def debian(client: docker.DockerClient, suite: str, options: Sequence[str], target: Path, say: Say, what: str) -> None:
    """Write what mmdebstrap makes of ``suite`` with ``options`` to ``target``, as a tar archive.

    ``SNIPPETLAB_DEBIAN_MIRROR`` overrides its default mirror. Raises LabError.
    """
    mirror = os.environ.get("SNIPPETLAB_DEBIAN_MIRROR", "")
    environment = {"MIRROR": mirror, "SOURCE_DATE_EPOCH": "1700000000", "LC_ALL": "C.UTF-8", "PATH": _PATH}
    with _workshop(client, say, what) as container:
        say(f"{what}: preparing mmdebstrap in a container")
        _run(client, container, ["sh", "-c", _INSTALL], environment, Path(os.devnull), say, what)
        # A mount of a temporary folder would be one more thing that the workshop's own file system may refuse.
        command = [*_MMDEBSTRAP, *options, suite, "-", *([mirror] if mirror else [])]
        _run(client, container, command, environment, target, say, what)


_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def _run(
    client: docker.DockerClient,
    container: str,
    command: Sequence[str],
    environment: dict[str, str],
    target: Path,
    say: Say,
    what: str,
) -> None:
    rest, log = b"", [""]

    def told(data: bytes) -> None:
        nonlocal rest
        *lines, rest = (rest + data).split(b"\n")
        for line in (raw.decode(errors="replace") for raw in lines):
            log.append(line)
            if line.startswith(STAGES):
                say(f"{what}: {line[3:].strip()}")

    process = Exec.start(client.api, container, command, environment, on_error=told)
    try:
        process.stdin.close()
        with open(target, "wb") as file:
            while chunk := os.read(process.stdout.fileno(), 1 << 18):
                file.write(chunk)
        code = process.wait()
    finally:
        process.kill()
        process.stdout.close()
    if code != 0:
        raise build_failure(what, "\n".join(log))


@contextmanager
def _workshop(client: docker.DockerClient, say: Say, what: str) -> Iterator[str]:
    """A container with a way out; it goes with the block, and with this process."""
    image = f"{_REPOSITORY}:{_SUITE}"
    try:
        try:
            client.images.get(image)
        except ImageNotFound:
            say(f"{what}: pulling {image}")
            client.images.pull(_REPOSITORY, tag=_SUITE)
        made = client.api.create_container(
            image,
            _LIFELINE,
            stdin_open=True,
            labels=labels(WORKSHOP),
            host_config=client.api.create_host_config(privileged=True, auto_remove=True, network_mode="bridge"),
        )
    except FAULTS as error:
        raise LabError(
            f"{what}: the engine has no {image} to build it in: {error}",
            hint=f"`docker pull {image}` says why, or build as root on a Debian with mmdebstrap",
        ) from error
    container = str(made["Id"])
    try:
        lifeline = Connection(client.api.attach_socket(container, params={"stdin": 1, "stream": 1}))
        client.api.start(container)
        yield container
        lifeline.close()
    except FAULTS as error:
        raise LabError(f"{what}: the engine failed: {error}") from error
    finally:
        try:
            client.api.remove_container(container, force=True, v=True)
        except FAULTS:
            pass  # it went with its lifeline
