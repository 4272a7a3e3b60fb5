"""What all layers share: the project's folder, and what a run leaves behind on this machine."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from pathlib import Path

import pytest
from hypothesis import settings

# How long an example takes depends on what else the machine does.
settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")

PROJECT = Path(__file__).parent.parent

# A shell starts what it runs in the background with Ctrl-C ignored, and so does nohup with the hang-up. Programs that
# tests start inherit that, and a test that stops one would wait for ever. What is handled here is not inherited.
for _number, _usual in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
    if signal.getsignal(_number) is signal.SIG_IGN:
        signal.signal(_number, _usual)


def traces(owner: int | None = None) -> dict[str, list[str]]:
    """Everything that labs of process ``owner`` (default: this one) have on the machine.

    Processes, network namespaces, mounts, network devices, cgroups, files in /tmp.
    """
    owner = owner or os.getpid()
    processes = [p for p in Path("/proc").glob("[0-9]*") if _belongs(p, owner)]
    links = subprocess.run(["ip", "-brief", "link"], capture_output=True, text=True).stdout
    return {
        "processes": sorted(_read(p / "cmdline").replace(b"\0", b" ").decode() for p in processes),
        "namespaces": sorted({_link(p / "ns" / "net") for p in processes} - {_link(Path("/proc/self/ns/net"))}),
        # Other tests that run at this moment have caches of their own below pytest's folders.
        "mounts": [
            m for m in Path("/proc/self/mounts").read_text().splitlines() if "snippetlab" in m and "/pytest-" not in m
        ],
        "links": [link for link in links.splitlines() if link.startswith(f"sl{owner}")],
        # At the top of each hierarchy; below it other labs come and go while one looks.
        "cgroups": [str(p) for top in ("", "*/") for p in Path("/sys/fs/cgroup").glob(f"{top}snippetlab-{owner}-*")],
        # Other processes have sockets of theirs.
        "files": [
            str(p)
            for p in Path("/tmp").glob("*snippetlab*")
            if not re.match(r"snippetlab-(machine-)?\d+-", p.name) or p.name.startswith(f"snippetlab-{owner}-")
        ],
    }


def _belongs(process: Path, owner: int) -> bool:
    in_lab = f"/snippetlab-{owner}-".encode() in _read(process / "cgroup")
    return in_lab or f"LAB={owner}-".encode() in _read(process / "environ")


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        return b""


def _link(file: Path) -> str:
    try:
        return os.readlink(file)
    except OSError:
        return ""


@pytest.fixture(scope="session")
def project() -> Path:
    """The project's folder."""
    return PROJECT
