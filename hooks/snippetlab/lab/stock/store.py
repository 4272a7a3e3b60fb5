"""What the cache folder holds, with sizes, and its removal."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from snippetlab.errors import LabError
from snippetlab.lab.stock.cache import cache_root, discard, leftovers

_KINDS = {
    "images": "lab image",
    "archives": "lab image as an archive",
    "base": "base image",
    "seeds": "data root",
    "docker-py": "docker-py",
    "results": "results",
}


@dataclass(frozen=True)
class Entry:
    """One thing in the cache."""

    kind: str
    name: str
    path: Path

    @property
    def bytes(self) -> int:
        """What it takes on disk: a file with several names counts once, what vanishes meanwhile or is mounted there
        not at all. `du` looks at hundreds of thousands of files in a tenth of Python's time."""
        told = subprocess.run(["du", "-skx", str(self.path)], capture_output=True, text=True).stdout
        return int(told.split("\t")[0] or 0) * 1024


def entries() -> Iterator[Entry]:
    """Everything in the cache, kind by kind; with what interrupted builds left."""
    for folder, kind in _KINDS.items():
        base = cache_root() / folder
        if folder == "results" and base.exists():
            yield Entry(kind, "all", base)
            continue
        for path in sorted(base.iterdir()) if base.exists() else ():
            if not path.name.startswith("."):
                yield Entry(kind, path.name, path)
    for base in (cache_root(), *(cache_root() / folder for folder in _KINDS)):
        for path in leftovers(base):
            yield Entry("unfinished", path.name, path)


def remove(entry: Entry) -> None:
    """Remove one entry. Raises LabError when something in it cannot be removed."""
    try:
        if entry.path.name.startswith("."):
            shutil.rmtree(entry.path)
        else:
            discard(entry.path)
    except OSError as error:
        raise LabError(
            f"{entry.kind} {entry.name} cannot be removed whole: {error.strerror}",
            where=str(error.filename or entry.path),
            hint="unmount what is mounted there (findmnt lists it), and try again",
        ) from error
