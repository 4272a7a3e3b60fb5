"""The base images that labs hold, built from Debian's packages once and kept as archives."""

from __future__ import annotations

import io
import json
import re
import tarfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from snippetlab.errors import LabError
from snippetlab.files import digest
from snippetlab.lab import Builder, Lab, Say
from snippetlab.lab.stock.cache import cache_root
from snippetlab.lab.stock.image import NO_DOCS

_PASSWD = """\
root:x:0:0:root:/root:/bin/sh
daemon:x:1:1:daemon:/usr/sbin:/bin/false
nobody:x:65534:65534:nobody:/home:/bin/false
"""
_FROM = re.compile(r"^FROM\s+(?:--\S+\s+)*(\S+)", re.MULTILINE | re.IGNORECASE)
_GROUP = "root:x:0:\ndaemon:x:1:\nnobody:x:65534:\n"
_COMMON_OPTIONS = ("--quiet", "--verbose", "--format=tar")
_DEBIAN_OPTIONS = (
    *_COMMON_OPTIONS,
    "--variant=minbase",
    *NO_DOCS,
    "--dpkgopt=path-exclude=/usr/share/locale/*",
    """--customize-hook=rm -rf "$1"/var/lib/apt/lists/* "$1"/var/cache/apt/* "$1"/var/log/*""",
    """--customize-hook=rm -f "$1/etc/resolv.conf" "$1/etc/hostname" """,
    # As in the image on Docker Hub: apt fetches no translations of descriptions, and keeps its lists packed.
    """--customize-hook=printf 'Acquire::Languages "none";\\n' > "$1/etc/apt/apt.conf.d/docker-no-languages" """,
    """--customize-hook=printf 'Acquire::GzipIndexes "true";\\n' > "$1/etc/apt/apt.conf.d/docker-gzip-indexes" """,
    # Packages must not start services while an image is built.
    """--customize-hook=printf '#!/bin/sh\\nexit 101\\n' > "$1/usr/sbin/policy-rc.d" """,
    """--customize-hook=chmod 755 "$1/usr/sbin/policy-rc.d" """,
)


@dataclass(frozen=True)
class ImageRecipe:
    """A base image made from Debian's packages: of ``suite`` the smallest system, or of a static program alone.

    ``program`` is the path of that program in ``package``; the image then holds
    it and a link for each of its applets. ``command`` is what a container of
    the image runs by itself.
    """

    name: str
    suite: str
    command: tuple[str, ...]
    package: str = ""
    program: str = ""

    @property
    def options(self) -> tuple[str, ...]:
        """The options for mmdebstrap."""
        if self.program:
            return (*_COMMON_OPTIONS, "--variant=extract", f"--include={self.package}")
        return _DEBIAN_OPTIONS


@dataclass(frozen=True)
class Recipes:
    """Every base image that can be built: those of every lab, and a folder with a Dockerfile for each further one."""

    built_in: tuple[ImageRecipe, ...]
    folder: Path

    def names(self) -> frozenset[str]:
        """The names of all."""
        return frozenset(r.name for r in self.built_in) | {p.parent.name for p in self.folder.glob("*/Dockerfile")}

    def named(self, name: str) -> ImageRecipe | Path:
        """The recipe of that name, or the folder of its Dockerfile. Raises LabError when there is none."""
        if found := next((r for r in self.built_in if r.name == name), None):
            return found
        if (self.folder / name / "Dockerfile").is_file():
            return self.folder / name
        raise LabError(f"there is no base image {name!r}", hint=f"known: {', '.join(sorted(self.names()))}")

    def parent(self, folder: Path) -> str | None:
        """The base image that a Dockerfile begins from; None when it begins from none of these."""
        found = _FROM.search((folder / "Dockerfile").read_text(encoding="utf-8"))
        wanted = tag_of(found[1]) if found else ""
        return next((name for name in self.names() if tag_of(name) == wanted), None)

    def key(self, name: str) -> str:
        """A digest over everything that the image is made from."""
        recipe = self.named(name)
        if isinstance(recipe, ImageRecipe):
            return digest(
                "packages", name, recipe.suite, recipe.program, *recipe.options, *recipe.command, _PASSWD, _GROUP
            )
        files = sorted(p for p in recipe.rglob("*") if p.is_file())
        parts = [part for p in files for part in (str(p.relative_to(recipe)), p.read_bytes())]
        parent = self.parent(recipe)
        return digest("dockerfile", name, self.key(parent) if parent else "", *parts)


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


def _tree(recipe: ImageRecipe, target: Path, builder: Builder, lab: Lab) -> None:
    """Write the files of an image as a tar archive; ``lab`` is one to run its program in."""
    what = f"base image {recipe.name}"
    if not recipe.program:
        builder.debian(recipe.suite, recipe.options, target, what)
        return
    raw = target.with_suffix(".deb.tar")
    builder.debian(recipe.suite, recipe.options, raw, what)
    with tarfile.open(raw) as packed:
        member = next(m for m in packed.getmembers() if m.name.endswith(recipe.program))
        found = packed.extractfile(member)
        assert found is not None
        binary = found.read()
    raw.unlink()
    name = Path(recipe.program).name  # it goes by the name that it is called by
    listing = f"cd /tmp && cat > {name} && chmod 755 {name} && ./{name} --list; rm {name}"
    applets = lab.run(["sh", "-c", listing], binary).split()
    with tarfile.open(target, "w") as tree:

        def add(path: str, mode: int, kind: bytes = tarfile.DIRTYPE, data: bytes = b"", link: str = "") -> None:
            info = tarfile.TarInfo(path)
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
        add(f"bin/{name}", 0o755, tarfile.REGTYPE, binary)
        for applet in applets:
            if applet != name:
                add(f"bin/{applet}", 0o755, tarfile.LNKTYPE, link=f"bin/{name}")


Workshop = Callable[[tuple[BaseImage, ...]], AbstractContextManager[Lab]]


def folder_of(name: str, recipes: Recipes) -> Path:
    """Where a base image lies in the cache; a changed recipe gives another folder."""
    return cache_root() / "base" / f"{name.replace(':', '-')}-{recipes.key(name)}"


def base_image(name: str, recipes: Recipes, builder: Builder, workshop: Workshop, say: Say) -> BaseImage:
    """The base image of that name, built now when it is not in the cache.

    ``workshop`` is a lab that holds the given base images, for building in.
    Raises LabError.
    """
    folder = folder_of(name, recipes)
    builder.keep(folder.parent.name, folder.name, lambda new: _build(name, new, recipes, builder, workshop, say))
    facts = json.loads((folder / "image.json").read_text())
    return BaseImage(tag_of(name), folder / "image.tar", facts["id"], facts["id"])


def _build(name: str, new: Path, recipes: Recipes, builder: Builder, workshop: Workshop, say: Say) -> None:
    say(f"base image {name}: building, once")
    tag = tag_of(name)
    recipe = recipes.named(name)
    parents: tuple[BaseImage, ...] = ()
    if isinstance(recipe, Path) and (parent := recipes.parent(recipe)):
        parents = (base_image(parent, recipes, builder, workshop, say),)
    with workshop(parents) as lab:
        client = lab.client
        if isinstance(recipe, ImageRecipe):
            _tree(recipe, new / "tree.tar", builder, lab)
            repository, _, label = tag.partition(":")
            changes = [f"CMD {json.dumps(recipe.command)}"]
            client.api.import_image_from_file(str(new / "tree.tar"), repository=repository, tag=label, changes=changes)
            (new / "tree.tar").unlink()
        else:
            lab.attach_outside()
            client.images.build(path=str(recipe), tag=tag, rm=True, network_mode="host")
        built = client.images.get(tag)
        with open(new / "image.tar", "wb") as archive:
            for chunk in built.save(named=tag):
                archive.write(chunk)
        (new / "image.json").write_text(json.dumps({"tag": tag, "id": built.id}))
    say(f"base image {name}: ready")
