"""A terminal at which a test types."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import termios
import time

from .project import BIN, Project


class Terminal:
    """A command under a terminal."""

    def __init__(self, project: Project, *words: str) -> None:
        self._own, child = pty.openpty()
        # setsid makes it the controlling terminal, so that ^C is a signal.
        command = ("setsid", "--ctty", str(BIN / words[0]), *words[1:])
        self.process = project.start(*command, stdin=child, stdout=child, stderr=child)
        os.close(child)
        self.seen = ""

    def until(self, words: str) -> str:
        """What is shown up to these words; they must come."""
        deadline = time.monotonic() + 60
        while words not in self.seen:
            ready, _, _ = select.select([self._own], [], [], max(0.0, deadline - time.monotonic()))
            assert ready, f"{words!r} never came: {self.seen!r}"
            try:
                self.seen += os.read(self._own, 4096).decode(errors="replace")
            except OSError:
                raise AssertionError(f"ended before {words!r} came: {self.seen!r}") from None
        shown, _, self.seen = self.seen.partition(words)
        return shown

    def types(self, text: str) -> None:
        os.write(self._own, text.encode())

    def size(self, lines: int, columns: int) -> None:
        """Let it have this size, of which the command hears."""
        fcntl.ioctl(self._own, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def end(self) -> int:
        """Wait until it has ended; reads on, so that nothing it prints holds it up."""
        deadline = time.monotonic() + 60
        while self.process.poll() is None:
            assert time.monotonic() < deadline, f"it does not end: {self.seen!r}"
            if select.select([self._own], [], [], 0.05)[0]:
                try:
                    os.read(self._own, 4096)
                except OSError:
                    pass
        os.close(self._own)
        return self.process.wait()
