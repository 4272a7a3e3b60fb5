"""A project of a test's own, on which the installed commands are run as a person would run them."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.tool.runs import console, written

BIN = Path(sys.executable).parent
SHELL = "tracks: [shell]\n"


@dataclass(frozen=True)
class Project:
    """A folder with ``snippets/`` in it."""

    folder: Path

    def scenario(self, name: str, body: str, front: str = SHELL) -> Path:
        """Write the scenario ``chapter/name``; its body begins in line 5 plus ``front``'s lines."""
        return written(self.folder / "snippets", name, body, front).path

    def start(self, *words: str, **options: object) -> subprocess.Popen[str]:
        """Start a command in the project; one of the environment that runs the tests comes first."""
        settings: dict[str, object] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        environment = {**os.environ, "COLUMNS": "200"}
        installed = BIN / words[0]
        command = [str(installed) if installed.exists() else words[0], *words[1:]]
        return subprocess.Popen(command, cwd=self.folder, env=environment, **{**settings, **options})  # type: ignore[call-overload,no-any-return]

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        process = self.start(*words)
        out, err = process.communicate()
        return subprocess.CompletedProcess(words, process.returncode, out, err)


def drifting(*, at: str = "a") -> str:
    """Two steps; in the one of them, ``two`` is recorded where ``one`` is printed."""
    return "".join(console("$ echo one", "two" if step == at else "one", step=step) for step in ("a", "b"))


def right() -> str:
    """The same two steps without drift."""
    return drifting(at="")
