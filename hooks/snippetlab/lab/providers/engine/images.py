"""Lab images on an engine: brought there once, from this machine's cache."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tarfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docker
from docker.errors import ImageNotFound

from snippetlab.errors import LabError
from snippetlab.lab import Say
from snippetlab.lab.providers.engine.labels import IMAGE, LABEL
from snippetlab.lab.providers.engine.streams import FAULTS
from snippetlab.lab.stock.cache import cache_root, cached, is_whole, require_space
from snippetlab.lab.stock.image import PROGRAMS, SPACE_NEEDED, Fetch, Recipe, image_folder, installed, write_facts

REPOSITORY = "snippetlab"
_STATUS = "var/lib/dpkg/status"
MakeTree = Callable[[str, Sequence[str], Path, str], None]


@dataclass(frozen=True)
class Packed:
    """A lab image in this machine's cache: ``folder`` holds it unpacked (made by root) or as ``rootfs.tar``."""

    name: str
    folder: Path
    identity: str

    @property
    def packages(self) -> dict[str, str]:
        """The versions of its packages."""
        found: dict[str, str] = json.loads((self.folder / "image.json").read_text())["packages"]
        return found

    @property
    def tag(self) -> str:
        """Its name on an engine."""
        return f"{REPOSITORY}:{self.name}-{self.identity}"

    @contextmanager
    def archive(self) -> Iterator[Any]:
        """The whole as a tar archive to read from."""
        if (self.folder / "rootfs").is_dir():
            words = ["tar", "--directory", str(self.folder / "rootfs"), "--numeric-owner", "--create", "--file=-", "."]
            with subprocess.Popen(words, stdout=subprocess.PIPE) as process:
                yield process.stdout
            # 1 says that a file was changed meanwhile. Nobody does that, but another image that is made of this one
            # gives its files further names.
            if process.returncode not in (0, 1):
                raise LabError(f"the lab image {self.name} cannot be read", hint="snippetlab labs --remove")
        else:
            with open(self.folder / "rootfs.tar", "rb") as file:
                yield file


def packed(recipe: Recipe, make: MakeTree, fetch: Fetch, say: Say) -> Packed:
    """The lab image of ``recipe``, made by ``make`` where neither form of it is in the cache; ``fetch`` gets programs
    out of images. Raises LabError."""
    folder = image_folder(recipe)
    if not _readable(folder):

        def build(new: Path) -> None:
            require_space(new.parent, SPACE_NEEDED)
            if recipe.taken:
                _put_over(recipe, new, packed(recipe.below, make, fetch, say), fetch, say)
            else:
                _build(recipe, new, make, say)
            say(f"lab image {recipe.title}: ready")

        folder = cache_root() / "archives" / folder.name
        cached(folder.parent.name, folder.name, build, say)
    facts = json.loads((folder / "image.json").read_text())
    return Packed(recipe.title, folder, facts["identity"])


def _readable(folder: Path) -> bool:
    """Whether an image was made as a folder by root, and this process may read all of it."""
    return hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("tar") is not None and is_whole(folder)


def _build(recipe: Recipe, new: Path, make: MakeTree, say: Say) -> None:
    what = f"lab image {recipe.title}"
    say(f"{what}: building from Debian {recipe.suite}, once (about a minute)")
    make(
        recipe.suite,
        ["--quiet", "--verbose", "--format=tar", *recipe.arguments(), *recipe.checks()],
        new / "rootfs.tar",
        what,
    )
    with tarfile.open(new / "rootfs.tar") as archive:
        member = next(m for m in archive if _path(m) == _STATUS)
        status = archive.extractfile(member)
        assert status is not None
        write_facts(recipe, new, installed(status.read().decode()))


def _put_over(recipe: Recipe, new: Path, below: Packed, fetch: Fetch, say: Say) -> None:
    assert recipe.taken is not None
    say(f"lab image {recipe.title}: taking programs out of {recipe.taken.image}")
    found = fetch(recipe.taken, new / PROGRAMS)
    with tarfile.open(new / PROGRAMS) as programs, tarfile.open(new / "rootfs.tar", "w") as whole:
        # An engine takes no archive that names a path twice.
        other = {_path(member) for member in programs}
        with below.archive() as archive, tarfile.open(fileobj=archive, mode="r|") as former:
            _copy(former, whole, other)
        _copy(programs, whole, set())
    (new / PROGRAMS).unlink()
    write_facts(recipe, new, {**below.packages, recipe.taken.image: found})


def _copy(source: tarfile.TarFile, target: tarfile.TarFile, without: set[str]) -> None:
    for member in source:
        if _path(member) not in without:
            target.addfile(member, source.extractfile(member) if member.isreg() else None)


def _path(member: tarfile.TarInfo) -> str:
    return member.name.removeprefix("./")


def bring(client: docker.DockerClient, image: Packed, say: Say) -> None:
    """Import an image into an engine that has it not. Raises LabError."""
    try:
        try:
            client.images.get(image.tag)
            return
        except ImageNotFound:
            say(f"lab image {image.name}: bringing it to the engine, once")
        with image.archive() as archive:
            told = client.api.import_image_from_data(
                archive, REPOSITORY, image.tag.partition(":")[2], changes=[f"LABEL {LABEL}={IMAGE}"]
            )
    except FAULTS as error:
        raise LabError(f"the engine did not take the lab image {image.name}: {error}") from error
    if '"error"' in told:
        raise LabError(f"the engine did not take the lab image {image.name}: {told.strip()}")
