"""Whether the times at the beginnings of lines go on, as those of a log do. Pure."""

from __future__ import annotations

import itertools
import re
from datetime import datetime, timedelta

# The digits behind the sixth are more than a datetime holds, and no matter here.
_STAMPED = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6})\d{1,3}Z (?!.* \| )")
# A program's two streams are read by two threads, each of which says when it read a line and then waits for its turn to
# write it down: lines that come at once may change places, on a busy machine by some hundredths of a second.
_AT_ONCE = timedelta(milliseconds=200)


def goes_back(text: str) -> int:
    """The first line, from 1, whose time is before that of the line above it; 0 where there is none.

    Only the lines of one log count, not those of several services (``time name | text``).
    """
    times = [_time(line) for line in text.split("\n")]
    for number, (above, here) in enumerate(itertools.pairwise(times), 2):
        if above is not None and here is not None and above - here > _AT_ONCE:
            return number
    return 0


def _time(line: str) -> datetime | None:
    found = _STAMPED.match(line)
    if found is None:
        return None
    try:
        return datetime.fromisoformat(found.group(1))
    except ValueError:
        return None
