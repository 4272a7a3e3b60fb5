"""A drift as a diff of raw lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from snippetlab.compare.describe import matcher
from snippetlab.compare.normalise import Mark, blind_lines, within
from snippetlab.compare.reading import Reading
from snippetlab.model import Drift

Spans = list[tuple[int, int, str]]
DiffLine = tuple[str, str, Spans]


def diff_lines(drift: Drift, reading: Reading) -> list[DiffLine]:
    """A diff of raw lines: tag (`` ``, ``-``, ``+``), text and the spans of its volatile parts.

    Lines that differ in volatile parts alone count as equal and appear as
    captured; but where it is an identity that differs, lines that hold it do
    not. Build logs and the like appear in the order in which they are compared.
    """
    old, new = _Side(drift.recorded, drift, reading), _Side(drift.captured, drift, reading)
    result: list[DiffLine] = []
    for tag, a, b, c, d in matcher(old.keys, new.keys).get_opcodes():
        if tag == "equal":
            result += [(" ", *line) for line in new.lines[c:d]]
        else:
            result += [("-", *line) for line in old.lines[a:b]]
            result += [("+", *line) for line in new.lines[c:d]]
    return result


def hunks(lines: Sequence[DiffLine], around: int = 3) -> Iterator[DiffLine | int]:
    """What changed, with ``around`` lines on either side; a number stands for so many lines left out."""
    changed = [i for i, (tag, _, _) in enumerate(lines) if tag != " "]
    near = {j for i in changed for j in range(max(i - around, 0), min(i + around + 1, len(lines)))}
    out = 0
    for i, line in enumerate(lines):
        if i in near:
            if out:
                yield out
            out = 0
            yield line
        else:
            out += 1
    if out and changed:
        yield out


_LONG, _ENDS = 50, 20  # lines that are all new, or all gone: more than so many are told by their ends


def shortened(shown: Iterable[DiffLine | int]) -> Iterator[DiffLine | int]:
    """What ``hunks`` gives, in which a long run of lines that are all new (or all gone) is told by its ends."""
    for tag, found in groupby(shown, key=lambda one: "" if isinstance(one, int) else one[0]):
        run = list(found)
        if tag.strip() and len(run) > _LONG:
            yield from run[:_ENDS]
            yield tag, f"… {len(run) - 2 * _ENDS:,} lines more …", []
            yield from run[-_ENDS:]
        else:
            yield from run


class _Side:
    """The lines of one side with their spans, and the keys by which they are the same as those of the other."""

    def __init__(self, text: str, drift: Drift, reading: Reading) -> None:
        shown, ended = bool(text), not text or text.endswith("\n")
        text = reading.vocabulary.arranged(text.removesuffix("\n"), reading.typed.text)
        keys, found = blind_lines(text, reading) if shown else ([], [])
        self.lines = list(_with_spans(text, found)) if shown else []
        if not ended and self.lines:
            # The last line and its key say it in the words of a scenario file.
            line, spans_of_line = self.lines[-1]
            self.lines[-1], keys[-1] = (f"{line} (no-eol)", spans_of_line), f"{keys[-1]} (no-eol)"
        # Rows of a table that begin and end alike are one row; so is a line that holds the value at issue.
        self.keys = [
            line if any(value in line for value in drift.values) else key
            for (line, _), key in zip(self.lines, keys, strict=True)
        ]


def _with_spans(text: str, found: Sequence[Mark]) -> Iterator[tuple[str, Spans]]:
    start = 0
    for line in text.split("\n"):
        end = start + len(line)
        own = within(found, start, end)
        yield line, [(max(m.start, start) - start, min(m.end, end) - start, m.kind) for m in own]
        start = end + 1
