"""Why an attack may survive: each reason is a fact about what real runs print, with a test for the attacks it covers."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable

from snippetlab.packs.docker.belongings import NOT_ASKED

from tests.strength.attack import Attack

_STEP = re.compile(r"^#\d+ ", re.MULTILINE)
_PROGRESS = re.compile(r"^ (?:Container|Network|Image|Volume) \S+ +[A-Z]", re.MULTILINE)


def _repeated(attack: Attack) -> bool:
    if _STEP.search(attack.recorded) is None:
        return False
    gone = re.fullmatch(r"line (\d+) gone", attack.word)
    lines = attack.recorded.split("\n")
    # A part of a step is told once as it begins, and again when it is done.
    begun = gone is not None and lines[int(gone[1])].startswith(lines[int(gone[1]) - 1])
    return attack.word.endswith("twice") or begun


def _build_order(attack: Attack) -> bool:
    return attack.family == "order" and _STEP.search(attack.recorded) is not None


def _free(attack: Attack) -> bool:
    logs = re.search(r"^[\w.-]+-\d+ +\| ", attack.recorded, re.MULTILINE)
    return attack.family == "order" and bool(_PROGRESS.search(attack.recorded) or logs)


def _once(attack: Attack) -> bool:
    """Lines that are equal but for an interface, or an id, that stands nowhere else."""
    alone = re.search(r"^(?:veth[0-9a-f]{7}@.*|sha256:[0-9a-f]{64})$", attack.recorded, re.MULTILINE)
    return attack.family == "order" and alone is not None


def _name(attack: Attack) -> bool:
    return attack.family == "identities" and re.search(r"^[a-z]+_[a-z]+ (?:longer|cut)", attack.word) is not None


def _processes(attack: Attack) -> bool:
    numbers = re.fullmatch(r"cells '\d+' and '\d+'", attack.word) and "PPID" in attack.recorded
    return bool(numbers) or (attack.family == "numbers" and "Processes" in attack.recorded)


def _not_asked(attack: Attack) -> bool:
    changed = difflib.ndiff(attack.recorded.split("\n"), attack.changed.split("\n"))
    lines = [line[2:] for line in changed if line.startswith("+ ")]
    return attack.family == "strangers" and all(
        any(place.regex.search(line) for place in NOT_ASKED if place.pattern and place.asked is None) for line in lines
    )


def _kernel(attack: Attack) -> bool:
    """Only where what stands behind the version's numbers was changed."""
    return re.match(r"kernel '\d+\.\d+\.\d+-[^']*' with [^\d]*[a-z][\w-]* as a word$", attack.word) is not None


def _steps_blank(attack: Attack) -> bool:
    return attack.word.startswith("blank line") and _STEP.search(attack.recorded) is not None


REASONS: dict[str, Callable[[Attack], bool]] = {
    "BuildKit itself repeats lines when it comes back to a step, and tells of a part when it begins, if there is time": _repeated,
    "steps of a build that do not wait for each other come in any order": _build_order,
    "services that do not depend on each other come in any order": _free,
    "two lines that differ in nothing but an id or an interface that stands nowhere else say the same in either order": _once,
    "a generated name is an adjective and any name": _name,
    "the numbers of processes are new in each run, and which is the greater is a matter of luck": _processes,
    "ids that no API tells: the kernel's handles of endpoints, BuildKit's snapshots, digests of manifests": _not_asked,
    "behind its numbers, the version of a kernel has whatever its maker wrote": _kernel,
    "an empty line in a build log parts two steps": _steps_blank,
}


def reason(attack: Attack) -> str:
    """Why nothing is wrong with a survivor; empty when something is."""
    return next((words for words, covers in REASONS.items() if covers(attack)), "")
