"""Recorded lines with rules beside them: which printed lines each stands for."""

from __future__ import annotations

import re
from collections.abc import Sequence

from snippetlab.compare.normalise import Blind, normalise_lines
from snippetlab.compare.reading import Reading
from snippetlab.model import LineRule


def expected(recorded: str, captured: str, rules: Sequence[LineRule], unordered: bool, reading: Reading) -> str:
    """What should have been printed, as far as ``recorded`` and its rules say it, in the terms of ``captured``.

    Lines with a rule are taken from ``captured`` where they fit it, and the
    recorded lines of an unordered output come in the order in which they were
    printed. So what is left to compare is what the rules leave. Where the lines
    of both cannot be brought together, ``recorded`` comes back as it is.
    """
    if not rules and not unordered:
        return recorded
    lines, printed = recorded.split("\n"), captured.split("\n")
    keys = [normalise_lines(text, Blind(reading.vocabulary), reading) for text in (recorded, captured)]
    if unordered:
        order = _matched(keys[0], keys[1])
        return "\n".join(lines[i] for i in order)
    found = _aligned(keys[0], printed, keys[1], {rule.line: rule for rule in rules})
    if found is None:
        return recorded
    return "\n".join(lines[i] if i is not None else printed[j] for j, i in enumerate(found))


def compared(
    recorded: str, captured: str, rules: Sequence[LineRule], unordered: bool, reading: Reading
) -> tuple[str, str]:
    """Both sides as they are to be compared: as ``expected`` has it, but for the lines that a rule lets be.

    Those are on neither side: what nobody recorded must not be taken for a recorded id.
    """
    lines, printed = recorded.split("\n"), captured.split("\n")
    if unordered or not rules:
        return expected(recorded, captured, rules, unordered, reading), captured
    keys = [normalise_lines(text, Blind(reading.vocabulary), reading) for text in (recorded, captured)]
    found = _aligned(keys[0], printed, keys[1], {rule.line: rule for rule in rules})
    if found is None:
        return recorded, captured
    pairs = [(lines[i], printed[j]) for j, i in enumerate(found) if i is not None]
    return "\n".join(own for own, _ in pairs), "\n".join(other for _, other in pairs)


def _matched(recorded: Sequence[str], captured: Sequence[str]) -> list[int]:
    """The recorded lines in the order of the captured ones that are equal to them; what has no partner is last."""
    left = list(range(len(recorded)))
    order = []
    for key in captured:
        own = next((i for i in left if recorded[i] == key), None)
        if own is not None:
            left.remove(own)
            order.append(own)
    end = [i for i in [*order, *left] if recorded[i] == "" and i == len(recorded) - 1]
    return [i for i in [*order, *left] if i not in end] + end


def _aligned(
    keys: Sequence[str], printed: Sequence[str], captured: Sequence[str], rules: dict[int, LineRule]
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
            elif start < len(printed) and _fits(rule, key, printed[start], captured[start]):
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


def _fits(rule: LineRule | None, key: str, line: str, captured: str) -> bool:
    if rule is None:
        return key == captured
    return rule.how == "any" or re.fullmatch(rule.pattern, line) is not None
