"""Further ways in which a recording could say something that is not so: what is moved, what only looks the same, what
stands beside digits, what an empty value is. Seeded, like ``mutations``."""

from __future__ import annotations

import itertools
import random
import re
import unicodedata
from collections.abc import Callable, Sequence

from snippetlab.compare.normalise import Mark

from tests.strength.places import Made, free, put
from tests.strength.structures import empty_values

_TOKEN = re.compile(r"\S+")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_ADDRESS = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.])")
_SIX = re.compile(r"(?<![\w:])(?:[0-9a-f]{1,4}:){1,7}:?[0-9a-f]{0,4}(?:/\d+)?(?![\w:])|(?<![\w:])::1?(?![\w:])")
_PORT = re.compile(r"(?<=:)\d{1,5}(?=->|/tcp|/udp|$|[\s\"'])|\d{1,5}(?=/tcp|/udp)", re.MULTILINE)
_PUBLISHED = re.compile(r"(?<=:)(\d{1,5})->(\d{1,5})(?=/)")
_LOOKALIKES = {"a": "\u0430", "e": "\u0435", "o": "\u043e", "c": "\u0441", "p": "\u0440", "-": "\u2010", "0": "O"}
_WIDE_DIGITS = {ord("0") + n: chr(0xFF10 + n) for n in range(10)}
_QUOTES = {'"': "'", "'": '"', "`": "'"}


def _moved(output: str, volatile: Sequence[Mark], chance: random.Random) -> Made:
    """Two words of different lines in each other's place; a word that is moved to the line below."""
    tokens = [m for m in _TOKEN.finditer(output) if free(volatile, m.start(), m.end())]
    for one, other in itertools.combinations(chance.sample(tokens, min(len(tokens), 12)), 2):
        first, second = sorted((one, other), key=lambda m: m.start())
        if first.group() != second.group() and "\n" in output[first.end() : second.start()]:
            swapped = put(output, second.start(), second.end(), first.group())
            yield (
                f"{first.group()[:20]!r} and {second.group()[:20]!r} exchanged",
                put(swapped, first.start(), first.end(), second.group()),
            )


def _columns(output: str, volatile: Sequence[Mark], chance: random.Random) -> Made:
    """A column of a table gone in every row, its title renamed, or two columns exchanged in every row."""
    lines = output.rstrip("\n").split("\n")
    rows = [re.split(r" {2,}|\t+", line) for line in lines]
    width = len(rows[0])
    if width < 2 or len(rows) < 2 or any(len(row) != width for row in rows):
        return
    for at in range(width):
        yield f"column {rows[0][at]!r} gone", "".join("   ".join((*r[:at], *r[at + 1 :])) + "\n" for r in rows)
        yield f"title {rows[0][at]!r} renamed", output.replace(rows[0][at], f"{rows[0][at]}S", 1)
    for one, other in itertools.combinations(range(width), 2):
        made = [[*row] for row in rows]
        for row in made:
            row[one], row[other] = row[other], row[one]
        if any(new[one] != old[one] for new, old in zip(made, rows, strict=True)):
            yield f"columns {rows[0][one]!r} and {rows[0][other]!r}", "".join("   ".join(r) + "\n" for r in made)


def _addresses(output: str, volatile: Sequence[Mark], chance: random.Random) -> Made:
    """Another address, another port, both ports the other way round."""
    for m in _ADDRESS.finditer(output):
        if free(volatile, m.start(), m.end()):
            parts = m.group().split(".")
            at = chance.randrange(4)
            parts[at] = str((int(parts[at]) + 1) % 256)
            yield f"{m.group()} → {'.'.join(parts)}", put(output, m.start(), m.end(), ".".join(parts))
    for m in _SIX.finditer(output):
        if free(volatile, m.start(), m.end()):
            last = m.group().split("/")[0][-1:]
            at = m.start() + len(m.group().split("/")[0]) - 1
            new = "2" if last != "2" else "3"
            yield f"{m.group()} ends in {new}", put(output, at, at + 1, new)
    for m in _PORT.finditer(output):
        if free(volatile, m.start(), m.end()):
            for new in (str(int(m.group()) + 1), m.group()[:-1] or "0", f"{m.group()}0"):
                yield f"port {m.group()} → {new}", put(output, m.start(), m.end(), new)
    for m in _PUBLISHED.finditer(output):
        if m[1] != m[2]:
            yield f"{m.group()} the other way", put(output, m.start(), m.end(), f"{m[2]}->{m[1]}")


def _digits(output: str, volatile: Sequence[Mark], chance: random.Random) -> Made:
    """Digits within words, versions and sizes: one more, a sign, an exponent, digits of another script."""
    for m in _NUMBER.finditer(output):
        if not free(volatile, m.start(), m.end()):
            continue
        number = m.group()
        whole, dot, part = number.partition(".")
        new = {f"{int(whole) + 1}{dot}{part}", f"{number}e3", f"{int(whole) - 1}{dot}{part}" if int(whole) else "1"}
        new |= {chr(ord(number[0]) - 48 + 0xFF10) + number[1:]}
        for other in sorted(new - {number}):
            yield f"{number} → {other}", put(output, m.start(), m.end(), other)


def _disguises(output: str, volatile: Sequence[Mark], chance: random.Random) -> Made:
    """What looks the same, or nearly so, and is not."""
    spots = [i for i, sign in enumerate(output) if sign in _LOOKALIKES and free(volatile, i, i + 1)]
    for at in chance.sample(spots, min(len(spots), 4)):
        yield f"{output[at]!r} of another script at {at}", put(output, at, at + 1, _LOOKALIKES[output[at]])
    for i, line in enumerate(lines := output.split("\n")[:-1]):
        made = {
            "coloured": f"\x1b[31m{line}\x1b[0m",
            "with a zero width space": f"{line}\u200b",
            "with a carriage return": f"{line}\r",
            "with a blank that does not break": line.replace(" ", "\xa0", 1),
            "with a blank more within": re.sub(r"(?<=[^\s|]) (?=[^\s|])", "  ", line, count=1),
            "with a tab for a blank": re.sub(r"(?<=[^\s|]) (?=[^\s|])", "\t", line, count=1),
            "decomposed": unicodedata.normalize("NFD", line),
            "nothing but a blank": line or " ",
        }
        for word, new in made.items():
            if new != line:
                yield f"line {i + 1} {word}", "\n".join([*lines[:i], new, *lines[i + 1 :], ""])
    for m in re.finditer(r"[\"'`]", output):
        if free(volatile, m.start(), m.end()):
            new = _QUOTES[m.group()]
            yield f"{m.group()} → {new} at {m.start()}", put(output, m.start(), m.end(), new)
    yield "a blank line at the end", f"{output}\n"
    yield "a line of blanks at the end", f"{output}  \n"
    yield "a blank line at the start", f"\n{output}"


def _forms(output: str, volatile: Sequence[Mark], chance: random.Random) -> Made:
    """Volatile values in a form that the same program never gives them: another zone, another unit, the state of
    something else, a full id that is cut, a short one that is full."""
    for mark in volatile:
        value = output[mark.start : mark.end]
        made: dict[str, str] = {}
        if mark.kind == "time":
            made = {"another zone": re.sub(r"(?:Z|\+00:?00|UTC)$", "+02:00", value), "no T": value.replace("T", " ")}
            made["a day of none"] = re.sub(r"-\d\d(?=[T ]|$)", "-32", value)
            made["February 31"] = re.sub(r"-\d\d-\d\d(?=[T ]|$)", "-02-31", value)
            made["another weekday"] = re.sub(r"Mon|Tue|Wed|Thu|Fri|Sat|Sun", _day_after, value)
            made["in a year to come"] = re.sub(r"\b20\d\d\b", "2087", value)
            made["an hour of none"] = re.sub(r"(?<=[T ])\d\d(?=:\d\d)", "25", value, count=1)
        elif mark.how == "identity" and re.fullmatch(r"(?:sha256:)?[0-9a-f]{64}", value):
            made = {
                "cut to 12": value.removeprefix("sha256:")[:12],
                "cut to 63": value[:-1],
                "a g in it": value[:-1] + "g",
            }
        elif re.fullmatch(r"[0-9a-f]{12}", value):
            made = {"cut to 11": value[:-1], "13 long": value + "0"}
        elif re.search(r"[a-z]", value) and mark.how == "any":
            made = {"plural": re.sub(r"([a-z])$", r"\1s", value), "decimal comma": value.replace(".", ",")}
            made["binary unit"] = re.sub(r"(?<=[kMG])(?=B)", "i", value)
        if mark.kind == "ago":
            made |= {"0": re.sub(r"\d+", "0", value), "99": re.sub(r"\d+(?= [smh])", "99", value)}
        if not mark.reason:  # what a person's own rule matches is for the person to say
            made["in digits of another script"] = value.translate(_WIDE_DIGITS)
        for word, new in made.items():
            if new != value:
                yield f"{mark.kind} {value[:20]!r} {word}", put(output, mark.start, mark.end, new)


def _day_after(found: re.Match[str]) -> str:
    days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun", "Mon"]
    return days[days.index(found.group()) + 1]


FURTHER: dict[str, Callable[[str, Sequence[Mark], random.Random], Made]] = {
    "moved": _moved,
    "columns": _columns,
    "addresses": _addresses,
    "digits": _digits,
    "disguises": _disguises,
    "empty values": empty_values,
    "forms": _forms,
}
