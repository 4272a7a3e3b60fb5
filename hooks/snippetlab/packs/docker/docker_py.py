"""docker-py as labs hold it: copied from the environment that runs snippetlab, so that both sides use one version."""

from __future__ import annotations

import re
import shutil
from functools import cache
from importlib import metadata
from pathlib import Path

from snippetlab.files import digest
from snippetlab.lab.stock.cache import Say, cached


def _distributions(name: str, seen: dict[str, metadata.Distribution]) -> None:
    if name in seen:
        return
    found = metadata.distribution(name)
    seen[name] = found
    for requirement in found.requires or []:
        if "extra ==" not in requirement and "sys_platform" not in requirement:
            match = re.match(r"[A-Za-z0-9_.-]+", requirement)
            if match:
                _distributions(match.group().lower().replace("_", "-"), seen)


@cache
def docker_py_digest() -> str:
    """A digest over the versions of docker-py and of what it needs."""
    return digest(*(f"{name}=={found.version}" for name, found in sorted(_needed().items())))


def _needed() -> dict[str, metadata.Distribution]:
    needed: dict[str, metadata.Distribution] = {}
    _distributions("docker", needed)
    return needed


def docker_py_folder(say: Say) -> Path:
    """A folder with docker-py and what it needs, pure Python only, to stand on PYTHONPATH in a lab."""

    def build(new: Path) -> None:
        for found in _needed().values():
            _copy_pure(found, new)
        for path in new.rglob("*"):  # labs read it as whoever they are
            path.chmod(0o755 if path.is_dir() else 0o644)

    return cached("docker-py", docker_py_digest(), build, say)


def _copy_pure(found: metadata.Distribution, target: Path) -> None:
    for file in found.files or []:
        # Extension modules are built for this interpreter, not for the lab's; each has a twin in Python.
        if file.parts[0] in ("..", "bin") or file.suffix in (".so", ".pyc"):
            continue
        destination = target / file
        destination.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(str(file.locate()), destination)


def docker_py_version() -> str:
    """The version of docker-py that labs hold and that drives them."""
    return metadata.version("docker")
