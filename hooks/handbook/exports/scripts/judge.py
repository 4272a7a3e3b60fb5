"""Which scenarios a reader's machine can run: those that reach nothing beyond docker and their own folder."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence
from itertools import pairwise

from snippetlab.model import Block, Command, Scenario

# What only reads, or works on files that it is told of (see `_WRITERS`), on itself, or in its own shell.
# fmt: off
_HARMLESS = frozenset([
    "[", "[[", "awk", "base64", "cat", "cd", "chmod", "cp", "curl", "cut", "date", "diff", "docker", "docker-compose",
    "done", "echo", "export", "false", "fi", "find", "for", "grep", "head", "hostname", "id", "jq",
    "ls", "mkdir", "mv", "nc", "nslookup", "od", "openssl", "ping", "printf", "ps", "pwd", "python3", "readlink",
    "rm", "sed", "seq", "sha256sum", "sleep", "sort", "ss", "stat", "tail", "tar", "tee", "test", "touch", "tr", "true",
    "uname", "uniq", "unset", "wait", "wc", "wget", "xargs",
])
# fmt: on
_WRITERS = frozenset(["chmod", "cp", "mkdir", "mv", "rm", "sed", "tar", "tee", "touch"])
_KEYWORDS = frozenset(["!", "{", "}", "do", "elif", "else", "if", "then", "time", "until", "while"])
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=")
# Relative paths, and the home of the lab, for which a script has its own folder.
_OWN_FILES = re.compile(r"(?![/~])|/root(/|$)|~(/|$)|/dev/(null|stdout|stderr)$")
_SOCKETS = re.compile(r"/(var/)?run/docker\.sock$")
_PYTHON_REACHES = re.compile(r"\bos\.(kill|system)\(|\bsubprocess\b")
_REASONS = {
    "apt-get": "installs packages",
    "dockerd": "works on the engine itself",
    "ip": "changes the machine's network",
    "iptables": "changes the machine's firewall",
    "kill": "ends a process of the machine",
    "killall": "ends processes of the machine",
    "mount": "mounts file systems",
    "nsenter": "enters the machine's namespaces",
    "pkill": "ends processes of the machine",
    "service": "starts and stops the engine",
    "su": "works as another user of the machine",
    "systemctl": "starts and stops the engine",
    "umount": "mounts file systems",
    "useradd": "changes the machine's users",
    "usermod": "changes the machine's users",
}
# Forms of these commands that only read.
_READING = {
    "apt-key": re.compile(r"list$"),
    "dockerd": re.compile(r"--(help|version)\b"),
    "ip": re.compile(r"(?!.*\b(add|append|change|del|delete|exec|flush|replace|set)\b)"),
    "iptables": re.compile(r"(-t \w+ |-[nvx]+ )*(-[nvx]*[SL][nvx]*|--list(-rules)?)\b"),
    "mount": re.compile(r"(-l)?( ?-t [\w.,]+)?$"),
    "service": re.compile(r"\S+ status$"),
    "systemctl": re.compile(r"(--\S+ )*(status|show|cat|is-active|is-enabled|list-\S+)\b"),
}


def why_left_out(scenario: Scenario) -> str | None:
    """What keeps a scenario from running on a reader's machine; None when nothing does."""
    if scenario.nodes:
        return "needs a second machine"
    if scenario.daemon:
        return "needs an engine that is configured for it"
    jobs: set[str] = set()
    for block in (b for s in scenario.steps for b in s.blocks if b.exempt is None and b.engine is None):
        if reason := _block_reaches(block, jobs):
            return reason
    return None


def _block_reaches(block: Block, jobs: set[str]) -> str | None:
    if block.kind == "file" and not _OWN_FILES.match(block.option("file") or ""):
        return f"writes {block.option('file')}"
    for command in block.commands:
        if block.kind == "pycon":
            reason = "works on the machine itself" if _PYTHON_REACHES.search(command.source) else None
        else:
            reason = command_reaches(command, jobs)
        if reason:
            return f"{reason} (`{command.source.splitlines()[0]}`)"
    return None


def command_reaches(command: Command, jobs: set[str]) -> str | None:
    """What a shell command does to the machine beyond docker and its own folder; None when it does nothing.

    ``jobs`` names the variables that hold process ids of the scenario's own
    background jobs; it grows by those that this command sets.
    """
    jobs |= set(re.findall(r"\b(\w+)=\$!", command.source))
    # A word that no machine knows, as recorded, does nothing.
    return None if command.exit_code == 127 else _source_reaches(command.source, jobs)


def _source_reaches(source: str, jobs: set[str]) -> str | None:
    # From the inside out: what a substitution gives is a word like any other.
    while inner := re.search(r"\$\(([^()]*)\)", source):
        if reason := _source_reaches(inner[1], jobs):
            return reason
        source = source.replace(inner[0], "substituted")
    try:
        found = list(_simple_commands(source))
    except ValueError:
        return "holds a command that cannot be read"
    for words, targets in found:
        if any(not _OWN_FILES.match(target) for target in targets):
            return "writes files of the machine"
        if reason := _words_reach(words, jobs):
            return reason
    return None


def _simple_commands(source: str) -> Iterator[tuple[list[str], list[str]]]:
    """The simple commands of a piece of shell: words, and the files that output goes to. Raises ValueError."""
    lexer = shlex.shlex(source.replace("\\\n", " "), posix=True, punctuation_chars="();<>|&\n")
    lexer.whitespace = " \t"
    lexer.whitespace_split = True
    lexer.commenters = ""
    words: list[str] = []
    targets: list[str] = []
    redirected = ""
    for token in lexer:
        punctuation = not token.strip("();<>|&\n")
        if punctuation and token and not re.fullmatch(r"&?[<>]+[&|]?", token):
            yield words, targets
            words, targets, redirected = [], [], ""
        elif punctuation and token:
            redirected = token
        elif redirected:
            # `2>&1` and `< file` write no file.
            if ">" in redirected and not redirected.endswith("&"):
                targets.append(token)
            redirected = ""
        else:
            words.append(token)
    yield words, targets


def _words_reach(words: Sequence[str], jobs: set[str]) -> str | None:
    words = _without_wrappers(words)
    if not words:
        return None
    name, arguments = words[0], list(words[1:])
    line = " ".join(arguments)
    if name in ("docker", "docker-compose"):
        return _docker_reaches(arguments)
    if name in ("bash", "sh") and arguments[:1] == ["-c"]:
        return _source_reaches(arguments[1], jobs)
    if name == "kill" and (processes := [a for a in arguments if not a.startswith("-")]):
        return None if all(_own_job(p, jobs) for p in processes) else _REASONS[name]
    if name in _READING and _READING[name].match(line):
        return None
    if name == "sed":
        # The first argument is an expression, which may begin with a slash.
        arguments = arguments[-1:] if "-i" in arguments else []
    if name in _WRITERS and not all(map(_OWN_FILES.match, arguments)):
        return "writes files of the machine"
    # An unknown command may do anything.
    return None if name in _HARMLESS else _REASONS.get(name, f"runs {name}")


def _without_wrappers(words: Sequence[str]) -> list[str]:
    """A command without keywords, assignments and the likes of ``timeout 2`` before it."""
    left = list(words)
    while left and (left[0] in _KEYWORDS or _ASSIGNMENT.match(left[0])):
        left.pop(0)
    if left and left[0] in ("timeout", "xargs"):
        index = next((i for i, w in enumerate(left) if i and w in _HARMLESS | _REASONS.keys()), None)
        return _without_wrappers(left[index:]) if index else left
    return left


def _own_job(word: str, jobs: set[str]) -> bool:
    name = word.strip("${}")
    return word in ("$!", "${!}") or bool(re.fullmatch(r"%[\w%+-]*", word)) or (word[:1] == "$" and name in jobs)


def _docker_reaches(arguments: Sequence[str]) -> str | None:
    """What a docker command does to the machine: folders that it makes there, and ways back out of a container."""
    if arguments[:1] not in (["run"], ["create"]):
        return None
    if "nsenter" in arguments:
        return _REASONS["nsenter"]
    for option, value in pairwise(arguments):
        source = value.partition(":")[0]
        mounts = option in ("-v", "--volume") and ":" in value and source.startswith("/")
        if mounts and not _OWN_FILES.match(source) and not _SOCKETS.match(source):
            return f"mounts {source} of the machine"
    return None
