"""Programs that a build starts: none of them outlives it, however it ends."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence

_LIBC = ctypes.CDLL(None)
_SIGNAL_AT_PARENTS_END = 1  # PR_SET_PDEATHSIG
_LAST_BREATH = 20.0  # seconds in which a program may tidy up


def ending_with_this_process(number: int = signal.SIGTERM, *, deaf: bool = False) -> Callable[[], None]:
    """What a new process does first so that it gets a signal when this one is gone (where the kernel is Linux).

    One that is ``deaf`` hears no Ctrl-C: a terminal sends that to both, and this process ends the other one.
    """
    ours = os.getpid()

    def begin() -> None:
        if hasattr(_LIBC, "prctl"):
            _LIBC.prctl(_SIGNAL_AT_PARENTS_END, number)
            if os.getppid() != ours:
                os.kill(os.getpid(), number)  # it is gone already
        if deaf:
            signal.signal(signal.SIGINT, signal.SIG_IGN)

    return begin


def run_to_its_end(command: Sequence[str], environment: Mapping[str, str], output: int | None) -> int:
    """Run a program that ends in order at a SIGTERM, which it gets when this process is to end; gives its exit code."""
    begin = ending_with_this_process(deaf=True)
    with subprocess.Popen(command, env=environment, stdout=output, preexec_fn=begin) as process:
        try:
            return process.wait()
        except BaseException:
            process.terminate()
            try:
                process.wait(_LAST_BREATH)
            except subprocess.TimeoutExpired:
                process.kill()
            raise
