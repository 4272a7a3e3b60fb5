"""What a lab must not be able to do to the machine. Every test tries what would be harmless, should it succeed."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from snippetlab.errors import LabError
from snippetlab.lab import Lab, LabSpec, Limits, Provider

LIBC = ctypes.CDLL(None, use_errno=True)
# The clock is set to what it shows; a setting is written as it stands; block devices are read, never written.
SET_CLOCK = """
import ctypes, ctypes.util, time
class T(ctypes.Structure): _fields_ = [("s", ctypes.c_long), ("n", ctypes.c_long)]
now = time.clock_gettime(time.CLOCK_REALTIME)
libc = ctypes.CDLL(None, use_errno=True)
print(libc.clock_settime(0, ctypes.byref(T(int(now), int(now % 1 * 1e9)))), ctypes.get_errno())
"""
CALL = """
import ctypes, sys
libc = ctypes.CDLL(None, use_errno=True)
print(libc.syscall(int(sys.argv[1]), *(ctypes.c_long(int(a)) for a in sys.argv[2:])), ctypes.get_errno())
"""
PRIVILEGED = "docker run --rm --privileged -v /usr:/usr -v /lib:/lib -v /lib64:/lib64 -v /root:/root debian:bookworm "


@pytest.mark.parametrize("where", ["", PRIVILEGED], ids=["a lab", "a privileged container"])
def test_the_clock_cannot_be_set(lab: Lab, where: str) -> None:
    lab.run(["sh", "-c", "cat > /root/clock.py"], SET_CLOCK.encode())
    assert lab.run(["sh", "-c", f"{where}python3 /root/clock.py"]) == "-1 1\n"


# Arguments that no kernel would accept: without the boundary these fail with another number than 1 (EPERM).
@pytest.mark.parametrize(
    ("call", "number", "arguments"),
    [
        ("kernel log", 103, "3 0 0"),
        ("swapoff", 168, "0"),
        ("swapon", 167, "0 0"),
        ("accounting", 163, "1"),
        ("a module", 175, "0 0 0"),
        ("another kernel", 246, "0 99 0 0"),
        ("quota", 179, "0 0 0 0"),
        ("a file by its handle", 304, "-1 0 0"),
    ],
)
def test_calls_that_reach_beyond_the_lab_are_refused(lab: Lab, call: str, number: int, arguments: str) -> None:
    assert lab.run(["python3", "-c", CALL, str(number), *arguments.split()]) == "-1 1\n", call


# Of root's own keys (-4), which are the same in every process of root's.
KEYS = """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
print(libc.syscall(250, 10, ctypes.c_long(-4), b"user", b"snippetlab-of-the-machine", 0), ctypes.get_errno())
print(libc.syscall(248, b"user", b"snippetlab-of-a-lab", b"x", 1, ctypes.c_long(-4)), ctypes.get_errno())
"""


@pytest.fixture
def key() -> Iterator[None]:
    """A key of root of this machine; what was left beside it goes, too."""
    assert LIBC.syscall(248, b"user", b"snippetlab-of-the-machine", b"secret", 6, ctypes.c_long(-4)) > 0
    yield
    for name in (b"snippetlab-of-the-machine", b"snippetlab-of-a-lab"):
        if (found := LIBC.syscall(250, 10, ctypes.c_long(-4), b"user", name, 0)) > 0:
            LIBC.syscall(250, 9, found, ctypes.c_long(-4))


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="the keys are root's, on Linux")
@pytest.mark.parametrize("where", ["", PRIVILEGED], ids=["a lab", "a privileged container"])
def test_a_lab_sees_no_key_of_the_machine_and_leaves_none(lab: Lab, key: None, where: str) -> None:
    lab.run(["sh", "-c", "cat > /root/keys.py"], KEYS.encode())
    assert lab.run(["sh", "-c", f"{where}python3 /root/keys.py"]) == "-1 38\n-1 38\n"
    assert "snippetlab-of-a-lab" not in Path("/proc/keys").read_text()


@pytest.mark.parametrize("name", ["SYS_TIME", "SYS_MODULE", "SYS_BOOT", "SYSLOG", "SYS_RAWIO"])
def test_capabilities_beyond_the_lab_are_not_there(lab: Lab, name: str) -> None:
    numbers = {"SYS_MODULE": 16, "SYS_RAWIO": 17, "SYS_BOOT": 22, "SYS_TIME": 25, "SYSLOG": 34}
    for process in ("1", "self", "$(cat /run/docker.pid)"):
        lines = lab.run(["sh", "-c", f"grep -E 'CapEff|CapBnd' /proc/{process}/status"]).splitlines()
        assert len(lines) == 2
        assert [int(line.split()[1], 16) >> numbers[name] & 1 for line in lines] == [0, 0]


ANYWHERE = pytest.mark.parametrize(
    "where", ["", "docker run --rm --privileged busybox "], ids=["a lab", "a privileged container"]
)


@ANYWHERE
@pytest.mark.parametrize("setting", ["vm/swappiness", "kernel/panic", "fs/file-max", "kernel/core_pattern"])
def test_settings_of_the_machines_kernel_cannot_be_written(lab: Lab, setting: str, where: str) -> None:
    write = f"cat /proc/sys/{setting} > /root/as-it-is; cat /root/as-it-is > /proc/sys/{setting}"
    with pytest.raises(LabError, match="Read-only file system"):
        lab.run(["sh", "-c", f"{where}sh -c '{write}'"])


@ANYWHERE
def test_settings_of_its_own_network_can_be_written(lab: Lab, where: str) -> None:
    write = "echo 1 > /proc/sys/net/ipv4/ip_forward; cat /proc/sys/net/ipv4/ip_forward"
    assert lab.run(["sh", "-c", f"{where}sh -c '{write}'"]) == "1\n"


@ANYWHERE
def test_control_groups_of_its_own_can_be_made(lab: Lab, where: str) -> None:
    make = "cd /sys/fs/cgroup; [ -d memory ] && cd memory; mkdir inner && rmdir inner && echo made"
    assert lab.run(["sh", "-c", f"{where}sh -c '{make}'"]) == "made\n"


@ANYWHERE
@pytest.mark.parametrize(
    "file",
    ["/proc/sysrq-trigger", "/proc/irq/default_smp_affinity", "/sys/power/state", "/sys/kernel/mm/ksm/run"],
)
def test_sysrq_and_sysfs_are_read_only(lab: Lab, file: str, where: str) -> None:
    # Opened for appending, nothing written.
    write = f"[ ! -e {file} ] && echo Read-only file system >&2 && exit 1; : >> {file}"
    with pytest.raises(LabError, match="Read-only file system"):
        lab.run(["sh", "-c", f"{where}sh -c '{write}'"])


@pytest.mark.parametrize("device", ["b 253 0", "b 254 0", "b 8 0", "b 7 0", "c 1 1", "c 1 11"])
@pytest.mark.parametrize(
    "where", ["", "docker run --rm --privileged busybox "], ids=["a lab", "a privileged container"]
)
def test_block_devices_and_memory_cannot_be_opened(lab: Lab, device: str, where: str) -> None:
    read = f"mknod /tmp/device {device} && head -c 1 /tmp/device; rm -f /tmp/device"
    told = lab.run(["sh", "-c", f"{where}sh -c '{read}' 2>&1"])
    assert "ermission denied" in told or "not permitted" in told


# A disk, the kernel's log, what makes block devices (loop-control, mapper/control), disks by SCSI commands. None of them
# does anything when it is opened.
@pytest.mark.parametrize("device", ["b 253 0", "c 1 11", "c 10 237", "c 10 236", "c 21 0"])
def test_devices_of_the_machine_are_refused_where_devices_count(lab: Lab, device: str) -> None:
    # Volumes lie on a file system that takes no devices at all; the layer of a container does take them.
    told = lab.run(
        ["sh", "-c", f"docker run --rm --privileged busybox sh -c 'mknod /d {device}; : < /d && echo open' 2>&1 || :"]
    )
    assert "Operation not permitted" in told and "open" not in told.replace("can't open", "")


def test_usual_devices_can_be_opened(lab: Lab) -> None:
    assert (
        lab.run(
            ["docker", "run", "--rm", "--privileged", "busybox", "sh", "-c", "mknod /z c 1 5; head -c 1 /z | wc -c"]
        )
        == "1\n"
    )


FORK = """
import os, signal
children = []
try:
    while len(children) < 400:
        children.append(os.fork())
        if not children[-1]:
            signal.pause()
except BlockingIOError:
    print("no more")
for child in children:
    os.kill(child, signal.SIGKILL)
"""
LIFT = """
for file in /sys/fs/cgroup/pids/pids.max /sys/fs/cgroup/pids.max; do
  [ ! -e $file ] || echo max > $file || :
done
"""


def test_a_limit_cannot_be_lifted_from_inside(provider: Provider) -> None:
    lab = replace(provider, limits=Limits(pids=300)).start(LabSpec())  # type: ignore[type-var]
    try:
        lab.run(["sh", "-c", LIFT])
        assert lab.run(["python3", "-c", FORK]) == "no more\n"
    finally:
        lab.stop()
