"""What a lab with an engine starts from: data roots that hold the base images already, and docker-py."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from snippetlab.files import digest
from snippetlab.lab import Disk, Lab, LabBase, LabSpec, Say, StartLab
from snippetlab.lab.stock.cache import cached, require_space
from snippetlab.lab.stock.image import LabImage, lab_image
from snippetlab.packs.docker.base_images import BaseImage, Recipes, base_image
from snippetlab.packs.docker.docker_py import docker_py_folder
from snippetlab.packs.docker.recipe import recipe_of
from snippetlab.settings import EngineSettings

DAEMON_JSON = "/etc/docker/daemon.json"
LAYERS = "/opt/layers"  # where a lab sees the files of its base images
# With a containerd of its own beside it, as on a machine with systemd, the engine need not start
# one and wait a whole second for it.
START = """
containerd > /run/containerd.log 2>&1 &
while [ ! -S /run/containerd/containerd.sock ]; do sleep 0.01; done
service docker start
"""
# Data roots are whole only once what writes them has ended.
_STOP = """
service docker stop >/dev/null
pkill -x containerd
while pgrep -x 'dockerd|containerd' >/dev/null; do sleep 0.05; done
"""


@dataclass(frozen=True)
class Root:
    """A data root. ``not_seeded`` is in it what must not be the same in two labs, or what is made anew at each start;
    ``layers`` is a pattern of the folders that hold the files of images, which are only ever read."""

    path: str
    name: str
    not_seeded: tuple[str, ...]
    layers: str


ENGINE_ROOT = Root(
    "/var/lib/docker",
    "docker",
    ("engine-id", "network", "containerd", "runtimes", "tmp", "swarm", "buildkit"),
    "overlay2/*/diff",
)
CONTAINERD_ROOT = Root(
    "/var/lib/containerd",
    "containerd",
    ("tmpmounts", "io.containerd.runtime.v2.task"),
    "io.containerd.snapshotter.v1.overlayfs/snapshots/*/fs",
)
ROOTS = (ENGINE_ROOT, CONTAINERD_ROOT)
_EMPTY = (Disk(ENGINE_ROOT.path), Disk(CONTAINERD_ROOT.path))
_CONTAINERD_STORE = json.dumps({"features": {"containerd-snapshotter": True}})


def base_for(
    spec: LabSpec,
    engine: EngineSettings,
    builder: EngineSettings,
    recipes: Recipes,
    *,
    start: StartLab,
    say: Say,
) -> LabBase:
    """What labs of ``spec`` on ``engine`` start from; builds lab image, base images and data roots where the cache
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
    # An engine keeps its images in one of two stores, and sees only those in the one that it uses.
    daemon = _CONTAINERD_STORE if uses_containerd_store(spec) else ""
    key = digest(image.identity, daemon, repr(ROOTS), LAYERS, *(i.key for i in images))

    def build(new: Path) -> None:
        require_space(new, 1_000_000_000)
        say(f"base images {', '.join(names)}: preparing a data root, once")
        files = ((DAEMON_JSON, daemon),) if daemon else ()
        lab = start(LabSpec(engine.name, files=files), _base(image))
        try:
            _load(lab, images)
            lab.run(["sh", "-c", _STOP])
            for root in ROOTS:
                lab.copy_out(root.path, new / root.name)
        finally:
            lab.stop()
        for root in ROOTS:
            _prepare(root, new)

    folder = cached("seeds", f"{engine.name}-{key}", build, say)
    return _base(image, tuple(Disk(root.path, folder / root.name) for root in ROOTS), key, folder / "layers")


def uses_containerd_store(spec: LabSpec) -> bool:
    """Whether the engine of such a lab keeps its images in containerd's store instead of its own."""
    daemon = json.loads(dict(spec.files).get(DAEMON_JSON, "{}"))
    features = daemon.get("features") if isinstance(daemon, dict) else None
    return isinstance(features, dict) and features.get("containerd-snapshotter") is True


def _prepare(root: Root, seed: Path) -> None:
    """Drop what is not seeded, and put the files of images apart: all labs read the same ones, behind links.

    (Mounts would not do: an engine that ends unmounts whatever is below its data root.)
    """
    for name in root.not_seeded:
        shutil.rmtree(seed / root.name / name, ignore_errors=True)
        (seed / root.name / name).unlink(missing_ok=True)
    (seed / "layers").mkdir(exist_ok=True)
    for number, layer in enumerate(sorted((seed / root.name).glob(root.layers))):
        layer.rename(seed / "layers" / f"{root.name}-{number}")
        layer.symlink_to(f"{LAYERS}/{root.name}-{number}")


def _base(image: LabImage, disks: tuple[Disk, ...] = _EMPTY, identity: str = "", layers: Path | None = None) -> LabBase:
    shown = ((docker_py_folder(), "/opt/docker-py"), *([(layers, LAYERS)] if layers else []))
    return LabBase(image.rootfs, image.mount_point, identity or image.identity, disks, shown, START)


def _load(lab: Lab, images: tuple[BaseImage, ...]) -> None:
    for image in images:
        with open(image.archive, "rb") as archive:
            lab.client.images.load(archive)
