"""The kinds of words that a shape names, and how each is judged. A kind is a function that raises Refused."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping

from handbook.exports.scripts.judge import container
from handbook.exports.scripts.judge.paths import WRITABLE_DEVICES, own_path, shown
from handbook.exports.scripts.judge.sed import SCRIPT
from handbook.exports.scripts.judge.values import JOB, MADE, UNKNOWN, Argument, Refused
from handbook.exports.scripts.judge.world import BASE_IMAGES, Surroundings

Kind = Callable[[str, Surroundings], None]

# Machines that a reader's own engine makes, and the reader's own.
HOST = rf"(localhost|127\.0\.0\.1|172\.(1[6-9]|2\d|3[01])\.\d{{1,3}}\.\d{{1,3}}|{MADE})"
URL = re.compile(rf"http://{HOST}(:(\d+|{MADE}))?(/[\w.{MADE}/?=&%-]*)?")
DOCKER_HOSTS = re.compile(r"unix:///(var/)?run/(docker|nobody)\.sock")


def _each(form: re.Pattern[str], reason: str) -> Kind:
    def judge(text: str, _: Surroundings) -> None:
        if not form.fullmatch(text):
            raise Refused(f"{reason}: {shown(text)}")

    return judge


def _anything(text: str, surroundings: Surroundings) -> None:
    """What is only shown, compared or handed to the engine as a name."""


def _read(text: str, surroundings: Surroundings) -> None:
    if text != "-":
        for folder in surroundings.state.folders:
            surroundings.world.read(text, folder)


def _out(text: str, surroundings: Surroundings) -> None:
    if text not in WRITABLE_DEVICES and text != "-":
        _write(text, surroundings)


def _write(text: str, surroundings: Surroundings) -> None:
    for folder in surroundings.state.folders:
        surroundings.world.write(text, folder)


def _remove(text: str, surroundings: Surroundings) -> None:
    for folder in surroundings.state.folders:
        path = surroundings.world.write(text, folder)
        surroundings.world.remove(path)


def _context(text: str, surroundings: Surroundings) -> None:
    # What docker takes for a place on the internet, though a folder could have such a name.
    if re.match(r"\w+://|git@|github\.com/", text) and not URL.fullmatch(text):
        raise Refused(f"builds from another machine: {shown(text)}")
    if not URL.fullmatch(text):
        _read_own(text, surroundings)


def _read_own(text: str, surroundings: Surroundings) -> None:
    if text != "-":
        for folder in surroundings.state.folders:
            surroundings.world.read(own_path(text, folder, below=False), folder)


def _named_folder(text: str, surroundings: Surroundings) -> None:
    _, equals, path = text.partition("=")
    if not equals:
        raise Refused(f"names a build context that nobody judged: {shown(text)}")
    _context(path, surroundings)


def _secret(text: str, surroundings: Surroundings) -> None:
    fields = dict(part.partition("=")[::2] for part in text.split(","))
    if set(fields) - {"id", "src", "type"} or fields.get("type", "file") != "file" or "src" not in fields:
        raise Refused(f"hands over a secret in a way that nobody judged: {shown(text)}")
    _read_own(fields["src"], surroundings)


def _tag(text: str, surroundings: Surroundings) -> None:
    if UNKNOWN in text or text.removeprefix("docker.io/").removeprefix("library/") in BASE_IMAGES:
        raise Refused(f"gives the name of a base image to another: {shown(text)}")


def _image(text: str, surroundings: Surroundings) -> None:
    if MADE in text or UNKNOWN in text:
        raise Refused("removes images that cannot be foreseen")


def _job(text: str, surroundings: Surroundings) -> None:
    if text != JOB and not re.fullmatch(r"%[0-9%+-]?", text):
        raise Refused("ends a process of the machine")


def _capability(text: str, surroundings: Surroundings) -> None:
    if text not in container.CAPABILITIES:
        raise Refused(f"gives a container the capability {shown(text)}")


# The API's calls that curl may make, and the body of the one that makes a container.
_CALLS = {
    "GET": re.compile(r"http://localhost(/v[\d.]+)?/[\w./?=&-]*"),
    "POST": re.compile(r"http://localhost(/v[\d.]+)?/containers/([\w.-]+/(start|stop|wait|kill)|create\?name=[\w.-]+)"),
    "DELETE": re.compile(r"http://localhost(/v[\d.]+)?/containers/[\w.-]+"),
}
_BODY = frozenset(["Cmd", "Env", "Image", "Labels", "Tty", "User", "WorkingDir"])


def engine_call(method: str, url: str, body: str) -> None:
    """A call of the engine's API by hand. Raises Refused for all but the simplest."""
    if not (form := _CALLS.get(method)) or not form.fullmatch(url):
        raise Refused(f"makes a call of the engine's API that nobody judged: {shown(f'{method} {url}')}")
    try:
        given = json.loads(body or "{}")
    except ValueError:
        given = None
    if not isinstance(given, dict) or given.keys() - _BODY:
        raise Refused("hands the engine's API a body that nobody judged")


KINDS: Mapping[str, Kind] = {
    "TEXT": _anything,
    "READ": _read,
    "OUT": _out,  # where a program writes: an own file, or a device that keeps nothing
    "OWN": _write,
    "REMOVE": _remove,
    "CONTEXT": _context,  # a folder for a build
    "READOWN": _read_own,
    "NAMED": _named_folder,
    "SECRET": _secret,
    "TAG": _tag,
    "IMAGE": _image,
    "JOB": _job,
    "CAP": _capability,
    "SED": _each(SCRIPT, "has a script for sed that nobody judged"),
    "MODE": _each(re.compile(r"[ugoa]*[+-]?[rwxX]+|[0-7]{3}|0[0-7]{3}"), "sets permissions that nobody judged"),
    "URL": _each(URL, "asks a machine that is not the reader's own"),
    "HOST": _each(re.compile(HOST), "talks to a machine that is not the reader's own"),
    "SOCKET": _each(re.compile(r"/(var/)?run/docker\.sock"), "uses a socket that nobody judged"),
    "ENGINE": _each(DOCKER_HOSTS, "uses another engine"),
    "DATE": _each(re.compile(r"\+[^\x01\x02]*"), "sets the date"),
    "FORMAT": _each(re.compile(r"(?!.*%output)[^\x02]*"), "writes what curl learned to a file"),
    "DATA": _each(re.compile(r"(?!@)[^\x02]*"), "sends a file"),
    "SECURITY": _each(
        re.compile(r"no-new-privileges([=:]true)?"), "changes what protects the machine from a container"
    ),
    "DEVICE": _each(re.compile(r"/dev/(null|zero|full|urandom)"), "gives a container a device"),
    "SYSCTL": _each(re.compile(r"net\.[\w.]+=\d+"), "sets what nobody judged in the kernel"),
    "LOGDRIVER": _each(re.compile(r"json-file|local|none"), "sends a container's log to the machine's own"),
    "LOGOPT": _each(re.compile(r"(max-size|max-file|mode|tag|labels|env)=[\w.{}-]+"), "sets an option of logs"),
    "NETDRIVER": _each(re.compile(r"bridge|overlay"), "uses a driver of networks that nobody judged"),
    "VOLDRIVER": _each(re.compile(r"local"), "uses a driver of volumes that nobody judged"),
    "REGISTRY": _each(re.compile(r"localhost:5000"), "logs in at a registry that is not the reader's own"),
    "LOCALREPO": _each(re.compile(r"localhost:5000/[\w./:-]+"), "pushes to a registry that is not the reader's own"),
    "CONTAINERNET": _each(
        re.compile(r"(?!(container|ns):)[\w.-]+|container:[\w.-]+"), "joins a network that nobody judged"
    ),
    "PULL": _each(re.compile(r"never|missing|always"), "pulls in a way that nobody judged"),
}


def judge_word(kind: str, word: Argument, surroundings: Surroundings) -> None:
    """A word of a kind, in each text that it may be. Raises Refused."""
    for text in sorted(word.texts):
        KINDS[kind](text, surroundings)
