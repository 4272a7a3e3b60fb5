"""The first program of a lab that is a container: what bubblewrap and its keeper do for other labs, done from inside.

The environment variable ``LAB`` holds a JSON object: ``name`` (of the host), ``disks`` and ``shared`` (paths),
``stock`` (where what they begin with can be read; empty for nothing), ``disk`` (bytes that files may take), ``start``
(shell text) and ``resolv`` (the text of resolv.conf). Standard output gets ``started`` when the lab is ready, and
then ``met`` or ``fine`` for each line that standard input brings: whether the lab has met its limit of memory.
Standard input is the lifeline, too: the lab ends when it closes, and that is when its owner ends, however it ends.
"""

import ctypes
import json
import os
import select
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import boundary  # noqa: E402
from keeper import cgroups, devices  # noqa: E402
from memory_watch import MemoryWatch  # noqa: E402

STOCK = "/srv"  # where the engine shows the stock until the lab has taken it
_DISK = "/mnt"
_ROOT = f"{_DISK}/root"
_DEVICES = {"null": (1, 3), "zero": (1, 5), "full": (1, 7), "random": (1, 8), "urandom": (1, 9), "tty": (5, 0)}
_LINKS = {
    "fd": "/proc/self/fd",
    "stdin": "/proc/self/fd/0",
    "stdout": "/proc/self/fd/1",
    "stderr": "/proc/self/fd/2",
    "core": "/proc/kcore",
    "ptmx": "pts/ptmx",
}
_NEW_CGROUPS = 0x02000000  # CLONE_NEWCGROUP
_CAPABILITIES_3 = 0x20080522  # _LINUX_CAPABILITY_VERSION_3
_LIBC = ctypes.CDLL(None, use_errno=True)
_STARTED = "\necho >&3; exec 3>&-\n"


def main() -> None:
    """Be the first process: prepare, start, answer, and bury what nobody else buries."""
    lab = json.loads(os.environ.pop("LAB"))
    os.umask(0o022)
    hierarchies = _hierarchies()
    watch = MemoryWatch(*_memory(hierarchies))
    _own_cgroups(hierarchies)
    _run("umount", "-l", "-R", "/sys")
    boundary.give_up_rights()
    _devices()
    _files(lab)
    bell, ringer = os.pipe()
    os.set_blocking(ringer, False)
    signal.set_wakeup_fd(ringer)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    # Without a handler, the first process of a machine does not hear what its own processes send it.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    started, starting = os.pipe()
    lifeline, held = os.pipe()
    first = _start(lab["start"], hierarchies, starting, lifeline)
    _give_up_capabilities()
    _serve(first, started, bell, watch)
    os.close(held)


def _serve(first: int, started: int, bell: int, watch: MemoryWatch) -> None:
    waiting = [0, started, bell]
    while True:
        ready, _, _ = select.select(waiting, [], [])
        if bell in ready:
            os.read(bell, 4096)
            if _bury(first):
                sys.exit(1)
        if started in ready:
            waiting.remove(started)
            _tell(b"started\n" if os.read(started, 1) else b"failed\n")
        if 0 in ready:
            asked = os.read(0, 4096)
            if not asked:
                return
            _tell((b"met\n" if watch.met else b"fine\n") * asked.count(b"\n"))


def _tell(line: bytes) -> None:
    with suppress(BrokenPipeError):
        os.write(1, line)


def _bury(first: int) -> bool:
    """Take in the ends of processes; true when the first one of the lab is among them."""
    with suppress(ChildProcessError):
        while found := os.waitpid(-1, os.WNOHANG)[0]:
            if found == first:
                return True
    return False


def _start(start: str, hierarchies: list[str], starting: int, lifeline: int) -> int:
    environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "TZ": "UTC", "CONTROLLERS": " ".join(hierarchies)}
    environment["START"] = "{\n" + start + "\n:; } 3>&-" + _STARTED
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "init.sh")
    # What it prints is told by the engine as the lab's standard error.
    streams = [(lifeline, 0), (2, 1), (starting, 3)]
    first = os.posix_spawn(
        "/bin/sh",
        ["sh", script],
        environment,
        file_actions=[(os.POSIX_SPAWN_DUP2, ours, its) for ours, its in streams],
    )
    os.close(starting)
    os.close(lifeline)
    return first


def _hierarchies() -> list[str]:
    """The hierarchies of cgroups version 1 by name; none is version 2, which is made ready to be handed on."""
    root = cgroups.ROOT
    if (root / "cgroup.controllers").exists():
        cgroups.own(root)
        devices.attach(str(root))
        return []
    names = cgroups.Version1(root, "").names
    cgroups.refuse_without({word for name in names for word in name.split(",")}, cgroups.NEEDED_1)
    for rule in devices.VERSION_1_RULES:
        (root / "devices" / "devices.deny").write_text(rule)
    return list(names)


def _own_cgroups(hierarchies: list[str]) -> None:
    """Go one level down and see that as the root: so nothing inside can lift the limits of the container."""
    for top in [cgroups.ROOT / name for name in hierarchies] or [cgroups.ROOT]:
        lab = top / "lab"
        lab.mkdir()
        if "cpuset" in top.name.split(","):
            cgroups.inherit(top, lab)
        (lab / "cgroup.procs").write_text("0")
    if _LIBC.unshare(_NEW_CGROUPS) != 0:
        raise OSError(ctypes.get_errno(), "no namespace of cgroups")
    if not hierarchies:
        # A cgroup that hands controllers on holds no process.
        (cgroups.ROOT / "lab" / "init").mkdir()
        (cgroups.ROOT / "lab" / "init" / "cgroup.procs").write_text("0")
        cgroups.own(cgroups.ROOT / "lab")


def _memory(hierarchies: list[str]) -> tuple[Path, int]:
    if not hierarchies:
        return cgroups.ROOT, 2
    return cgroups.ROOT / next(name for name in hierarchies if "memory" in name.split(",")), 1


def _devices() -> None:
    """The usual devices instead of all that the machine has."""
    _run("umount", "-l", "-R", "/dev")
    _run("mount", "-t", "tmpfs", "-o", "nosuid,mode=755", "tmpfs", "/dev")
    for name, (major, minor) in _DEVICES.items():
        os.mknod(f"/dev/{name}", 0o020666, os.makedev(major, minor))
        os.chmod(f"/dev/{name}", 0o666)
    for name, target in _LINKS.items():
        os.symlink(target, f"/dev/{name}")
    os.mkdir("/dev/shm")
    os.chmod("/dev/shm", 0o755)
    os.mkdir("/dev/pts")
    _run("mount", "-t", "devpts", "-o", "nosuid,noexec,newinstance,ptmxmode=0666,mode=620", "devpts", "/dev/pts")


def _give_up_capabilities() -> None:
    """Keep no capability, as the first process of other labs: what may be seen of it depends on what it may do."""
    header = (ctypes.c_uint32 * 2)(_CAPABILITIES_3, 0)
    if _LIBC.capset(header, (ctypes.c_uint32 * 6)()) != 0:
        raise OSError(ctypes.get_errno(), "capabilities cannot be given up")


def _files(lab: dict) -> None:
    """Go over to a root of the lab's own: what it writes counts as memory, and the engine's disk gets nothing of it."""
    size = f"size={lab['disk']}"
    _run("mount", "-t", "tmpfs", "-o", f"{size},mode=755", "tmpfs", _DISK)
    for name in ("upper", "work", "root"):
        Path(f"{_DISK}/{name}").mkdir(0o755)
    layers = f"lowerdir=/,upperdir={_DISK}/upper,workdir={_DISK}/work"
    _run("mount", "-t", "overlay", "-o", layers, "overlay", _ROOT)
    _texts(lab)
    for path, mode in (("/run", "755"), ("/tmp", "1777")):
        _run("mount", "-t", "tmpfs", "-o", f"nosuid,nodev,{size},mode={mode}", "tmpfs", _ROOT + path)
    for number, path in enumerate(lab["disks"]):
        folder = Path(f"{_DISK}/disk{number}")
        folder.mkdir(0o711)
        if lab["stock"]:
            _run("cp", "-a", f"{lab['stock']}/{Path(path).name}/.", str(folder))
        _bind(str(folder), path)
    for path in lab["shared"]:
        _bind(f"{lab['stock']}/{Path(path).name}", path)
        _run("mount", "-o", "remount,bind,ro", _ROOT + path)
    for path in ("/dev", "/proc", *(() if lab["stock"] else (STOCK,))):
        if os.path.ismount(path):
            _run("mount", "--move", path, _ROOT + path)
    os.chdir(_ROOT)
    _run("pivot_root", ".", _DISK.lstrip("/"))
    os.chdir("/")
    _run("umount", "-l", "-R", _DISK)


def _texts(lab: dict) -> None:
    etc = Path(_ROOT, "etc")
    texts = {
        "resolv.conf": lab["resolv"],
        "hosts": f"127.0.0.1\tlocalhost\n127.0.1.1\t{lab['name']}\n",
        "hostname": f"{lab['name']}\n",
    }
    for name, text in texts.items():
        (etc / name).write_text(text)
        (etc / name).chmod(0o644)
    Path(_ROOT, ".dockerenv").unlink(missing_ok=True)


def _bind(source: str, path: str) -> None:
    Path(_ROOT + path).mkdir(parents=True, exist_ok=True)
    _run("mount", "--bind", source, _ROOT + path)


def _run(*words: str) -> None:
    subprocess.run(words, check=True, stdin=subprocess.DEVNULL, stdout=2)


if __name__ == "__main__":
    try:
        main()
    except (OSError, cgroups.Refused) as error:
        sys.exit(f"{error}")
    except subprocess.CalledProcessError as error:
        sys.exit(f"`{' '.join(error.cmd)}` ended with {error.returncode}")  # it has said why
