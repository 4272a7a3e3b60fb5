"""What a container may have of the machine: mounts of the script's own folder, capabilities, the host's network.

A container that has none of it may run what it likes. With more in its hands only programs run that are listed here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from snippetlab.shellgrammar import Other, Simple, parse, simple_commands, walk

from handbook.exports.scripts.judge.paths import own_path, resolve, shown
from handbook.exports.scripts.judge.values import CONTROL, HOME, MADE, UNKNOWN, Refused
from handbook.exports.scripts.judge.world import BASE_IMAGES, World

# Capabilities that reach no further than the container's own namespaces, and one that no engine has.
CAPABILITIES = frozenset(
    [
        "AUDIT_WRITE",
        "CHOWN",
        "DAC_OVERRIDE",
        "FOWNER",
        "FSETID",
        "KILL",
        "NET_ADMIN",
        "NET_BIND_SERVICE",
        "NET_RAW",
        "SETFCAP",
        "SETGID",
        "SETPCAP",
        "SETUID",
        "SYS_CHROOT",
        "NETADMIN",
    ]
)
_PATH = r"[\w/.-]+"
# Programs that leave no link and no program in a folder of the script that is mounted.
PLAIN = [
    re.compile(rf"httpd -f( -p \d+)?( -h {_PATH})?"),
    re.compile(rf"(ls|cat|wc|grep|stat)( {_PATH})*"),
    re.compile(r"touch [\w/-]+(\.txt|\.html)?"),
    re.compile(rf"tar cf [\w/-]+\.tar( -C {_PATH})? [\w.-]+"),
    re.compile(r"echo [^>]*( > [\w/-]+\.(txt|html))?"),
    re.compile(r"sleep [\d.]+|true|false|env|id|pwd|ping( [\w.-]+)*"),
    re.compile(rf"wget -qO- http://{_PATH}(:\d+)?/?{_PATH}|exit \d+"),
]
# With all privileges: what changes nothing but the container's own namespaces.
PRIVILEGED = [
    re.compile(r"echo \w+|true|mkdir -p /mnt|hostname( \w+)?|grep CapEff /proc/self/status"),
    re.compile(r"ip link set lo (up|down)|mount -t tmpfs none /mnt"),
    re.compile(r"echo 0 > /proc/sys/net/ipv4/ip_forward"),
]
# On the host's network: what looks, and what fetches from the reader's own machine.
ON_HOST = [
    re.compile(r"ip( -(oneline|brief|family inet))* addr|hostname|true"),
    re.compile(r"wget -q -O ?- http://(localhost|127\.0\.0\.1):\d+/[\w./-]*"),
    re.compile(r"mkdir -p [\w/-]+|tar -xJ -C [\w/-]+"),
]


@dataclass(frozen=True)
class Mount:
    """A mount of an own folder or file; of others there is none."""

    path: str
    writable: bool


@dataclass(frozen=True)
class Container:
    """A container that is to run. ``arguments`` is None where its command cannot be foreseen."""

    image: str
    arguments: tuple[str, ...] | None
    mounts: tuple[Mount, ...] = ()
    privileged: bool = False
    host_network: bool = False
    attended: bool = True  # it ends before the script goes on, and nobody types into it
    altered: bool = False  # its programs may be others than those of its image: by variables, by what is mounted
    bare: bool = True  # it has no option but those that give it its privileges


def judge_container(container: Container, world: World) -> None:
    """Raises Refused where a container has more of the machine than its program is trusted with."""
    base = container.image in BASE_IMAGES and not container.altered
    for mount in container.mounts:
        if mount.writable:
            known = base and container.arguments is not None and runs_only(container.arguments, PLAIN)
            world.share(mount.path, known=known)
    for wanted, table, what in (
        (container.privileged, PRIVILEGED, "has all privileges"),
        (container.host_network, ON_HOST, "is on the machine's network"),
    ):
        trusted = (
            base
            and container.bare
            and container.attended
            and container.arguments
            and runs_only(container.arguments, table)
        )
        if wanted and not trusted:
            raise Refused(f"runs what nobody judged in a container that {what}")
    if container.privileged and container.host_network:
        raise Refused("gives a container all privileges and the machine's network")


def runs_only(arguments: Sequence[str], table: Sequence[re.Pattern[str]]) -> bool:
    """True when a container's command is made of programs in a table, in a shell or without."""
    if any(CONTROL.search(argument) for argument in arguments):
        return False
    if len(arguments) == 3 and arguments[0] in ("sh", "/bin/sh", "bash", "/bin/bash") and arguments[1] == "-c":
        return shell_runs_only(arguments[2], table)
    return not arguments or any(form.fullmatch(" ".join(arguments)) for form in table)


def shell_runs_only(source: str, table: Sequence[re.Pattern[str]]) -> bool:
    """True when every simple command of a piece of shell is in a table."""
    tree = parse(source)
    if any(isinstance(node, Other) for node in walk(tree)):
        return False
    return all(any(form.fullmatch(_line(command)) for form in table) for command in simple_commands(tree))


def _line(command: Simple) -> str:
    """A simple command as a line: words, then the files that it writes. What is expanded is in no table."""
    written = [r for r in command.redirections if r.operator != ">&" and r.target.text != "/dev/null"]
    words = [word.text for word in command.words] + [t for r in written for t in (r.operator, r.target.text)]
    if command.assignments or any(word is None for word in words):
        return "\n"
    return " ".join(word for word in words if word is not None)


# Folders of a container that hold no programs and no settings.
_TARGET = re.compile(r"/(?!(bin|dev|etc|lib\w*|proc|root|run|sbin|sys|usr|var)(/|$))[\w-][\w/-]*")


def is_beside_programs(target: str) -> bool:
    """True when what is mounted there can stand in the place of no program of a container."""
    return bool(_TARGET.fullmatch(target))


def target_of(text: str) -> str:
    """The folder of the container in a value of ``-v`` or ``--mount``."""
    if "=" not in text:
        return text.split(":")[1 if ":" in text else 0]
    fields = dict(part.partition("=")[::2] for part in text.split(","))
    return next((fields[name] for name in ("target", "dst", "destination") if name in fields), "")


def volume(text: str, folders: frozenset[str]) -> list[Mount]:
    """What ``-v`` mounts of the script's own folder. Raises Refused for anything else of the machine."""
    source, colon, rest = text.partition(":")
    target, _, mode = rest.partition(":")
    if not colon:
        return []
    if set(mode.split(",")) - {"", "ro", "rw", "z", "Z", "nocopy"} or not target.startswith("/"):
        raise Refused(f"mounts in a way that nobody judged: {shown(text)}")
    if re.fullmatch(r"[A-Za-z0-9][\w.-]*", source):
        return []
    return [Mount(_own(source, folder), "ro" not in mode.split(",")) for folder in sorted(folders)]


_FIELDS = frozenset(["type", "source", "src", "target", "dst", "destination", "readonly", "ro", "tmpfs-size"])


def mount(text: str, folders: frozenset[str]) -> list[Mount]:
    """What ``--mount`` mounts of the script's own folder. Raises Refused for anything else of the machine."""
    fields = dict(part.partition("=")[::2] for part in text.split(","))
    if '"' in text or fields.keys() - _FIELDS or len(fields) != len(text.split(",")):
        raise Refused(f"mounts in a way that nobody judged: {shown(text)}")
    read_only = any(fields.get(name, "false") in ("", "true", "1") for name in ("readonly", "ro"))
    source = fields.get("source", fields.get("src", ""))
    return mounted(fields.get("type", "volume"), source, folders, read_only=read_only)


def mounted(kind: str, source: str, folders: frozenset[str], *, read_only: bool) -> list[Mount]:
    """What a mount of a kind takes of the script's own folder. Raises Refused for anything else of the machine."""
    if kind in ("image", "tmpfs") or (kind == "volume" and re.fullmatch(r"[\w.-]*", source)):
        return []
    if kind != "bind":
        raise Refused(f"mounts in a way that nobody judged: {shown(kind)}")
    return [Mount(_own(source, folder), not read_only) for folder in sorted(folders)]


def _own(source: str, folder: str) -> str:
    if UNKNOWN in source or MADE in source:
        raise Refused("mounts a path that cannot be foreseen")
    path = resolve(source, folder)
    if not path.startswith(HOME):
        raise Refused(f"mounts {shown(path)} of the machine")
    return own_path(source, folder, below=False)
