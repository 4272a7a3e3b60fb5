"""The host's end of a shell or an interpreter that lives inside a lab."""

from __future__ import annotations

import json
import os
import re
import select
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from snippetlab.lab import COLUMNS, Lab
from snippetlab.model import CommandCapture, Failure
from snippetlab.run.terminal import as_text

OUTPUT_LIMIT = 1 << 20  # bytes that one step may print
SHELL = ("bash", "--noprofile", "--norc", "-c", ". /opt/lab/shell_loop.sh", "bash")
# The loop evaluates commands by line; at a prompt, as a reader types them, bash names no line.
_BASH_LINE = re.compile(r"^(?:/opt/lab/shell_loop\.sh|bash): (?:eval: )?line \d+: ", re.MULTILINE)
PYTHON = ("python3", "-B", "/opt/lab/python_loop.py")


@dataclass
class Budget:
    """What is left to a step: ``seconds`` until ``deadline`` (monotonic) and ``bytes`` of output."""

    deadline: float
    bytes: int = OUTPUT_LIMIT

    @classmethod
    def of(cls, seconds: float) -> Budget:
        """A budget that starts now."""
        return cls(time.monotonic() + seconds)


class _Stopped(Exception):
    def __init__(self, failure: Failure) -> None:
        self.failure = failure


class Session:
    """One long-lived shell or interpreter in a lab; commands go in one by one.

    ``argv`` is ``SHELL`` or ``PYTHON``. After a failure the session is of no more use.
    """

    def __init__(self, lab: Lab, argv: Sequence[str]) -> None:
        self._lab = lab
        self._process: subprocess.Popen[bytes] = lab.spawn(["python3", "-I", "/opt/lab/agent.py", str(COLUMNS), *argv])
        assert self._process.stdin is not None and self._process.stdout is not None
        self._stdin = self._process.stdin
        self._out = self._process.stdout.fileno()
        self._buffer = b""

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
            # It still runs a command; that ends with the lab, and this is only nsenter.
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
        done = self._ask(request, budget, prompt, typed)
        if enter:
            # Whether the terminal or the program echoes the first Enter, or both do, is a matter of microseconds.
            return replace(done, output="\n" + done.output.lstrip("\n"))
        return done

    def write(self, path: str, text: str, budget: Budget) -> CommandCapture:
        """Write a file inside the lab; exit code 1 and a message when that fails."""
        return self._ask({"write": path, "text": text}, budget, "", ())

    def _ask(self, request: object, budget: Budget, prompt: str, typed: Sequence[str]) -> CommandCapture:
        started = time.monotonic()
        parts = [b""]  # output between typed lines
        code, failure = 0, None
        try:
            os.write(self._stdin.fileno(), json.dumps(request).encode() + b"\n")
            code = self._answer(parts, budget)
        except BrokenPipeError:
            failure = Failure.LAB_DIED
        except _Stopped as stopped:
            failure = stopped.failure
        output = _BASH_LINE.sub("bash: ", _joined(parts, prompt, typed))
        return CommandCapture(output, code, time.monotonic() - started, failure)

    def _answer(self, parts: list[bytes], budget: Budget) -> int:
        while True:
            header = json.loads(self._line(budget))
            if "bytes" in header:
                budget.bytes -= header["bytes"]
                if budget.bytes < 0:
                    raise _Stopped(Failure.OUTPUT_LIMIT)
                parts[-1] += self._take(header["bytes"], budget)
            elif "typed" in header:
                parts.append(b"")
            elif "ended" in header:
                raise _Stopped(Failure.SHELL_ENDED)
            else:
                return int(header["exit"])

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
            raise _Stopped(Failure.SHELL_ENDED if self._lab.alive else Failure.LAB_DIED)
        self._buffer += chunk


def _joined(parts: Sequence[bytes], prompt: str, typed: Sequence[str]) -> str:
    """The whole output, each typed line behind the prompt that it answered, however the program echoed it."""
    text = as_text(parts[0])
    for line, raw in zip(typed, parts[1:], strict=False):
        after = as_text(raw)
        echoed, newline, rest = after.partition("\n")
        # A shell that redraws its line shows the prompt again; control keys are not echoed at all.
        if newline and echoed.removeprefix(prompt).strip() in (line.strip(), ""):
            after = rest
        if text.endswith(prompt):
            text = text[: len(text) - len(prompt)]
        elif text.endswith(prompt.rstrip()):
            text = text[: len(text) - len(prompt.rstrip())]
        text = f"{text}{prompt}{line}\n{after}"
    return text
