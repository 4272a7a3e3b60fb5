"""File events of the kernel (inotify), in the order in which they came."""

import ctypes
import os
import struct
from typing import NamedTuple

MODIFIED, OPENED = 0x2, 0x20  # IN_MODIFY, IN_OPEN of <sys/inotify.h>
_HEAD = struct.Struct("iIII")
_LIBC = ctypes.CDLL(None, use_errno=True)


class Event(NamedTuple):
    """What happened at a watched place (the number that ``Watch.add`` gave); ``name`` of the file in a folder."""

    place: int
    name: str


class Watch:
    """One queue of events; ``fd`` is readable when some wait."""

    def __init__(self) -> None:
        self.fd = _checked(_LIBC.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC))

    def add(self, path: str, mask: int) -> int:
        """Watch ``path``; gives the number by which its events are known. Raises OSError."""
        return _checked(_LIBC.inotify_add_watch(self.fd, os.fsencode(path), mask))

    def events(self) -> list[Event]:
        """What has come since the last call."""
        try:
            data = os.read(self.fd, 65536)
        except BlockingIOError:
            return []
        found, at = [], 0
        while at < len(data):
            place, _, _, length = _HEAD.unpack_from(data, at)
            start = at + _HEAD.size
            found.append(Event(place, os.fsdecode(data[start : start + length].rstrip(b"\0"))))
            at = start + length
        return found


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result
