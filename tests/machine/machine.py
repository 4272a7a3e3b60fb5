"""One running machine: boots from the disks, runs scripts, and is gone with the process that started it."""

from __future__ import annotations

import os
import select
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from snippetlab.errors import LabError
from snippetlab.lab.providers.engine.sockets import runs

from tests.machine.disks import INSIDE, Disks

MARK = b"\x1e"  # begins a line of the machine's own between what scripts print
_PREFIX = "snippetlab-machine-"


class Machine:
    """See the module. ``booted`` makes one. ``folder`` is shared with it: there, it is ``/host``."""

    def __init__(self, folder: Path, answers: int, orders: int) -> None:
        self.folder = folder
        self._answers = answers
        self._orders = orders
        self._rest = b""
        self._scripts = 0

    def run(self, script: str, seconds: float, out: TextIO | None = None) -> tuple[int, str]:
        """Run a shell script as root; gives its exit code and what it printed, which also goes to ``out`` at once.

        Raises LabError when the machine ended, or when the time is over.
        """
        self._scripts += 1
        name = f"script-{self._scripts}"
        (self.folder / name).write_text(script)
        os.write(self._orders, f"{name}\n".encode())
        return self._listen(seconds, out)

    def _listen(self, seconds: float, out: TextIO | None) -> tuple[int, str]:
        deadline = time.monotonic() + seconds
        printed = []
        while True:
            while b"\n" in self._rest:
                line, _, self._rest = self._rest.partition(b"\n")
                text, mark, word = line.partition(MARK)
                told = text.decode(errors="replace").rstrip("\r") + ("" if mark else "\n")
                if told:
                    printed.append(told)
                    if out:
                        print(told, end="", file=out, flush=True)
                if mark:
                    return (0 if word.strip() == b"ready" else int(word)), "".join(printed)
            ready, _, _ = select.select([self._answers], [], [], max(0.0, deadline - time.monotonic()))
            if not ready:
                raise LabError(f"the test machine did not answer within {seconds:.0f} s", hint=self._last_words())
            chunk = os.read(self._answers, 1 << 16)
            if not chunk:
                raise LabError("the test machine ended", hint=self._last_words())
            self._rest += chunk

    def _last_words(self) -> str:
        console = self.folder.parent / "console"
        return "its last words: " + "\n".join(console.read_text(errors="replace").splitlines()[-40:])

    def close(self) -> None:
        """Let the line go."""
        os.close(self._answers)
        os.close(self._orders)

    def wait_until_ready(self, seconds: float) -> None:
        """Wait until it takes scripts. Raises LabError."""
        self._listen(seconds, None)


@contextmanager
def booted(disks: Disks, memory: str, boot_limit: float) -> Iterator[Machine]:
    """A machine that takes scripts, until the block ends. ``memory`` is as the kernel reads it (``4G``).

    What it writes to its disks lies in memory and goes with it. It runs in namespaces of its own, whose first process
    ends with this one, however that ends. Raises LabError.
    """
    sweep(Path(tempfile.gettempdir()))
    with tempfile.TemporaryDirectory(prefix=f"{_PREFIX}{os.getpid()}-") as name:
        run = Path(name)
        (run / "host").mkdir()
        shutil.copy(INSIDE / "serve.sh", run / "host")
        answers, answers_inner = os.pipe()
        orders_inner, orders = os.pipe()
        with open(run / "console", "wb") as console:
            process = subprocess.Popen(
                _command(disks, run, memory, orders_inner, answers_inner),
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=subprocess.STDOUT,
                pass_fds=(orders_inner, answers_inner),
                start_new_session=True,
            )
        os.close(orders_inner)
        os.close(answers_inner)
        machine = Machine(run / "host", answers, orders)
        try:
            machine.wait_until_ready(boot_limit)
            yield machine
        finally:
            process.kill()
            process.wait()
            machine.close()


def sweep(folder: Path) -> None:
    """Remove what runs that were killed have left in a folder for temporary files."""
    for left in folder.glob(f"{_PREFIX}*-*"):
        owner = left.name.removeprefix(_PREFIX).split("-")[0]
        if owner.isdecimal() and not runs(int(owner)):
            shutil.rmtree(left, ignore_errors=True)


def _command(disks: Disks, run: Path, memory: str, orders: int, answers: int) -> list[str]:
    words = ["bwrap", "--die-with-parent", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--clearenv"]
    words += ["--ro-bind", f"{disks.kernel}/usr", "/usr", "--symlink", "usr/lib", "/lib"]
    words += ["--symlink", "usr/lib64", "/lib64", "--symlink", "usr/bin", "/bin"]
    words += ["--proc", "/proc", "--dev", "/dev", "--setenv", "HOME", "/memory", "--setenv", "TMPDIR", "/memory"]
    words += ["--setenv", "PATH", "/usr/bin", "--ro-bind", "/etc/resolv.conf", "/etc/resolv.conf"]
    # What the machine has in memory, and what it writes to its disks, is nowhere but in its own namespaces.
    words += ["--tmpfs", "/memory", "--tmpfs", "/written", "--bind", f"{run}/host", "/host"]
    words += ["--ro-bind", str(disks.system), "/disks/system", "--ro-bind", str(disks.stock), "/disks/stock", "--"]
    kernel = ["linux.uml", f"mem={memory}", "umid=machine", "root=/dev/ubda", "rw"]
    kernel += [
        "ubd0=/written/system,/disks/system",
        "ubd1=/written/stock,/disks/stock",
        "eth0=slirp,,/usr/bin/slirp-fullbolt",
    ]
    kernel += [
        "con=null",
        "con0=null,fd:1",
        f"ssl0=fd:{orders},fd:{answers}",
        "systemd.show_status=error",
        "systemd.log_color=0",
    ]
    return [*words, *kernel, "panic=1"]


def tools_missing() -> list[str]:
    """What this machine lacks to run one."""
    return [tool for tool in ("bwrap", "mmdebstrap", "mke2fs", "tar") if shutil.which(tool) is None]
