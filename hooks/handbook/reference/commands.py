"""The command index: every docker command and flag of the executed steps."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from handbook.library import Library, executed_blocks
from handbook.pages.spots import Spot, link, main_spot

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

# What docker says to a command or flag that it does not have: such typing errors are shown, but are no entries.
_REFUSED = re.compile(
    r"is not a docker command|unknown (shorthand )?flag|unknown command|flag provided but not defined"
)


# What may stand before a command: assignments, the shell's words, programs that start another one, and their
# options and durations.
_LEADS = re.compile(
    r"\w+=.*|-.*|[\d.]+[smh]?|!|until|while|if|elif|then|do|else|time|exec|command|sudo|env|nohup|nice|setsid|timeout"
    r"|xargs|watch|script"
)


@dataclass(frozen=True)
class Use:
    """One use of a docker command: ``network create`` with its flags, as they were typed."""

    command: str
    flags: tuple[str, ...]


def uses_of(source: str) -> list[Use]:
    """Every docker command in a piece of shell, in order.

    Looks into pipes, lists, substitutions and behind words such as ``timeout 2``
    and ``sudo``. Text in quotes is not searched.
    """
    found: list[Use] = []
    for words in _simple_commands(source):
        index = words.index("docker") if "docker" in words else -1
        # In `service docker restart` and `usermod -aG docker ann` it is no command.
        if index >= 0 and all(map(_LEADS.fullmatch, words[:index])):
            found += _use(words[index + 1 :])
    return found


def _simple_commands(source: str) -> list[list[str]]:
    """Shell source as lists of words, cut where a new command can begin. Substitutions inside double quotes too."""
    commands: list[list[str]] = [[]]
    lexer = shlex.shlex(source.replace("\\\n", " "), posix=True, punctuation_chars=";|&()`\n{}<>")
    lexer.whitespace = " \t\r"
    lexer.commenters = ""
    lexer.whitespace_split = True
    try:
        for token in lexer:
            if token and all(c in ";|&()`\n{}" for c in token):
                commands.append([])
            elif token.endswith("$"):
                # `$(`: the parenthesis comes as a token of its own.
                continue
            else:
                commands[-1].append(token)
                if "$(" in token:
                    commands += _simple_commands(token.partition("$(")[2].rpartition(")")[0])
                    commands.append([])
    except ValueError:
        # An unfinished quote: a here-document, say. What was read so far counts.
        pass
    return commands


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
        if word in ("<", ">", ">>", "<<"):
            rest[:1] = []
        elif word.startswith("-") and len(word) > 1 and word != "--":
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


def index_of(library: Library) -> dict[str, dict[str, list[str]]]:
    """Command → flag → ids of the executed steps that use it; the flag ``""`` holds every step of the command."""
    index: dict[str, dict[str, list[str]]] = {}
    for step in library.steps():
        for block in executed_blocks(step):
            if block.kind != "console":
                continue
            for use in (u for c in block.commands if not _REFUSED.search(c.output) for u in uses_of(c.source)):
                flags = index.setdefault(use.command, {})
                for flag in ("", *use.flags):
                    steps = flags.setdefault(flag, [])
                    if step.id not in steps:
                        steps.append(step.id)
    return {command: index[command] for command in sorted(index)}


def command_anchor(command: str) -> str:
    """The id of a command on the index page: ``docker-network-create``."""
    return f"docker-{command.replace(' ', '-')}" if command else "docker"


def commands_page(index: Mapping[str, Mapping[str, Sequence[str]]], spots: Mapping[str, Sequence[Spot]]) -> str:
    """The index as Markdown: a heading for each command, a row for each flag."""
    flags = sum(len(f) - 1 for f in index.values())
    parts = [
        "---\ndescription: Every docker command and flag that a step of this handbook runs, with links.\n"
        "search:\n  boost: 1\n---\n",
        "# Command index\n",
        f"Every docker command and flag that a step of this handbook runs: {len(index)} commands, {flags} flags. "
        "Each link goes to a place where it was executed.\n",
    ]
    for command, by_flag in index.items():
        name = f"docker {command}".strip()
        parts.append(f"## `{name}` {{ #{command_anchor(command)} }}\n")
        parts.append(f'<p class="command-steps">{_links(by_flag[""], spots)}</p>\n')
        named = sorted((f for f in by_flag if f), key=lambda f: f.lstrip("-").lower())
        if named:
            rows = "".join(
                f"<tr><td><code>{escape(flag)}</code></td><td>{_links(by_flag[flag], spots)}</td></tr>"
                for flag in named
            )
            parts.append(
                '<table class="data flags"><thead class="quiet"><tr><th scope="col">Flag</th>'
                f'<th scope="col">Executed in</th></tr></thead><tbody>{rows}</tbody></table>\n'
            )
    return "\n".join(parts)


def _links(step_ids: Iterable[str], spots: Mapping[str, Sequence[Spot]], most: int = 6) -> str:
    """Links named by page; several steps of one page are one name and numbers."""
    by_page: dict[str, list[Spot]] = {}
    for step_id in step_ids:
        spot = main_spot(step_id, spots)
        by_page.setdefault(spot.title, []).append(spot)
    parts = []
    for title, found in by_page.items():
        more = "".join(f" {link(s, str(n))}" for n, s in enumerate(found[1:most], start=2))
        parts.append(link(found[0], title) + more)
    return ", ".join(parts)
