"""Docker's logs of things that go on at the same time, put into an order that does not depend on who was first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from snippetlab.packs.docker.progress import in_order_of_dependencies, is_progress

_STEP = re.compile(r"#(\d+) (.*)")
_BUILD = re.compile(r"^#\d+ (?:DONE|CACHED|ERROR|CANCELED)\b", re.MULTILINE)
_END = re.compile(r"(?:DONE|CACHED)\b")
_ENDED = re.compile(r"(?:DONE|CACHED|CANCELED)(?: |$)|ERROR:")
_OUTCOME = re.compile(r"(?:DONE|CACHED|ERROR|CANCELED)\b|\d+\.\d+(?: |$)")
# What BuildKit says of a part of a step: what, how many bytes, since when, done.
_PART = re.compile(r"(.+?)(?: [\d.]+[kMG]?B(?: / [\d.]+[kMG]?B)?)?(?: \d+\.\d+s)?(?: done)?")
# What Compose 1 says of a container, of several at a time.
_VERSION_1 = re.compile(r"(Recreating|Creating|Starting|Stopping|Removing|Killing) (\S+) +\.\.\. ?(?:done)?")
# A line of a service's log, and that it has ended.
_SERVICE = re.compile(r"([\w.-]+-\d+|[\w.-]+\.\d+\.[a-z0-9]{12,25}@[\w.-]+) +\| ?")
_EXITED = re.compile(r"([\w.-]+-\d+) exited with code \d+")
_LAYER = re.compile(
    r"([0-9a-f]{12}): (?:Preparing|Waiting|Pushing|Pushed|Pulling|Verifying|Download|Pull|Layer|Mounted|.*xists)\b.*"
)
# Said of a layer that has to wait for others, or when the machine is slow enough to say it.
# A log line of the client's own, which it prints if it stops to wait for a container before it prints why that did not
# start.
_WAITED = re.compile(r'time="[^"]+" level=error msg="error waiting for container: context canceled"')
_BY_LUCK = re.compile(r"[0-9a-f]{12}: (?:Waiting|Verifying Checksum)")


def arranged(text: str, typed: str) -> str:
    """``text`` with the lines of build logs, of Compose's progress, of layers and of several services' logs in order.

    Each step, container, layer or service keeps its own lines in their order; what
    depends on something else stays behind it. ``typed`` is what stands in the
    scenario: it says which service depends on which. That the client waits no more for a container is said by luck.
    """
    if "error waiting for container" in text:
        text = "\n".join(line for line in text.split("\n") if not _WAITED.fullmatch(line))
    if "\n#" in text or text.startswith("#"):
        if _BUILD.search(text):
            text = "\n".join(_build(text.split("\n")))
    elif " | " in text or " ... " in text or "  " in text or ": P" in text or ": L" in text:
        text = "\n".join(_grouped(text.split("\n"), typed))
    return text


def _build(lines: Sequence[str]) -> Iterator[str]:
    """A build log by steps, in the order of their titles; parts of a step as they were in the end.

    When a log comes back to a step, also to one that has ended, it begins with the step's title (measured: in 360 logs
    of builds that ran two at a time), so a line that does not is told.
    """
    first = next(i for i, line in enumerate(lines) if _STEP.match(line))
    last = max(i for i, line in enumerate(lines) if _STEP.match(line))
    parted = _parted(lines[first : last + 1])
    steps: dict[str, list[str]] = {}
    number = ""  # of the step that the log is at; none behind an end
    for i, line in enumerate(lines[first : last + 1], first):
        if found := _STEP.fullmatch(line):
            now = found.group(1)
            if now != number and now in steps and line != steps[now][0]:
                line = f"{line} (of a step whose title is not repeated)"
            steps.setdefault(now, []).append(line)
            number = "" if _ENDED.match(found.group(2)) else now
        elif line or not parted or _number(lines[i + 1]) in ("", number):
            steps[number or now].append(line)
    yield from lines[:first]
    for i, step in enumerate(sorted(steps.values(), key=lambda step: _natural(step[0]))):
        yield from [""] if parted and i else []
        yield from _step(step)
    yield from lines[last + 1 :]


def _number(line: str) -> str:
    """The number of the step that a line of a build log is of; empty for another line."""
    found = _STEP.fullmatch(line)
    return found.group(1) if found else ""


def _parted(lines: Sequence[str]) -> bool:
    """True where an empty line stands wherever the log goes on with another step, as BuildKit writes it."""
    numbers = [_number(line) for line in lines]
    last, switches = numbers[0], []
    for i, number in enumerate(numbers):
        if number and number != last:
            switches.append(not lines[i - 1])
            last = number
    return bool(switches) and all(switches)


def _step(lines: Sequence[str]) -> Iterator[str]:
    title = lines[0]
    latest: dict[str, str] = {}
    end = ""
    for i, line in enumerate(lines[1:]):
        said = line.partition(" ")[2] if _STEP.fullmatch(line) else None
        if (line == title and i) or said == "...":
            continue
        part = _PART.fullmatch(said) if said and not _OUTCOME.match(said) else None
        # It may come back to a step that has ended, and say again what became of it: the last of that is so.
        if _END.match(said or ""):
            end = line
        else:
            latest[part.group(1) if part else f"{i} {line}"] = line
    yield title
    yield from latest.values()
    yield from [end] if end else []


def _natural(line: str) -> list[tuple[int, str]]:
    title = line.partition(" ")[2]
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", title)]


def _grouped(lines: Sequence[str], typed: str) -> Iterator[str]:
    """Lines of Compose's progress by object, of logs by service, of a pull or push by layer; others stay in place.

    That a service has ended, said while others are still being stopped, comes behind what is said of those.
    """
    sorts = list(map(_sort, lines))
    for n, line in enumerate(lines):
        if _EXITED.fullmatch(line) and "object" in (sorts[n - 1 : n] + sorts[n + 1 : n + 2]):
            sorts[n] = "object"
    for what, numbered in groupby(enumerate(lines), key=lambda item: sorts[item[0]]):
        own = [line for _, line in numbered]
        if what == "service":
            # Compose widens the column of names whenever it meets a longer one: it depends on who spoke first.
            own = [_SERVICE.sub(r"\1 | ", line, count=1) for line in own]
            yield from sorted(own, key=_service)
        elif what == "version 1":
            yield from _by_deed(own)
        elif what == "layer":
            yield from _layers(own)
        elif what == "object":
            ended = [line for line in own if _EXITED.fullmatch(line)]
            yield from in_order_of_dependencies([line for line in own if line not in ended], typed)
            yield from sorted(ended)
        else:
            yield from own


def _sort(line: str) -> str:
    if is_progress(line):
        return "object"
    if _VERSION_1.fullmatch(line):
        return "version 1"
    if _LAYER.fullmatch(line):
        return "layer"
    return "service" if _SERVICE.match(line) or _EXITED.fullmatch(line) else ""


def _by_deed(lines: Sequence[str]) -> list[str]:
    """Compose 1's progress: what it does in the order in which it begins to, and of each, containers by name."""
    found = [match.groups() for line in lines if (match := _VERSION_1.fullmatch(line))]
    deeds = list(dict.fromkeys(deed for deed, _ in found))
    order = sorted(range(len(lines)), key=lambda n: (deeds.index(found[n][0]), found[n][1]))
    return [lines[n] for n in order]


def _service(line: str) -> str:
    found = _SERVICE.match(line) or _EXITED.match(line)
    return found.group(1) if found else ""


def _layers(lines: Sequence[str]) -> Iterator[str]:
    """By layer, in the order in which they were announced: their ids are new in each run."""
    layers: dict[str, list[str]] = {}
    for line in lines:
        if not _BY_LUCK.fullmatch(line):
            layers.setdefault(line[:12], []).append(line)
    for own in layers.values():
        yield from own
