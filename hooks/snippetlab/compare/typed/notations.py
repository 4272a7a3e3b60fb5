"""Sizes, durations, ports and addresses in the notations in which they are printed, whatever they are typed in."""

from __future__ import annotations

import ipaddress
import math
import re
from collections.abc import Iterator
from contextlib import suppress

_SIZE = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?)([kmgtKMGT])(?:i?[bB])?(?!\w)")
_SPAN = re.compile(r"(?<![\w.])(?:\d+(?:\.\d+)?(?:h|ms|us|µs|ns|m|s))+(?!\w)")
_PART = re.compile(r"(\d+(?:\.\d+)?)(h|ms|us|µs|ns|m|s)")
_RANGE = re.compile(r"(?<!\d)(\d{2,5})-(\d{2,5})(?!\d)")
_FACTOR = r"\d[\d_]{0,20}(?:\*\*\d{1,2})?"
_NUMBER = re.compile(rf"(?<![\w.:*-]){_FACTOR}(?: ?\* ?{_FACTOR}){{0,5}}(?![\w.:*-])")
_MAC = re.compile(
    r"(?<![\w.:-])(?:[0-9a-f]{2}(?P<sign>[:-])(?:[0-9a-f]{2}(?P=sign)){4}[0-9a-f]{2}|(?:[0-9a-f]{4}\.){2}[0-9a-f]{4})"
    r"(?![\w:-])",
    re.IGNORECASE,
)
_IPV6 = re.compile(r"(?<![\w:.])[0-9a-f]{0,4}:[0-9a-f:]*:[0-9a-f.]*(?![\w:])", re.IGNORECASE)
_UUID = re.compile(r"(?<![\w-])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![\w-])", re.IGNORECASE)
_NANOSECONDS = {"h": 3600 * 10**9, "m": 60 * 10**9, "s": 10**9, "ms": 10**6, "us": 10**3, "µs": 10**3, "ns": 1}
_POWERS = {"k": 1, "m": 2, "g": 3, "t": 4}
_MOST_PORTS = 1000  # of a range; nobody prints more
_LEAST_BYTES, _LEAST_NANOSECONDS = 4096, 10**6  # below that a number says neither a size nor a duration
_MOST = 10**18


def notations(text: str) -> Iterator[str]:
    """Every form in which a value in ``text`` may be printed."""
    for number, unit in _SIZE.findall(text):
        yield from _size(float(number) * 1024 ** _POWERS[unit.lower()])
    for span in _SPAN.findall(text):
        yield from _span(round(sum(float(number) * _NANOSECONDS[unit] for number, unit in _PART.findall(span))))
    for number in set(_NUMBER.findall(text)):
        yield from _number(number)
    for first, last in _RANGE.findall(text):
        if 0 < int(last) - int(first) <= _MOST_PORTS:
            yield from map(str, range(int(first), int(last) + 1))
    yield from _addresses(text)
    yield from (found.lower() for found in _UUID.findall(text))


def _size(size: float) -> Iterator[str]:
    """1.5g → 1.5GiB, 1536MiB, 1610612736: what Docker prints of a limit."""
    yield str(int(size))
    for letter, power in _POWERS.items():
        value = size / 1024**power
        if 1 <= value < 10**6:
            yield f"{value:.4g}{letter.upper()}iB"


def _span(total: int) -> Iterator[str]:
    """90s → 1m30s, 90000000000: what Go prints of a duration, and its number of nanoseconds."""
    yield str(total)
    minutes, rest = divmod(total, 60 * 10**9)
    hours, minutes = divmod(minutes, 60)
    seconds = f"{rest / 10**9:.9f}".rstrip("0").rstrip(".")
    if total >= 10**9:
        yield (f"{hours}h" if hours else "") + (f"{minutes}m" if hours or minutes else "") + f"{seconds}s"
    else:
        yield f"{total / 10**6:g}ms"
        yield f"{total / 10**3:g}µs"
        yield f"{seconds}s"


def _number(typed: str) -> Iterator[str]:
    """64 * 1024 * 1024, 1_500_000_000, 2**26: a number of bytes or of nanoseconds, as an API takes it."""
    value = math.prod(_factor(factor.strip()) for factor in re.split(r"(?<!\*)\*(?!\*)", typed))
    if value < _MOST:
        if value >= _LEAST_BYTES:
            yield from _size(value)
        if value >= _LEAST_NANOSECONDS:
            yield from _span(value)


def _factor(typed: str) -> int:
    base, _, power = typed.partition("**")
    return math.prod([int(base.replace("_", ""))] * int(power or "1"))


def _addresses(text: str) -> Iterator[str]:
    """02-42-AC-11-00-99 → 02:42:ac:11:00:99, and the address that a kernel makes of it; FE80:0::1 → fe80::1."""
    for found in _MAC.finditer(text):
        digits = re.sub(r"[:.-]", "", found.group().lower())
        yield ":".join(digits[i : i + 2] for i in range(0, 12, 2))
        first = int(digits[:2], 16) ^ 2  # RFC 4291, appendix A
        host = f"{first:02x}{digits[2:6]}fffe{digits[6:]}"
        yield str(ipaddress.IPv6Address(int(f"fe80{'0' * 12}{host}", 16)))
    for address in _IPV6.findall(text):
        with suppress(ValueError):
            yield str(ipaddress.IPv6Address(address))
