"""What a lab with an engine starts from: a data root that holds the base images already, and docker-py."""

from __future__ import annotations

import shutil

from snippetlab.files import digest
from snippetlab.lab import Disk, Lab, LabBase, LabSpec, Say, StartLab
from snippetlab.lab.stock.cache import appearing, cache_root, locked, require_space
from snippetlab.lab.stock.image import LabImage, lab_image
from snippetlab.packs.docker.base_images import BaseImage, Recipes, base_image
from snippetlab.packs.docker.docker_py import docker_py_folder
from snippetlab.packs.docker.recipe import recipe_of
from snippetlab.settings import EngineSettings

DATA_ROOT = "/var/lib/docker"
# With a containerd of its own beside it, as on a machine with systemd, the engine need not start
# one and wait a whole second for it.
START = """
containerd > /run/containerd.log 2>&1 &
while [ ! -S /run/containerd/containerd.sock ]; do sleep 0.01; done
service docker start
"""
# What an engine writes that must not be the same in two labs, or that the next engine makes anew.
_NOT_SEEDED = ("engine-id", "network", "containerd", "runtimes", "tmp", "swarm", "buildkit")
# A data root is whole only once its engine has ended.
_STOP = "service docker stop >/dev/null; while pgrep -x dockerd >/dev/null; do sleep 0.05; done"


def base_for(
    spec: LabSpec,
    engine: EngineSettings,
    builder: EngineSettings,
    recipes: Recipes,
    *,
    start: StartLab,
    say: Say,
) -> LabBase:
    """What labs of ``spec`` on ``engine`` start from; builds lab image, base images and data root where the cache
    lacks them.

    Base images are built on the engine ``builder`` alone, so that every engine holds the same ones. Raises LabError.
    """
    image = lab_image(recipe_of(engine), say=say)
    workshop_image = image if builder == engine else lab_image(recipe_of(builder), say=say)

    def workshop(parents: tuple[BaseImage, ...]) -> Lab:
        lab = start(LabSpec(builder.name), _base(workshop_image))
        _load(lab, parents)
        return lab

    names = sorted({*(recipe.name for recipe in recipes.built_in), *spec.images})
    images = tuple(base_image(name, recipes, workshop, say) for name in names)
    key = digest(image.identity, *(i.key for i in images))
    folder = cache_root() / "seeds" / f"{engine.name}-{key}"
    if not folder.exists():
        with locked(folder):
            if not folder.exists():
                require_space(folder.parent, 1_000_000_000)
                say(f"base images {', '.join(names)}: preparing a data root, once")
                with appearing(folder) as new:
                    lab = start(LabSpec(engine.name), _base(image))
                    try:
                        _load(lab, images)
                        lab.run(["sh", "-c", _STOP])
                        lab.copy_out(DATA_ROOT, new / "data")
                    finally:
                        lab.stop()
                    for name in _NOT_SEEDED:
                        shutil.rmtree(new / "data" / name, ignore_errors=True)
                        (new / "data" / name).unlink(missing_ok=True)
    return _base(image, Disk(DATA_ROOT, folder / "data"), key, {i.tag: i.image_id for i in images})


def _base(
    image: LabImage, disk: Disk = Disk(DATA_ROOT), identity: str = "", facts: dict[str, str] | None = None
) -> LabBase:
    copies = ((docker_py_folder(), "/opt/docker-py"),)
    return LabBase(image.rootfs, image.mount_point, identity or image.identity, (disk,), copies, START, facts or {})


def _load(lab: Lab, images: tuple[BaseImage, ...]) -> None:
    for image in images:
        with open(image.archive, "rb") as archive:
            lab.client.images.load(archive)
