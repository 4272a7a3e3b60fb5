"""What a lab may not open: block devices, and those of the others that give a machine's disks, memory, keys or end.

A character device is as good as a disk where it hands on a disk's own commands (``sg``, NVMe), or makes block devices
(``loop-control``, ``mapper/control``). To open a ``watchdog`` is to have the machine restarted.
"""

from __future__ import annotations

import ctypes
import os
import platform
import struct

# Character devices: majors from and to, and the one minor (None: all of them). Numbers from
# Documentation/admin-guide/devices.txt of Linux; the last two rows are those that drivers get as they come (NVMe,
# watchdogs, clocks, keyboards), of which no lab needs one.
REFUSED = (
    (1, 1, 1), (1, 1, 2), (1, 1, 4), (1, 1, 11),  # mem, kmem, port, kmsg
    (4, 4, None), (7, 7, None),  # consoles, serial lines; what consoles show
    (10, 10, 130), (10, 10, 144), (10, 10, 231),  # watchdog, nvram, snapshot (of the memory, to switch off)
    (10, 10, 236), (10, 10, 237),  # mapper/control, loop-control
    (13, 13, None), (21, 21, None), (90, 90, None),  # keyboards; disks by SCSI commands; flash memory
    (234, 254, None), (384, 511, None),
)  # fmt: skip

# Everything may still be *made*: runc makes the rule "mknod of any device" and refuses to run without it.
VERSION_1_RULES = (
    "b *:* rw",
    *(
        f"c {major}:{'*' if minor is None else minor} rw"
        for first, last, minor in REFUSED
        for major in range(first, last + 1)
    ),
)

_LIBC = ctypes.CDLL(None, use_errno=True)
_BPF_CALL = {"x86_64": 321, "aarch64": 280}  # numbers of bpf(2)
_LOAD_PROGRAM, _ATTACH = 5, 8  # enum bpf_cmd in linux/bpf.h
_PROGRAM_KIND, _ATTACH_KIND = 15, 6  # BPF_PROG_TYPE_CGROUP_DEVICE, BPF_CGROUP_DEVICE
_MULTI = 2  # BPF_F_ALLOW_MULTI: runc's programs in the cgroups below are asked too, and can only forbid more
# Codes of instructions: load a word, shift right, and; jump when equal, greater, less, another; set, return.
_WORD, _RIGHT, _AND, _EQUAL, _ABOVE, _BELOW, _UNLIKE, _SET, _RETURN = (
    0x61, 0x77, 0x57, 0x15, 0x25, 0xA5, 0x55, 0xB7, 0x95,
)  # fmt: skip


def program() -> bytes:
    """The rules of ``VERSION_1_RULES`` as a BPF program.

    It is given three words (``struct bpf_cgroup_dev_ctx``): kind (1 block, 2
    character) in the lower half and access (1 mknod, 2 read, 4 write) in the
    upper half of the first, then major and minor. It returns 1 for yes.
    """
    lines = [  # code, target register, source register, how far to jump, value
        (_WORD, 2, 1, 0, 0),  # r2 = kind and access
        (_WORD, 3, 1, 0, 0),  # r3, too
        (_WORD, 4, 1, 4, 0),  # r4 = major
        (_WORD, 5, 1, 8, 0),  # r5 = minor
        (_SET, 0, 0, 0, 1),  # yes, if nothing below says no
        (_RIGHT, 3, 0, 0, 16),
        (_AND, 3, 0, 0, 6),  # r3 = what of reading and writing is asked for
        (_UNLIKE, 3, 0, 1, 0),
        (_RETURN, 0, 0, 0, 0),
        (_AND, 2, 0, 0, 0xFFFF),  # r2 = kind
        (_UNLIKE, 2, 0, 2, 1),
        (_SET, 0, 0, 0, 0),  # a block device
        (_RETURN, 0, 0, 0, 0),
    ]
    for first, last, minor in REFUSED:
        # Each of these jumps goes to the next rule.
        rest = 2 if minor is None else 3
        lines += [(_BELOW, 4, 0, rest + 1, first), (_ABOVE, 4, 0, rest, last)]
        lines += [] if minor is None else [(_UNLIKE, 5, 0, 2, minor)]
        lines += [(_SET, 0, 0, 0, 0), (_RETURN, 0, 0, 0, 0)]
    lines.append((_RETURN, 0, 0, 0, 0))
    return b"".join(
        struct.pack("<BBhi", code, source << 4 | to, jump, value) for code, to, source, jump, value in lines
    )


def attach(cgroup: str) -> None:
    """Hold every process in ``cgroup`` (a folder of cgroup version 2) and below to the rules. Raises OSError."""
    code = ctypes.create_string_buffer(program())
    licence = ctypes.create_string_buffer(b"MIT")
    # union bpf_attr: kind, number of instructions, where they are, licence; the rest is zero.
    loading = struct.pack("<IIQQ", _PROGRAM_KIND, len(code) // 8, ctypes.addressof(code), ctypes.addressof(licence))
    loaded = _bpf(_LOAD_PROGRAM, loading)
    folder = os.open(cgroup, os.O_RDONLY | os.O_DIRECTORY)
    try:
        _bpf(_ATTACH, struct.pack("<IIII", folder, loaded, _ATTACH_KIND, _MULTI))
    finally:
        os.close(folder)
        os.close(loaded)


def _bpf(command: int, attributes: bytes) -> int:
    number = _BPF_CALL.get(platform.machine())
    if number is None:
        raise OSError(f"no rules for devices on {platform.machine()}")
    block = ctypes.create_string_buffer(attributes, 128)
    result = int(_LIBC.syscall(number, command, block, 128))
    if result < 0:
        raise OSError(ctypes.get_errno(), f"rules for devices: {os.strerror(ctypes.get_errno())}")
    return result
