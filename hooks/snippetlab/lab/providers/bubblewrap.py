"""Labs on Linux as root: bubblewrap around Debian's own engine, in namespaces and cgroups of its own."""

from __future__ import annotations

import json
import os
import select
import shlex
import shutil
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from snippetlab.errors import LabError, LabUnavailable
from snippetlab.lab import ENVIRONMENT, Equipment, Lab, LabBase, LabSpec, Say
from snippetlab.lab.providers.reset import TIDY, Fingerprint, fingerprint

HERE = Path(__file__).parent
INSIDE = HERE.parent / "inside"
DISK = "8g"  # most that a lab's files, images and volumes may take of memory
START_LIMIT = 60.0  # seconds until an engine must answer
# nsenter enters namespaces, but a process stays in the cgroups of the one that started it.
_JOIN_CGROUPS = """
for file in /sys/fs/cgroup/*/cgroup.procs; do [ ! -e "$file" ] || echo 0 > "$file"; done 2>/dev/null
exec "$@"
"""
TOOLS = ("bwrap", "unshare", "nsenter", "setpriv", "slirp4netns", "mmdebstrap", "ip")


def lab_id() -> str:
    """A new id for a lab; it begins with the id of the process that owns the lab."""
    return f"{os.getpid()}-{uuid.uuid4().hex[:8]}"


class BubblewrapLab:
    """One lab run by launch.sh. See ``snippetlab.lab.Lab`` for the interface."""

    def __init__(self, spec: LabSpec, base: LabBase, pack: Equipment) -> None:
        self.spec = spec
        self._base = base
        self._pack = pack
        self._lock = threading.Lock()
        self._client: Any = None
        self._outside: subprocess.Popen[bytes] | None = None
        self._fingerprint: Fingerprint | None = None
        self._linked = False
        status_r, status_w = os.pipe()
        environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "ROOTFS": str(base.rootfs),
            "MNT": str(base.mount_point),
            "DISKS": "".join(f"{disk.path}\t{disk.source or ''}\n" for disk in base.disks),
            "COPIES": "".join(f"{path}\t{source}\n" for source, path in ((INSIDE, "/opt/lab"), *base.copies)),
            "START": _writing(spec.files) + base.start,
            "LAB": lab_id(),
            "NAME": spec.name,
            "SIZE": DISK,
        }
        script = f"exec 3>&{status_w} {status_w}>&-; exec sh {HERE / 'launch.sh'}"
        # The lab's standard input is its lifeline, and launch.sh does what must be done after the
        # end, in a session of its own: neither Ctrl-C nor a killed Python leaves anything behind.
        self._process = subprocess.Popen(
            ["unshare", "--mount", "--propagation", "private", "bash", "-c", script],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=environment,
            pass_fds=[status_w],
            start_new_session=True,
        )
        self._log = b""
        threading.Thread(target=self._read_log, daemon=True).start()
        try:
            os.close(status_w)
            self.pid = self._child_pid(status_r)
            self._wait_until_ready()
            self._fingerprint = fingerprint(self, pack)
        except BaseException:
            self.stop()
            raise
        finally:
            os.close(status_r)

    def _read_log(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._log = (self._log + line)[-20000:]

    def _failure(self, what: str) -> LabError:
        log = self._log.decode(errors="replace").strip()
        return LabError(f"{what}\n{log}" if log else what, hint="`snippetlab labs` shows what is built")

    def _child_pid(self, status: int) -> int:
        data = b""
        while b"\n" not in data:
            ready, _, _ = select.select([status], [], [], START_LIMIT)
            chunk = os.read(status, 4096) if ready else b""
            if not chunk:
                raise self._failure("the lab did not start")
            data += chunk
        return int(json.loads(data.split(b"\n")[0])["child-pid"])

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_LIMIT
        started = Path(f"/proc/{self.pid}/root/run/lab.started")
        while not started.exists():
            if not self.alive:
                raise self._failure("the lab ended before it was ready")
            if time.monotonic() > deadline:
                raise self._failure(f"the lab did not start within {START_LIMIT:.0f} s")
            # Nothing can be waited on before the file exists.
            time.sleep(0.005)
        try:
            self._client = self._pack.ready(self)
        except LabError as error:
            raise self._failure(error.what) from error

    @property
    def client(self) -> Any:
        """What the pack's ``ready`` gave."""
        return self._client

    def socket_url(self, path: str) -> str:
        """The address at which this process reaches a Unix socket of the lab."""
        return f"unix:///proc/{self.pid}/root{path}"

    def copy_out(self, path: str, target: Path) -> None:
        """Copy a folder of the lab to ``target``, owners and attributes too. Raises LabError."""
        copied = subprocess.run(
            ["cp", "-a", f"/proc/{self.pid}/root{path}", str(target)], capture_output=True, text=True
        )
        if copied.returncode != 0:
            raise LabError(f"{path} could not be copied out of a lab: {copied.stderr.strip()}")

    @property
    def alive(self) -> bool:
        """False once the lab has ended."""
        return self._process.poll() is None

    def _enter(self, argv: Sequence[str]) -> list[str]:
        namespaces = ["-m", "-n", "-p", "-u", "-i", "-C"]
        return ["nsenter", "-t", str(self.pid), *namespaces, "-r", "-w", "/usr/bin/env", "-C", "/root", *argv]

    def spawn(self, argv: Sequence[str], **options: Any) -> subprocess.Popen[bytes]:
        """Start a program inside, with pipes for stdin and stdout, in the fixed environment."""
        command = self._enter(["sh", "-c", _JOIN_CGROUPS, "sh", *argv])
        settings: dict[str, Any] = {
            "stdin": subprocess.PIPE,
            "stdout": subprocess.PIPE,
            "stderr": subprocess.DEVNULL,
            "env": dict(ENVIRONMENT),
            "start_new_session": True,
        }
        return subprocess.Popen(command, **{**settings, **options})

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
        command = self._enter(["sh", "-c", _JOIN_CGROUPS, "sh", *argv])
        # Ctrl-C is for the program inside. (A handler, unlike SIG_IGN, is not inherited by it.)
        former = signal.signal(signal.SIGINT, lambda *_: None)
        try:
            return subprocess.run(command, env={**ENVIRONMENT, "PS1": r"\w \$ "}).returncode
        finally:
            signal.signal(signal.SIGINT, former)

    def attach_outside(self) -> None:
        """Give the lab a way out to the package mirrors (slirp4netns; the host's network is not touched)."""
        if self._outside is not None:
            return
        ready_r, ready_w = os.pipe()
        self._outside = subprocess.Popen(
            ["slirp4netns", "--configure", "--mtu=65520", "--disable-host-loopback", f"--ready-fd={ready_w}",
             "--exit-fd=0", str(self.pid), "tap0"],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, pass_fds=[ready_w],
            start_new_session=True, env={"PATH": os.environ.get("PATH", os.defpath), "LAB": lab_id()},
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
        peer = cast(BubblewrapLab, other)
        names = [f"sl{os.getpid()}{uuid.uuid4().hex[:4]}" for _ in range(2)]
        commands = [
            ["ip", "link", "add", names[0], "type", "veth", "peer", "name", names[1]],
            ["ip", "link", "set", names[0], "netns", str(self.pid), "name", "eth0"],
            ["ip", "link", "set", names[1], "netns", str(peer.pid), "name", "eth0"],
        ]
        for command in commands:
            done = subprocess.run(command, capture_output=True, text=True)
            if done.returncode != 0:
                subprocess.run(["ip", "link", "del", names[0]], capture_output=True)
                raise LabError(f"two labs could not be joined: {done.stderr.strip()}")
        for lab, address in ((self, own_address), (peer, other_address)):
            lab.run(["sh", "-c", f"ip addr add {address} dev eth0 && ip link set eth0 up"])
            lab._linked = True

    def reset(self) -> bool:
        """Remove all that a scenario left; True only when the lab is proven to be as it was when it started."""
        if not self.alive or self._linked:
            return False
        try:
            self.detach_outside()
            self._pack.clean(self, self._base)
            self.run(["sh", "-c", TIDY])
            return fingerprint(self, self._pack) == self._fingerprint
        except LabError:
            return False

    def stop(self) -> None:
        """End every process in the lab and leave nothing behind."""
        with self._lock:
            outside, self._outside = self._outside, None
            if outside is not None:
                outside.terminate()
                outside.wait()
                if outside.stdin:
                    outside.stdin.close()
            if self._client is not None:
                self._client.close()
            if self._process.stdin and not self._process.stdin.closed:
                self._process.stdin.close()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                # The lifeline was not heard: the first process of the PID namespace takes all with it.
                if (pid := getattr(self, "pid", None)) is not None:
                    subprocess.run(["kill", "-KILL", str(pid)], capture_output=True)
                self._process.wait(10)


@dataclass(frozen=True)
class Bubblewrap:
    """The provider of bubblewrap labs for ``pack``. ``say`` gets a line for each slow thing that is built."""

    pack: Equipment
    say: Say = print

    def problem(self) -> LabUnavailable | None:
        """Why no lab can run here; ``None`` where labs can."""
        if sys.platform != "linux":
            return LabUnavailable("labs need Linux", hint="build in recorded mode: SNIPPETLAB_MODE=recorded make site")
        if os.geteuid() != 0:
            return LabUnavailable(
                "labs need root (they mount file systems and make network namespaces)",
                hint="run as root, or build in recorded mode: SNIPPETLAB_MODE=recorded make site",
            )
        missing = [tool for tool in TOOLS if shutil.which(tool) is None]
        if missing:
            return LabUnavailable(
                f"not installed: {', '.join(missing)}",
                hint="apt-get install bubblewrap slirp4netns mmdebstrap iproute2 util-linux (`make setup` does it)",
            )
        probe = subprocess.run(
            ["unshare", "--mount", "--net", "--propagation", "private", "sh", "-c",
             "mount -t tmpfs none /mnt && ip link add name sl0 type bridge"],
            capture_output=True, text=True,
        )  # fmt: skip
        if probe.returncode != 0:
            return LabUnavailable(
                f"this machine refuses mounts or network namespaces: {probe.stderr.strip()}",
                hint="a container without --privileged cannot run labs; use SNIPPETLAB_MODE=recorded there",
            )
        return None

    def start(self, spec: LabSpec) -> BubblewrapLab:
        """Start a lab that is ready for use. Raises LabError."""
        return self._start(spec, self._base(spec))

    def identity(self, spec: LabSpec) -> str:
        """A digest over the lab image and the base images of ``spec``; builds them where needed."""
        return self._base(spec).identity

    def _base(self, spec: LabSpec) -> LabBase:
        return self.pack.base(spec, self._start, self.say)

    def _start(self, spec: LabSpec, base: LabBase) -> BubblewrapLab:
        return BubblewrapLab(spec, base, self.pack)


def _writing(files: Sequence[tuple[str, str]]) -> str:
    """Shell text that writes files, with the folders that lead to them."""
    return "".join(
        f"mkdir -p {shlex.quote(str(Path(path).parent))}; printf %s {shlex.quote(text)} > {shlex.quote(path)}\n"
        for path, text in files
    )
