"""Which docker commands and flags a piece of shell holds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from snippetlab.shellgrammar import parse, simple_commands

# Words that are followed by a command of their own.
GROUPS = frozenset(
    [
        "builder",
        "buildx",
        "compose",
        "config",
        "container",
        "context",
        "image",
        "manifest",
        "network",
        "node",
        "plugin",
        "secret",
        "service",
        "stack",
        "swarm",
        "system",
        "trust",
        "volume",
    ]
)
# After the image's name, these take a command whose flags are not docker's.
TAKES_COMMAND = frozenset({"run", "create", "exec", "container run", "container create", "container exec"})
TAKES_COMMAND |= {"compose run", "compose exec", "service create"}
GLOBAL_SWITCHES = frozenset({"-D", "--debug", "--tls", "--tlsverify", "-v", "--version", "--help"})
SWITCHES = frozenset(
    [
        "-d",
        "--detach",
        "-i",
        "--interactive",
        "-t",
        "--tty",
        "--rm",
        "--privileged",
        "--init",
        "--read-only",
        "-P",
        "--publish-all",
        "--no-healthcheck",
        "-q",
        "--quiet",
        "--oom-kill-disable",
        "--sig-proxy",
        "--disable-content-trust",
        "-T",
        "--no-TTY",
        "--no-deps",
        "--service-ports",
        "--build",
        "--help",
        "--with-registry-auth",
        "--no-resolve-image",
    ]
)


# What may stand before a command: programs that start another one, their options, durations and assignments.
_LEADS = re.compile(
    r"\w+=.*|-.*|[\d.]+[smh]?|time|exec|command|sudo|env|nohup|nice|setsid|timeout"
    r"|xargs|watch|script"
)


@dataclass(frozen=True)
class Use:
    """One use of a docker command: ``network create`` with its flags, as they were typed."""

    command: str
    flags: tuple[str, ...]


def uses_of(source: str) -> list[Use]:
    """Every docker command in a piece of shell, in order.

    Looks into pipes, lists, loops, substitutions and behind words such as
    ``timeout 2`` and ``sudo``. Text in quotes is not searched.
    """
    found: list[Use] = []
    for command in simple_commands(parse(source)):
        words = [word.source if word.text is None else word.text for word in command.words]
        index = words.index("docker") if "docker" in words else -1
        # In `service docker restart` and `usermod -aG docker ann` it is no command.
        if index >= 0 and all(map(_LEADS.fullmatch, words[:index])):
            found += _use(words[index + 1 :])
    return found


def _use(words: Sequence[str]) -> list[Use]:
    rest = list(words)
    flags: list[str] = []
    while rest and rest[0].startswith("-"):
        word = rest.pop(0)
        flags.append(_name(word))
        if "=" not in word and word not in GLOBAL_SWITCHES and rest:
            rest.pop(0)
    if not rest or not re.fullmatch(r"[a-z][a-z-]*", rest[0]):
        return [Use("", tuple(flags))] if flags else []
    command = rest.pop(0)
    if command in GROUPS:
        while rest and rest[0].startswith("-"):
            word = rest.pop(0)
            flags.append(_name(word))
            if "=" not in word and word not in SWITCHES and rest:
                rest.pop(0)
        if rest and re.fullmatch(r"[a-z][a-z-]*", rest[0]):
            command = f"{command} {rest.pop(0)}"
    stops = command in TAKES_COMMAND
    while rest:
        word = rest.pop(0)
        if word.startswith("-") and len(word) > 1 and word != "--":
            flags += _split(word)
            if stops and "=" not in word and not _is_switch(word) and rest:
                rest.pop(0)
        elif stops:
            break
    return [Use(command, tuple(dict.fromkeys(flags)))]


def _name(word: str) -> str:
    return word.partition("=")[0]


def _is_switch(word: str) -> bool:
    if word.startswith("--"):
        return word in SWITCHES
    return all(f"-{letter}" in SWITCHES for letter in word[1:])


def _split(word: str) -> list[str]:
    """``-it`` is two flags, ``--restart=always`` one without its value, ``-p8080:80`` is ``-p``."""
    if word.startswith("--"):
        return [_name(word)]
    if len(word) > 2 and word[1:].isalpha() and _is_switch(word):
        return [f"-{letter}" for letter in word[1:]]
    if len(word) > 2 and word[1:].isalpha() and word[1:].islower() and len(word) <= 4:
        return [f"-{letter}" for letter in word[1:]]
    return [word[:2]]
