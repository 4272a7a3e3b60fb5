"""One command with its words: by its table, or by a closer look where a table does not tell enough."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from handbook.exports.scripts.judge.commands_table import (
    COMMANDS,
    CP,
    MV,
    PROGRAMS,
    PYTHON,
    READING,
    REASONS,
    SED,
    TAR,
    TIMEOUT,
    XARGS,
)
from handbook.exports.scripts.judge.docker import judge_compose, judge_docker
from handbook.exports.scripts.judge.kinds import engine_call, judge_word
from handbook.exports.scripts.judge.paths import own_path, readable_path, shown
from handbook.exports.scripts.judge.python import judge_reading
from handbook.exports.scripts.judge.sed import SCRIPT, edited
from handbook.exports.scripts.judge.shapes import Call, take_apart
from handbook.exports.scripts.judge.values import ANY, HOME, UNKNOWN, Argument, Refused, State
from handbook.exports.scripts.judge.world import Surroundings


class Runner(Protocol):
    """What judges the commands that a command is given."""

    def nested(self, source: str, state: State) -> None:
        """A piece of shell, run by a shell of its own. Raises Refused."""


Judge = Callable[[Sequence[Argument], Surroundings, Runner], None]


def judge_command(words: Sequence[Argument], surroundings: Surroundings, runner: Runner) -> None:
    """A command: its name and its words. Raises Refused where it has no known shape."""
    name, rest = words[0].text, words[1:]
    if not re.fullmatch(r"\[|[\w.:/-]+", name):
        raise Refused("runs what cannot be foreseen")
    if name in _CLOSER:
        _CLOSER[name](rest, surroundings, runner)
    elif name in READING:
        line = " ".join(word.text for word in rest)
        # No word may hold a blank: it could hide where the next one begins.
        if not READING[name].fullmatch(line) or any(re.search(r"\s", word.text) for word in rest):
            raise Refused(REASONS.get(name, f"runs {name} in a way that nobody judged"))
        if name == "find":
            judge_word("READ", rest[0], surroundings)
    elif name in COMMANDS:
        _by_table(take_apart(rest, COMMANDS[name]), surroundings)
    else:
        raise Refused(REASONS.get(name, f"runs {shown(name)}"))


def _by_table(call: Call, surroundings: Surroundings) -> None:
    for word, kind in call.kinds():
        judge_word(kind, word, surroundings)


def _copy(words: Sequence[Argument], surroundings: Surroundings, runner: Runner) -> None:
    _transfer(take_apart(words, CP), surroundings)


def _move(words: Sequence[Argument], surroundings: Surroundings, runner: Runner) -> None:
    call = take_apart(words, MV)
    for word, _ in call.operands[:-1]:
        judge_word("OWN", word, surroundings)
    _transfer(call, surroundings)


def _transfer(call: Call, surroundings: Surroundings) -> None:
    *sources, target = [word for word, _ in call.operands] or [Argument(ANY)]
    for source in sources:
        for text in sorted(source.texts):
            for folder in sorted(surroundings.state.folders):
                path = readable_path(text, folder)
                if not path.startswith(HOME) and call.has("-r", "-R", "-a"):
                    raise Refused(f"copies what lies in {shown(path)}, links too")
                for name in sorted(target.texts):
                    surroundings.world.copy(text, name, folder)
        if source.pattern:
            surroundings.world.moved = True


def _curl(words: Sequence[Argument], surroundings: Surroundings, runner: Runner) -> None:
    call = take_apart(words, COMMANDS["curl"])
    if not call.has("--unix-socket"):
        _by_table(call, surroundings)
        if call.has("-X", "-d"):
            raise Refused("changes something by way of a server that nobody judged")
        return
    for word, kind in call.kinds():
        if kind != "URL":
            judge_word(kind, word, surroundings)
    body, method = call.value("-d"), call.value("-X")
    for word, _ in call.operands:
        asked = method.text if method else "POST" if body else "GET"
        engine_call(asked, word.text, body.text if body else "")


def _nc(words: Sequence[Argument], surroundings: Surroundings, runner: Runner) -> None:
    call = take_apart(words, COMMANDS["nc"])
    _by_table(call, surroundings)
    if not call.has("-l", "-U"):
        raise Refused("talks to a server that nobody judged")
    if call.has("-U"):
        asked = re.fullmatch(r"(GET) (/[\w./?=&-]*) HTTP/1\.[01](\r?\n)+", surroundings.feed or "")
        if not asked:
            raise Refused("makes a call of the engine's API that nobody judged")
        engine_call(asked[1], f"http://localhost{asked[2]}", "")


def _grep(words: Sequence[Argument], surroundings: Surroundings, runner: Runner) -> None:
    call = take_apart(words, COMMANDS["grep"])
    files = [word for word, _ in call.operands]
    for file in files if call.has("-e") else files[1:]:
        judge_word("READ", file, surroundings)


def _sed(words: Sequence[Argument], surroundings: Surroundings, runner: Runner) -> None:
    call = take_apart(words, SED)
    files = [word for word, _ in call.operands]
    scripts = [value for name, value, _ in call.options if name == "-e" and value]
    if not scripts:
        scripts, files = files[:1], files[1:]
    for script in scripts:
        judge_word("SED", script, surroundings)
    if not call.has("-i"):
        for file in files:
            judge_word("READ", file, surroundings)
        return
    world, folders = surroundings.world, sorted(surroundings.state.folders)
    texts = [script.text for script in scripts]
    sure = len(files) == len(folders) == 1 and not call.has("-n", "-E", "-r") and not files[0].pattern
    for file in files:
        for folder in folders:
            path = world.write(file.text, folder, None) if not sure else readable_path(file.text, folder)
            text = world.files.get(path) if sure else None
            world.write(file.text, folder, edited(texts, text) if all(map(SCRIPT.fullmatch, texts)) else None)


def _tar(words: Sequence[Argument], surroundings: Surroundings, runner: Runner) -> None:
    # The old way to write options has no dash.
    first = words[0].text if words else ""
    if re.fullmatch(r"[a-zA-Z]+", first):
        words = [Argument(frozenset([f"-{first}"])), *words[1:]]
    call = take_apart(words, TAR)
    file = call.value("-f")
    if file is None or call.has("-c") == call.has("-t"):
        raise Refused("packs in a way that nobody judged")
    judge_word("OWN" if call.has("-c") else "READ", file, surroundings)
    folders = call.value("-C")
    if folders is None:
        _by_table(Call((), call.operands), surroundings)
        return
    judge_word("READOWN", folders, surroundings)
    for word, _ in call.operands:
        for inner in sorted(folders.texts):
            below = frozenset(surroundings.world.enter(inner, folder) for folder in surroundings.state.folders)
            judge_word("READOWN", word, Surroundings(surroundings.world, State(below)))


def _timeout(words: Sequence[Argument], surroundings: Surroundings, runner: Runner) -> None:
    call = take_apart(words, TIMEOUT)
    if call.rest:
        if call.rest[0].text == "cd":
            raise Refused("moves in a way that nobody judged")
        judge_command(call.rest, surroundings, runner)


def _xargs(words: Sequence[Argument], surroundings: Surroundings, runner: Runner) -> None:
    call = take_apart(words, XARGS)
    command = [*(word for word, _ in call.operands), *call.rest] or [Argument(frozenset(["echo"]))]
    judge_command([*command, Argument(ANY, many=True)], surroundings, runner)


def _shell(words: Sequence[Argument], surroundings: Surroundings, runner: Runner) -> None:
    if len(words) != 2 or words[0].text != "-c" or UNKNOWN in words[1].text or words[1].pattern:
        raise Refused("runs what cannot be foreseen")
    if re.search(r"[\x00-\x04]", words[1].text):
        raise Refused("runs what cannot be foreseen")
    runner.nested(words[1].text, surroundings.state)


def _python(words: Sequence[Argument], surroundings: Surroundings, runner: Runner) -> None:
    texts = [word.text for word in words]
    if len(texts) == 1 and re.fullmatch(r"[\w-]*-[\w-]*\.py", texts[0]) and not words[0].pattern:
        # A name with a dash is that of no module.
        paths = {own_path(texts[0], folder) for folder in surroundings.state.folders}
        if any(
            hashlib.sha256((surroundings.world.files.get(p) or "").encode()).hexdigest() not in PROGRAMS for p in paths
        ):
            raise Refused("runs a program of the page's own")
        surroundings.world.starts_python(paths)
        return
    surroundings.world.starts_python()
    if texts[:1] == ["-c"] and len(texts) == 2:
        judge_reading(texts[1])
    elif texts[:1] == ["-m"] and len(texts) > 1 and texts[1] in PYTHON:
        _by_table(take_apart(words[2:], PYTHON[texts[1]]), surroundings)
        surroundings.world.starts_python()
    else:
        raise Refused("runs a program in Python that nobody judged")


def _test(words: Sequence[Argument], surroundings: Surroundings, runner: Runner) -> None:
    for word in words:
        if word.text in ("-v", "-R"):
            raise Refused("tests in a way that nobody judged")


def _docker(words: Sequence[Argument], surroundings: Surroundings, runner: Runner) -> None:
    judge_docker(words, surroundings)


def _compose(words: Sequence[Argument], surroundings: Surroundings, runner: Runner) -> None:
    judge_compose(words, surroundings)


def _wget(words: Sequence[Argument], surroundings: Surroundings, runner: Runner) -> None:
    call = take_apart(words, COMMANDS["wget"])
    _by_table(call, surroundings)
    if not call.has("-O"):
        raise Refused("writes a file with a name that another machine gives")


_CLOSER: Mapping[str, Judge] = {
    "[": _test,
    "test": _test,
    "bash": _shell,
    "cp": _copy,
    "curl": _curl,
    "docker": _docker,
    "docker-compose": _compose,
    "grep": _grep,
    "mv": _move,
    "nc": _nc,
    "python3": _python,
    "sed": _sed,
    "sh": _shell,
    "tar": _tar,
    "timeout": _timeout,
    "wget": _wget,
    "xargs": _xargs,
}
