"""Dates and times in the forms in which they are printed, whatever they are typed in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime

_CLOCK = r"(?:[T ]|, | at )?(\d\d:\d\d(?::\d\d)?)?"
_MONTH = r"(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*"
_WHEN = re.compile(rf"(?<!\d)(\d{{4}}-\d\d-\d\d){_CLOCK}(?:\.\d+)? ?(Z|[+-]\d\d:?\d\d)?(?!\d)")
_MONTH_FIRST = re.compile(rf"\b{_MONTH} {{1,2}}(\d{{1,2}}),? (\d{{4}}){_CLOCK}(?!\d)")
_DAY_FIRST = re.compile(rf"(?<!\d)(\d{{1,2}})[ -]{_MONTH}[ -](\d{{4}}){_CLOCK}(?!\d)")
_STAMP = re.compile(r"(?<=-t)[ =]?(\d{12})(?:\.(\d\d))?(?!\d)")  # of touch
_EPOCH = re.compile(r"(?<![\w.])(?:\d{9,10}|(?<=EPOCH=)\d+|(?<=EPOCH )\d+)(?![\w.])|(?<!\w)@(\d+)(?![\w.])")


def times(text: str) -> Iterator[str]:
    """A date in the forms of ``ls``, ``stat``, ``date`` and Docker."""
    for when in _read(text):
        yield from _forms(when)


def _read(text: str) -> Iterator[datetime]:
    for day, clock, zone in _WHEN.findall(text):
        with suppress(ValueError, OverflowError):
            yield datetime.fromisoformat(f"{day}T{clock or '00:00:00'}{zone or 'Z'}").astimezone(UTC)
    for month, day, year, clock in _MONTH_FIRST.findall(text):
        yield from _named(day, month, year, clock)
    for day, month, year, clock in _DAY_FIRST.findall(text):
        yield from _named(day, month, year, clock)
    for stamp, seconds in _STAMP.findall(text):
        with suppress(ValueError):
            yield datetime.strptime(f"{stamp}{seconds or '00'}", "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    for found in _EPOCH.finditer(text):
        with suppress(ValueError, OverflowError, OSError):
            yield datetime.fromtimestamp(int(found.group(1) or found.group()), UTC)


def _named(day: str, month: str, year: str, clock: str) -> Iterator[datetime]:
    with suppress(ValueError):
        when = f"{day} {month} {year} {clock or '00:00'}"
        yield datetime.strptime(when, "%d %b %Y %H:%M:%S" if clock.count(":") == 2 else "%d %b %Y %H:%M").replace(
            tzinfo=UTC
        )


def _forms(when: datetime) -> Iterator[str]:
    day = f"{when:%b} {when.day:2}"
    yield f"{day}  {when.year}"
    yield f"{day} {when:%H:%M}"
    yield f"{when:%Y-%m-%d}"
    yield str(int(when.timestamp()))
    for clock in (f"{when:%H:%M}", f"{when:%H:%M:%S}", f"{when:%H:%M:%S}.000000000", f"{when:%H:%M:%S}.0"):
        for between in "T ":
            yield from (
                f"{when:%Y-%m-%d}{between}{clock}{zone}" for zone in ("", "Z", " +0000", "+00:00", " +0000 UTC")
            )
    yield f"{when:%a} {day} {when:%H:%M:%S} UTC {when.year}"
    yield f"{when:%a} {day} {when:%H:%M:%S} {when.year}"
    yield f"{when:%a, %d %b %Y %H:%M:%S} GMT"
    yield f"{when:%a, %d %b %Y %H:%M:%S} +0000"
