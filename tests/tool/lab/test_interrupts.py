"""A check that is stopped in the middle of a long step: its exit code, and that nothing of it stays."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import traces
from tests.tool.runs import console

from .project import Project
from .waiting import wait_until

LONG = "sleep 987654"
BODY = (
    console("$ docker run -d --name web busybox sleep 1000 | wc -c", "65")
    + console("$ echo one", "two", step="b")
    + console(f"$ {LONG}", step="c")
)


def entered() -> list[str]:
    """The commands on this side that stand in a lab; they are in no cgroup of it."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if words[0] == b"nsenter":
            found.append(words[2].decode())
    return found


@pytest.fixture
def running(own: Project) -> Iterator[subprocess.Popen[str]]:
    """A check whose scenario is in the middle of its last step, in each of two labs."""
    own.scenario("test/one", BODY, "tracks: [shell]\ntimeout: 600\n")
    own.scenario("test/two", BODY, "tracks: [shell]\ntimeout: 600\n")
    process = own.start("snippetlab", "check", "--jobs", "2", "--junit", "out.xml", start_new_session=True)
    try:
        assert wait_until(lambda: traces(process.pid)["processes"].count(f"{LONG} ") == 2, 60), process.poll()
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, -signal.SIGHUP), (signal.SIGKILL, -signal.SIGKILL)],
    ids=["Ctrl-C", "SIGTERM", "terminal closed", "SIGKILL"],
)
def test_nothing_stays_of_a_check_that_is_stopped(
    running: subprocess.Popen[str], own: Project, number: int, code: int
) -> None:
    files = {p: p.read_bytes() for p in own.folder.rglob("*.md")}
    owner = running.pid
    before = traces(owner)
    # Another test that runs beside this one has labs with the same command; only the namespaces tell them apart.
    labs = {pid for pid in entered() if _network(pid) in before["namespaces"] and f"{LONG} " in _in_same_namespace(pid)}
    assert before["namespaces"] and before["cgroups"] and len(labs) == 2
    running.send_signal(number)
    out, err = running.communicate(timeout=120)
    assert running.returncode == code
    assert "Traceback" not in err
    assert ("stopped: every lab was ended" in err) == (code > 0)
    assert wait_until(lambda: not any(traces(owner).values())), traces(owner)
    assert wait_until(lambda: labs.isdisjoint(entered())), entered()
    assert {p: p.read_bytes() for p in own.folder.rglob("*.md")} == files
    assert {p.name for p in own.folder.iterdir()} == {"snippets"}
    # Neither a summary nor what labs showed that were ended.
    assert "drift" not in out and "died" not in out


def test_an_impatient_second_ctrl_c_changes_nothing(running: subprocess.Popen[str]) -> None:
    owner = running.pid
    running.send_signal(signal.SIGINT)
    running.send_signal(signal.SIGINT)
    running.send_signal(signal.SIGTERM)
    _, err = running.communicate(timeout=120)
    assert running.returncode == 130
    assert "Traceback" not in err
    assert wait_until(lambda: not any(traces(owner).values())), traces(owner)


def _network(pid: str) -> str | None:
    """The network namespace of a process, as in ``net:[4026532337]``; None once the process is gone."""
    try:
        return str(Path("/proc", pid, "ns", "net").readlink())
    except OSError:
        return None


def _in_same_namespace(pid: str) -> list[str]:
    """The command lines of the processes that share the PID namespace of ``pid``."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "ns" / "pid").readlink() == Path("/proc", pid, "ns", "pid").readlink():
                found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:
            continue
    return found


def test_a_ctrl_c_while_the_program_loads_ends_it_without_a_traceback(own: Project) -> None:
    own.scenario("test/one", BODY)
    # The first module that only the command line loads, long before it has loaded all.
    slow = (
        "import os, signal, sys\n"
        "class Finder:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'typer': os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Finder())\n"
        "sys.argv = ['snippetlab', 'check']\n"
        "from snippetlab.cli import main; main()"
    )
    process = own.start("python", "-c", slow)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (130, "stopped: every lab was ended\n")


def test_a_ctrl_c_after_the_last_line_changes_nothing(own: Project) -> None:
    late = (
        "import atexit, os, signal, sys\n"
        "from snippetlab.cli import main\n"
        "atexit.register(lambda: os.kill(os.getpid(), signal.SIGINT))\n"
        "sys.argv = ['snippetlab', 'check', '--help']\n"
        "main()"
    )
    process = own.start("python", "-c", late)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")
