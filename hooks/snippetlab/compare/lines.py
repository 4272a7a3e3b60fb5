"""Recorded lines with rules beside them: which printed lines each stands for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from snippetlab.compare.normalise import Blind, normalise_lines
from snippetlab.compare.reading import Reading
from snippetlab.matching import whole_line
from snippetlab.model import LineRule


def compared(
    recorded: str, captured: str, rules: Sequence[LineRule], unordered: bool, reading: Reading
) -> tuple[str, str]:
    """What is left to compare of both sides, where rules stand beside recorded lines, or lines come in any order.

    The lines that a rule lets be are on neither side: what nobody recorded must not be taken for a recorded id. The
    recorded lines of an unordered output come in the order in which they were printed. Where the lines of both cannot
    be brought together, each side is whole.
    """
    if not rules and not unordered:
        return recorded, captured
    lines, printed = recorded.split("\n"), captured.split("\n")
    keys = [normalise_lines(text, Blind(reading.vocabulary), reading) for text in (recorded, captured)]
    ruled = {rule.line: rule for rule in rules}
    if unordered:
        # The end of the last line is told by an empty one, which has its place.
        if (lines[-1] == "") != (printed[-1] == ""):
            return recorded, captured
        end = [len(lines) - 1] if lines[-1] == "" else []
        last = -len(end) or None
        found = [*in_any_order(keys[0][:last], printed[:last], keys[1][:last], ruled), *end]
        elided = {line for line, rule in ruled.items() if rule.how == "elision"}
        left = [line for i, line in enumerate(lines) if i not in found and i not in elided]
        if left or (None in found and not elided):
            own = [lines[i] for i in found if i is not None and i not in end]
            return "\n".join([*own, *left, *("" for _ in end)]), captured
    else:
        aligned = _aligned(keys[0], printed, keys[1], ruled)
        if aligned is None:
            return recorded, captured
        found = aligned
    pairs = [(lines[i], printed[j]) for j, i in enumerate(found) if i is not None and i not in ruled]
    return "\n".join(own for own, _ in pairs), "\n".join(other for _, other in pairs)


def in_any_order(
    recorded: Sequence[str], printed: Sequence[str], captured: Sequence[str], ruled: Mapping[int, LineRule]
) -> list[int | None]:
    """For each printed line the recorded one that stands for it, in whatever order; ``None`` where there is none.

    ``recorded`` and ``captured`` are the normalised lines, ``ruled`` the recorded ones that a rule stands beside. A
    line that several rules fit goes where all of them find one.
    """
    left = [i for i in range(len(recorded)) if i not in ruled]
    found: list[int | None] = [None] * len(captured)
    for at, key in enumerate(captured):
        own = next((i for i in left if recorded[i] == key), None)
        if own is not None:
            left.remove(own)
            found[at] = own

    def placed(line: int, tried: set[int]) -> bool:
        for at, here in enumerate(found):
            own = here is None or here in ruled
            if at in tried or not own or not stands_for(ruled[line], "", printed[at], ""):
                continue
            tried.add(at)
            if here is None or placed(here, tried):
                found[at] = line
                return True
        return False

    for line, rule in ruled.items():
        if rule.how != "elision":
            placed(line, set())
    return found


def _aligned(
    keys: Sequence[str], printed: Sequence[str], captured: Sequence[str], rules: Mapping[int, LineRule]
) -> list[int | None] | None:
    """For each printed line the recorded one that it must equal, ``None`` where a rule lets it be; or no fit at all.

    ``reach[i]`` maps each number of printed lines that the first ``i`` recorded
    ones can stand for to the number before the last of them.
    """
    reach: list[dict[int, int]] = [{0: 0}]
    for i, key in enumerate(keys):
        rule = rules.get(i)
        ends: dict[int, int] = {}
        for start in reach[-1]:
            if rule is not None and rule.how == "elision":
                for end in range(start, len(printed) + 1):
                    ends.setdefault(end, start)
            elif start < len(printed) and stands_for(rule, key, printed[start], captured[start]):
                ends.setdefault(start + 1, start)
        reach.append(ends)
    if len(printed) not in reach[-1]:
        return None
    found: list[int | None] = [None] * len(printed)
    end = len(printed)
    for i in range(len(keys) - 1, -1, -1):
        start = reach[i + 1][end]
        if i not in rules:
            found[start] = i
        end = start
    return found


def stands_for(rule: LineRule | None, key: str, line: str, captured: str) -> bool:
    """True where a recorded line, normalised as ``key``, or the rule beside it stands for a printed ``line``."""
    if rule is None:
        return key == captured
    return rule.how == "any" or (rule.how == "re" and whole_line(rule.pattern, line))
