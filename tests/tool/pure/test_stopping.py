"""A check that is to stop: whichever thread the kernel gives a signal to, and however many come at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import snippetlab

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


# What watches files takes in whatever is raised at a signal, and says that it was a Ctrl-C.
WATCHING = """
import os, signal, sys, threading, typer
from watchfiles import watch
from snippetlab import cli

app = typer.Typer(pretty_exceptions_enable=False)

@app.command()
def run() -> None:
    looking = threading.Event()

    def stop() -> None:
        looking.wait()
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=stop).start()
    for _ in watch(os.path.dirname(os.__file__), recursive=False, rust_timeout=50, yield_on_timeout=True):
        looking.set()

cli._run = app
cli.main()
"""


def test_what_a_library_takes_for_a_ctrl_c_ends_by_the_signal_that_it_was() -> None:
    assert ran(WATCHING) == (143, "stopped: every lab was ended\n")


def test_a_ctrl_c_that_was_held_back_is_heard_as_soon_as_somebody_listens() -> None:
    """Whoever starts the program can hold it back: Python's own start would tell a traceback."""
    process = subprocess.Popen(
        ["env", "--block-signal=INT", sys.executable, "-m", "snippetlab", "--help"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=60)
    # Before `env` has blocked it, the signal ends `env`.
    assert (process.returncode, out) in ((130, "stopped: every lab was ended\n"), (-signal.SIGINT, ""))


def test_what_a_ctrl_c_could_interrupt_before_it_is_heard_imports_nothing() -> None:
    """The script that pip writes imports the module of the command line before anything can listen."""
    program = "import sys; before = {*sys.modules}; import snippetlab.cli; print(*sorted({*sys.modules} - before))"
    done = subprocess.run(
        [sys.executable, "-S", "-c", f"import sys; sys.path.insert(0, {str(Path(snippetlab.__file__).parents[1])!r}); {program}"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout == "snippetlab snippetlab.cli\n"


# Rich, as other libraries do, puts something else in the place of an output that nobody reads.
WORKER = """
import threading
from concurrent.futures import ThreadPoolExecutor
from rich.console import Console
from snippetlab.check.work import some_done

def work():
    while True:
        Console().print("a line")
"""
UNREAD = {
    "a command": "import snippetlab.cli.commands; cli._run = lambda: [print('a line') for _ in iter(int, 1)]",
    "a command of typer's": "import sys; sys.argv[1:] = ['--help']",
    "what comes at the end": "cli._run = lambda: print('a line') or sys.stdin.read() and 0",
    "a worker": f"{WORKER}\ncli._run = lambda: some_done({{ThreadPoolExecutor(1).submit(work)}}).pop().result()",
}


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("how", UNREAD)
def test_an_output_that_nobody_reads_any_more_ends_it_as_every_program(how: str, unbuffered: str) -> None:
    """By the signal's exit code, with no word: `list | head -1`."""
    environment = {**os.environ, "PYTHONUNBUFFERED": unbuffered}
    process = subprocess.Popen(
        [sys.executable, "-c", f"import sys\nfrom snippetlab import cli\n{UNREAD[how]}\ncli.main()"], env=environment,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdin and process.stdout and process.stderr
    process.stdout.close()
    process.stdin.close()
    told = process.stderr.read().decode()
    assert (process.wait(60), told) == (128 + signal.SIGPIPE, "")


def test_another_pipe_that_breaks_ends_nothing() -> None:
    program = (
        "import os\nfrom snippetlab import cli\n"
        "def run():\n"
        "    inner, outer = os.pipe()\n"
        "    os.close(inner)\n"
        "    try: os.write(outer, b'x')\n"
        "    except BrokenPipeError: print('told')\n"
        "    return 0\n"
        "cli._run = run\ncli.main()"
    )
    assert ran(program) == (0, "told\n")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
@pytest.mark.parametrize("lines", [1, 100000])
def test_an_output_that_cannot_be_written_is_told_once(lines: int) -> None:
    program = f"from snippetlab import cli\ncli._run = lambda: print('a line\\n' * {lines}) and 0\ncli.main()"
    with open("/dev/full", "w") as full:
        done = subprocess.run([sys.executable, "-c", program], stdout=full, stderr=subprocess.PIPE, text=True)
    assert (done.returncode, done.stderr.count("No space left on device")) == (2, 1)
    assert "Traceback" not in done.stderr and "ignored" not in done.stderr


def test_closed_streams_are_no_fault() -> None:
    program = "import os, sys\nfrom snippetlab import cli\ncli._run = lambda: print('x') or 0\ncli.main()"
    closing = 'exec <&- >&- 2>&-; exec "$0" -c "$1"'
    assert subprocess.run(["sh", "-c", closing, sys.executable, program]).returncode == 0


def test_what_a_locale_cannot_say_is_no_fault() -> None:
    program = "from snippetlab import cli\ncli._run = lambda: print('→ é') or 0\ncli.main()"
    done = subprocess.run(
        [sys.executable, "-c", program], env={**os.environ, "PYTHONIOENCODING": "latin-1"}, capture_output=True
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"\\u2192 \xe9\n", b"")
