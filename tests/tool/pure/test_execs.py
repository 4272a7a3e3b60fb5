"""A program in a container of an engine, which a pair of sockets plays."""

from __future__ import annotations

import socket
from types import SimpleNamespace
from typing import Any

import pytest
from docker.errors import APIError
from requests.exceptions import ConnectionError as NotConnected
from requests.exceptions import ReadTimeout
from snippetlab.lab.providers.engine.streams import Exec, in_words
from urllib3.exceptions import ProtocolError


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


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (ReadTimeout("UnixHTTPConnectionPool(host='localhost', port=None): Read timed out."), "it gives no answer"),
        (
            NotConnected(ProtocolError("Connection aborted.", ConnectionRefusedError(111, "Connection refused"))),
            "the connection to it failed (Connection refused)",
        ),
        (APIError("404 Client Error for http+docker://localhost", explanation="no such image"), "no such image"),
        (OSError("it is gone"), "it is gone"),
    ],
)
def test_what_went_wrong_with_an_engine_is_told_in_words(fault: Exception, words: str) -> None:
    assert in_words(fault) == words
