"""Folders in the user's cache that appear whole or not at all."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TextIO

from snippetlab.errors import LabError

Say = Callable[[str], None]
MORE_SPACE = (
    "free some space (`snippetlab labs --remove` clears old lab images) "
    "or set XDG_CACHE_HOME to a folder on a larger disk"
)

_LOOKS_AGAIN = 0.1  # seconds
_IN_USE = ".in-use"
_RETIRED = ".retired-"
# By these a folder of the cache is known to be whole: a link that names a digest, and a file with that of the lengths
# alone, which earlier versions of this tool look at.
_MEASURE, _LENGTHS = ".measure", ".whole"
_OF_LENGTHS = ("-type", "f", "-printf", r"%s %P\n")
_OF_ALL = ("-type", "f", "-printf", r"%m %s %T@ %P\n", "-o", "-printf", r"%y %m %l %P\n")
_FRACTION = re.compile(rb"\.\d+ ")  # of a second: an archive, such as CI keeps of a cache, may not have it


def cache_root() -> Path:
    """``$XDG_CACHE_HOME/snippetlab`` (``~/.cache/snippetlab``). Raises LabError for a user without a home.

    Source: XDG Base Directory Specification, section 3.
    """
    base = os.environ.get("XDG_CACHE_HOME", "")
    try:
        return (Path(base) if os.path.isabs(base) else Path.home() / ".cache") / "snippetlab"
    except RuntimeError as error:
        what = "there is no place for the cache: this user has no home folder"
        raise LabError(what, hint="set HOME, or XDG_CACHE_HOME to a folder that can be written") from error


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


def cached(
    kind: str,
    name: str,
    build: Callable[[Path], None],
    say: Say = lambda line: None,
    go_on: Callable[[], None] = lambda: None,
) -> Path:
    """The folder ``kind/name`` of the cache, filled by ``build`` when it is not there or not whole any more.

    ``build`` gets an empty folder. ``say`` gets a line when a damaged folder is
    built again, and one when another process is building it. Raises LabError, and while that is waited for, whatever
    ``go_on`` raises.
    """
    folder = cache_root() / kind / name
    if is_whole(folder):
        return folder
    with locked(folder, say, go_on):
        if is_whole(folder):
            return folder
        if folder.exists():
            say(f"{folder} is damaged; it is built again")
        with appearing(folder) as new:
            build(new)
            mark_whole(new)
            if folder.exists():
                _retire(folder)
        _remove_retired()
    return folder


def mark_whole(folder: Path) -> None:
    """Say of a folder that it holds all that it should: what is in it now."""
    for name in (_LENGTHS, _MEASURE):
        (folder / name).unlink(missing_ok=True)  # of a copy, the file may be another folder's, too
    (folder / _LENGTHS).write_text(_measure(folder, _OF_LENGTHS))
    (folder / _MEASURE).symlink_to(_measure(folder, _OF_ALL))


def is_whole(folder: Path) -> bool:
    """Whether a folder of the cache holds what it was built with, as far as names, kinds, modes, lengths, the seconds
    of changes and the targets of links tell: what files say is not read again, and whose they are is not asked."""
    mark = folder / _MEASURE
    try:
        if not mark.is_symlink() and (folder / _LENGTHS).read_text() == _measure(folder, _OF_LENGTHS):
            mark.symlink_to(_measure(folder, _OF_ALL))  # of a version of this tool that looked at lengths alone
        status = mark.lstat()
        return _still(folder, os.readlink(mark), status.st_ino, status.st_ctime_ns)
    except OSError:
        return False


@cache
def _still(folder: Path, known: str, _file: int, _changed: int) -> bool:
    """Once in a process, and again when the folder was built anew: looking through it takes a moment."""
    return _measure(folder, _OF_ALL) == known


def _measure(folder: Path, what: Sequence[str]) -> str:
    """A digest over what `find` tells of all in a folder: it looks at 25,000 files in a tenth of Python's time."""
    listed = subprocess.run(["find", folder, "-mindepth", "1", *what], capture_output=True).stdout
    marks = tuple(b" " + name.encode() for name in (_LENGTHS, _MEASURE))
    lines = (line for line in _FRACTION.sub(b" ", listed).splitlines() if not line.endswith(marks))
    return hashlib.sha256(b"\n".join(sorted(lines))).hexdigest()


def _retire(folder: Path) -> None:
    """Take the name from a folder of the cache. Labs of others may run from it, and see no change of names."""
    folder.rename(Path(tempfile.mkdtemp(prefix=f".{folder.name}{_RETIRED}", dir=folder.parent)))


def _remove_retired() -> None:
    """Remove what has lost its name, where nobody has the cache in use. What was begun is a leftover like any other."""
    free: list[Path] = []
    for folder in cache_root().glob(f"*/.*{_RETIRED}*"):
        with _lock_file(cache_root() / _IN_USE) as lock:
            if _held(lock):
                free.append(folder.rename(tempfile.mkdtemp(prefix=".retired.new-", dir=folder.parent)))
    for folder in free:
        shutil.rmtree(folder, ignore_errors=True)


def discard(folder: Path) -> None:
    """Remove a folder of the cache: its name first, so that nobody takes half of it for a whole."""
    shutil.rmtree(folder.rename(tempfile.mkdtemp(prefix=f".{folder.name}.new-", dir=folder.parent)))


@contextmanager
def locked(target: Path, say: Say = lambda line: None, go_on: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Hold the lock of one cache entry, so that neither two processes nor two threads ever build it at once.

    ``go_on`` is asked now and then while somebody else holds it; what it raises ends the waiting.
    """
    _make(target.parent)
    with _lock_file(_lock_of(target)) as lock:
        told = False
        while not _held(lock):
            holder = _lock_of(target).read_text()
            if not told and holder and holder != str(os.getpid()):
                say(f"{target.name}: another process is building it; waiting for that")
                told = True
            go_on()
            # A lock cannot be waited for in a thread that must hear of something else, too.
            time.sleep(_LOOKS_AGAIN)
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def _held(lock: TextIO, how: int = fcntl.LOCK_EX, *, tries: int = 1) -> bool:
    for left in reversed(range(tries)):
        try:
            fcntl.flock(lock, how | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            time.sleep(_LOOKS_AGAIN if left else 0)  # for a moment, somebody may look whether it is used
    return False


@contextmanager
def in_use(*, alone: bool = False) -> Iterator[None]:
    """Keep the cache as it is for others while labs of this process need it; ``alone``: to remove things from it.

    Raises LabError when the cache cannot be had alone because somebody uses it,
    and when it is being removed.
    """
    _make(cache_root())
    _remove_retired()
    with _lock_file(cache_root() / _IN_USE) as lock:
        if not _held(lock, fcntl.LOCK_EX if alone else fcntl.LOCK_SH, tries=2):
            what = "the cache is in use: labs are running or being built" if alone else "the cache is being removed"
            raise LabError(what, hint="wait until that has ended, and try again")
        yield


def _lock_file(path: Path) -> TextIO:
    try:
        return open(path, "a")
    except OSError as error:
        raise LabError(
            f"the cache folder {path.parent} cannot be written: {error.strerror}",
            hint="set XDG_CACHE_HOME to a folder that can be written",
        ) from error


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
    for path in (*folder.glob(".*.new-*"), *folder.glob(f".*{_RETIRED}*")):
        lock = _lock_of(folder / path.name[1:].rpartition(".")[0])
        try:
            with open(lock, "w") as handle:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                yield path
        except OSError:
            continue  # it is being built, or another user's
