"""The cgroups of a lab, on a folder that plays the machine's hierarchy."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from snippetlab.lab.providers.keeper import cgroups, devices
from snippetlab.lab.providers.keeper.cgroups import Limits, Refused, Version1, Version2, abandoned, lab_id, of_machine

LIMITS = Limits(memory=1000, pids=50)


@pytest.fixture
def version2(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A root of version 2 whose kernel hands on what subtree_control names, and moves processes."""
    real_mkdir, real_write = Path.mkdir, Path.write_text

    def controllers(folder: Path) -> list[str]:
        return (folder / "cgroup.controllers").read_text().split()

    def mkdir(self: Path, *args: object, **kwargs: object) -> None:
        if kwargs.get("exist_ok") and self.exists():
            return
        real_mkdir(self)
        real_write(self / "cgroup.controllers", (self.parent / "cgroup.subtree_control").read_text())
        real_write(self / "cgroup.type", "domain")
        for name in ("cgroup.subtree_control", "cgroup.procs"):
            real_write(self / name, "")

    def write(self: Path, text: str, *args: object, **kwargs: object) -> int:
        folder = self.parent
        if self.name == "cgroup.subtree_control":
            # "Processes cannot be in a cgroup that hands controllers on", unless it is the true root.
            if (folder / "cgroup.procs").read_text().split() and (folder / "cgroup.type").exists():
                raise OSError(16, "Device or resource busy")
            if text[1:] not in controllers(folder):
                raise OSError(2, "No such file or directory")
            return real_write(self, f"{self.read_text()} {text[1:]}".strip())
        if self.name == "cgroup.procs":
            for file in tmp_path.rglob("cgroup.procs"):
                real_write(file, " ".join(word for word in file.read_text().split() if word != text))
            return real_write(self, f"{self.read_text()} {text}".strip())
        if self.name in ("memory.max", "pids.max") and self.name.split(".")[0] not in controllers(folder):
            raise OSError(2, "No such file or directory")
        return real_write(self, text)

    real_write(tmp_path / "cgroup.controllers", "cpu io memory pids")
    real_write(tmp_path / "cgroup.subtree_control", "memory pids")
    real_write(tmp_path / "cgroup.procs", "1 17 23")
    monkeypatch.setattr(Path, "mkdir", mkdir)
    monkeypatch.setattr(Path, "write_text", write)
    monkeypatch.setattr(devices, "attach", lambda folder: real_write(Path(folder) / "rules", "attached") and None)
    return tmp_path


def test_in_version_2_no_process_stays_where_controllers_are_handed_on(version2: Path) -> None:
    groups = of_machine("7-a-b", version2)
    assert isinstance(groups, Version2)
    groups.make(LIMITS)
    outer = version2 / "snippetlab-7-a-b"
    assert (outer / "memory.max").read_text() == "1000"
    assert (outer / "pids.max").read_text() == "50"
    assert (outer / "rules").read_text() == "attached"
    assert groups.birthplace() == [outer / "lab" / "cgroup.procs"]
    for pid in ("100", "101"):  # the monitor is born there, and makes the first process
        groups.birthplace()[0].write_text(pid)
    groups.settle(100, 101)
    assert (outer / "monitor" / "cgroup.procs").read_text() == "100"
    assert (outer / "lab" / "init" / "cgroup.procs").read_text() == "101"
    assert (outer / "lab" / "cgroup.procs").read_text() == ""
    assert sorted((outer / "lab" / "cgroup.subtree_control").read_text().split()) == ["cpu", "io", "memory", "pids"]
    assert groups.entrance() == [outer / "lab" / "init" / "cgroup.procs"]
    # The machine's own root may hold processes; they stay.
    assert (version2 / "cgroup.procs").read_text() == "1 17 23"


def test_in_a_container_the_processes_leave_the_root_first(version2: Path) -> None:
    (version2 / "cgroup.type").touch()  # what the true root does not have
    of_machine("7-a-b", version2).make(LIMITS)
    assert (version2 / "cgroup.procs").read_text() == ""
    assert (version2 / "init" / "cgroup.procs").read_text().split() == ["1", "17", "23"]
    assert "cpu" in (version2 / "cgroup.subtree_control").read_text()


def test_without_its_controllers_a_lab_is_refused_in_version_2(version2: Path) -> None:
    (version2 / "cgroup.controllers").unlink()
    (version2 / "cgroup.controllers").touch()
    (version2 / "cgroup.subtree_control").unlink()
    (version2 / "cgroup.subtree_control").touch()
    with pytest.raises(Refused, match="no cgroup controller for cpu, memory, pids"):
        of_machine("7-a-b", version2).make(LIMITS)


def test_a_lab_without_rules_for_devices_is_refused(version2: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def attach(folder: str) -> None:
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr(devices, "attach", attach)
    with pytest.raises(Refused, match="no rules for devices"):
        of_machine("7-a-b", version2).make(LIMITS)


@pytest.fixture
def version1(tmp_path: Path) -> Path:
    """A root of version 1: four hierarchies, a link to one of them, and one of version 2 beside them."""
    for name in ("cpu,cpuacct", "devices", "memory", "pids", "unified"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "cgroup.procs").touch()
    (tmp_path / "unified" / "cgroup.controllers").touch()
    (tmp_path / "cpu").symlink_to("cpu,cpuacct")
    return tmp_path


def test_in_version_1_each_hierarchy_has_both_levels(version1: Path) -> None:
    groups = of_machine("7-a-b", version1)
    assert isinstance(groups, Version1)
    groups.make(LIMITS)
    assert groups.names == ["cpu,cpuacct", "devices", "memory", "pids"]
    assert (version1 / "memory" / "snippetlab-7-a-b" / "memory.limit_in_bytes").read_text() == "1000"
    assert (version1 / "pids" / "snippetlab-7-a-b" / "pids.max").read_text() == "50"
    assert groups.entrance() == [version1 / name / "snippetlab-7-a-b" / "lab" / "cgroup.procs" for name in groups.names]
    assert not (version1 / "unified" / "snippetlab-7-a-b").exists()


@pytest.mark.parametrize("name", ["memory", "devices"])
def test_without_its_controllers_a_lab_is_refused_in_version_1(version1: Path, name: str) -> None:
    (version1 / name / "cgroup.procs").unlink()
    with pytest.raises(Refused, match=f"no cgroup controller for {name} "):
        of_machine("7-a-b", version1).make(LIMITS)


def test_only_what_a_dead_owner_of_this_namespace_left_is_abandoned(version1: Path) -> None:
    namespace = lab_id(1).split("-")[1]
    dead = 4194304  # beyond the highest process id there can be (PID_MAX_LIMIT)
    names = [
        f"snippetlab-{dead}-{namespace}-aa",
        f"snippetlab-{os.getpid()}-{namespace}-bb",  # its owner lives
        f"snippetlab-{dead}-1234-cc",  # of another PID namespace: who knows
        f"snippetlab-{dead}-dd",
        "somebody-else",
    ]
    for name in names:
        (version1 / "memory" / name).mkdir()
    assert abandoned(version1) == [f"{dead}-{namespace}-aa"]


def test_what_is_cleared_is_gone_with_all_below_it(tmp_path: Path) -> None:
    (tmp_path / "outer" / "lab" / "docker" / "0123").mkdir(parents=True)
    assert cgroups.clear([tmp_path / "outer", tmp_path / "never there"]) == []
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_cleared_in_time_is_told(tmp_path: Path) -> None:
    (tmp_path / "outer" / "lab").mkdir(parents=True)
    (tmp_path / "outer" / "lab" / "file").touch()  # a folder that rmdir refuses
    assert cgroups.clear([tmp_path / "outer"], seconds=0.0) == [tmp_path / "outer"]
