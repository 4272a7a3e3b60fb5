"""What a lab with an engine starts from: data roots that hold the base images already, and docker-py."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from snippetlab.files import digest
from snippetlab.lab import Builder, Lab, LabBase, LabSpec, Say
from snippetlab.packs.docker.base_images import BaseImage, Recipes, base_image
from snippetlab.packs.docker.docker_py import docker_py_digest, docker_py_folder
from snippetlab.packs.docker.guard import GUARDED
from snippetlab.packs.docker.recipe import recipe_of
from snippetlab.settings import EngineSettings

DAEMON_JSON = "/etc/docker/daemon.json"
LAYERS = "/opt/layers"  # where a lab sees the files of its base images
# With a containerd of its own beside it, as on a machine with systemd, the engine need not start
# one and wait a whole second for it.
START = f"""{GUARDED}
containerd > /run/containerd.log 2>&1 &
while [ ! -S /run/containerd/containerd.sock ]; do sleep 0.03; done
service docker start
"""
# Data roots are whole only once what writes them has ended. Of what is in them, some must not be the same in two labs;
# and the files of images are put apart: all labs read the same ones, behind links. (Mounts would not do: an engine that
# ends unmounts whatever is below its data root.)
_STOP = """
service docker stop >/dev/null
pkill -x containerd
while pgrep -x 'dockerd|containerd' >/dev/null; do sleep 0.05; done
"""
_PREPARE = """
cd {path}
rm -rf {not_seeded}
number=0
for layer in {layers}; do
  [ -d "$layer" ] || continue
  mv "$layer" {shared}/{name}-$number
  ln -s {shared}/{name}-$number "$layer"
  number=$((number + 1))
done
"""


@dataclass(frozen=True)
class Root:
    """A data root. ``not_seeded`` is in it what must not be the same in two labs, or what is made anew at each start;
    ``layers`` is a pattern of the folders that hold the files of images, which are only ever read."""

    path: str
    name: str
    not_seeded: tuple[str, ...]
    layers: str

    @property
    def preparation(self) -> str:
        """Shell text that makes of a data root what labs begin with."""
        not_seeded = shlex.join(self.not_seeded)
        return _PREPARE.format(path=self.path, not_seeded=not_seeded, layers=self.layers, shared=LAYERS, name=self.name)


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
DOCKER_PY = "/opt/docker-py"
_DOCKER_PY_SOURCE = "/opt/docker-py.source"
# Whoever imports it in a lab need not compile it first: that would take longer than all else that an import does. Labs
# cannot write there, so nothing can be out of date.
_COMPILE = f"""
chmod 755 {DOCKER_PY}
cp -R {_DOCKER_PY_SOURCE}/. {DOCKER_PY}
python3 -I -m compileall -q --invalidation-mode unchecked-hash {DOCKER_PY}
"""
# Builds print lines that a page can show, and no command advertises another.
ENVIRONMENT = (("BUILDKIT_PROGRESS", "plain"), ("DOCKER_CLI_HINTS", "false"), ("PYTHONPATH", DOCKER_PY))
DISKS = tuple(root.path for root in ROOTS)
SHARED = (LAYERS, DOCKER_PY)
_CONTAINERD_STORE = json.dumps({"features": {"containerd-snapshotter": True}})


def base_for(
    spec: LabSpec,
    engine: EngineSettings,
    baseline: EngineSettings,
    recipes: Recipes,
    builder: Builder,
    say: Say,
    judge: Callable[[Lab], None],
) -> LabBase:
    """What labs of ``spec`` on ``engine`` start from; ``builder`` makes lab image, base images and data roots where
    they are not there yet.

    Base images are built on the engine ``baseline`` alone, so that every engine holds the same ones. ``judge`` is asked
    of each new data root's lab whether it holds what it should: all later labs are alike. Raises LabError.
    """
    empty = _empty(engine, builder)
    workshop_base = empty if baseline == engine else _empty(baseline, builder)

    @contextmanager
    def workshop(parents: tuple[BaseImage, ...]) -> Iterator[Lab]:
        with builder.lab(LabSpec(baseline.name), workshop_base) as lab:
            _load(lab, parents)
            yield lab

    names = sorted({*(recipe.name for recipe in recipes.built_in), *spec.images})
    images = tuple(base_image(name, recipes, builder, workshop, say) for name in names)
    # An engine keeps its images in one of two stores, and sees only those in the one that it uses.
    daemon = _CONTAINERD_STORE if uses_containerd_store(spec) else ""
    preparations = [root.preparation for root in ROOTS]
    texts = (_STOP, *preparations, _COMPILE)
    key = digest(empty.identity, daemon, *texts, docker_py_digest(), *(image.key for image in images))

    def fill(lab: Lab) -> None:
        judge(lab)
        say(f"base images {', '.join(names)}: preparing a data root, once")
        _load(lab, images)
        lab.run(["sh", "-c", _STOP])
        for preparation in preparations:
            lab.run(["sh", "-c", preparation])
        lab.run(["sh", "-ec", _COMPILE])

    stock = f"{engine.name}-{key}"
    files = ((DAEMON_JSON, daemon),) if daemon else ()
    filled = replace(empty, disks=(*DISKS, *SHARED), shown=((docker_py_folder(say), _DOCKER_PY_SOURCE),))
    builder.stock(stock, LabSpec(engine.name, files=files), filled, fill)
    return replace(empty, identity=key, stock=stock, shared=SHARED)


def uses_containerd_store(spec: LabSpec) -> bool:
    """Whether the engine of such a lab keeps its images in containerd's store instead of its own."""
    daemon = json.loads(dict(spec.files).get(DAEMON_JSON, "{}"))
    features = daemon.get("features") if isinstance(daemon, dict) else None
    return isinstance(features, dict) and features.get("containerd-snapshotter") is True


def _empty(engine: EngineSettings, builder: Builder) -> LabBase:
    """A lab whose engine holds nothing."""
    recipe = recipe_of(engine)
    return LabBase(recipe, builder.image(recipe), DISKS, start=START, environment=ENVIRONMENT)


def _load(lab: Lab, images: tuple[BaseImage, ...]) -> None:
    for image in images:
        with open(image.archive, "rb") as archive:
            lab.client.images.load(archive)
