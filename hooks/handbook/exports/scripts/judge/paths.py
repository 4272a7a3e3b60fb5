"""The proof that a path lies below the script's own folder, and the few files of the machine that may be read."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable

from handbook.exports.scripts.judge.values import HOME, JOB, MADE, STREAM, UNKNOWN, Refused

# Files of the machine that pages read, and why they hold nothing of the reader's own.
READABLE = [
    (re.compile(r"/(var/)?run/docker\.sock"), "the engine's socket"),
    (
        re.compile(rf"/var/lib/docker/(volumes/[\w{MADE}-]+/_data|containers/{MADE})/[\w.{MADE}-]+"),
        "the engine's files",
    ),
    (re.compile(rf"/proc/([1-9]\d*|{MADE})/(cmdline|status|ns/[a-z]+)"), "what runs"),
    (re.compile(r"/proc/(filesystems|cpuinfo|meminfo|version|sys/[a-z0-9_/]+)"), "the kernel"),
    (re.compile(r"/etc(/(hosts|hostname|os-release|resolv\.conf|passwd|group))?"), "names that every user may read"),
    (re.compile(r"/usr/s?bin(/[\w.-]+)?"), "programs"),
    (re.compile(r"/dev/(null|zero|urandom|stdin)"), "devices that only give"),
]
WRITABLE_DEVICES = frozenset(["/dev/null", "/dev/stdout", "/dev/stderr"])
# Programs read hidden files of a home by themselves (.curlrc, .docker/cli-plugins, .local/lib/python3): only these
# may be made, which nothing reads but docker, and only in a way that is judged.
HIDDEN = frozenset([".dockerignore", ".env"])
SHOWN = frozenset([f"{HOME}/.docker/config.json"])


def resolve(text: str, folder: str) -> str:
    """A path as it is walked from a folder, without ``.`` and ``..``; the script's own begin with `HOME`.

    Raises Refused where the path climbs out of the script's folder or cannot be known.
    """
    if any(sign in text for sign in (UNKNOWN, JOB, STREAM)):
        raise Refused("works on a path that cannot be foreseen")
    whole = text if text.startswith(("/", HOME)) else f"{folder}/{text}"
    if whole.startswith(HOME):
        if whole[1:2] not in ("", "/") or HOME in whole[1:]:
            raise Refused("works on a path that cannot be foreseen")
        depth = 0
        for name in whole[1:].split("/"):
            depth += -1 if name == ".." else name not in ("", ".")
            if depth < 0:
                raise Refused(f"leaves the script's own folder by {shown(text)}")
        return HOME + posixpath.normpath(f"/{whole[1:].lstrip('/')}").rstrip("/")
    if HOME in whole:
        raise Refused("works on a path that cannot be foreseen")
    return posixpath.normpath("/" + whole.lstrip("/"))


def own_path(text: str, folder: str, *, below: bool = True) -> str:
    """A path that may be written: below the script's own folder (or that folder, without ``below``).

    Raises Refused.
    """
    path = resolve(text, folder)
    if not path.startswith(HOME):
        raise Refused(f"writes {shown(path)} of the machine")
    if below and path == HOME:
        raise Refused("works on the script's own folder as a whole")
    names = path.split("/")[1:]
    if any(MADE in name for name in names):
        raise Refused("works on a path that cannot be foreseen")
    for name in names:
        if (name.startswith(".") and name not in HIDDEN) or name.startswith(("-", "~")):
            raise Refused(f"writes {shown(name)}, which programs read by themselves or take for an option")
    return path


def readable_path(text: str, folder: str) -> str:
    """A path that may be read: an own one, or a file of the machine that anybody may see. Raises Refused."""
    if text == STREAM:
        return text
    path = resolve(text, folder)
    if path in SHOWN or any(form.fullmatch(path) for form, _ in READABLE):
        return path
    if not path.startswith(HOME):
        raise Refused(f"reads {shown(path)} of the machine")
    return path if path == HOME else own_path(text, folder)


def lies_in(path: str, folders: Iterable[str]) -> bool:
    """True when a path is one of the folders, or below one."""
    return any(path == folder or path.startswith(f"{folder}/") for folder in folders)


def shown(text: str) -> str:
    """A text of this judge as a person may read it."""
    names = {HOME: "~", MADE: "…", UNKNOWN: "…", JOB: "…", STREAM: "…"}
    return "".join(names.get(sign, sign) for sign in text)
