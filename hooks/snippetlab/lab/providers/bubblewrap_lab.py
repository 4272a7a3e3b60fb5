"""One lab on Linux as root: bubblewrap around a Debian root filesystem, in namespaces and cgroups of its own."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from snippetlab.errors import LabError, WrongEngine
from snippetlab.lab import RESOLV, Equipment, Lab, LabBase, LabSpec, Limits
from snippetlab.lab.providers.boundary import confined
from snippetlab.lab.providers.first import writing
from snippetlab.lab.providers.keeper.cgroups import ROOT, abandoned, lab_id
from snippetlab.lab.providers.memory_watch import MemoryWatch
from snippetlab.lab.stock.cache import cache_root
from snippetlab.lab.stock.image import lab_image

HERE = Path(__file__).parent
INSIDE = HERE.parent / "inside"
START_LIMIT = 60.0  # seconds until a lab must have started
STOP_LIMIT = 20.0  # seconds until nothing of a lab may be left
# The keeper needs no module beside its own and the standard library's, and none of this environment.
_KEEPER = "import sys; sys.path.insert(0, sys.argv.pop(1)); from keeper.main import main; main()"
# A process joins the lab's cgroups on the machine's side: inside, it could be refused (nsdelegate).
_JOIN = 'while [ "$1" != -- ]; do echo 0 > "$1" || exit 125; shift; done; shift; exec "$@"'


def keeper_command(*words: str) -> list[str]:
    """The command that runs the keeper: with a lab's description (JSON), or with ``--clear`` and a lab's id."""
    return [sys.executable, "-I", "-S", "-B", "-c", _KEEPER, str(HERE), *words]


class BubblewrapLab:
    """One lab, kept by ``keeper``. See ``snippetlab.lab.Lab`` for the interface; ``start`` makes one."""

    def __init__(
        self,
        spec: LabSpec,
        pack: Equipment,
        identity: str,
        process: subprocess.Popen[bytes],
        environment: Mapping[str, str],
    ) -> None:
        self.spec = spec
        self._environment = environment
        self._pack = pack
        self._id = identity
        self._process = process
        self._lock = threading.Lock()
        self._client: Any = None
        self._outside: subprocess.Popen[bytes] | None = None
        self._pid = 0
        self._join: list[str] = []
        self._watch: MemoryWatch | None = None
        self._log = b""
        self._log_reader = threading.Thread(target=self._read_log, daemon=True)

    @classmethod
    def start(cls, spec: LabSpec, base: LabBase, pack: Equipment, limits: Limits) -> BubblewrapLab:
        """Start a lab and wait until it is ready. Raises LabError."""
        identity = f"{lab_id(os.getpid())}-{uuid.uuid4().hex[:8]}"
        image = lab_image(base.image)
        stock = stock_folder(base.stock) if base.stock else None
        shared = [(stock / Path(path).name, path) for path in base.shared] if stock else []
        report, report_inner = os.pipe()
        description = {
            "id": identity,
            "name": spec.name,
            "rootfs": str(image.rootfs),
            "mount_point": str(image.mount_point),
            "disks": [{"path": path, "source": str(stock / Path(path).name) if stock else ""} for path in base.disks],
            "shown": [(str(folder), path) for folder, path in ((INSIDE, "/opt/lab"), *base.shown, *shared)],
            "start": writing(spec.files) + base.start,
            "memory": limits.memory,
            "disk": limits.disk,
            "pids": limits.pids,
            "resolv": RESOLV,
            "report": report_inner,
        }
        try:
            # The lab's standard input is its lifeline, and its keeper does what must be done after the end, in a
            # session of its own: neither Ctrl-C nor a killed Python leaves anything behind.
            process = confined(
                lambda: subprocess.Popen(
                    keeper_command(json.dumps(description)),
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    env={"PATH": os.environ.get("PATH", os.defpath), "LAB": identity},
                    pass_fds=[report_inner],
                    start_new_session=True,
                )
            )
            os.close(report_inner)
            lab = cls(spec, pack, identity, process, base.variables)
            lab._log_reader.start()
            try:
                lab._take_report(report)
                lab._wait_until_ready()
            except BaseException:
                lab.stop()
                raise
        finally:
            os.close(report)
        return lab

    def _read_log(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                self._log = (self._log + line)[-20000:]

    def _failure(self, what: str) -> LabError:
        if not self.alive:
            self._log_reader.join(1)  # the last lines say why
        log = self._log.decode(errors="replace").strip()
        return LabError(f"{what}: {log}" if log else what, hint="`snippetlab labs` shows what is built")

    def _take_report(self, report: int) -> None:
        data = b""
        while b"\n" not in data:
            ready, _, _ = select.select([report], [], [], START_LIMIT)
            chunk = os.read(report, 4096) if ready else b""
            if not chunk:
                raise self._failure("the lab did not start")
            data += chunk
        told = json.loads(data)
        self._pid, self._join = told["pid"], told["join"]
        try:
            self._watch = MemoryWatch(Path(told["memory"]), told["version"])
        except OSError as error:
            raise self._failure(f"the lab's memory cannot be watched ({error})") from error

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_LIMIT
        started = Path(f"/proc/{self._pid}/root/run/lab.started")
        while not started.exists():
            if not self.alive:
                raise self._failure("the lab ended before it was ready")
            if time.monotonic() > deadline:
                raise self._failure(f"the lab did not start within {START_LIMIT:.0f} s")
            # Nothing can be waited on before the file exists.
            time.sleep(0.005)
        try:
            self._client = self._pack.ready(self)
        except WrongEngine:
            raise  # it says all, and what to do
        except LabError as error:
            raise self._failure(error.what) from error

    @property
    def client(self) -> Any:
        """What the pack's ``ready`` gave."""
        return self._client

    def socket_url(self, path: str) -> str:
        """The address at which this process reaches a Unix socket of the lab."""
        return f"unix:///proc/{self._pid}/root{path}"

    def copy_out(self, path: str, target: Path) -> None:
        """Copy a folder of the lab to ``target``, owners and attributes too. Raises LabError."""
        copied = subprocess.run(
            ["cp", "-a", f"/proc/{self._pid}/root{path}", str(target)], capture_output=True, text=True
        )
        if copied.returncode != 0:
            raise LabError(f"{path} could not be copied out of a lab: {copied.stderr.strip()}")

    @property
    def alive(self) -> bool:
        """False once the lab has ended."""
        return self._process.poll() is None

    @property
    def out_of_memory(self) -> bool:
        """True once the lab has met its limit of memory."""
        return self._watch is not None and self._watch.met

    def _enter(self, argv: Sequence[str]) -> list[str]:
        namespaces = ["-m", "-n", "-p", "-u", "-i", "-C"]
        enter = ["nsenter", "-t", str(self._pid), *namespaces, "-r", "-w", "/usr/bin/env", "-C", "/root", *argv]
        return ["sh", "-c", _JOIN, "sh", *self._join, "--", *enter]

    def spawn(self, argv: Sequence[str], **options: Any) -> subprocess.Popen[bytes]:
        """Start a program inside, with pipes for stdin and stdout, in the fixed environment."""
        settings: dict[str, Any] = {
            "stdin": subprocess.PIPE,
            "stdout": subprocess.PIPE,
            "stderr": subprocess.DEVNULL,
            "env": self._environment,
            "start_new_session": True,
        }
        return confined(lambda: subprocess.Popen(self._enter(argv), **{**settings, **options}))

    def run(self, argv: Sequence[str], stdin: bytes = b"", timeout: float = 60.0) -> str:
        """Run a program inside to its end; gives its stdout. Raises LabError when it fails."""
        process = self.spawn(argv, stderr=subprocess.PIPE)
        try:
            out, err = process.communicate(stdin, timeout=timeout)
        except subprocess.TimeoutExpired as error:
            process.kill()
            raise LabError(f"`{' '.join(argv)}` did not end within {timeout:.0f} s in the lab") from error
        if process.returncode != 0:
            raise LabError(f"`{' '.join(argv)}` failed in the lab: {err.decode(errors='replace').strip()}")
        return out.decode(errors="replace")

    def interact(self, argv: Sequence[str]) -> int:
        """Run a program inside on the terminal of this process; gives its exit code."""
        # Ctrl-C is for the program inside. (A handler, unlike SIG_IGN, is not inherited by it.)
        former = signal.signal(signal.SIGINT, lambda *_: None)
        try:
            process = confined(lambda: subprocess.Popen(self._enter(argv), env={**self._environment, "PS1": r"\w \$ "}))
            return process.wait()
        finally:
            signal.signal(signal.SIGINT, former)

    def attach_outside(self) -> None:
        """Give the lab a way out to the package mirrors (slirp4netns; the host's network is not touched)."""
        if self._outside is not None:
            return
        ready_r, ready_w = os.pipe()
        self._outside = subprocess.Popen(
            ["slirp4netns", "--configure", "--mtu=65520", "--disable-host-loopback", f"--ready-fd={ready_w}",
             "--exit-fd=0", str(self._pid), "tap0"],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, pass_fds=[ready_w],
            start_new_session=True, env={"PATH": os.environ.get("PATH", os.defpath), "LAB": self._id},
        )  # fmt: skip
        os.close(ready_w)
        ready, _, _ = select.select([ready_r], [], [], 20)
        answered = bool(ready and os.read(ready_r, 1))
        os.close(ready_r)
        if not answered:
            self.detach_outside()
            raise LabError("slirp4netns gave the lab no way out", hint="check that /dev/net/tun exists on this machine")

    def detach_outside(self) -> None:
        """Take the way out away again."""
        outside, self._outside = self._outside, None
        if outside is None:
            return
        outside.terminate()
        outside.wait()
        if outside.stdin:
            outside.stdin.close()

    def connect(self, other: Lab, own_address: str, other_address: str) -> None:
        """Join two labs by a veth pair; addresses are like ``192.168.65.2/24``."""
        if not isinstance(other, BubblewrapLab):
            raise LabError("two labs of different providers cannot be joined")
        # Made where its ends belong: nobody can be killed between the making and a move, and leave it on the machine.
        ends = ["netns", str(self._pid), "type", "veth", "peer", "name", "eth0", "netns", str(other._pid)]
        done = subprocess.run(["ip", "link", "add", "eth0", *ends], capture_output=True, text=True)
        if done.returncode != 0:
            raise LabError(f"two labs could not be joined: {done.stderr.strip()}")
        for lab, address in ((self, own_address), (other, other_address)):
            lab.run(["sh", "-c", f"ip addr add {address} dev eth0 && ip link set eth0 up"])

    def stop(self) -> None:
        """End every process in the lab and leave nothing behind. May be called twice."""
        with self._lock:
            self.detach_outside()
            if self._client is not None:
                self._client.close()
            if self._process.stdin and not self._process.stdin.closed:
                self._process.stdin.close()
            try:
                self._process.wait(STOP_LIMIT)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            if self._process.returncode != 0:
                # The keeper was killed, and with it the lab. What it could not clear is cleared by another one.
                clear_lab(self._id)
            if self._watch is not None:
                self._watch.close()


def left_by_killed_owners() -> list[str]:
    """The ids of labs of which something is on this machine still, although owner and keeper were killed."""
    return abandoned() if ROOT.is_dir() else []


def clear_lab(lab: str) -> None:
    """End what is left of a lab, and remove it from the machine."""
    subprocess.run(keeper_command("--clear", lab), stdin=subprocess.DEVNULL, capture_output=True)


def stock_folder(name: str) -> Path:
    """Where the stock of that name lies in the cache: a folder for each disk, by its last name."""
    return cache_root() / "seeds" / name
