"""What no process of a lab may do to the machine, root or not: capabilities it does not get, calls the kernel refuses.

Both belong to a thread and are inherited by what it starts, for good. So labs,
and whatever enters one, are started by short-lived threads that gave up these
rights before.
"""

from __future__ import annotations

import ctypes
import os
import struct
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

# Numbers from linux/capability.h. No engine needs them; each reaches beyond a lab's namespaces.
CAPABILITIES = {
    "DAC_READ_SEARCH": 2,
    "SYS_MODULE": 16,
    "SYS_RAWIO": 17,
    "SYS_PACCT": 20,
    "SYS_BOOT": 22,
    "SYS_TIME": 25,
    "SYS_TTY_CONFIG": 26,
    "AUDIT_CONTROL": 30,
    "MAC_OVERRIDE": 32,
    "MAC_ADMIN": 33,
    "SYSLOG": 34,
    "WAKE_ALARM": 35,
    "BLOCK_SUSPEND": 36,
    "AUDIT_READ": 37,
}
# What a lab would still be allowed to call by CAP_SYS_ADMIN, or by no capability at all (the kernel's log), a table for
# each kind of machine code that runs on the machine. Numbers from asm/unistd.h; AUDIT_ARCH from linux/audit.h.
CALLS = {
    0xC000003E: {  # x86_64
        "syslog": 103, "acct": 163, "settimeofday": 164, "swapon": 167, "swapoff": 168, "iopl": 172, "ioperm": 173,
        "init_module": 175, "delete_module": 176, "quotactl": 179, "clock_settime": 227, "kexec_load": 246,
        "open_by_handle_at": 304, "finit_module": 313, "kexec_file_load": 320, "quotactl_fd": 443,
    },
    0x40000003: {  # i386
        "stime": 25, "acct": 51, "settimeofday": 79, "swapon": 87, "ioperm": 101, "syslog": 103, "iopl": 110,
        "swapoff": 115, "init_module": 128, "delete_module": 129, "quotactl": 131, "clock_settime": 264,
        "kexec_load": 283, "open_by_handle_at": 342, "finit_module": 350, "clock_settime64": 404, "quotactl_fd": 443,
    },
    0xC00000B7: {  # aarch64
        "quotactl": 60, "acct": 89, "kexec_load": 104, "init_module": 105, "delete_module": 106, "clock_settime": 112,
        "syslog": 116, "settimeofday": 170, "swapon": 224, "swapoff": 225, "open_by_handle_at": 265,
        "finit_module": 273, "kexec_file_load": 294, "quotactl_fd": 443,
    },
}  # fmt: skip
# Keys are kept by user, and root of a lab is root of the machine: it would see the machine's, and leave its own there.
# A runtime of containers does without where the kernel seems to have none. Numbers of add_key, request_key and keyctl.
KEYS = {0xC000003E: (248, 249, 250), 0x40000003: (286, 287, 288), 0xC00000B7: (217, 218, 219)}
_DROP_CAPABILITY, _SET_FILTER, _FILTER = 24, 22, 2  # PR_CAPBSET_DROP, PR_SET_SECCOMP, SECCOMP_MODE_FILTER
_LOAD, _AND, _EQUAL, _RETURN = 0x20, 0x54, 0x15, 0x06  # classic BPF, see linux/bpf_common.h
_ALLOW, _ERROR = 0x7FFF0000, 0x00050000  # SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO
_REFUSED, _MISSING = _ERROR | 1, _ERROR | 38  # EPERM, ENOSYS
_LIBC = ctypes.CDLL(None, use_errno=True)


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))


def seccomp_filter() -> bytes:
    """The filter that refuses ``CALLS`` (EPERM), knows no ``KEYS`` (ENOSYS) and allows all others, in classic BPF.

    It is given ``struct seccomp_data``: the number of the call at 0, the kind of machine code at 4.
    """
    lines: list[tuple[int, int, int, int]] = []  # code, jump if true, jump if false, value
    for kind, calls in CALLS.items():
        numbers = (*calls.values(), *KEYS[kind])
        count = len(numbers)
        lines += [(_LOAD, 0, 0, 4), (_EQUAL, 0, count + 5, kind), (_LOAD, 0, 0, 0)]
        # x32 calls, which x86_64 knows too, carry one more bit.
        lines.append((_AND, 0, 0, 0xBFFFFFFF))
        # Behind them stand what is said of all others, of keys, and of what is refused.
        lines += [(_EQUAL, count - i + (number not in KEYS[kind]), 0, number) for i, number in enumerate(numbers)]
        lines += [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _MISSING), (_RETURN, 0, 0, _REFUSED)]
    lines.append((_RETURN, 0, 0, _ALLOW))
    return b"".join(struct.pack("<HBBI", *line) for line in lines)


def confined(start: Callable[[], T]) -> T:
    """What ``start`` gives, called in a thread whose processes have none of these rights. Raises what it raises."""
    given: list[T] = []
    raised: list[BaseException] = []

    def run() -> None:
        try:
            give_up_rights()
            given.append(start())
        except BaseException as error:
            raised.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if raised:
        raise raised[0]
    return given[0]


def give_up_rights() -> None:
    """Take these rights from this thread and from what it starts, for good. Raises OSError."""
    for number in CAPABILITIES.values():
        _prctl(_DROP_CAPABILITY, ctypes.c_ulong(number))
    code = ctypes.create_string_buffer(seccomp_filter())
    program = _Program(len(code) // 8, ctypes.cast(code, ctypes.c_void_p).value)
    _prctl(_SET_FILTER, ctypes.c_ulong(_FILTER), ctypes.byref(program))


def _prctl(*words: object) -> None:
    if _LIBC.prctl(*words) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"a lab's rights cannot be taken away: {os.strerror(number)}")
