"""What of a volatile value is compared: the form in which it is written. Pure."""

from __future__ import annotations

import re

_MONTH = re.compile(r"Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec")
_DAY = re.compile(r"Mon|Tue|Wed|Thu|Fri|Sat|Sun")
_FRACTION = re.compile(r"(?<=\d)[.,]\d+")
_ZONE = re.compile(r"(?:(?: ?[+-]\d\d:?\d\d| ?[A-Z]{1,4})+)?(?: \d{4})?$")
# ls tells the hour of a file that is young, and the year of an old one.
_LISTED = re.compile(r"M 0 (?:00:00| 0000)")
_UNIT = re.compile(r"( ?)([a-zµ]+)$")


def form_of_time(value: str) -> str:
    """How a time is written: the order of its parts, the signs between them, and its zone.

    How many digits of a second are told is no part of it: zeros at the end are left out.
    """
    if value.replace(".", "").isdigit():
        whole, point, _ = value.partition(".")
        return f"{len(whole)} digits{point}"
    if _MONTH.match(value):
        value = _MONTH.sub("M", value, count=1)
    text = _DAY.sub("D", _MONTH.sub("M", _FRACTION.sub("", value)))
    zone = _ZONE.search(text)
    at = zone.start() if zone else len(text)
    head = re.sub(r"\d", "0", text[:at])
    head = re.sub(r"\bM +0{1,2}\b", "M 0", re.sub(r"\b0{1,2}(?=[ /-]M)", "0", head))
    end = re.sub(r" \d{4}$", " 0000", text[at:])
    return "ls" if _LISTED.fullmatch(head + end) else head + end


def form_of_duration(value: str) -> str:
    """The unit of a duration where it is always the same one: behind a blank, or as a word.

    Go takes the unit that fits how long something took.
    """
    found = _UNIT.search(value)
    return found.group() if found and (found.group(1) or len(found.group(2)) > 2) else ""
