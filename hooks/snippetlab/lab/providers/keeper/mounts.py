"""Mounts by the kernel's own interface: paths need no quoting, and no program is started for each."""

from __future__ import annotations

import ctypes
import os

_LIBC = ctypes.CDLL(None, use_errno=True)
_NEW_MOUNTS = 0x00020000  # CLONE_NEWNS
_RECURSIVE, _PRIVATE = 0x4000, 0x40000


def own_mounts() -> None:
    """Give this process a mount namespace of its own, of which nothing reaches the machine's."""
    if _LIBC.unshare(_NEW_MOUNTS) != 0:
        raise OSError(ctypes.get_errno(), f"no mount namespace: {os.strerror(ctypes.get_errno())}")
    _mount("none", "/", "", _RECURSIVE | _PRIVATE)


def mount(kind: str, target: str, options: str, source: str = "none") -> None:
    """Mount a file system of ``kind``. Raises OSError, which names the target."""
    _mount(source, target, kind, 0, options)


def _mount(source: str, target: str, kind: str, flags: int, options: str = "") -> None:
    words = (source.encode(), target.encode(), kind.encode() or None, ctypes.c_ulong(flags), options.encode() or None)
    if _LIBC.mount(*words) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{kind or 'private'} mount: {os.strerror(number)}", target)
