"""What a shell and its programs print, piece by piece: from which stream each came, in the order as written.

Standard output and standard error are a FIFO each, so that they can be told
apart. A FIFO holds one write at a time, and every write leaves an event in one
queue of the kernel: so nobody can write to one stream twice before the reader
has seen what was written to the other in between. That the shell is back at its
prompt is an event of the same queue.

A program that opens ``/dev/stdout`` or ``/dev/stderr`` by name writes no packets:
when the reader is late, two of its writes to one stream come as one.
"""

import os
import pty
import select
import struct
from fcntl import F_SETFL, F_SETPIPE_SZ, fcntl, ioctl
from termios import TIOCSWINSZ
from typing import NamedTuple

import watch

STREAMS = ("out", "err")
_PAGE = 4096
_ROWS = 40
_MARK = b"\x1e"  # shown nowhere; what stands before it has arrived


class Piece(NamedTuple):
    """What came from ``out``, ``err``, ``tty``, or ``back``: then ``data`` is what the shell says at its prompt."""

    source: str
    data: bytes


class Outputs:
    """The places that a shell prints to, and all that has come there and was not yet taken (``pieces``)."""

    def __init__(self, folder: str, columns: int) -> None:
        self.pieces: list[Piece] = []
        self.gone = False  # the shell is
        self._watch = watch.Watch()
        self._poll = select.poll()
        self._poll.register(self._watch.fd, select.POLLIN)
        self._readers: dict[int, str] = {}
        self._places: dict[int, int] = {}
        self._early: set[int] = set()
        self.writers: dict[str, int] = {}
        for name in STREAMS:
            self._stream(os.path.join(folder, name), name)
        self._back = os.path.join(folder, "back")
        os.mkdir(self._back)
        self._back_place = self._watch.add(self._back, watch.OPENED)
        self.terminal, self._held = pty.openpty()  # held: without a holder the master side reports an end of file
        ioctl(self.terminal, TIOCSWINSZ, struct.pack("HHHH", _ROWS, columns, 0, 0))
        os.set_blocking(self.terminal, False)
        self._poll.register(self.terminal, select.POLLIN)
        self._process = -1

    def _stream(self, path: str, name: str) -> None:
        os.mkfifo(path)
        reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        fcntl(reader, F_SETPIPE_SZ, _PAGE)
        self.writers[name] = os.open(path, os.O_WRONLY)
        fcntl(self.writers[name], F_SETFL, os.O_DIRECT)  # a write is a packet: it is not joined to the one before
        self._readers[reader] = name
        self._places[self._watch.add(path, watch.MODIFIED)] = reader
        self._poll.register(reader, select.POLLIN)

    @property
    def terminal_name(self) -> str:
        """The path of the terminal for programs."""
        return os.ttyname(self._held)

    def follow(self, process: int) -> None:
        """Notice the end of ``process``, the shell."""
        self._process = os.pidfd_open(process)
        self._poll.register(self._process, select.POLLIN)

    def also(self, fd: int) -> None:
        """Wake up when ``fd`` can be read, too."""
        self._poll.register(fd, select.POLLIN)

    def wait(self, timeout: int | None = None) -> set[int]:
        """Wait until something happens, and take in what came; gives the file descriptors at which something did.

        Those are none when ``timeout`` (milliseconds) has passed.
        """
        ready = {fd for fd, _ in self._poll.poll(timeout)}
        if ready & self._readers.keys():
            # The places are looked at one after the other: what came meanwhile may have its event by now.
            ready |= {fd for fd, _ in self._poll.poll(0)}
        if self._watch.fd in ready:
            self._by_events()
        else:
            for fd in ready & self._readers.keys():
                self._before_its_event(fd)
        if self.terminal in ready:
            self._take_all(self.terminal, "tty")
        if self._process in ready and not self.gone:
            self._by_events()
            self.drain()
            self._poll.unregister(self._process)
            self.gone = True
        return ready

    def _by_events(self) -> None:
        early, self._early = self._early, set()
        for place, name in self._watch.events():
            if place == self._back_place:
                if name:
                    self.drain()
                    self.pieces.append(Piece("back", name.encode()))
                    os.unlink(os.path.join(self._back, name))
            elif (fd := self._places.get(place)) is not None:
                if fd in early:
                    early.remove(fd)
                else:
                    self._take(fd, self._readers[fd])

    def _before_its_event(self, fd: int) -> None:
        """Take in a write whose event is still to come.

        A write of more than a page is an event only when it is through: that event then stands for its last
        packet. A smaller one has been taken in whole, and its event stands for nothing more.
        """
        taken = self._take(fd, self._readers[fd])
        if 0 < taken < _PAGE:
            self._early.add(fd)

    def _take(self, fd: int, source: str) -> int:
        try:
            data = os.read(fd, 1 << 16)
        except OSError:
            return 0
        if data:
            self.pieces.append(Piece(source, data))
        return len(data)

    def _take_all(self, fd: int, source: str) -> None:
        while self._take(fd, source):
            pass

    def settle(self) -> None:
        """Take in all that programs have written to the terminal: the kernel hands it on a little later."""
        os.write(self._held, _MARK)
        last = b""
        while not last.endswith(_MARK):
            select.select([self.terminal], [], [])
            self._take_all(self.terminal, "tty")
            last = next((piece.data for piece in reversed(self.pieces) if piece.source == "tty"), b"")
        at = max(i for i, piece in enumerate(self.pieces) if piece.source == "tty")
        self.pieces[at] = Piece("tty", last.removesuffix(_MARK))

    def drain(self) -> None:
        """Take in what is there, without waiting."""
        for fd, name in self._readers.items():
            self._take(fd, name)
        self._take_all(self.terminal, "tty")
