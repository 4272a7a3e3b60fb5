"""What a lab may not open: block devices, and the devices that show the machine's memory and its kernel's log."""

from __future__ import annotations

import ctypes
import os
import platform
import struct

# Everything may still be *made*: runc makes the rule "mknod of any device" and refuses to run without it.
VERSION_1_RULES = ("b *:* rw", "c 1:1 rw", "c 1:2 rw", "c 1:4 rw", "c 1:11 rw")  # block; mem, kmem, port, kmsg

_LIBC = ctypes.CDLL(None, use_errno=True)
_BPF_CALL = {"x86_64": 321, "aarch64": 280}  # numbers of bpf(2)
_LOAD_PROGRAM, _ATTACH = 5, 8  # enum bpf_cmd in linux/bpf.h
_PROGRAM_KIND, _ATTACH_KIND = 15, 6  # BPF_PROG_TYPE_CGROUP_DEVICE, BPF_CGROUP_DEVICE
_MULTI = 2  # BPF_F_ALLOW_MULTI: runc's programs in the cgroups below are asked too, and can only forbid more
# Codes of instructions: load a word, copy, shift right, and; jump when equal, jump when not; set, return.
_WORD, _COPY, _RIGHT, _AND, _EQUAL, _UNLIKE, _SET, _RETURN = 0x61, 0xBF, 0x77, 0x57, 0x15, 0x55, 0xB7, 0x95


def program() -> bytes:
    """The rules of ``VERSION_1_RULES`` as a BPF program.

    It is given three words (``struct bpf_cgroup_dev_ctx``): kind (1 block, 2
    character) in the lower half and access (1 mknod, 2 read, 4 write) in the
    upper half of the first, then major and minor. It returns 1 for yes.
    """
    yes, no = 14, 16
    lines = [  # code, target register, source register, how far to jump, value
        (_WORD, 2, 1, 0, 0),  # 0: r2 = kind and access
        (_WORD, 4, 1, 4, 0),  # 1: r4 = major
        (_WORD, 5, 1, 8, 0),  # 2: r5 = minor
        (_COPY, 3, 2, 0, 0),  # 3: r3 = r2
        (_RIGHT, 3, 0, 0, 16),  # 4: r3 = access
        (_AND, 3, 0, 0, 6),  # 5: r3 = what of reading and writing is asked for
        (_EQUAL, 3, 0, yes - 7, 0),  # 6
        (_AND, 2, 0, 0, 0xFFFF),  # 7: r2 = kind
        (_EQUAL, 2, 0, no - 9, 1),  # 8: a block device
        (_UNLIKE, 4, 0, yes - 10, 1),  # 9: not one of the devices of memory
        (_EQUAL, 5, 0, no - 11, 1),  # 10
        (_EQUAL, 5, 0, no - 12, 2),  # 11
        (_EQUAL, 5, 0, no - 13, 4),  # 12
        (_EQUAL, 5, 0, no - 14, 11),  # 13
        (_SET, 0, 0, 0, 1),  # 14: yes
        (_RETURN, 0, 0, 0, 0),
        (_SET, 0, 0, 0, 0),  # 16: no
        (_RETURN, 0, 0, 0, 0),
    ]
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
