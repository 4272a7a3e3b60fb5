"""Nothing of a lab stays, whoever is killed and when."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from snippetlab.errors import LabError
from snippetlab.lab import LabSpec, Provider
from snippetlab.lab.providers.keeper import devices
from snippetlab.lab.providers.keeper.cgroups import ROOT

from tests.conftest import PROJECT, traces
from tests.tool.runs import console

from .project import Project
from .waiting import wait_until

OWNER = """
import sys
from pathlib import Path
from snippetlab.lab import LabSpec
from snippetlab.lab.providers.bubblewrap import Bubblewrap
from snippetlab.packs import find_pack
from snippetlab.settings import find_project
lab = Bubblewrap(find_pack(find_project(Path(sys.argv[1])))).start(LabSpec())
print("ready", flush=True)
sys.stdin.read()
"""


# Opens devices that it makes in a folder, and tells the number of each refusal.
OPENING = """
import os, stat, sys
os.chdir(sys.argv[1])
for kind, major, minor in ((stat.S_IFCHR, 1, 3), (stat.S_IFCHR, 1, 11), (stat.S_IFCHR, 10, 237), (stat.S_IFBLK, 253, 0)):
    name = f"{major}-{minor}"
    os.mknod(name, kind | 0o600, os.makedev(major, minor))
    try:
        os.close(os.open(name, os.O_RDONLY | os.O_NONBLOCK))
        print(name, "opened")
    except OSError as error:
        print(name, error.strerror)
"""
VERSION_2 = [top for top in (ROOT, ROOT / "unified") if (top / "cgroup.controllers").exists()]


@pytest.mark.skipif(not VERSION_2, reason="there is no cgroup of version 2 here")
def test_the_kernel_holds_processes_to_the_rules_for_devices_of_version_2(tmp_path: Path) -> None:
    group = VERSION_2[0] / f"snippetlab-test-{os.getpid()}"
    group.mkdir()
    try:
        devices.attach(str(group))
        command = f'echo 0 > "{group}/cgroup.procs" && exec "$@"'
        words = ["sh", "-c", command, "sh", sys.executable, "-c", OPENING, str(tmp_path)]
        done = subprocess.run(words, capture_output=True, text=True)
    finally:
        group.rmdir()
    refused = "Operation not permitted"
    assert done.stdout.splitlines() == ["1-3 opened", f"1-11 {refused}", f"10-237 {refused}", f"253-0 {refused}"]


def owner() -> subprocess.Popen[bytes]:
    """A process that starts a lab and keeps it."""
    return subprocess.Popen(
        [sys.executable, "-c", OWNER, str(Path(__file__).parents[3])],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )


def ended(process: subprocess.Popen[bytes], number: int) -> None:
    process.send_signal(number)
    process.communicate()


def keepers(pid: int) -> list[int]:
    """The processes that keep labs of process ``pid``."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            kept = f"LAB={pid}-".encode() in (folder / "environ").read_bytes()
            if kept and b"keeper.main" in (folder / "cmdline").read_bytes():
                found.append(int(folder.name))
        except OSError:
            continue
    return found


# How far a start has come is seen by what there is of it on the machine.
STAGES = {
    "keeper": lambda pid: bool(keepers(pid)),
    "cgroups": lambda pid: bool(traces(pid)["cgroups"]),
    "first processes": lambda pid: len(traces(pid)["processes"]) > 2,
    "engine": lambda pid: any("dockerd" in p for p in traces(pid)["processes"]),
}


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGHUP])
@pytest.mark.parametrize("stage", STAGES)
def test_an_owner_killed_while_its_lab_starts_leaves_nothing(provider: Provider, stage: str, number: int) -> None:
    provider.identity(LabSpec())
    process = owner()
    assert wait_until(lambda: STAGES[stage](process.pid))
    ended(process, number)
    assert wait_until(lambda: not any(traces(process.pid).values())), traces(process.pid)


def test_a_killed_keeper_takes_its_lab_with_it_and_the_lab_is_known_to_be_dead(
    provider: Provider, leaves_nothing: None
) -> None:
    lab = provider.start(LabSpec())
    (keeper,) = keepers(os.getpid())
    os.kill(keeper, signal.SIGKILL)
    assert wait_until(lambda: not lab.alive)
    with pytest.raises(LabError):
        lab.run(["true"])
    lab.stop()


def test_what_is_left_by_killed_owners_and_keepers_goes_when_the_next_lab_starts(provider: Provider) -> None:
    process = owner()
    assert process.stdout is not None and process.stdout.readline() == b"ready\n"
    (keeper,) = keepers(process.pid)
    os.kill(keeper, signal.SIGSTOP)  # so that it clears nothing when its owner goes
    ended(process, signal.SIGKILL)
    os.kill(keeper, signal.SIGKILL)
    assert wait_until(lambda: not traces(process.pid)["processes"])
    # The cgroups still stand, unless the lab of a test that runs beside this one has started since and cleared them.
    provider.start(LabSpec()).stop()
    assert not any(traces(process.pid).values())


def test_a_paused_container_does_not_keep_a_lab_alive(provider: Provider, leaves_nothing: None) -> None:
    lab = provider.start(LabSpec())
    lab.client.containers.run("busybox", "sleep 1000", detach=True).pause()
    lab.stop()
    assert not lab.alive


def test_a_checkout_may_have_blanks_in_its_path_and_be_read_only(own: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    checkout = own.folder / "a checkout, read-only"
    shutil.copytree(PROJECT / "hooks", checkout, ignore=shutil.ignore_patterns("__pycache__"))
    subprocess.run(["mount", "--bind", "-o", "ro", checkout, checkout], check=True)
    try:
        own.scenario("test/blank", console("$ docker run --rm busybox echo hi", "hi"))
        monkeypatch.setenv("PYTHONPATH", str(checkout))
        where = own.run("python", "-c", "import snippetlab; print(snippetlab.__file__)")
        assert where.stdout.startswith(str(checkout))
        done = own.run("snippetlab", "check")
        assert (done.returncode, done.stderr) == (0, ""), done.stdout
    finally:
        subprocess.run(["umount", checkout], check=True)


def test_a_wire_between_two_labs_is_never_on_the_machine(
    provider: Provider, monkeypatch: pytest.MonkeyPatch, leaves_nothing: None
) -> None:
    """Whoever is killed while it is made would leave it there."""
    one, two = provider.start(LabSpec(name="one")), provider.start(LabSpec(name="two"))
    run = subprocess.run

    def killed(command: list[str], **options: object) -> object:
        done = run(command, **options)  # type: ignore[call-overload]
        assert command[0] == "ip" and done.returncode == 0
        raise KeyboardInterrupt

    try:
        monkeypatch.setattr(subprocess, "run", killed)
        with pytest.raises(KeyboardInterrupt):
            one.connect(two, "192.168.65.2/24", "192.168.65.3/24")
        monkeypatch.undo()
        assert traces()["links"] == []
        assert "eth0" in one.run(["ip", "-brief", "link"]) and "eth0" in two.run(["ip", "-brief", "link"])
    finally:
        monkeypatch.undo()
        one.stop()
        two.stop()
