"""Sockets that stand for something elsewhere: what a killed process left of them goes, and nothing else."""

from __future__ import annotations

import socket
import stat
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import pytest
import requests
from docker import APIClient
from snippetlab.lab.providers.engine.sockets import Gate, sweep

KILLED = """
import os, signal
from snippetlab.lab.providers.engine.sockets import Gate
gate = Gate(lambda: None)
print(gate.url, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(autouse=True)
def folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where sockets are made. (The path of a socket may have 107 characters.)"""
    made = tmp_path_factory.mktemp("s")
    monkeypatch.setenv("TMPDIR", str(made))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return made


def killed() -> Path:
    """The folder of a socket whose process was killed."""
    done = subprocess.run([sys.executable, "-c", KILLED], capture_output=True, text=True, check=False)
    return Path(done.stdout.strip().removeprefix("unix://")).parent


def gone() -> int:
    """The number of a process that does not run any more."""
    with subprocess.Popen(["true"]) as process:
        pass
    return process.pid


@pytest.mark.parametrize("name", ["l" + "o" * 120 + "ng", "has # and ?", "a blank, 容器 and 100%"])
def test_a_socket_can_be_reached_wherever_temporary_files_lie(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    (folder / name).mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder / name))
    gate = Gate(lambda: subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE))
    try:
        # Whoever answers is no engine; what counts is that the request comes to it.
        with (
            pytest.raises(requests.ConnectionError, match="BadStatusLine"),
            closing(APIClient(gate.url, version="1.44")) as api,
        ):
            api.ping()
    finally:
        gate.close()
    assert not Path(gate.url.removeprefix("unix://")).parent.exists()


def test_what_a_killed_process_left_goes(folder: Path) -> None:
    left = killed()
    assert left.parent == folder and left.exists()
    sweep()
    assert not left.exists()


def test_a_socket_that_is_in_use_stays() -> None:
    gate = Gate(lambda: subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE))
    path = Path(gate.url.removeprefix("unix://"))
    sweep()
    assert path.exists()
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    gate.close()
    assert not path.parent.exists()


def test_a_socket_of_a_process_that_is_not_known_here_stays(folder: Path) -> None:
    # Another container that shares the folder has numbers of its own.
    other = folder / f"snippetlab-{gone()}-x"
    other.mkdir()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(other / "socket"))
        listener.listen()
        sweep()
        assert (other / "socket").exists()


@pytest.mark.parametrize("name", ["notes.txt", "socket"])
def test_somebodys_folder_of_such_a_name_stays(folder: Path, name: str) -> None:
    own = folder / f"snippetlab-{gone()}-notes"
    own.mkdir()
    (own / name).write_text("mine")
    sweep()
    assert (own / name).read_text() == "mine"


def test_what_somebody_keeps_beside_a_socket_stays(folder: Path) -> None:
    left = killed()
    (left / "notes.txt").write_text("mine")
    sweep()
    assert (left / "notes.txt").read_text() == "mine"


@pytest.mark.parametrize("number", ["99999999999999999999", "²"])
def test_a_name_with_no_number_of_a_process_is_no_fault(folder: Path, number: str) -> None:
    (folder / f"snippetlab-{number}-x").mkdir()
    sweep()
    assert [path.name for path in folder.iterdir()] == [f"snippetlab-{number}-x"]
