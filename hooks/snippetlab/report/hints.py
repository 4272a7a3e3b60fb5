"""Likely slips behind a drift, and how a person mends them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from snippetlab.matching import SIMPLER, TOO_LONG, takes_too_long
from snippetlab.model import Command, Drift, DriftKind, Scenario

_EXIT_LINE = re.compile(r"\[\d{1,3}\]\n?")
_LEFT_OUT = re.compile(r"^\s*(?:\.\.\.|…|\[\.\.\.\]|\[…\]|<snip>|\(\.\.\.\))\s*$", re.MULTILINE)
_CUT_ID = re.compile(r"\b[0-9a-f]{6,}(?:\.\.\.|…)")
_STAND_IN = re.compile(r"^\s*<[a-z][a-z0-9_ -]*>\s*$", re.MULTILINE | re.IGNORECASE)
_TYPED = re.compile(r"^(?:\$\S|\$\t|# |PS> |[\w.-]+@[\w.-]+:\S*[$#] )", re.MULTILINE)
_TRACEBACK = "Traceback (most recent call last):"
_NO_TERMINAL = ("the input device is not a TTY", "not a terminal", "not a tty", "stdin is not a tty")


def hints(drift: Drift, scenario: Scenario | None) -> list[str]:
    """What a person probably wants to do about ``drift``; empty when nothing is plain."""
    command = _command(drift, scenario) if scenario else None
    found = [hint for look in _LOOKS for hint in look(drift, command)]
    return found + _no_network(drift, in_place=scenario is not None and scenario.in_place)


def _command(drift: Drift, scenario: Scenario) -> Command | None:
    for step in scenario.steps:
        for block in step.blocks:
            for command in block.commands:
                if command.place == drift.place:
                    return command
    return None


def _terminal(drift: Drift, _: Command | None) -> Iterator[str]:
    if any(words.lower() in drift.captured.lower() for words in _NO_TERMINAL):
        yield "the command asks for a terminal: write the word tty behind the fence, or leave out -t"


def _job_control(drift: Drift, _: Command | None) -> Iterator[str]:
    if re.search(r"^bash: [fb]g: no job control$", drift.captured, re.MULTILINE):
        yield "the lab's shell has no terminal, and so no job control; a command set -m above switches it on"


def _traceback(drift: Drift, _: Command | None) -> Iterator[str]:
    if drift.recorded.startswith(_TRACEBACK) and not drift.captured.startswith(_TRACEBACK):
        yield "of an exception the last lines are recorded, without the traceback; `snippetlab update` writes them"


def _exit_code(drift: Drift, command: Command | None) -> Iterator[str]:
    recorded = f"[{command.exit_code}]" if command and command.exit_code else ""
    if recorded and drift.captured.rstrip("\n").endswith(recorded):
        yield f"a last line {recorded} is read as an exit code; where it is output, write [0] below it"


def _left_out(drift: Drift, _: Command | None) -> Iterator[str]:
    if found := _LEFT_OUT.search(drift.recorded):
        yield (
            f"the line {found.group().strip()} is compared as it stands; with the setting elision = true a line ... "
            "stands for any lines"
        )
    elif _CUT_ID.search(drift.recorded):
        yield "an id that was cut by hand is compared as it stands; `snippetlab update` records the whole one"
    elif found := _STAND_IN.search(drift.recorded):
        yield f"{found.group().strip()} stands where a value was printed; `snippetlab update` records the value"


def _typed(drift: Drift, _: Command | None) -> Iterator[str]:
    if found := _TYPED.search(drift.recorded):
        yield (
            f"the line that begins with {found.group().rstrip()!r} is output here; a command stands behind one of "
            "the prompts in the settings, a comment behind a prompt or outside of the block"
        )


def _prompt_printed(drift: Drift, command: Command | None) -> Iterator[str]:
    """An output that begins like a prompt, written down by hand: it was read as a command, or as more of one."""
    printed = drift.captured.split("\n")
    continued = command.source.split("\n")[1:] if command else []
    if any(line.startswith("$ ") for line in printed):
        yield "an output line that begins with $ is written with a backslash in front: \\$ …"
    if any(f"> {line}" in printed for line in continued):
        yield "an output whose first line begins with > is written with a backslash in front: \\> …"


def _blank_lines(drift: Drift, _: Command | None) -> Iterator[str]:
    # Whether a last newline was printed is no blank line; the message says so itself.
    recorded, captured = (text.removesuffix("\n") for text in (drift.recorded, drift.captured))
    if recorded != captured and recorded.strip("\n") == captured.strip("\n"):
        yield "blank lines around an output count, unless ignore_blank_lines = true is set"


def _not_there(drift: Drift, _: Command | None) -> Iterator[str]:
    if found := re.search(r"^bash: (\S+): command not found$", drift.captured, re.MULTILINE):
        yield (
            f"{found[1]} is not in the lab; packages of an engine's table in the settings are installed there, and "
            "project_files bring what is yours"
        )


def _no_network(drift: Drift, *, in_place: bool) -> list[str]:
    words = ("Temporary failure in name resolution", "Network is unreachable", "Could not resolve host")
    if not any(word in drift.captured for word in words):
        return []
    if in_place:
        return [
            "the lab of a page has no way out; what it needs comes by project_files and setup, and a block that "
            "must reach out is left out by a comment above it: <!-- snippetlab: {skip: why} -->"
        ]
    return ["a lab has no way out; outside: true in the front matter gives it one to the package mirrors"]


def _setup(drift: Drift, command: Command | None) -> Iterator[str]:
    # A command of the file's own stands below the line that opens its block.
    if command and drift.place.line == 1:
        yield f"that is what setup or images in the settings run first: {command.source}"


def _slow(drift: Drift, command: Command | None) -> Iterator[str]:
    printed = drift.captured.split("\n")
    for rule in command.rules if command else ():
        if rule.how == "re" and any(takes_too_long(rule.pattern, line, whole=True) for line in printed):
            yield f"the pattern {rule.pattern} {TOO_LONG}, so it counts as not matching: {SIMPLER}"


def _streams(drift: Drift, _: Command | None) -> Iterator[str]:
    if drift.message.startswith("printed on "):
        yield (
            "without a mark, an output comes from stdout, or from stderr where the exit code is not 0; `snippetlab "
            "update` writes the mark ((stdout), (stderr) or (stdout, stderr) on a line above it), and streams: false "
            "lets that be"
        )


def _update(drift: Drift, _: Command | None) -> Iterator[str]:
    if drift.kind is DriftKind.NO_RECORDING:
        yield "`snippetlab update` with the same id writes it down"


_LOOKS: tuple[Callable[[Drift, Command | None], Iterator[str]], ...] = (
    _terminal,
    _job_control,
    _traceback,
    _exit_code,
    _left_out,
    _typed,
    _prompt_printed,
    _blank_lines,
    _not_there,
    _setup,
    _slow,
    _streams,
    _update,
)
