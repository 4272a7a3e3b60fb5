"""Whether what must come one after the other does so: the times of a log, a process and its children. Pure."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from snippetlab.compare.normalise.structure import parsed
from snippetlab.compare.normalise.tables import lines_of

# The digits behind the sixth are more than a datetime holds, and no matter here.
_STAMPED = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6})\d{1,3}Z (?!.* \| )")
# A program's two streams are read by two threads, each of which says when it read a line and then waits for its turn to
# write it down: lines that come at once may change places, on a busy machine by some hundredths of a second.
_AT_ONCE = timedelta(milliseconds=200)
# The year of a date: 2026-11-30, 30/Nov/2026, Nov 30 10:26:34 UTC 2026. That of a kernel is of its machine, #1 SMP ….
_YEAR = re.compile(
    r"(?<!\d)20\d\d(?=[-/](?:0[1-9]|1[0-2])[-/]\d\d)"
    r"|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\b[^\n\d]{1,2}(?:[ \d]?\d [\d:. A-Z]*)?(?P<year>20\d\d)(?!\d)"
)
_KERNEL = re.compile(r"#\d+\b.*")


def years_ahead(recorded: str, captured: str) -> int:
    """The year of a recorded date that lies more than a year behind every date that was printed now; 0 for none.

    A recording is older than the run, and what tells of a day to come tells of a later one in a later run. (A year,
    since a machine may have made what it shows, such as its base images, before another one did.)
    """
    sides = [_KERNEL.sub("", text) for text in (recorded, captured)]
    latest = [max((int(found["year"] or found.group()) for found in _YEAR.finditer(side)), default=0) for side in sides]
    return latest[0] if latest[1] and latest[0] > latest[1] + 1 else 0


def goes_back(text: str) -> int:
    """The first line, from 1, whose time is before that of the line above it; 0 where there is none.

    Only the lines of one log count, not those of several services (``time name | text``).
    """
    times = [_time(line) for line in text.split("\n")]
    for number, (above, here) in enumerate(itertools.pairwise(times), 2):
        if above is not None and here is not None and above - here > _AT_ONCE:
            return number
    return 0


def younger_parent(text: str) -> str:
    """The number of the first process that is no greater than that of its parent; empty where there is none.

    Numbers go up: a child has a greater one than its parent, in a lab that is minutes old. 0 and 1 are everybody's.
    """
    for process, parent in _processes(text) if "PPID" in text else ():
        if process.isdigit() and parent.isdigit() and int(parent) > 1 and int(process) <= int(parent):
            return process
    return ""


def _processes(text: str) -> Iterator[tuple[str, str]]:
    """The number of each process and that of its parent, in a table or as ``docker top`` gives them by the API."""
    for line in lines_of(text, frozenset()):
        cells = {cell.column: text[cell.start : cell.end].strip() for cell in line.cells or ()}
        yield cells.get("PID", ""), cells.get("PPID", "")
    structure = parsed(text)
    for value in structure[1] if structure else ():
        titles, rows = (value.get("Titles"), value.get("Processes")) if isinstance(value, dict) else (None, None)
        if isinstance(titles, list) and isinstance(rows, list):
            for row in rows:
                named = dict(zip(titles, row, strict=False)) if isinstance(row, list) else {}
                yield str(named.get("PID", "")), str(named.get("PPID", ""))


def _time(line: str) -> datetime | None:
    found = _STAMPED.match(line)
    if found is None:
        return None
    try:
        return datetime.fromisoformat(found.group(1))
    except ValueError:
        return None
