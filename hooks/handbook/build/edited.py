"""When pages were last edited: the day of their last commit."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

MARK = "day "


def edited_days(docs: Path) -> Mapping[str, str]:
    """The day (ISO date) of the last commit of each file below ``docs``, by its path there.

    Empty where there is no git, or no repository; files never committed are left out.
    """
    command = ["git", "-C", str(docs), "log", "--relative", "--no-renames", "--name-only", f"--format={MARK}%cs"]
    try:
        done = subprocess.run([*command, "--", "."], capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return {}
    days: dict[str, str] = {}
    day = ""
    for line in done.stdout.splitlines() if done.returncode == 0 else ():
        if line.startswith(MARK):
            day = line.removeprefix(MARK)
        elif line:
            # The log begins with the newest commit: the first day seen is the last.
            days.setdefault(line, day)
    return days
