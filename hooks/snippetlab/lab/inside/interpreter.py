"""The interpreter of a scenario: a Python to which examples are given one by one."""

import os
import subprocess

from outputs import Outputs

# The loop is a module of its own, so that `__main__` is the reader's alone.
_START = "import sys; sys.path.insert(0, {at!r}); import python_loop; del sys.path[0]; python_loop.main({fd}, {back!r})"


class Interpreter:
    """A Python that runs python_loop.py."""

    def __init__(self, process: subprocess.Popen[bytes], requests: int) -> None:
        self.process = process
        self._requests = requests

    @classmethod
    def started(cls, folder: str, outputs: Outputs) -> "Interpreter":
        """A Python that waits for its first example."""
        requests, ours = os.pipe()
        here, back = os.path.dirname(os.path.abspath(__file__)), os.path.join(folder, "back")
        process = subprocess.Popen(
            ["python3", "-B", "-c", _START.format(at=here, fd=requests, back=back)],
            stdin=subprocess.DEVNULL,
            stdout=outputs.writers["out"],
            stderr=outputs.writers["err"],
            pass_fds=[requests],
        )
        os.close(requests)
        outputs.follow(process.pid)
        while not (outputs.gone or any(piece.source == "back" for piece in outputs.pieces)):
            outputs.wait()
        outputs.pieces.clear()  # what Python says while it starts
        return cls(process, ours)

    def start(self, command: str, tty: bool) -> None:
        """Hand over an example; ``back`` tells when it is through. ``tty`` means nothing here."""
        try:
            os.write(self._requests, command.encode() + b"\0")
        except BrokenPipeError:
            pass  # its end is noticed where it is waited for

    def back(self, said: bytes, tail: bytes) -> int:
        """The status, by what the loop says."""
        return int(said.split(b",")[0])

    def asks(self, source: str) -> bool:
        """Python shows no prompt here."""
        return False

    def shown(self, source: str, data: bytes) -> bytes:
        """What a reader is to see of ``data``."""
        return data
