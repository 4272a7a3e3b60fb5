"""The base images that labs hold, built from Debian's packages once and kept as archives."""

from __future__ import annotations

import io
import json
import subprocess
import tarfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from snippetlab.errors import LabError
from snippetlab.lab.stock.cache import appearing, cache_root, digest, locked
from snippetlab.lab.stock.image import NO_DOCS, LabImage, mmdebstrap

if TYPE_CHECKING:
    from snippetlab.lab import Lab

Say = Callable[[str], None]
DEBIAN_SUITE = "bookworm"
_PASSWD = """\
root:x:0:0:root:/root:/bin/sh
daemon:x:1:1:daemon:/usr/sbin:/bin/false
nobody:x:65534:65534:nobody:/home:/bin/false
"""
_GROUP = "root:x:0:\ndaemon:x:1:\nnobody:x:65534:\n"
_COMMON_OPTIONS = ("--quiet", "--verbose", "--format=tar")
_DEBIAN_OPTIONS = (
    *_COMMON_OPTIONS,
    "--variant=minbase",
    *NO_DOCS,
    "--dpkgopt=path-exclude=/usr/share/locale/*",
    """--customize-hook=rm -rf "$1"/var/lib/apt/lists/* "$1"/var/cache/apt/* "$1"/var/log/*""",
    """--customize-hook=rm -f "$1/etc/resolv.conf" "$1/etc/hostname" """,
    # Packages must not start services while an image is built.
    """--customize-hook=printf '#!/bin/sh\\nexit 101\\n' > "$1/usr/sbin/policy-rc.d" """,
    """--customize-hook=chmod 755 "$1/usr/sbin/policy-rc.d" """,
)
_BUSYBOX_OPTIONS = (*_COMMON_OPTIONS, "--variant=extract", "--include=busybox-static")


@dataclass(frozen=True)
class BaseImage:
    """A base image in the cache: ``archive`` is what `docker save` writes, ``image_id`` its id everywhere."""

    tag: str
    archive: Path
    image_id: str
    key: str


def tag_of(name: str) -> str:
    """The full tag of a base image's name: ``redis`` is ``redis:latest``."""
    return name if ":" in name else f"{name}:latest"


def _debian_tree(target: Path, say: Say) -> None:
    mmdebstrap(DEBIAN_SUITE, target, list(_DEBIAN_OPTIONS), say, "base image debian:bookworm")


def _busybox_tree(target: Path, say: Say) -> None:
    raw = target.with_suffix(".deb.tar")
    mmdebstrap(DEBIAN_SUITE, raw, list(_BUSYBOX_OPTIONS), say, "base image busybox")
    with tarfile.open(raw) as packed:
        member = next(m for m in packed.getmembers() if m.name.endswith("bin/busybox"))
        found = packed.extractfile(member)
        assert found is not None
        binary = found.read()
    raw.unlink()
    program = target.with_name("busybox")  # busybox goes by the name it is called by
    program.write_bytes(binary)
    program.chmod(0o755)
    applets = subprocess.run([program, "--list"], capture_output=True, text=True, check=True).stdout.split()
    program.unlink()
    with tarfile.open(target, "w") as tree:

        def add(name: str, mode: int, kind: bytes = tarfile.DIRTYPE, data: bytes = b"", link: str = "") -> None:
            info = tarfile.TarInfo(name)
            info.mode, info.type, info.size, info.linkname, info.mtime = mode, kind, len(data), link, 1700000000
            tree.addfile(info, io.BytesIO(data))

        for folder in (
            "bin",
            "etc",
            "home",
            "root",
            "usr",
            "usr/bin",
            "usr/sbin",
            "var",
            "var/www",
            "dev",
            "proc",
            "sys",
        ):
            add(folder, 0o700 if folder == "root" else 0o755)
        add("tmp", 0o1777)
        add("etc/passwd", 0o644, tarfile.REGTYPE, _PASSWD.encode())
        add("etc/group", 0o644, tarfile.REGTYPE, _GROUP.encode())
        add("bin/busybox", 0o755, tarfile.REGTYPE, binary)
        for applet in applets:
            if applet != "busybox":
                add(f"bin/{applet}", 0o755, tarfile.LNKTYPE, link="bin/busybox")


_TREES: dict[str, tuple[Callable[[Path, Say], None], tuple[str, ...], str]] = {
    "busybox": (_busybox_tree, _BUSYBOX_OPTIONS, '["sh"]'),
    "debian:bookworm": (_debian_tree, _DEBIAN_OPTIONS, '["bash"]'),
}


def recipe_names(recipes: Path) -> frozenset[str]:
    """Every base image that a scenario may name: the two that are always there and a folder each in ``recipes``."""
    return frozenset(_TREES) | {p.parent.name for p in recipes.glob("*/Dockerfile")}


def _recipe_key(name: str, recipes: Path, image: LabImage) -> str:
    if name in _TREES:
        options, command = _TREES[name][1:]
        return digest("tree", name, DEBIAN_SUITE, *options, command, _PASSWD, _GROUP)
    folder = recipes / name
    if not (folder / "Dockerfile").is_file():
        raise LabError(f"there is no base image {name!r}", hint=f"known: {', '.join(sorted(recipe_names(recipes)))}")
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    parts = [part for p in files for part in (str(p.relative_to(folder)), p.read_bytes())]
    return digest("dockerfile", name, _recipe_key("debian:bookworm", recipes, image), *parts)


def base_image(
    name: str, recipes: Path, image: LabImage, workshop: Callable[[tuple[BaseImage, ...]], Lab], say: Say
) -> BaseImage:
    """The base image of that name, built now when it is not in the cache.

    ``workshop`` starts a lab that holds the given base images, for building in.
    Raises LabError.
    """
    key = _recipe_key(name, recipes, image)
    folder = cache_root() / "base" / f"{name.replace(':', '-')}-{key}"
    if not folder.exists():
        with locked(folder):
            if not folder.exists():
                _build(name, folder, recipes, image, workshop, say)
    facts = json.loads((folder / "image.json").read_text())
    return BaseImage(tag_of(name), folder / "image.tar", facts["id"], facts["id"])


def _build(
    name: str,
    folder: Path,
    recipes: Path,
    image: LabImage,
    workshop: Callable[[tuple[BaseImage, ...]], Lab],
    say: Say,
) -> None:
    say(f"base image {name}: building, once")
    tag = tag_of(name)
    with appearing(folder) as new:
        parents: tuple[BaseImage, ...] = ()
        if name in _TREES:
            make_tree, _options, command = _TREES[name]
            make_tree(new / "tree.tar", say)
        else:
            parents = (base_image("debian:bookworm", recipes, image, workshop, say),)
        lab = workshop(parents)
        try:
            client = lab.client
            if name in _TREES:
                repository, _, label = tag.partition(":")
                client.api.import_image_from_file(
                    str(new / "tree.tar"), repository=repository, tag=label, changes=[f"CMD {command}"]
                )
                (new / "tree.tar").unlink()
            else:
                lab.attach_outside()
                client.images.build(path=str(recipes / name), tag=tag, rm=True, network_mode="host")
            built = client.images.get(tag)
            with open(new / "image.tar", "wb") as archive:
                for chunk in built.save(named=tag):
                    archive.write(chunk)
            (new / "image.json").write_text(json.dumps({"tag": tag, "id": built.id}))
        finally:
            lab.stop()
    say(f"base image {name}: ready")
