"""What a lab may open: the rules for cgroup version 2 are run as the kernel runs them, and say what those for 1 say."""

from __future__ import annotations

import re
import struct

import pytest
from snippetlab.lab.providers.keeper.devices import VERSION_1_RULES, program

BLOCK, CHARACTER = 1, 2
MKNOD, READ, WRITE = 1, 2, 4


def version2(kind: int, major: int, minor: int, access: int) -> bool:
    """What the program says, by the meaning of its instructions in the kernel's Documentation/bpf."""
    context = struct.pack("<III", access << 16 | kind, major, minor)
    lines = list(struct.iter_unpack("<BBhi", program()))
    registers, at = [0] * 10, 0
    while True:
        code, both, jump, value = lines[at]
        to, at = both & 15, at + 1
        match code:
            case 0x61:
                (registers[to],) = struct.unpack_from("<I", context, jump)
            case 0x77:
                registers[to] >>= value
            case 0x57:
                registers[to] &= value
            case 0xB7:
                registers[to] = value
            case 0x15:
                at += jump if registers[to] == value else 0
            case 0x55:
                at += jump if registers[to] != value else 0
            case 0x25:
                at += jump if registers[to] > value else 0
            case 0xA5:
                at += jump if registers[to] < value else 0
            case 0x95:
                return bool(registers[0])
            case _:
                raise AssertionError(f"no such instruction here: {code:#x}")


def version1(kind: int, major: int, minor: int, access: int) -> bool:
    """What the rules say: everything that none of them refuses."""
    letter = "b" if kind == BLOCK else "c"
    for rule in VERSION_1_RULES:
        told = re.fullmatch(r"([bc]) (\d+|\*):(\d+|\*) rw", rule)
        assert told is not None, rule
        same = told[2] in ("*", str(major)) and told[3] in ("*", str(minor))
        if told[1] == letter and same and access & (READ | WRITE):
            return False
    return True


NEEDED = {"null": (1, 3), "zero": (1, 5), "full": (1, 7), "random": (1, 8), "urandom": (1, 9), "tty": (5, 0)}
NEEDED |= {
    "console": (5, 1),
    "ptmx": (5, 2),
    "pts": (136, 0),
    "more pts": (143, 255),
    "tun": (10, 200),
    "fuse": (10, 229),
}
REACHING_OUT = {
    "mem": (1, 1), "port": (1, 4), "kmsg": (1, 11), "the first console": (4, 1), "a serial line": (4, 64),
    "a console's text": (7, 1), "watchdog": (10, 130), "nvram": (10, 144), "snapshot": (10, 231),
    "mapper/control": (10, 236), "loop-control": (10, 237), "a keyboard": (13, 64), "sg0": (21, 0), "flash": (90, 0),
    "nvme0": (241, 0), "watchdog0": (249, 0), "the last of the old ones": (254, 3), "the new ones": (511, 1),
}  # fmt: skip


@pytest.mark.parametrize("says", [version1, version2])
@pytest.mark.parametrize("device", NEEDED)
def test_what_labs_need_they_may_open(says, device: str) -> None:
    assert all(says(CHARACTER, *NEEDED[device], access) for access in (MKNOD, READ, WRITE, READ | WRITE))


@pytest.mark.parametrize("says", [version1, version2])
@pytest.mark.parametrize("device", REACHING_OUT)
def test_what_reaches_beyond_a_lab_may_be_made_and_not_opened(says, device: str) -> None:
    assert says(CHARACTER, *REACHING_OUT[device], MKNOD)
    assert not any(says(CHARACTER, *REACHING_OUT[device], access) for access in (READ, WRITE, READ | MKNOD))


@pytest.mark.parametrize("says", [version1, version2])
@pytest.mark.parametrize("number", [(8, 0), (253, 0), (7, 3), (1, 3), (259, 7)])
def test_no_block_device_may_be_opened(says, number: tuple[int, int]) -> None:
    assert says(BLOCK, *number, MKNOD)
    assert not any(says(BLOCK, *number, access) for access in (READ, WRITE, READ | WRITE))


def test_both_versions_say_the_same() -> None:
    asked = [
        (kind, major, minor, access)
        for kind in (BLOCK, CHARACTER)
        for major in range(520)
        for minor in (0, 1, 2, 3, 4, 5, 11, 130, 144, 200, 229, 231, 236, 237, 255)
        for access in (MKNOD, READ, WRITE)
    ]
    assert [case for case in asked if version1(*case) != version2(*case)] == []
