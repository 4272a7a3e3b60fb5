"""Docker's logs of things that go on at the same time, put into an order that does not depend on who was first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

_STEP = re.compile(r"#(\d+) (.*)")
_BUILD = re.compile(r"^#\d+ (?:DONE|CACHED|ERROR|CANCELED)\b", re.MULTILINE)
_END = re.compile(r"(?:DONE|CACHED)\b")
_OUTCOME = re.compile(r"(?:DONE|CACHED|ERROR|CANCELED)\b|\d+\.\d+(?: |$)")
# What BuildKit says of a part of a step: what, how many bytes, since when, done.
_PART = re.compile(r"(.+?)(?: [\d.]+[kMG]?B(?: / [\d.]+[kMG]?B)?)?(?: \d+\.\d+s)?(?: done)?")
_OBJECT = re.compile(r"^ (?:Container|Network|Volume|Image|Service) \S+ +[A-Z][a-z]+(?: .*)?$", re.MULTILINE)
_SERVICE = re.compile(r"([\w.-]+-\d+|[\w.-]+\.\d+\.[a-z0-9]{12,25}@[\w.-]+) +\| ?")


def arranged(text: str) -> str:
    """``text`` with the lines of build logs, of compose's progress and of several services' logs put in order.

    Each step, container or service keeps its own lines in their order.
    """
    if "\n#" in text or text.startswith("#"):
        if _BUILD.search(text):
            text = "\n".join(_build(text.split("\n")))
    elif " | " in text or _OBJECT.search(text):
        text = "\n".join(_grouped(text.split("\n")))
    return text


def _build(lines: Sequence[str]) -> Iterator[str]:
    """A build log by steps, in the order of their titles; parts of a step as they were in the end."""
    first = next(i for i, line in enumerate(lines) if _STEP.match(line))
    last = max(i for i, line in enumerate(lines) if _STEP.match(line))
    steps: dict[str, list[str]] = {}
    number = ""
    for line in lines[first : last + 1]:
        found = _STEP.fullmatch(line)
        if found:
            number = found.group(1)
        if line.strip():
            steps.setdefault(number, []).append(line)
    yield from lines[:first]
    for step in sorted(steps.values(), key=lambda step: _natural(step[0])):
        yield from _step(step)
    yield from lines[last + 1 :]


def _step(lines: Sequence[str]) -> Iterator[str]:
    # Whenever the log comes back to a step it repeats the title.
    title = lines[0]
    latest: dict[str, str] = {}
    for i, line in enumerate(lines[1:]):
        said = line.partition(" ")[2] if _STEP.fullmatch(line) else None
        if line == title or said == "...":
            continue
        part = _PART.fullmatch(said) if said and not _OUTCOME.match(said) else None
        # It may even say twice that a step is done: once is enough.
        end = _END.match(said) if said else None
        latest[part.group(1) if part else end.group() if end else f"{i} {line}"] = line
    yield title
    yield from latest.values()


def _natural(line: str) -> list[tuple[int, str]]:
    title = line.partition(" ")[2]
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", title)]


def _grouped(lines: Sequence[str]) -> Iterator[str]:
    """Lines of compose's progress by object, lines of logs by service; other lines stay where they are."""
    for what, group in groupby(lines, key=_owner_kind):
        own = list(group)
        if what == "service":
            # Compose widens the column of names whenever it meets a longer one: it depends on who spoke first.
            own = [_SERVICE.sub(r"\1 | ", line, count=1) for line in own]
        yield from sorted(own, key=_owner) if what else own


def _owner_kind(line: str) -> str:
    if _OBJECT.fullmatch(line):
        return "object"
    return "service" if _SERVICE.match(line) else ""


def _owner(line: str) -> str:
    service = _SERVICE.match(line)
    return service.group(1) if service else " ".join(line.split()[:2])
