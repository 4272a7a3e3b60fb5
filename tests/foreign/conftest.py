"""Foreign ground: documentation that is not this project's, checked as its own people would check it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from snippetlab.check import lab_problem

from tests.conftest import PROJECT
from tests.tool.lab.project import BIN
from tests.tool.runs import pack_of

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def run_labs() -> Run:
    """Runs a command of the tool in a folder. Skips, with the reason, where no lab can run, unless labs are required."""
    problem = lab_problem(pack_of(PROJECT))
    if problem and os.environ.get("SNIPPETLAB_REQUIRE_LABS"):
        raise pytest.UsageError(f"labs are required here, but: {problem}")
    if problem:
        pytest.skip(problem.what)

    def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
        command = [str(BIN / words[0]), *words[1:]]
        return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)

    return run
