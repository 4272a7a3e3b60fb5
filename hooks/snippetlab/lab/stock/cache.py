"""Folders in the user's cache that appear whole or not at all."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from snippetlab.errors import LabError

MORE_SPACE = (
    "free some space (`snippetlab labs --remove` clears old lab images) "
    "or set XDG_CACHE_HOME to a folder on a larger disk"
)


def cache_root() -> Path:
    """``$XDG_CACHE_HOME/snippetlab`` (``~/.cache/snippetlab``).

    Source: XDG Base Directory Specification, section 3.
    """
    base = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(base) if os.path.isabs(base) else Path.home() / ".cache") / "snippetlab"


def require_space(folder: Path, needed: int) -> None:
    """Raise LabError when fewer than ``needed`` bytes are free where ``folder`` lies."""
    _make(folder)
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise LabError(
            f"no disk space: {needed / 1e9:.1f} GB are needed in {folder}, {free / 1e9:.1f} GB are free",
            hint=MORE_SPACE,
        )


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LabError(
            f"the cache folder {folder} cannot be made: {error.strerror}",
            hint="set XDG_CACHE_HOME to a folder that can be written",
        ) from error


@contextmanager
def locked(target: Path) -> Iterator[None]:
    """Hold the lock of one cache entry, so that two processes never build it at once."""
    _make(target.parent)
    with open(_lock_of(target), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _lock_of(target: Path) -> Path:
    return target.parent / f".{target.name}.lock"


@contextmanager
def appearing(target: Path) -> Iterator[Path]:
    """A temporary folder that becomes ``target`` when the block ends well, and goes when it does not.

    What an interrupted process left (killed, power gone) is a folder that never
    got the name ``target``; the next build removes it. Raises LabError when the
    disk is full.
    """
    for stale in target.parent.glob(f".{target.name}.new-*"):
        shutil.rmtree(stale, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=f".{target.name}.new-", dir=target.parent))
    try:
        folder.chmod(0o755)
        yield folder
        os.rename(folder, target)
    except BaseException as error:
        shutil.rmtree(folder, ignore_errors=True)
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise LabError(f"no disk space left in {target.parent}", hint=MORE_SPACE) from error
        raise


def leftovers(folder: Path) -> Iterator[Path]:
    """What interrupted builds and removals left in ``folder``; not what another process builds at this moment."""
    for path in folder.glob(".*.new-*"):
        lock = _lock_of(folder / path.name[1:].rpartition(".new-")[0])
        with open(lock, "w") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            yield path
