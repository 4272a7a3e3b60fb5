"""An engine for labs that are containers, where the machine has none to spare: that of a lab made with bubblewrap.

    python -m tests.outer snippetlab check start --engine 26.1

runs a command with ``SNIPPETLAB_PROVIDER`` and ``DOCKER_HOST`` set to it, and ends with the command's exit code. Without
a command it prints the address and waits for the end of its input.
"""

from __future__ import annotations

import os
import subprocess
import sys

from snippetlab.lab import LabSpec, Limits
from snippetlab.lab.choice import VARIABLE
from snippetlab.lab.providers.bubblewrap import Bubblewrap
from snippetlab.packs import find_pack
from snippetlab.settings import find_project

from tests.conftest import PROJECT

# Labs in it count against its limits, and so does all that they start from: everything lies in memory.
ROOM = Limits(memory=12 << 30, disk=8 << 30, pids=32768)


def main(command: list[str]) -> int:
    """Run a command beside such an engine, or wait."""
    provider = Bubblewrap(find_pack(find_project(PROJECT)), lambda line: print(line, file=sys.stderr), ROOM)
    lab = provider.start(LabSpec(name="outer"))
    try:
        lab.attach_outside()
        address = lab.socket_url("/run/docker.sock")
        if not command:
            print(address, flush=True)
            sys.stdin.read()
            return 0
        return subprocess.run(command, env={**os.environ, VARIABLE: "engine", "DOCKER_HOST": address}).returncode
    finally:
        lab.stop()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
