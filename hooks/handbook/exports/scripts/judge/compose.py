"""Compose files: the keys that a script's file may have, and what its services get of the machine."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from snippetlab.errors import ScenarioError
from snippetlab.shellgrammar import Simple, parse
from snippetlab.yaml import refuse_bombs

from handbook.exports.scripts.judge.container import (
    PLAIN,
    Container,
    Mount,
    is_beside_programs,
    judge_container,
    mounted,
    runs_only,
    target_of,
    volume,
)
from handbook.exports.scripts.judge.paths import own_path, shown
from handbook.exports.scripts.judge.values import CONTROL, Refused
from handbook.exports.scripts.judge.world import World

_TOP = frozenset(["name", "networks", "services", "version", "volumes"])
# What a service may say without a closer look.
_HARMLESS = frozenset(
    [
        "attach",
        "command",
        "container_name",
        "cpus",
        "depends_on",
        "deploy",
        "entrypoint",
        "environment",
        "expose",
        "extra_hosts",
        "healthcheck",
        "hostname",
        "image",
        "init",
        "labels",
        "links",
        "mem_limit",
        "networks",
        "platform",
        "ports",
        "profiles",
        "pull_policy",
        "read_only",
        "restart",
        "scale",
        "stdin_open",
        "stop_grace_period",
        "stop_signal",
        "tmpfs",
        "tty",
        "user",
        "working_dir",
    ]
)
_BUILD = frozenset(["args", "context", "dockerfile", "labels", "target"])
_NETWORK = frozenset(["attachable", "driver", "internal", "ipam", "labels", "name"])
_VOLUME = frozenset(["labels", "name"])
_DEPLOY = frozenset(["mode", "replicas", "resources", "restart_policy", "update_config", "rollback_config"])
# A file that is no YAML is refused by Compose; to be sure, each line must be of a form that could do no harm.
_LINE = re.compile(r"[\t ]*(-[\t ]+)?([^\W_]+:)?[\t ]*([^\W_]+|\"\d+:\d+\"|\.:/[a-z]+)?", re.UNICODE)


def judge_file(text: str, folder: str, world: World) -> None:
    """A Compose file that is used with ``folder`` as the project's. Raises Refused."""
    if CONTROL.search(text):
        raise Refused("has a Compose file with signs that nobody can see")
    try:
        refuse_bombs(text, Path("compose.yaml"), 1)
        document = YAML(typ="safe", pure=True).load(text)
    except ScenarioError:
        raise Refused("has a Compose file with aliases, or one that is too deep or too long to judge") from None
    except YAMLError:
        document = None
        if not all(_LINE.fullmatch(line) for line in text.split("\n")):
            raise Refused("has a Compose file that is no YAML") from None
    if document is None:
        return
    if not isinstance(document, dict):
        raise Refused("has a Compose file that nobody judged")
    # Long ago, a file held nothing but services.
    services = document.get("services") if document.keys() & {"services", "volumes", "networks"} else document
    if services is not document:
        _only(document, _TOP, "a Compose file")
        for name, known in (("networks", _NETWORK), ("volumes", _VOLUME)):
            for settings in _mapping(document.get(name)).values():
                _only(_mapping(settings), known, name)
                if _mapping(settings).get("driver", "bridge") not in ("bridge", "overlay"):
                    raise Refused("uses a driver of networks that nobody judged")
    for settings in _mapping(services).values():
        _service(_mapping(settings) if isinstance(settings, dict) else {}, folder, world)


def _service(settings: Mapping[str, Any], folder: str, world: World) -> None:
    # Compose has no key with other letters than these, and refuses a file that holds one.
    known = {key: value for key, value in settings.items() if re.fullmatch(r"[\x20-\x7e]+", str(key))}
    if known.keys() != settings.keys() and known.keys() - _HARMLESS - {"volumes"}:
        raise Refused("has a Compose file that nobody judged")
    _only(known, _HARMLESS | {"build", "volumes"}, "a service")
    _only(_mapping(known.get("deploy")), _DEPLOY, "deploy")
    folders = frozenset([folder])
    if "build" in known:
        build = known["build"] if isinstance(known["build"], dict) else {"context": known["build"]}
        _only(build, _BUILD, "build")
        for path in (build.get("context", "."), build.get("dockerfile", ".")):
            own_path(_plain(path), folder, below=False)
    mounts: list[Mount] = []
    targets: list[str] = []
    for entry in known.get("volumes") or []:
        if isinstance(entry, dict):
            _only(entry, frozenset(["read_only", "source", "target", "type"]), "a mount")
            kind, source = _plain(entry.get("type")), _plain(entry.get("source", ""))
            mounts += mounted(kind, source, folders, read_only=entry.get("read_only") is True)
            targets.append(str(entry.get("target")))
        else:
            mounts += volume(_plain(entry), folders)
            targets.append(target_of(_plain(entry)))
    image = "" if "build" in known or "entrypoint" in known else str(known.get("image", ""))
    if not image.isascii():
        # No image has such a name: Compose refuses it.
        return
    world.replaced |= not all(map(is_beside_programs, targets))
    altered = world.replaced or "environment" in known or not _checks_plainly(_mapping(known.get("healthcheck")))
    judge_container(Container(image, _command(known.get("command")), tuple(mounts), altered=altered), world)


def _checks_plainly(healthcheck: Mapping[str, Any]) -> bool:
    """True when a check of a container's health runs only programs that are known."""
    test = healthcheck.get("test")
    if isinstance(test, list) and test[:1] == ["CMD"]:
        return runs_only(tuple(map(str, test[1:])), PLAIN)
    return test is None or (isinstance(test, str) and runs_only(("sh", "-c", test), PLAIN))


def _command(command: object) -> tuple[str, ...] | None:
    if command is None:
        return ()
    if isinstance(command, list):
        return tuple(map(str, command))
    tree = parse(str(command))
    if not isinstance(tree, Simple) or tree.assignments or tree.redirections:
        return None
    words = [word.text for word in tree.words]
    return None if None in words else tuple(word for word in words if word is not None)


def _plain(value: object) -> str:
    """A path or a kind without variables, which could hold anything."""
    if not isinstance(value, str) or "$" in value:
        raise Refused("has a Compose file with a path that cannot be foreseen")
    return value


def _mapping(value: object) -> Mapping[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Refused("has a Compose file that nobody judged")
    return value


def _only(settings: Mapping[str, Any], known: frozenset[str], what: str) -> None:
    for key in settings:
        if key not in known:
            raise Refused(f"has a Compose file that says {shown(str(key))} of {what}, which nobody judged")
