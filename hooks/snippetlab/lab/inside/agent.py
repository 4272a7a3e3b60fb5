"""Stands inside a lab between the host and one long-lived shell or interpreter.

Arguments: the columns of a terminal, and ``shell`` or ``python``. The host
writes one JSON object a line: ``{"run": COMMAND, "tty": bool, "prompt": str,
"typed": [str], "enter": bool}`` or ``{"write": PATH, "text": str}``. The answer is
a sequence of JSON lines: ``{"out": N}``, ``{"err": N}`` or ``{"tty": N}`` followed
by N raw bytes from that stream, and at the end ``{"exit": CODE}``; ``{"ended":
CODE}`` says that the shell itself is gone. ``{"late": N}`` goes before N bytes
that came after the command before had ended. ``{"typed": I}`` says that line I
was typed at this point of the output. It needs nothing beyond the standard
library: it runs on the lab's own Python.
"""

import json
import os
import re
import shutil
import signal
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.dont_write_bytecode = True  # the folder is shown to labs, and not theirs
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from interpreter import Interpreter  # noqa: E402
from outputs import Outputs, Piece  # noqa: E402
from shell import Shell  # noqa: E402

CONTROL = re.compile(rb"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b[()][A-Z0-9]|\x1b[=>]")
HELD = 1 << 15  # bytes that are sent at once
PAUSE = 20  # milliseconds after which what came goes to the host, whether there is more or not
MEMORY = "/dev/shm"


class Agent:
    """One shell or interpreter, and the host."""

    def __init__(self, child: Interpreter | Shell, folder: str, outputs: Outputs) -> None:
        self._child = child
        self._folder = folder
        self._outputs = outputs
        self._answers: list[bytes] = []
        self._requests = b""

    @classmethod
    def started(cls, columns: int, kind: str) -> "Agent":
        """With a new shell, or interpreter, and a folder for what it needs."""
        folder = tempfile.mkdtemp(dir=MEMORY if os.access(MEMORY, os.W_OK) else None)
        outputs = Outputs(folder, columns)
        child = Interpreter if kind == "python" else Shell
        return cls(child.started(folder, outputs), folder, outputs)

    def serve(self) -> None:
        """Answer the host until it closes standard input."""
        self._outputs.also(0)
        try:
            while (line := self._request()) is not None:
                request = json.loads(line)
                if "write" in request:
                    self._write_file(request["write"], request["text"])
                else:
                    self._run(request)
        finally:
            self._child.process.kill()
            shutil.rmtree(self._folder, ignore_errors=True)

    def _request(self) -> bytes | None:
        """The next line of the host. What the shell prints meanwhile is not held up."""
        while b"\n" not in self._requests:
            self._send()
            if 0 in self._outputs.wait():
                chunk = os.read(0, 1 << 20)
                if not chunk:
                    return None
                self._requests += chunk
        line, self._requests = self._requests.split(b"\n", 1)
        return line

    def _answer(self, header: dict[str, Any], body: bytes = b"") -> None:
        self._answers += (json.dumps(header).encode() + b"\n", body)

    def _send(self) -> None:
        data, self._answers = b"".join(self._answers), []
        while data:
            data = data[os.write(1, data) :]

    def _write_file(self, path: str, text: str) -> None:
        """Write a file of the scenario, with the folders that lead to it."""
        try:
            target = Path(path)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(text.encode())
            self._answer({"exit": 0})
        except OSError as error:
            message = f"{path}: {error.strerror}\n".encode()
            self._answer({"err": len(message)}, message)
            self._answer({"exit": 1})

    def _run(self, request: dict[str, Any]) -> None:
        """Run one command and answer with what it prints."""
        tty = bool(request.get("tty"))
        typist = Typist(str(request.get("prompt") or ""), list(request.get("typed") or []))
        late = b"".join(self._child.shown(p.source, p.data) for p in self._taken() if not self._child.asks(p.source))
        if late:
            self._answer({"late": len(late)}, late)
        self._child.start(request["run"], tty)
        if request.get("enter"):
            os.write(self._outputs.terminal, b"\r")
        tail = b""
        while True:
            for piece in self._taken():
                if piece.source == "back":
                    code = self._child.back(piece.data, tail)
                    if code is not None:
                        if tty:
                            self._finish_terminal()
                        self._answer({"exit": code})
                        return
                elif shown := self._child.shown(piece.source, piece.data):
                    self._answer({piece.source: len(shown)}, shown)
                    tail = (tail + shown)[-4096:]
                    if piece.source == "tty" and typist.asked(shown):
                        keys = typist.keys()
                        self._answer({"typed": typist.number})
                        os.write(self._outputs.terminal, keys)
            if self._outputs.gone and not self._outputs.pieces:
                self._answer({"ended": self._child.process.wait()})
                return
            if sum(map(len, self._answers)) > HELD:
                self._send()
            if not self._outputs.wait(PAUSE if self._answers else None):
                self._send()

    def _taken(self) -> list[Piece]:
        """What has come up to and with the next time the shell was back; the rest belongs to later."""
        pieces = self._outputs.pieces
        end = next((i + 1 for i, piece in enumerate(pieces) if piece.source == "back"), len(pieces))
        taken = pieces[:end]
        del pieces[:end]
        return taken

    def _finish_terminal(self) -> None:
        """Send on what is still on its way through the terminal."""
        rest = self._outputs.pieces[:]
        self._outputs.pieces.clear()
        self._outputs.settle()
        for piece in self._outputs.pieces:
            if piece.source == "tty":
                self._answer({"tty": len(piece.data)}, piece.data)
        self._outputs.pieces[:] = rest + [p for p in self._outputs.pieces if p.source != "tty"]


class Typist:
    """Types lines into a program, each when it asks."""

    def __init__(self, prompt: str, typed: list[str]) -> None:
        self._prompt = prompt.encode()
        self._typed = typed
        self._tail = b""
        self.number = -1  # of the line that was typed last

    def asked(self, shown: bytes) -> bool:
        """True when the program, which printed ``shown``, waits at its prompt for the next line."""
        self._tail = (self._tail + shown)[-4096:]
        if not self._prompt or self.number + 1 == len(self._typed):
            return False
        # A shell may draw its prompt twice; one that asks for the next line stands on a line of its own.
        if self.number >= 0 and b"\n" not in self._tail:
            return False
        return CONTROL.sub(b"", self._tail).endswith(self._prompt)

    def keys(self) -> bytes:
        """What typing the next line and Enter sends; ``^X`` is a control key, and a line of those has no Enter."""
        self.number += 1
        self._tail = b""
        text = self._typed[self.number]
        if re.fullmatch(r"(\^[@-_])+", text):
            return bytes(ord(c) & 0x1F for c in text[1::2])
        return text.encode() + b"\r"


def end_by_signals_again() -> None:
    """Take back what a caller ignores: ``nohup make &`` is no reason for the commands of a page to ignore it too."""
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)


if __name__ == "__main__":
    end_by_signals_again()
    Agent.started(int(sys.argv[1]), sys.argv[2]).serve()
