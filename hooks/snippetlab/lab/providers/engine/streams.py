"""Programs in a container of an engine: their streams go over a connection that docker-py has opened."""

from __future__ import annotations

import io
import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import IO, Any

import docker
from docker.errors import APIError, DockerException
from requests.exceptions import ConnectionError as NotConnected
from requests.exceptions import RequestException, Timeout

from snippetlab.errors import LabError

STDOUT, STDERR = 1, 2
_LOST = 20000  # bytes of standard error that are kept
_AGAIN = 0.01  # seconds until an engine is asked again whether a program has ended
FAULTS = (DockerException, RequestException, OSError)


def in_words(fault: Exception) -> str:
    """What a person is told of one of FAULTS: libraries tell it with the objects of theirs."""
    if isinstance(fault, APIError):
        return str(fault.explanation or fault)
    if isinstance(fault, Timeout):
        return "it gives no answer"
    if isinstance(fault, NotConnected):
        inner: BaseException = fault
        while within := [part for part in inner.args if isinstance(part, Exception)]:
            inner = within[-1]
        return f"the connection to it failed ({getattr(inner, 'strerror', None) or inner})"
    return str(fault)


class Connection:
    """A connection that an engine has given over to a program's streams.

    ``given`` is what docker-py's ``exec_start(socket=True)`` or ``attach_socket``
    gave. Reading goes through the response's own buffer, in which the first bytes
    may be already.
    """

    def __init__(self, given: Any) -> None:
        self._socket = getattr(given, "_sock", given)
        self._socket.settimeout(None)
        self._response = given._response
        self._reader: Any = self._response.raw._fp.fp

    def send(self, data: bytes) -> None:
        """Send to the program. Raises OSError when the connection is gone."""
        self._socket.sendall(data)

    def shut(self) -> None:
        """Nothing more will be sent."""
        try:
            self._socket.shutdown(1)  # socket.SHUT_WR
        except OSError:
            pass  # it has ended

    def close(self) -> None:
        """Let go of both directions."""
        try:
            self._socket.shutdown(2)  # socket.SHUT_RDWR, so that a thread that reads wakes up
        except OSError:
            pass
        self._response.close()

    def plain(self) -> Iterator[bytes]:
        """What comes, as it comes (of a program with a terminal)."""
        try:
            while chunk := self._reader.read1(1 << 16):
                yield chunk
        except (OSError, ValueError, AttributeError):
            return  # closed from this side

    def frames(self) -> Iterator[tuple[int, bytes]]:
        """What comes, with the stream that it comes from.

        Source: Docker Engine API, "Attach to a container", stream format.
        """
        buffer = b""
        for chunk in self.plain():
            buffer += chunk
            while len(buffer) >= 8 and len(buffer) >= 8 + (length := int.from_bytes(buffer[4:8], "big")):
                yield buffer[0], buffer[8 : 8 + length]
                buffer = buffer[8 + length :]


class Input(io.RawIOBase):
    """The standard input of a program at the other end of a connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, data: Any) -> int:
        """Send all of it."""
        self._connection.send(bytes(data))
        return len(data)

    def close(self) -> None:
        """The program finds the end of its input."""
        if not self.closed:
            self._connection.shut()
        super().close()


class Exec:
    """A program in a container. See ``snippetlab.lab.Process`` for the interface; ``start`` starts one."""

    def __init__(
        self, api: docker.APIClient, identity: str, connection: Connection, on_error: Callable[[bytes], None]
    ) -> None:
        self._api = api
        self._id = identity
        self._connection = connection
        self.stdin: IO[bytes] = io.BufferedWriter(Input(connection))
        out, self._out = os.pipe()
        self.stdout: IO[bytes] = os.fdopen(out, "rb")
        self.errors = b""
        self._let_go = False
        self._on_error = on_error
        self._reader = threading.Thread(target=self._read, name="exec", daemon=True)

    @classmethod
    def start(
        cls,
        api: docker.APIClient,
        container: str,
        argv: Sequence[str],
        environment: Mapping[str, str],
        folder: str = "/",
        on_error: Callable[[bytes], None] = lambda data: None,
    ) -> Exec:
        """Start a program; ``on_error`` gets what it writes to standard error, as it comes. Raises LabError."""
        try:
            made = api.exec_create(
                container, list(argv), stdin=True, environment=dict(environment), workdir=folder, user="root"
            )
            identity = str(made["Id"])
            connection = Connection(api.exec_start(identity, socket=True))
        except FAULTS as error:
            raise LabError(f"`{' '.join(argv)}` could not be started in the lab: {in_words(error)}") from error
        process = cls(api, identity, connection, on_error)
        process._reader.start()
        return process

    def _read(self) -> None:
        try:
            for stream, data in self._connection.frames():
                if stream == STDERR:
                    self.errors = (self.errors + data)[-_LOST:]
                    self._on_error(data)
                else:
                    _write_all(self._out, data)
        except BrokenPipeError:
            pass  # nobody reads any more
        finally:
            os.close(self._out)

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code, at its end. Raises subprocess.TimeoutExpired."""
        deadline = time.monotonic() + (timeout if timeout is not None else 1e9)
        self._reader.join(timeout)
        while True:
            if not self._reader.is_alive():
                if self._let_go:
                    return -9
                try:
                    state = self._api.exec_inspect(self._id)
                except FAULTS:
                    self._connection.close()
                    return -9  # the container is gone
                if not state["Running"]:
                    self._connection.close()
                    return int(state["ExitCode"] or 0)
            if time.monotonic() > deadline:
                raise subprocess.TimeoutExpired(self._id, timeout or 0)
            # The engine tells of the end a moment after the streams have closed.
            time.sleep(_AGAIN)

    def kill(self) -> None:
        """Let it go: what it does then, nobody sees, and it ends with the container."""
        self._let_go = True
        self._connection.close()


def _write_all(fd: int, data: bytes) -> None:
    while data:
        data = data[os.write(fd, data) :]
