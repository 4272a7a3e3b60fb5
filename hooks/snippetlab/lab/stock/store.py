"""What the cache folder holds, with sizes, and its removal."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from snippetlab.lab.stock.cache import cache_root, leftovers

_KINDS = {
    "images": "lab image",
    "base": "base image",
    "seeds": "data root",
    "docker-py": "docker-py",
    "results": "results",
}


@dataclass(frozen=True)
class Entry:
    """One thing in the cache; ``bytes`` is what it takes on disk."""

    kind: str
    name: str
    path: Path
    bytes: int


def _size(path: Path) -> int:
    if path.is_file():
        return path.stat().st_size
    return sum(p.lstat().st_blocks * 512 for p in path.rglob("*"))


def entries() -> Iterator[Entry]:
    """Everything in the cache, kind by kind; with what interrupted builds left."""
    for folder, kind in _KINDS.items():
        base = cache_root() / folder
        if folder == "results" and base.exists():
            yield Entry(kind, "all", base, _size(base))
            continue
        for path in sorted(base.iterdir()) if base.exists() else ():
            if not path.name.startswith("."):
                yield Entry(kind, path.name, path, _size(path))
    for base in (cache_root(), *(cache_root() / folder for folder in _KINDS)):
        for path in leftovers(base):
            yield Entry("unfinished", path.name, path, _size(path))


def remove(entry: Entry) -> None:
    """Remove one entry: its name first, so that nobody takes half of it for a whole."""
    path = entry.path
    if not path.name.startswith("."):
        path = path.rename(tempfile.mkdtemp(prefix=f".{path.name}.new-", dir=path.parent))
    shutil.rmtree(path)
