"""Keeps one lab; started as ``python -c`` with the lab's description (JSON, see ``Lab``) as its argument.

Standard input is the lifeline: it is closed when the owner lets the lab go or
dies. The file descriptor ``report`` gets one line of JSON when the lab's first
process runs: ``{"pid": its id, "join": files that a process must write 0 to in
order to belong to the lab, "memory": the cgroup with the limit, "version": of cgroups}``.
"""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from . import cgroups, mounts

_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_END_LIMIT = 2.0  # seconds
_NAMESPACES = ("--unshare-net", "--unshare-pid", "--unshare-uts", "--unshare-ipc", "--unshare-cgroup")


class Ended(Exception):
    """The owner let the lab go, or died, before the lab had begun."""


def main() -> None:
    """Keep the lab that the first argument describes until its owner or it itself ends; ``--clear`` ends what is left.

    Its own faults are told on standard output, which the owner reads, and by the exit code 1.
    """
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    os.umask(0o022)
    if sys.argv[1] == "--clear":
        cgroups.clear(cgroups.of_machine(sys.argv[2]).outer)
        return
    lab = json.loads(sys.argv[1])
    for left in cgroups.abandoned():
        cgroups.clear(cgroups.of_machine(left).outer)
    groups = cgroups.of_machine(lab["id"])
    try:
        keep(lab, groups)
    except Ended:
        pass
    except (OSError, cgroups.Refused) as error:
        print(error, flush=True)
        sys.exit(1)
    finally:
        cgroups.clear(groups.outer)


def keep(lab: dict[str, Any], groups: cgroups.Version1 | cgroups.Version2) -> None:
    """Make a lab, report it, and wait until it or its owner ends."""
    groups.make(cgroups.Limits(lab["memory"], lab["pids"]))

    def join() -> None:
        for file in groups.birthplace():
            file.write_text("0")

    mounts.own_mounts()
    _make_files(lab, join)
    status, status_inner = os.pipe()
    gate_inner, gate = os.pipe()
    monitor = subprocess.Popen(
        _bwrap(lab, groups, status_inner, gate_inner), preexec_fn=join, pass_fds=(status_inner, gate_inner)
    )
    os.close(status_inner)
    os.close(gate_inner)
    # bwrap waits at the gate until the first process has its place.
    first = _first_process(status, monitor)
    # Held by a descriptor, for by the time that it shall end its number may be another process's.
    held = os.pidfd_open(first)
    groups.settle(monitor.pid, first)
    os.write(gate, b"1")
    os.close(gate)
    entrance = [str(file) for file in groups.entrance()]
    told = {"pid": first, "join": entrance, "memory": str(groups.memory), "version": groups.number}
    os.write(lab["report"], json.dumps(told).encode() + b"\n")
    os.close(lab["report"])
    _wait(monitor)
    _end(held, monitor)


def _make_files(lab: dict[str, Any], join: Callable[[], None]) -> None:
    mounts.mount("tmpfs", lab["mount_point"], f"size={lab['disk']},mode=755", lab["id"])
    os.chdir(lab["mount_point"])  # so that the paths in an overlay's options hold nothing that would need quoting
    for name in ("upper", "work", "root"):
        Path(name).mkdir()
    Path("rootfs").symlink_to(lab["rootfs"])
    mounts.mount("overlay", "root", "lowerdir=rootfs,upperdir=upper,workdir=work")
    for number, disk in enumerate(lab["disks"]):
        Path(f"disk{number}").mkdir(0o711)
        if disk["source"]:
            copy = ["cp", "-a", f"{disk['source']}/.", f"disk{number}"]
            subprocess.run(copy, check=True, preexec_fn=join, stdin=subprocess.DEVNULL)
    name = lab["name"]
    Path("root/etc/hosts").write_text(f"127.0.0.1\tlocalhost\n127.0.1.1\t{name}\n")
    Path("root/etc/hostname").write_text(f"{name}\n")
    Path("root/etc/resolv.conf").write_text(lab["resolv"])


def _bwrap(lab: dict[str, Any], groups: cgroups.Version1 | cgroups.Version2, status: int, gate: int) -> list[str]:
    here = lab["mount_point"]
    size = ["--size", str(lab["disk"])]
    command = ["bwrap", "--die-with-parent", *_NAMESPACES, "--hostname", lab["name"], "--cap-add", "ALL"]
    command += ["--json-status-fd", str(status), "--block-fd", str(gate)]
    command += ["--bind", f"{here}/root", "/", "--proc", "/proc", "--dev", "/dev", "--dir", "/sys"]
    command += [*size, "--tmpfs", "/run", *size, "--tmpfs", "/tmp", "--chmod", "1777", "/tmp"]
    for number, disk in enumerate(lab["disks"]):
        command += ["--bind", f"{here}/disk{number}", disk["path"]]
    for source, place in lab["shown"]:
        command += ["--ro-bind", source, place]
    command += ["--chdir", "/root", "--clearenv"]
    environment = {"PATH": _PATH, "LANG": "C.UTF-8", "TZ": "UTC", "START": lab["start"]}
    environment["CONTROLLERS"] = " ".join(groups.names)
    for key, value in environment.items():
        command += ["--setenv", key, value]
    return [*command, "/bin/sh", "/opt/lab/init.sh"]


def _first_process(status: int, monitor: subprocess.Popen[bytes]) -> int:
    told = b""
    while b"\n" not in told:
        ready, _, _ = select.select([status, 0], [], [])
        if 0 in ready:
            raise Ended
        chunk = os.read(status, 4096)
        if not chunk:
            raise OSError(f"bwrap ended with {monitor.wait()}")
        told += chunk
    return int(json.loads(told.split(b"\n")[0])["child-pid"])


def _end(first: int, monitor: subprocess.Popen[bytes]) -> None:
    """End the lab's first process, and with it all that it has. Once those are gone, cgroups can be removed at once;
    they are not waited for much longer than they take, since ``cgroups.clear`` ends what is left."""
    try:
        signal.pidfd_send_signal(first, signal.SIGKILL)
    except ProcessLookupError:
        pass  # it has ended by itself
    select.select([os.pidfd_open(monitor.pid)], [], [], _END_LIMIT)


def _wait(monitor: subprocess.Popen[bytes]) -> None:
    """Wait until the lab or its owner ends, whichever comes first. Nobody ever writes to the lifeline."""
    ended = os.pidfd_open(monitor.pid)
    select.select([ended, 0], [], [])
