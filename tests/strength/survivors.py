"""Why an attack may survive: each reason is a fact about what real runs print, with a test for the attacks it covers."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable

from snippetlab.packs.docker.belongings import NOT_ASKED

from tests.strength.attack import Attack

_STEP = re.compile(r"^#\d+ ", re.MULTILINE)
_PROGRESS = re.compile(r"^ (?:Container|Network|Image|Volume) \S+ +[A-Z]", re.MULTILINE)


_BESIDE = re.compile(r"  (?=\d)|(?<=\d)  ")  # two blanks beside a figure


def _part(attack: Attack) -> bool:
    change = re.fullmatch(r"line (\d+) (gone|twice)", attack.word)
    if change is None:
        return False
    line, below, *_ = [*attack.recorded.split("\n")[int(change[1]) - 1 :], ""]
    if _STEP.match(line) is None or re.search(r"^#\d+ (?:DONE|CACHED|ERROR)|^#\d+ \[", line):
        return False
    # A part of a step is told once as it begins, and again when it is done.
    return change[2] == "twice" or below.startswith(line)


def _free(attack: Attack) -> bool:
    logs = re.search(r"^[\w.-]+-\d+ +\| ", attack.recorded, re.MULTILINE)
    return attack.family in ("order", "moved") and bool(_PROGRESS.search(attack.recorded) or logs)


def _any_order(attack: Attack) -> bool:
    return attack.family in ("order", "moved") and attack.unordered


def _once(attack: Attack) -> bool:
    """Lines that are equal but for an interface, or an id, that stands nowhere else."""
    alone = re.search(r"^(?:veth[0-9a-f]{7}@.*|sha256:[0-9a-f]{64}|[0-9a-f]{12})$", attack.recorded, re.MULTILINE)
    return attack.family == "order" and alone is not None


def _processes(attack: Attack) -> bool:
    return attack.family in ("numbers", "digits") and "Processes" in attack.recorded


def _between_cells(attack: Attack) -> bool:
    """A blank more between two cells of a row, which move with the values beside them, or beside such a value where
    no header tells of cells."""
    words = re.fullmatch(r"line (\d+) with a blank more within", attack.word)
    if words is None:
        return False
    number, lines = int(words[1]), attack.recorded.split("\n")
    if number > 1 and re.match(r" *[A-Z]+(?: +[A-Z%]+)+$", lines[0]):
        return True
    changed = attack.changed.split("\n")[number - 1]
    return any(changed[: m.start()] + changed[m.start() + 1 :] == lines[number - 1] for m in _BESIDE.finditer(changed))


def _not_asked(attack: Attack) -> bool:
    changed = difflib.ndiff(attack.recorded.split("\n"), attack.changed.split("\n"))
    lines = [line[2:] for line in changed if line.startswith("+ ")]
    return attack.family == "strangers" and all(
        any(place.regex.search(line) for place in NOT_ASKED if place.pattern and place.asked is None) for line in lines
    )


REASONS: dict[str, Callable[[Attack], bool]] = {
    "BuildKit tells of a part of a step when it begins, on its way and when it is done, as often as there is time": _part,
    "the block says of its lines that they come in any order": _any_order,
    "services that do not depend on each other come in any order": _free,
    "two lines that differ in nothing but an id or an interface that stands nowhere else say the same in either order": _once,
    "the numbers of processes are new in each run": _processes,
    "the cells of a row move with the values beside them": _between_cells,
    "ids that no API tells: the kernel's handles of endpoints, BuildKit's snapshots, digests of manifests": _not_asked,
}


def reason(attack: Attack) -> str:
    """Why nothing is wrong with a survivor; empty when something is."""
    return next((words for words, covers in REASONS.items() if covers(attack)), "")
