"""Unix sockets of this machine that stand for something elsewhere: each connection becomes a program's two streams."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

from snippetlab.errors import LabError
from snippetlab.lab import Process

_PREFIX = "snippetlab-"
_SOCKET = "socket"
_LONGEST = 64  # bytes of the folder for temporary files: a socket's whole path may have 103
_NO_ADDRESS = frozenset("#?")  # what docker-py takes for the end of a path


class Gate:
    """A Unix socket at which only this user can knock; ``open`` starts what answers a connection."""

    def __init__(self, start: Callable[[], Process]) -> None:
        self._start = start
        self._folder = Path(
            tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=_place())
        )  # made for this user alone
        self._processes: list[Process] = []
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(self._folder / _SOCKET))
        self._listener.listen()
        threading.Thread(target=self._accept, name="gate", daemon=True).start()

    @property
    def url(self) -> str:
        """The address of the socket."""
        return f"unix://{self._folder / 'socket'}"

    def close(self) -> None:
        """Close it, and let go of what answered."""
        try:
            self._listener.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # not every system lets a listener be shut down
        self._listener.close()
        for process in self._processes:
            process.kill()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _accept(self) -> None:
        while True:
            try:
                caller, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(caller,), name="gate", daemon=True).start()

    def _answer(self, caller: socket.socket) -> None:
        with caller:
            try:
                process = self._start()
            except LabError:
                return  # the caller sees that nobody is there
            self._processes.append(process)
            upward = threading.Thread(target=_hand_up, args=(caller, process), name="gate", daemon=True)
            upward.start()
            assert process.stdout is not None
            try:
                while data := os.read(process.stdout.fileno(), 1 << 16):
                    caller.sendall(data)
                caller.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            process.kill()
            upward.join()
            process.stdout.close()


def _hand_up(caller: socket.socket, process: Process) -> None:
    assert process.stdin is not None
    try:
        while data := caller.recv(1 << 16):
            process.stdin.write(data)
            process.stdin.flush()
    except (OSError, ValueError):
        pass
    try:
        process.stdin.close()
    except OSError:
        pass


def _place() -> Path:
    """The folder for temporary files, or the usual one where no socket can be in that."""
    own = tempfile.gettempdir()
    fits = len(os.fsencode(own)) <= _LONGEST and not _NO_ADDRESS & set(own)
    return Path(own if fits else "/tmp")


def sweep() -> None:
    """Remove the sockets of this user that processes which were killed have left, and nothing else of that name."""
    for folder in _place().glob(f"{_PREFIX}*-*"):
        owner = folder.name.removeprefix(_PREFIX).split("-")[0]
        if owner.isdecimal() and not runs(int(owner)) and _nobody_listens(folder / _SOCKET):
            try:
                (folder / _SOCKET).unlink()
                folder.rmdir()
            except OSError:
                pass  # another user's, or somebody keeps more in it


def runs(process: int) -> bool:
    """Whether a process of this machine is alive."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


def _nobody_listens(path: Path) -> bool:
    """Whether a socket is there whose owner is gone. (The owner may run where its number is not known here.)"""
    with socket.socket(socket.AF_UNIX) as caller:
        try:
            caller.connect(str(path))
        except ConnectionRefusedError:
            return path.is_socket()
        except OSError:
            return False
    return False
