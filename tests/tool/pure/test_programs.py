"""A lab image with programs out of an image of a registry, in the form in which it is made without root."""

from __future__ import annotations

import io
import os
import tarfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from snippetlab.errors import LabError
from snippetlab.lab.providers.engine.images import Packed, packed
from snippetlab.lab.stock.image import Recipe, Taken

STATUS = "Package: engine\nVersion: 1.0\n"
BELOW = Recipe("old", "stable")
WITH = Recipe("old", "stable", taken=Taken("new", "engine:2", (("engined", "usr/sbin/engined"),)))


def write(archive: tarfile.TarFile, path: str, text: str) -> None:
    member = tarfile.TarInfo(path)
    member.size, member.mode = len(text), 0o755
    archive.addfile(member, io.BytesIO(text.encode()))


def make(suite: str, options: Sequence[str], target: Path, what: str) -> None:
    """A tree in which a link stands where a program shall come."""
    with tarfile.open(target, "w") as archive:
        write(archive, "./var/lib/dpkg/status", STATUS)
        write(archive, "./usr/sbin/real", "old")
        link = tarfile.TarInfo("./usr/sbin/engined")
        link.type, link.linkname = tarfile.SYMTYPE, "real"
        archive.addfile(link)


def fetch(taken: Taken, target: Path) -> str:
    assert taken.image == "engine:2"
    with tarfile.open(target, "w") as archive:
        write(archive, f"./{taken.programs[0][1]}", "new")
    return "sha256:2222"


def test_programs_stand_in_for_those_of_packages_and_nothing_else_differs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    said: list[str] = []
    image = packed(WITH, make, fetch, said.append)
    with image.archive() as archive, tarfile.open(fileobj=archive) as opened:
        names = opened.getnames()
        assert len(names) == len(set(names)), "an engine takes no archive that names a path twice"
        opened.extractall(tmp_path / "out", filter="tar")
    out = tmp_path / "out" / "usr" / "sbin"
    assert {file.name: (file.read_text(), file.is_symlink()) for file in out.iterdir()} == {
        "real": ("old", False),
        "engined": ("new", False),
    }
    assert image.tag == f"snippetlab:new-{image.identity}"
    assert image.packages == {"engine": "1.0", "engine:2": "sha256:2222"}
    assert "lab image new: taking programs out of engine:2" in said
    # What is below is an image of its own, for the engine that has the packages' programs.
    below = packed(BELOW, make, fetch, said.append)
    assert said.count("lab image old: ready") == 1
    assert below.packages == {"engine": "1.0"} and below.identity != image.identity


@pytest.mark.parametrize(("code", "read"), [(0, True), (1, True), (2, False)])
def test_an_image_whose_files_get_further_names_meanwhile_is_read_all_the_same(
    code: int, read: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tar = tmp_path / "bin" / "tar"
    tar.parent.mkdir()
    tar.write_text(f"#!/bin/sh\necho archive\nexit {code}\n")
    tar.chmod(0o755)
    monkeypatch.setenv("PATH", str(tar.parent), prepend=os.pathsep)
    (tmp_path / "rootfs").mkdir()

    def archive() -> bytes:
        with Packed("26.1", tmp_path, "identity").archive() as file:
            found: bytes = file.read()
        return found

    if read:
        assert archive() == b"archive\n"
    else:
        with pytest.raises(LabError, match=r"the lab image 26\.1 cannot be read"):
            archive()
