"""A program in a container on the terminal of this process."""

from __future__ import annotations

import os
import select
import signal
import sys
import termios
import threading
import tty
from collections.abc import Mapping, Sequence
from types import FrameType

import docker

from snippetlab.errors import LabError
from snippetlab.lab.providers.engine.streams import FAULTS, Connection


def interact(
    api: docker.APIClient, container: str, argv: Sequence[str], environment: Mapping[str, str], folder: str
) -> int:
    """Run a program in ``container`` on this terminal; gives its exit code. Raises LabError."""
    on_terminal = os.isatty(0)
    try:
        made = api.exec_create(
            container, list(argv), stdin=True, tty=on_terminal, environment=dict(environment), workdir=folder
        )
        connection = Connection(api.exec_start(made["Id"], tty=on_terminal, socket=True))
    except FAULTS as error:
        raise LabError(f"`{' '.join(argv)}` could not be started in the lab: {error}") from error

    def resize(_number: int = 0, _frame: FrameType | None = None) -> None:
        size = os.get_terminal_size(0)  # whatever COLUMNS says
        try:
            api.exec_resize(made["Id"], height=size.lines, width=size.columns)
        except FAULTS:
            pass  # it has ended

    done, ended = os.pipe()

    def show() -> None:
        pieces = connection.plain() if on_terminal else (data for _, data in connection.frames())
        for data in pieces:
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()
        os.close(ended)

    threading.Thread(target=show, daemon=True).start()
    former = termios.tcgetattr(0) if on_terminal else None
    # Ctrl-C is for the program inside. (A handler, unlike SIG_IGN, is not inherited by it.)
    interrupted = signal.signal(signal.SIGINT, lambda *_: None)
    resized = signal.signal(signal.SIGWINCH, resize)
    try:
        if on_terminal:
            tty.setraw(0)
            resize()
        _hand_over(connection, done)
    finally:
        if former is not None:
            termios.tcsetattr(0, termios.TCSADRAIN, former)
        signal.signal(signal.SIGINT, interrupted)
        signal.signal(signal.SIGWINCH, resized)
        os.close(done)
        connection.close()
    return int(api.exec_inspect(made["Id"])["ExitCode"] or 0)


def _hand_over(connection: Connection, done: int) -> None:
    """Send what is typed, until the program has ended."""
    watched = [0, done]
    while True:
        ready, _, _ = select.select(watched, [], [])
        if done in ready:
            return
        typed = os.read(0, 4096)
        if typed:
            connection.send(typed)
        else:
            connection.shut()
            watched.remove(0)
