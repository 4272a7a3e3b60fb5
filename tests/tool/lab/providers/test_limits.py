"""What a lab may take, and what of its owner must not reach into it."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest
from snippetlab.errors import LabError
from snippetlab.lab import LabSpec, Limits, Provider


def test_a_mask_of_new_files_does_not_reach_into_a_lab(provider: Provider) -> None:
    former = os.umask(0o077)
    try:
        lab = provider.start(LabSpec())
    finally:
        os.umask(former)
    try:
        shown = lab.run(["stat", "-c", "%a", "/", "/etc", "/etc/hosts", "/opt/lab", "/opt/docker-py", "/var/lib"])
        assert shown.split() == ["755", "755", "644", "755", "755", "755"]
        assert lab.run(["sudo", "-u", "nobody", "cat", "/etc/hostname"]) == "lab\n"
    finally:
        lab.stop()


def test_a_program_that_takes_all_memory_is_a_failure_of_the_lab(provider: Provider) -> None:
    lab = replace(provider, limits=Limits(memory=400 << 20, disk=200 << 20)).start(LabSpec())  # type: ignore[type-var]
    try:
        assert not lab.out_of_memory
        with pytest.raises(LabError):
            lab.run(["python3", "-c", "x = bytearray(1 << 30)"])
        assert lab.out_of_memory
    finally:
        lab.stop()
    assert lab.out_of_memory


def test_a_container_that_meets_a_limit_of_its_own_is_none(provider: Provider) -> None:
    lab = provider.start(LabSpec())
    try:
        lab.run(["sh", "-c", "docker run --memory 16m --memory-swap 16m busybox tail /dev/zero || [ $? = 137 ]"])
        assert lab.client.containers.list(all=True)[0].attrs["State"]["OOMKilled"]
        assert not lab.out_of_memory
    finally:
        lab.stop()


def test_a_full_disk_is_said_before_memory_is_used_up(provider: Provider) -> None:
    lab = replace(provider, limits=Limits(memory=600 << 20, disk=100 << 20)).start(LabSpec())  # type: ignore[type-var]
    try:
        with pytest.raises(LabError, match="No space left on device"):
            lab.run(["dd", "if=/dev/zero", "of=/root/full", "bs=1M", "count=500"])
        assert not lab.out_of_memory
    finally:
        lab.stop()


def test_a_lab_that_cannot_be_made_is_told_in_words(provider: Provider, leaves_nothing: None) -> None:
    with pytest.raises(LabError, match="the lab did not start: ") as caught:
        replace(provider, limits=Limits(disk=-1)).start(LabSpec())  # type: ignore[type-var]
    assert "Traceback" not in caught.value.what
    assert "tmpfs" in caught.value.what
