"""Seeds: an engine's data root with the base images already in it, copied into each lab at its start."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from snippetlab.errors import LabError
from snippetlab.lab import ALWAYS_THERE, LabSpec
from snippetlab.lab.stock.base_images import BaseImage, base_image
from snippetlab.lab.stock.cache import appearing, cache_root, digest, locked, require_space
from snippetlab.lab.stock.image import LabImage, lab_image

if TYPE_CHECKING:
    from snippetlab.lab.providers.bubblewrap import BubblewrapLab

Say = Callable[[str], None]
# What an engine writes that must not be the same in two labs, or that the next engine makes anew.
_NOT_SEEDED = ("engine-id", "network", "containerd", "runtimes", "tmp", "swarm", "buildkit")


@dataclass(frozen=True)
class Seed:
    """What a lab starts from: the lab image, a data root (``None``: empty) and the base images in it, tag to id."""

    image: LabImage
    data_root: Path | None
    tags: dict[str, str]
    identity: str


class StartLab(Protocol):
    """A callable that starts a lab from a seed."""

    def __call__(self, spec: LabSpec, seed: Seed) -> BubblewrapLab:
        """Start it and wait until its engine answers."""


def seed_for(spec: LabSpec, recipes: Path, *, start: StartLab, say: Say) -> Seed:
    """The seed for labs of ``spec``; builds lab image, base images and data root where the cache lacks them.

    Raises LabError.
    """
    image = lab_image(spec.engine, say=say)
    plain = LabSpec(engine=spec.engine)
    # Base images are built on the baseline engine alone, so that every engine holds the same ones.
    builder = image if spec.engine == "26.1" else lab_image(say=say)

    def workshop(parents: tuple[BaseImage, ...]) -> BubblewrapLab:
        lab = start(LabSpec(), Seed(builder, None, {}, builder.identity))
        _load(lab, parents)
        return lab

    names = sorted({*ALWAYS_THERE, *spec.images})
    images = tuple(base_image(name, recipes, builder, workshop, say) for name in names)
    key = digest(image.identity, *(i.key for i in images))
    folder = cache_root() / "seeds" / f"{spec.engine}-{key}"
    if not folder.exists():
        with locked(folder):
            if not folder.exists():
                require_space(folder.parent, 1_000_000_000)
                say(f"base images {', '.join(names)}: preparing a data root, once")
                with appearing(folder) as new:
                    _build(plain, image, images, new, start)
    return Seed(image, folder / "data", {i.tag: i.image_id for i in images}, key)


def _load(lab: BubblewrapLab, images: tuple[BaseImage, ...]) -> None:
    for image in images:
        with open(image.archive, "rb") as archive:
            lab.client.images.load(archive)


def _build(spec: LabSpec, image: LabImage, images: tuple[BaseImage, ...], target: Path, start: StartLab) -> None:
    lab = start(spec, Seed(image, None, {}, image.identity))
    try:
        _load(lab, images)
        # A data root is whole only once its engine has ended.
        lab.run(["sh", "-c", "service docker stop >/dev/null; while pgrep -x dockerd >/dev/null; do sleep 0.05; done"])
        source = f"/proc/{lab.pid}/root/var/lib/docker"
        copied = subprocess.run(["cp", "-a", source, str(target / "data")], capture_output=True, text=True)
        if copied.returncode != 0:
            raise LabError(f"the base images could not be copied to the cache: {copied.stderr.strip()}")
        for name in _NOT_SEEDED:
            subprocess.run(["rm", "-rf", str(target / "data" / name)], check=True)
    finally:
        lab.stop()
