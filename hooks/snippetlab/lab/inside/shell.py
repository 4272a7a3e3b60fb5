"""The shell of a scenario: a real interactive bash, as a reader has it, that is typed into.

Its standard input is a FIFO. What is typed is written there and the writing end
closed at once, so a program that reads standard input finds its end, as with
/dev/null. Before each prompt bash runs ``PROMPT_COMMAND``: an element behind the
first, so that a reader's own assignment to it does no harm, made of nothing but
redirections, so that it sets off no trap and no trace, and bash itself keeps ``$?``,
``$_`` and ``PIPESTATUS`` over it. It tells the exit code (by the name of a file
that it opens) and waits until the FIFO is open for the next command.
"""

import os
import re
import shlex
import subprocess
import time
from fcntl import F_SETPIPE_SZ, fcntl, ioctl
from itertools import count
from struct import unpack
from termios import FIONREAD
from typing import NamedTuple

from outputs import Outputs

_RC = """\
PS1= PS2= PROMPT_COMMAND=([1]={hook})
unset HISTFILE
"""
_HOOK = (
    'if {{ :; }} 2>/dev/null >|"{at}/back/$?,${{LINENO-}},${{!:-}},${{PS1:+y}}" <{at}/go <{at}/on </dev/null/x; '
    "then :; fi"
)
# Below a reader's `unset PROMPT_COMMAND`, on the same line: the hook stands again behind what a reader may put there.
# The exit code stays, and history holds what was typed.
_RESTORE = "\\builtin history -d -1; \\builtin history -s -- {typed}; PROMPT_COMMAND[99]={hook};"
_TAKES_HOOK_AWAY = re.compile(r"\b(?:unset|declare|typeset|local|export)\b[^\n]*PROMPT_COMMAND|PROMPT_COMMAND=\(")
_MOST_TYPED = 1 << 20
_SOON = 100  # tries after which bash is waited for at leisure
# What cannot be unfinished: no quote, no bracket, no here-document, no backslash, no word that opens something.
_SURELY_WHOLE = re.compile(
    r"(?!.*(?:^|[;&|\n!]|\btime)[ \t]*(?:if|for|while|until|case|select|function|coproc|time)\b)"
    r"(?:[^'\"`\\(){}\[\]<|&\n]|'[^'\n]*'|\"[^\"`\\$\n]*\"|<(?![<(])|\|(?=[ \t]*\w)|&(?!&[ \t]*$))*"
)
_ENDS_EARLY = re.compile(rb"unexpected (?:EOF while looking for matching|EOF|end of file)|delimited by end-of-file")
_EVAL = re.compile(rb"^bash: eval: line \d+: ", re.MULTILINE)
_ANNOUNCED = re.compile(rb"\[\d+\] \d+\n")  # of a background job
# It has no terminal whose settings could be restored after a program that was killed, and no way not to try.
_NO_TERMINAL = re.compile(rb"bash: \[\d+: \d+ \(\d+\)\] tcsetattr: Inappropriate ioctl for device\n")
_HERE = re.compile(rb"(?<=here-document at line )\d+(?= delimited)")

_NOT_FOUND = re.compile(rb"^bash: .*: (?:event not found|bad word specifier|substitution failed)$", re.MULTILINE)


class _Prompt(NamedTuple):
    """What bash says at its prompt."""

    code: int
    line: int | None  # lines that it has read so far; None when a reader has removed LINENO
    job: bytes  # process id of the last background job
    prompt: bool  # it shows one

    @classmethod
    def of(cls, data: bytes) -> "_Prompt":
        """Read the name of the file that the prompt's command opened."""
        code, line, job, prompt = data.split(b",")
        return cls(int(code), int(line) if line.isdigit() else None, job, bool(prompt))


class Shell:
    """An interactive bash."""

    def __init__(self, process: subprocess.Popen[bytes], folder: str, outputs: Outputs) -> None:
        self.process = process
        self._outputs = outputs
        self._typed, *self._gates = _fifos(folder)
        self._hook = _HOOK.format(at=folder).encode() + b"\n"
        self._last = _Prompt(0, None, b"", False)
        self._writer = -1
        self._bang = self._announces = False
        self._lines, self._from = 1, self._last.line
        self._wrapped: int | None = None

    @classmethod
    def started(cls, folder: str, outputs: Outputs) -> "Shell":
        """A bash that stands at its first prompt; what it needs lies in ``folder``."""
        for path in _fifos(folder):
            os.mkfifo(path)
        rc = os.path.join(folder, "rc")
        with open(rc, "w") as file:
            file.write(_RC.format(hook=shlex.quote(_HOOK.format(at=folder))))
        stdin = os.open(_fifos(folder)[0], os.O_RDONLY | os.O_NONBLOCK)
        os.set_blocking(stdin, True)
        process = subprocess.Popen(
            ["bash", "--noprofile", "--noediting", "--rcfile", rc, "-i"],
            stdin=stdin,
            stdout=outputs.writers["out"],
            stderr=outputs.writers["err"],
        )
        os.close(stdin)
        outputs.follow(process.pid)
        shell = cls(process, folder, outputs)
        shell._last = shell._next()
        shell._from = shell._last.line
        outputs.pieces.clear()  # that it has no terminal
        shell._writer = shell._admit()
        return shell

    def _next(self) -> _Prompt:
        while not (self._outputs.pieces and self._outputs.pieces[-1].source == "back"):
            if self._outputs.gone:
                raise SystemExit("bash did not start")
            self._outputs.wait()
        return _Prompt.of(self._outputs.pieces.pop().data)

    def _admit(self, again: bool = False) -> int:
        """Let bash go on from its prompt; gives the open end into which the next command is typed (-1 for none)."""
        writer = -1
        try:
            if not again:
                writer = os.open(self._typed, os.O_WRONLY | os.O_NONBLOCK)
                fcntl(writer, F_SETPIPE_SZ, _MOST_TYPED)
                os.set_blocking(writer, True)
        except OSError:
            pass  # it has given its standard input away: it reads on there, and ends
        # Two gates: bash comes to either only when the other has been opened, and so after this one was closed again.
        for gate in self._gates:
            self._open(gate)
        return writer

    def _open(self, gate: str) -> None:
        for tries in count():
            try:
                os.close(os.open(gate, os.O_WRONLY | os.O_NONBLOCK))
                return
            except OSError:  # it is on its way there, or has been killed
                if tries < _SOON:
                    os.sched_yield()
                elif self.process.poll() is not None:
                    return
                else:
                    time.sleep(0.0001)

    def start(self, command: str, tty: bool) -> None:
        """Type a command; ``back`` tells when it is through."""
        text = command
        lacking = "" if _SURELY_WHOLE.fullmatch(command) else _lacking(command)
        if lacking:
            # Typed as it is, it would leave bash waiting for more.
            text = f"\\builtin eval {shlex.quote(command)}"
            if lacking == "a closing mark":
                text += "\n(exit 1) && :"  # the exit code of bash's `eval`, where its shell is none of a prompt
        if tty:
            at = self._outputs.terminal_name
            text = f"{{ {text}\n}} <{at} >{at} 2>&1"
        if takes_away := bool(_TAKES_HOOK_AWAY.search(command)):
            restore = _RESTORE.format(typed=shlex.quote(command), hook=shlex.quote(self._hook.decode().rstrip()))
            text = f'\\builtin eval {shlex.quote(command)}; \\builtin eval {shlex.quote(restore)} "(exit $?)"'
        # bash shows no new prompt when an event (`!x`) is not found: it reads on. Then an empty line gives one.
        more = 2 if "!" in command else 1
        typed = text.encode() + b"\n" * more
        self._bang, self._lines, self._from = more > 1, typed.count(b"\n"), self._last.line
        self._wrapped = command[: command.rfind("<<") + 1].count("\n") + 1 if lacking or takes_away else None
        self._announces = "&" in command or "coproc" in command
        if self._last.prompt:
            self._skip_prompt(typed[:1])
            typed = typed[1:]
        self._write(typed)

    def back(self, said: bytes, tail: bytes) -> int | None:
        """The exit code, by what bash says at its prompt; None when there are lines that it has not read yet.

        ``tail`` is the end of what it printed.
        """
        now = self._last = _Prompt.of(said)
        not_run = 0
        read = self._lines if now.line is None or self._from is None else now.line - self._from
        if self._bang:
            not_run = len(_NOT_FOUND.findall(tail))
            read += not_run  # bash does not count those lines
        if 0 < read < self._lines:
            self._admit(again=True)
            return None
        self._writer = self._admit()
        if self._writer < 0:
            return None  # nothing more can be typed
        # What was not run, as one of its events is not known, has no exit code; `$?` is that of the command before.
        return 0 if not_run and not_run == self._lines - 1 else now.code

    def asks(self, source: str) -> bool:
        """True where what comes between two commands may be the prompt that a reader has set: nobody is to see that."""
        return source == "err" and self._last.prompt

    def _skip_prompt(self, first: bytes) -> None:
        """Type one character, and wait until bash has read it: so its prompt has been shown. Nobody is to see that."""
        if self._writer < 0:
            return
        os.write(self._writer, first)
        while not self._outputs.gone and unpack("i", ioctl(self._writer, FIONREAD, b"\0" * 4))[0]:
            time.sleep(0.0001)
            self._outputs.wait(0)
        self._outputs.drain()
        self._outputs.pieces[:] = [p for p in self._outputs.pieces if p.source != "err"]

    def _write(self, typed: bytes) -> None:
        if self._writer < 0:
            return
        try:
            os.write(self._writer, typed)
        except BrokenPipeError:
            pass  # the end is noticed where it is waited for
        os.close(self._writer)
        self._writer = -1

    def shown(self, source: str, data: bytes) -> bytes:
        """What a reader is to see of ``data``, one write: nothing of what it takes to type into a shell."""
        if source != "err":
            return data
        if _NO_TERMINAL.fullmatch(data) or (self._announces and _ANNOUNCED.fullmatch(data)):
            return b""
        data = data.replace(self._hook, b"")  # `set -v` shows what is run before a prompt
        if self._wrapped is not None:
            data = _HERE.sub(b"%d" % self._wrapped, _EVAL.sub(b"bash: ", data))
        return data


def _fifos(folder: str) -> list[str]:
    """Where commands are typed, and the two gates."""
    return [os.path.join(folder, name) for name in ("typed", "go", "on")]


def _lacking(command: str) -> str:
    """What bash would wait for: ``a line``, ``a closing mark``, ``an end``; empty where the command is whole."""
    if re.search(r"(?<!\\)(?:\\\\)*\\$", command):
        return "a line"
    done = subprocess.run(["bash", "--norc", "-n"], input=command.encode() + b"\n", capture_output=True)
    found = _ENDS_EARLY.search(done.stderr)
    if not found:
        return ""
    return "a closing mark" if found[0].endswith(b"matching") else "an end"
