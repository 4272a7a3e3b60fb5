"""A program in a container of an engine, which a pair of sockets plays."""

from __future__ import annotations

import socket
from types import SimpleNamespace
from typing import Any

from snippetlab.lab.providers.engine.streams import Exec


class Api:
    """As much of docker-py as a program needs: its connection, and its exit code once it has ended."""

    def __init__(self) -> None:
        self.ours, self.program = socket.socketpair()
        self.closed = False

    def exec_create(self, *_words: object, **_more: object) -> dict[str, str]:
        return {"Id": "e1"}

    def exec_start(self, _identity: str, socket: bool) -> Any:
        assert socket
        file = self.ours.makefile("rb")
        raw = SimpleNamespace(_fp=SimpleNamespace(fp=file))
        return SimpleNamespace(_sock=self.ours, _response=SimpleNamespace(raw=raw, close=self._close))

    def _close(self) -> None:
        self.closed = True

    def exec_inspect(self, _identity: str) -> dict[str, object]:
        return {"Running": False, "ExitCode": 3}


def test_the_connection_of_a_program_that_has_ended_is_closed() -> None:
    api = Api()
    process = Exec.start(api, "container", ["true"], {})  # type: ignore[arg-type]
    api.program.sendall(b"\x01\0\0\0\0\0\0\x03out")
    api.program.close()
    assert process.wait(10) == 3
    assert process.stdout is not None and process.stdout.read() == b"out"
    assert api.closed
