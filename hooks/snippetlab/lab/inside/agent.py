"""Stands inside a lab between the host and one long-lived shell or interpreter.

The host writes one JSON object a line: ``{"run": COMMAND, "tty": bool,
"prompt": str, "typed": [str], "enter": bool}`` or ``{"write": PATH, "text":
str}``. The answer is a sequence of JSON lines: ``{"bytes": N}`` followed by N
raw bytes of output, and at the end ``{"exit": CODE}``; ``{"ended": CODE}`` says
that the shell itself is gone. A frame ``{"typed": I}`` says that line I was
typed at this point of the output. It needs nothing beyond the standard library:
it runs on the lab's own Python.
"""

import json
import os
import pty
import re
import select
import struct
import subprocess
import sys
from fcntl import F_SETFL, fcntl, ioctl
from pathlib import Path
from termios import TIOCSWINSZ
from typing import Any

CONTROL = re.compile(rb"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b[()][A-Z0-9]|\x1b[=>]")
HOST_OUT = sys.stdout.buffer


def answer(header: dict[str, Any], body: bytes = b"") -> None:
    """Send one frame to the host."""
    HOST_OUT.write(json.dumps(header).encode() + b"\n" + body)
    HOST_OUT.flush()


def keys(text: str) -> bytes:
    """What typing ``text`` and Enter sends; ``^X`` is a control key, and a line of those only has no Enter."""
    if re.fullmatch(r"(\^[@-_])+", text):
        return bytes(ord(c) & 0x1F for c in text[1::2])
    return text.encode() + b"\r"


class Child:
    """A shell or an interpreter that takes commands on fd 10 and reports exit codes on fd 11."""

    def __init__(self, argv: list[str], columns: int) -> None:
        command_r, self.command = os.pipe()
        self.status, status_w = os.pipe()
        self.out, out_w = os.pipe()
        self.terminal, terminal_child = pty.openpty()
        ioctl(self.terminal, TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
        # Move the fds out of the way first: a pipe may already sit on 10, 11 or 12.
        high = [os.dup2(fd, 100 + i) for i, fd in enumerate((command_r, status_w, terminal_child))]

        def wire() -> None:
            for source, target in zip(high, (10, 11, 12), strict=True):
                os.dup2(source, target)

        self.process = subprocess.Popen(
            argv, stdin=subprocess.DEVNULL, stdout=out_w, stderr=out_w, preexec_fn=wire, pass_fds=(10, 11, 12)
        )
        for fd in (command_r, status_w, out_w, *high):
            os.close(fd)
        # terminal_child stays open: without a holder the master side reports an end of file.
        for fd in (self.out, self.terminal):
            fcntl(fd, F_SETFL, os.O_NONBLOCK)

    def run(self, request: dict[str, Any]) -> None:
        """Run one command and send its frames."""
        tty = bool(request.get("tty"))
        prompt = str(request.get("prompt") or "").encode()
        typed: list[str] = list(request.get("typed") or [])
        mode = b"tty" if tty else b"pipe"
        try:
            os.write(self.command, mode + b"\0" + str(request["run"]).encode() + b"\0")
        except BrokenPipeError:
            answer({"ended": self.process.wait()})
            return
        if request.get("enter"):
            os.write(self.terminal, b"\r")
        tail = b""
        next_line = 0
        while True:
            ready, _, _ = select.select([self.out, self.terminal, self.status], [], [])
            code = os.read(self.status, 64) if self.status in ready else None
            for fd in (self.out, self.terminal):
                if fd in ready or code is not None:
                    tail = (tail + self.forward(fd))[-4096:]
            if code is not None:
                answer({"exit": int(code.rstrip(b"\0"))} if code else {"ended": self.process.wait()})
                return
            # A shell may draw its prompt twice; one that asks for the next line stands on a line of its own.
            asked = next_line == 0 or b"\n" in tail
            if prompt and next_line < len(typed) and asked and CONTROL.sub(b"", tail).endswith(prompt):
                answer({"typed": next_line})
                os.write(self.terminal, keys(typed[next_line]))
                next_line += 1
                tail = b""

    def forward(self, fd: int) -> bytes:
        """Send on what waits at ``fd``; gives the bytes sent."""
        sent = b""
        while True:
            try:
                chunk = os.read(fd, 65536)
            except (BlockingIOError, OSError):
                return sent
            if not chunk:
                return sent
            answer({"bytes": len(chunk)}, chunk)
            sent = (sent + chunk)[-4096:]


def write_file(path: str, text: str) -> None:
    """Write a file of the scenario, with the folders that lead to it."""
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(text.encode())


def main() -> None:
    """Serve the host until it closes standard input."""
    columns, argv = int(sys.argv[1]), sys.argv[2:]
    child = Child(argv, columns)
    for line in sys.stdin.buffer:
        request = json.loads(line)
        if "write" in request:
            try:
                write_file(request["write"], request["text"])
                answer({"exit": 0})
            except OSError as error:
                message = f"{request['write']}: {error.strerror}\n".encode()
                answer({"bytes": len(message)}, message)
                answer({"exit": 1})
        else:
            child.run(request)
    child.process.kill()


main()
