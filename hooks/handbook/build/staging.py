"""A site that is written whole or not at all: each build renders into a folder of its own, then moves it into place."""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from snippetlab.errors import SnippetLabError


@dataclass(frozen=True)
class Staging:
    """The folder into which one build renders, beside the site's place.

    ``lock`` is an open descriptor of the folder that holds a lock on it: the
    kernel frees it when the build ends, however it ends, so that a later build
    can tell a leftover from a build that is at work.
    """

    folder: Path
    target: Path
    lock: int

    def swap_in(self) -> None:
        """Put the folder in the site's place; the former site is removed only when the new one stands."""
        _make_readable(self.folder)
        former = _beside(self.target, "old")
        with _lock_of(self.target.parent):
            if self.target.exists():
                self.target.rename(former)
            self.folder.rename(self.target)
        shutil.rmtree(former, ignore_errors=True)
        os.close(self.lock)

    def drop(self) -> None:
        """Leave nothing of the build behind. Dropping twice, or after the swap, does nothing."""
        if self.folder.exists():
            shutil.rmtree(self.folder, ignore_errors=True)
            os.close(self.lock)


def stage(target: Path) -> Staging:
    """A new folder beside ``target`` to render into. What killed builds left there is cleared away.

    Raises SnippetLabError where a folder cannot be made, or where ``target`` is
    something other than a folder.
    """
    if target.exists() and not target.is_dir():
        raise SnippetLabError(
            "the site's place is taken by a file", where=str(target), hint="remove it or set another site_dir"
        )
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with _lock_of(target.parent):
            _clear_leftovers(target)
            folder = _beside(target, "new")
            folder.mkdir()
            return Staging(folder, target, _locked(folder))
    except OSError as error:
        raise SnippetLabError(
            f"no site can be written into {target.parent}: {error.strerror}",
            where=str(target),
            hint="`mkdocs build --site-dir FOLDER` builds it in a place that can be written",
        ) from error


def _beside(target: Path, kind: str) -> Path:
    return target.with_name(f".{target.name}.{kind}-{secrets.token_hex(4)}")


def _clear_leftovers(target: Path) -> None:
    """Remove folders of builds that are gone. One that died between its two moves left no site: that comes back."""
    for former in target.parent.glob(f".{target.name}.old-*"):
        if target.exists():
            shutil.rmtree(former, ignore_errors=True)
        else:
            former.rename(target)
    for folder in target.parent.glob(f".{target.name}.new-*"):
        try:
            lock = _locked(folder)
        except OSError:
            continue  # a build that is at work holds it, or it is gone already
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def _locked(folder: Path) -> int:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


@contextmanager
def _lock_of(folder: Path) -> Iterator[None]:
    """One build at a time looks for leftovers, or moves. The lock is on the folder itself: no file is left."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _make_readable(folder: Path) -> None:
    """Let everybody read the site, whatever the umask of who built it: it is there to be published."""
    for path in (folder, *folder.rglob("*")):
        mode = path.stat().st_mode
        path.chmod(mode | (0o755 if path.is_dir() else 0o644))
