"""A check that is to stop: whichever thread the kernel gives a signal to, and however many come at once."""

from __future__ import annotations

import subprocess
import sys

import pytest

# A worker takes the signal itself, as the kernel may let it, once the main thread waits for that worker.
TAKEN = """
import signal, sys, threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from snippetlab.check.work import some_done

def main_waits():
    return Path(f"/proc/self/task/{threading.main_thread().native_id}/stat").read_text().rpartition(")")[2].split()[0] == "S"

def work():
    begun.wait()
    while not main_waits():
        pass
    signal.pthread_kill(threading.get_ident(), signal.SIGINT)
    if not ended.wait(20):
        print("nobody heard it")

signal.signal(signal.SIGINT, lambda *_: sys.exit(130))
begun, ended = threading.Event(), threading.Event()
futures = {ThreadPoolExecutor(1).submit(work)}
try:
    begun.set()
    some_done(futures)
finally:
    ended.set()
"""

# The second signal comes while the first one is being taken in.
SECOND = """
import os, signal
from snippetlab import cli

deafen, more = cli._be_deaf, [signal.SIGTERM]

def interrupted():
    if more:
        os.kill(os.getpid(), more.pop())
    deafen()

cli._be_deaf = interrupted
cli._run = lambda: os.kill(os.getpid(), signal.SIGINT) or 0
cli.main()
"""


def ran(program: str) -> tuple[int, str]:
    """The exit code of a program in Python, and what it printed."""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout + done.stderr


def test_a_signal_that_another_thread_took_is_heard_by_who_waits() -> None:
    assert ran(TAKEN) == (130, "")


def test_the_first_of_several_signals_says_how_it_ends() -> None:
    assert ran(SECOND) == (130, "stopped: every lab was ended\n")


# A library asks for something while it tidies up, and Python can raise nothing there.
LOST = """
import os, signal, time
from snippetlab import cli

class Tidy:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGTERM)
        len("the signal is heard here")

def run():
    Tidy()
    while True:
        time.sleep(0.01)

cli._run = run
cli.main()
"""


# A machine on which it takes longer to start a thread than until the signal comes again.
SLOWLY = """
import threading, time
start = threading.Thread.start
threading.Thread.start = lambda self: (start(self), [time.sleep(0.01) for _ in range(10)])
"""


@pytest.mark.parametrize("machine", ["", SLOWLY], ids=["usual", "slow"])
def test_a_signal_that_came_where_nothing_can_be_raised_is_not_lost(machine: str) -> None:
    assert ran(machine + LOST) == (143, "stopped: every lab was ended\n")
