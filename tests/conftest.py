"""What all layers share: the project's folder, and what a run leaves behind on this machine."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent.parent


def traces() -> dict[str, list[str]]:
    """Everything that a lab could leave behind: processes, mounts, network namespaces and devices, cgroups, files."""
    processes = subprocess.run(["ps", "-eo", "pid=,args="], capture_output=True, text=True, check=True).stdout
    words = ("bwrap ", "dockerd", "containerd", "slirp4netns", "launch.sh", "/opt/lab/", "nsenter -t")
    namespaces = {os.readlink(p) for p in Path("/proc").glob("[0-9]*/ns/net") if _readable(p)}
    links = subprocess.run(["ip", "-brief", "link"], capture_output=True, text=True).stdout
    return {
        "processes": [line for line in processes.splitlines() if any(word in line for word in words)],
        "mounts": [m for m in Path("/proc/mounts").read_text().splitlines() if "snippetlab" in m],
        "namespaces": sorted(namespaces - {os.readlink("/proc/self/ns/net")}),
        "links": [link for link in links.splitlines() if link.startswith("sl")],
        "cgroups": [str(p) for p in Path("/sys/fs/cgroup").glob("**/snippetlab-*")],
        "files": [str(p) for p in Path("/tmp").glob("*snippetlab*")],
    }


def _readable(link: Path) -> bool:
    try:
        os.readlink(link)
    except OSError:
        return False
    return True


@pytest.fixture(scope="session")
def project() -> Path:
    """The project's folder."""
    return PROJECT
