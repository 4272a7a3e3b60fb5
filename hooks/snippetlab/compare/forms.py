"""What of a volatile value is compared: the form in which it is written. Pure."""

from __future__ import annotations

import re
from datetime import date

_MONTH = re.compile(r"Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec")
_DAY = re.compile(r"Mon|Tue|Wed|Thu|Fri|Sat|Sun")
_FRACTION = re.compile(r"(?<=\d)[.,]\d+")
_ZONE = re.compile(r"(?:(?: ?[+-]\d\d:?\d\d| ?[A-Z]{1,4})+)?(?: \d{4})?$")
# ls tells the hour of a file that is young, and the year of an old one.
_LISTED = re.compile(r"M 0 (?:00:00| 0000)")
_ISO = re.compile(r"(\d{4})[-/](\d\d)[-/](\d\d)")
_NUMBER_OF_DAY = re.compile(r"\b\d{1,2}(?=[ /-][A-Z])|(?<=[a-z] )[ \d]?\d\b(?!:)")
_YEAR = re.compile(r"\b20\d\d\b")
_UNIT = re.compile(r"( ?)([a-zµ]+)$")


def form_of_time(value: str) -> str:
    """How a time is written: the order of its parts, the signs between them, and its zone.

    How many digits of a second are told is no part of it: zeros at the end are left out.
    """
    if value.replace(".", "").isdigit():
        whole, point, _ = value.partition(".")
        return f"{len(whole)} digits{point}"
    if not _is_day(value):
        return f"no day: {value}"
    if _MONTH.match(value):
        value = _MONTH.sub("M", value, count=1)
    text = _DAY.sub("D", _MONTH.sub("M", _FRACTION.sub("", value)))
    zone = _ZONE.search(text)
    at = zone.start() if zone else len(text)
    head = re.sub(r"\d", "0", text[:at])
    head = re.sub(r"\bM +0{1,2}\b", "M 0", re.sub(r"\b0{1,2}(?=[ /-]M)", "0", head))
    end = re.sub(r" \d{4}$", " 0000", text[at:])
    return "ls" if _LISTED.fullmatch(head + end) else head + end


def _is_day(value: str) -> bool:
    """False for February 30, and for a Monday that was a Tuesday."""
    iso, month, number = _ISO.match(value), _MONTH.search(value), _NUMBER_OF_DAY.search(value)
    year, name = _YEAR.search(value), _DAY.search(value)
    try:
        if iso:
            date(*map(int, iso.groups()))
        elif month and number:
            months = _MONTH.pattern.split("|")
            # Without a year, of one that has the most days.
            day = date(int(year[0]) if year else 2024, months.index(month[0]) + 1, int(number[0]))
            return not (year and name) or _DAY.pattern.split("|")[day.weekday()] == name[0]
    except ValueError:
        return False
    return True


def form_of_duration(value: str) -> str:
    """The unit of a duration where it is always the same one: behind a blank, or as a word.

    Go takes the unit that fits how long something took.
    """
    found = _UNIT.search(value)
    return found.group() if found and (found.group(1) or len(found.group(2)) > 2) else ""
