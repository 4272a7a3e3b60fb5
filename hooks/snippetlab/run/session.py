"""The host's end of a shell or an interpreter that lives inside a lab."""

from __future__ import annotations

import json
import os
import select
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from snippetlab.lab import COLUMNS, Lab, Process
from snippetlab.model import CommandCapture, Failure, Stream
from snippetlab.run.terminal import as_text

_LAST_BREATH = 3.0  # seconds that a lab whose first process was killed may take to be gone
OUTPUT_LIMIT = 1 << 20  # bytes that one step may print
Kind = Literal["shell", "python"]
SHELL: Kind = "shell"
PYTHON: Kind = "python"


@dataclass
class Budget:
    """What is left to a step: ``seconds`` until ``deadline`` (monotonic) and ``bytes`` of output."""

    deadline: float
    bytes: int = OUTPUT_LIMIT

    @classmethod
    def of(cls, seconds: float) -> Budget:
        """A budget that starts now."""
        return cls(time.monotonic() + seconds)


@dataclass
class _Printed:
    """What has come of a command: the output between typed lines, what came before it began, and from where."""

    parts: list[bytes] = field(default_factory=lambda: [b""])
    late: bytes = b""
    sources: set[str] = field(default_factory=set)

    def add(self, source: str, data: bytes) -> None:
        """Take in bytes from ``out``, ``err``, ``tty`` or, late, from a command before."""
        if source == "late":
            self.late += data
        else:
            self.sources.add(source)
            self.parts[-1] += data

    @property
    def stream(self) -> Stream | None:
        """Where the output came from; None for a terminal, which does not tell, and where nothing came."""
        if not self.sources or "tty" in self.sources:
            return None
        if len(self.sources) == 2:
            return Stream.BOTH
        return Stream.ERR if "err" in self.sources else Stream.OUT


class _Stopped(Exception):
    def __init__(self, failure: Failure) -> None:
        self.failure = failure


class Session:
    """One long-lived shell or interpreter in a lab; commands go in one by one.

    ``start`` makes one. After a failure the session is of no more use.
    """

    def __init__(self, lab: Lab, process: Process) -> None:
        assert process.stdin is not None and process.stdout is not None
        self._lab = lab
        self._process = process
        self._stdin = process.stdin
        self._out = process.stdout.fileno()
        self._buffer = b""

    @classmethod
    def start(cls, lab: Lab, kind: Kind) -> Session:
        """Start a shell (``SHELL``) or an interpreter (``PYTHON``) in a lab."""
        return cls(lab, lab.spawn(["python3", "-I", "/opt/lab/agent.py", str(COLUMNS), kind]))

    def close(self) -> None:
        """End the session. May be called twice."""
        if not self._stdin.closed:
            try:
                self._stdin.close()
            except BrokenPipeError:
                pass
        try:
            self._process.wait(2)
        except subprocess.TimeoutExpired:
            # It still runs a command; that ends with the lab, and this is only the way to it.
            self._process.kill()
            self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()

    def run(
        self,
        source: str,
        budget: Budget,
        *,
        tty: bool = False,
        prompt: str = "",
        typed: Sequence[str] = (),
        enter: bool = False,
    ) -> CommandCapture:
        """Run one command and give what it printed. Never raises for what the command does."""
        request = {"run": source, "tty": tty, "prompt": prompt, "typed": list(typed), "enter": enter}
        done = self._ask(request, budget, lambda printed: _joined(printed.parts, prompt, typed, enter))
        # A comment runs nothing: the shell still has the exit code of the command above it, which is told there.
        return replace(done, exit_code=0) if _is_comment(source) and not done.output else done

    def write(self, path: str, text: str, budget: Budget) -> CommandCapture:
        """Write a file inside the lab; exit code 1 and a message when that fails."""
        return self._ask({"write": path, "text": text}, budget, lambda printed: as_text(printed.parts[0]))

    def _ask(self, request: object, budget: Budget, shown: Callable[[_Printed], str]) -> CommandCapture:
        started = time.monotonic()
        printed = _Printed()
        code, failure = 0, None
        try:
            self._stdin.write(json.dumps(request).encode() + b"\n")
            self._stdin.flush()
            code = self._answer(printed, budget)
        except BrokenPipeError:
            failure = self._why_gone()
        except _Stopped as stopped:
            failure = stopped.failure
        output, late = shown(printed), as_text(printed.late)
        if failure is None and time.monotonic() > budget.deadline:
            failure = Failure.TIME_LIMIT
        return CommandCapture(output, code, time.monotonic() - started, failure, printed.stream, late)

    def _answer(self, printed: _Printed, budget: Budget) -> int:
        while True:
            header = json.loads(self._line(budget))
            ((what, number),) = header.items()
            if what == "exit":
                return int(number)
            if what == "ended":
                raise _Stopped(Failure.SHELL_ENDED)
            if what == "typed":
                printed.parts.append(b"")
                continue
            budget.bytes -= number
            if budget.bytes < 0:
                raise _Stopped(Failure.OUTPUT_LIMIT)
            printed.add(what, self._take(number, budget))

    def _line(self, budget: Budget) -> bytes:
        while b"\n" not in self._buffer:
            self._fill(budget)
        line, self._buffer = self._buffer.split(b"\n", 1)
        return line

    def _take(self, count: int, budget: Budget) -> bytes:
        while len(self._buffer) < count:
            self._fill(budget)
        taken, self._buffer = self._buffer[:count], self._buffer[count:]
        return taken

    def _fill(self, budget: Budget) -> None:
        left = budget.deadline - time.monotonic()
        ready, _, _ = select.select([self._out], [], [], max(left, 0))
        if not ready:
            raise _Stopped(Failure.TIME_LIMIT)
        chunk = os.read(self._out, 1 << 18)
        if not chunk:
            raise _Stopped(self._why_gone())
        self._buffer += chunk

    def _why_gone(self) -> Failure:
        """Why the agent is gone without a word: mostly since the lab is going, and for that is waited."""
        deadline = time.monotonic() + _LAST_BREATH
        while self._lab.alive and time.monotonic() < deadline:
            time.sleep(0.01)
        return Failure.AGENT_DIED if self._lab.alive else Failure.LAB_DIED


def _is_comment(source: str) -> bool:
    return all(line.lstrip()[:1] in ("", "#") for line in source.split("\n"))


def _joined(parts: Sequence[bytes], prompt: str, typed: Sequence[str], enter: bool) -> str:
    """The whole output, each typed line behind the prompt that it answered, however the program echoed it."""
    text = as_text(parts[0])
    for line, raw in zip(typed, parts[1:], strict=False):
        after = as_text(raw)
        echoed, newline, rest = after.partition("\n")
        # A shell that redraws its line shows the prompt again; control keys are not echoed at all.
        if newline and echoed.removeprefix(prompt).strip() in (line.strip(), ""):
            after = rest
        # Where a program takes the terminal over at that moment, both echo: the line stands there once more.
        after = after.removeprefix(f"{prompt}{line}\n") if line else after
        if text.endswith(prompt):
            text = text[: len(text) - len(prompt)]
        elif text.endswith(prompt.rstrip()):
            text = text[: len(text) - len(prompt.rstrip())]
        text = f"{text}{prompt}{line}\n{after}"
    # Whether the terminal or the program echoes the first Enter, or both do, is a matter of microseconds.
    return "\n" + text.lstrip("\n") if enter else text
