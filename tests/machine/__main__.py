"""``python -m tests.machine``: boots a machine with cgroup v2, and runs checks in it by both providers, and a build."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from snippetlab.errors import LabError, SnippetLabError

from tests.machine.disks import CHECKOUT, needed
from tests.machine.machine import Machine, booted, tools_missing
from tests.machine.trials import FACTS, SCENARIOS, TRIALS, Trial, prepare

_LONG = 900.0  # seconds that anything but a check may take


def main(words: Sequence[str]) -> int:
    """Run the trials; gives 0 where no check drifted, 1 where one did, and 2 where the machine could not be had."""
    asked = _arguments().parse_args(words)
    os.chdir(CHECKOUT)
    try:
        if missing := tools_missing():
            raise LabError(
                f"not installed: {', '.join(missing)}", hint="apt-get install bubblewrap mmdebstrap e2fsprogs tar"
            )
        # One disk is good for all of the usual ones, so that the next run finds it.
        disks = needed(sorted({*SCENARIOS, *asked.scenarios}), say=_say)
        begun = time.monotonic()
        with booted(disks, asked.memory, asked.boot_limit) as machine:
            _say(f"the machine takes scripts after {time.monotonic() - begun:.0f} s")
            _must(machine, prepare(machine.folder, asked.step_limit))
            _must(machine, FACTS)
            if asked.script:
                return machine.run(asked.script.read_text(), asked.limit, sys.stdout)[0]
            wanted = [trial for trial in TRIALS if not asked.trial or trial.name in asked.trial]
            return max(_tried(machine, trial, asked) for trial in wanted)
    except SnippetLabError as error:
        print(error, file=sys.stderr)
        return 2


def _must(machine: Machine, script: str) -> None:
    code, printed = machine.run(script, _LONG)
    print(printed, end="", flush=True)
    if code != 0:
        raise LabError(f"a script in the machine ended with {code}")


def _tried(machine: Machine, trial: Trial, asked: argparse.Namespace) -> int:
    _say(f"{trial.name}, as {trial.user}")
    begun = time.monotonic()
    scenarios = asked.scenarios or trial.scenarios
    code, _ = machine.run(trial.script(scenarios, asked.jobs), asked.limit, sys.stdout)
    code, told = trial.verdict(code, machine.folder, scenarios)
    _say(f"{trial.name}: {'failed' if code else 'passed'}, {told}, {time.monotonic() - begun:.0f} s")
    return min(code, 2)


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m tests.machine", description=__doc__)
    parser.add_argument("scenarios", nargs="*", help="what to check (a handful that meets limits, networks and nodes)")
    names = [trial.name for trial in TRIALS]
    parser.add_argument("--trial", action="append", choices=names, help="only this one; may be given twice")
    parser.add_argument(
        "--script",
        type=lambda text: Path(text).absolute(),
        metavar="FILE",
        help="run this shell script as root instead of checks",
    )
    parser.add_argument("--jobs", type=int, default=1, help="labs at once (%(default)s: the machine has one processor)")
    parser.add_argument("--memory", default="4G", help="of the machine (%(default)s)")
    parser.add_argument("--limit", type=float, default=7200, help="seconds that each check may take (%(default)s)")
    parser.add_argument("--step-limit", type=float, default=300, help="seconds that a step may take (%(default)s)")
    parser.add_argument("--boot-limit", type=float, default=900, help="seconds that booting may take (%(default)s)")
    return parser


def _say(line: str) -> None:
    print(line, flush=True)


def _stop(number: int, _frame: object) -> None:
    sys.exit(128 + number)


if __name__ == "__main__":
    for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, _stop)
    sys.exit(main(sys.argv[1:]))
