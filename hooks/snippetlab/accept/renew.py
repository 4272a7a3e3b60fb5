"""A new recording in the place of an old one: what a person wrote beside the recorded lines stays."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from snippetlab.compare.layout import without_blank_ends
from snippetlab.compare.lines import in_any_order, stands_for
from snippetlab.compare.normalise import Blind, normalise_lines
from snippetlab.compare.reading import Reading
from snippetlab.model import Block, Command, CommandCapture
from snippetlab.scenario.notation import (
    EOL,
    EXIT_LINE,
    NO_EOL,
    STREAMS,
    exit_line,
    line_of_recording,
    recording,
    stream_line,
)

# A line of a new body: its text, or the index of the line of the old body that stays, byte for byte.
Line = str | int


def renewed(block: Block, command: Command, done: CommandCapture, stop: int, reading: Reading) -> Iterator[Line]:
    """The lines of a command, which end before line ``stop`` of the old body, with ``done`` recorded under it.

    What is typed stays, and so do blank lines that do not count, elisions and rules that still hold.
    """
    lines = block.text.split("\n")
    start = command.place.line - block.body_start
    yield from range(start, start + command.source.count("\n") + 1)
    above = [lines[index] for index in range(start + command.source.count("\n") + 1, command.output_start)]
    blank = next((index for index, line in enumerate(above) if line.strip()), len(above))
    yield from range(command.output_start - len(above), command.output_start - len(above) + blank)
    streams = block.notation.streams
    if streams or command.stream is not None:
        yield from filter(None, [stream_line(done.stream, done.exit_code, streams=streams)])
    marks = range(command.output_start - len(above) + blank, command.output_start)
    yield from (index for index in marks if lines[index] not in STREAMS)
    output = without_blank_ends(done.output) if block.notation.ignore_blank_lines else done.output
    if command.rules or command.unordered:
        found = _kept(command, output, reading)
        yield from _in_file(found, command, block, output)
        # What stands last in the file need not be what was printed last.
        last = [one if isinstance(one, str) else command.output.split("\n")[one] for one in found[-1:]]
        if done.exit_code or (output.endswith("\n") and any(map(EXIT_LINE.fullmatch, last))):
            yield exit_line(done.exit_code)
    else:
        yield from recording(output, done.exit_code, block.notation)
    blank = 0
    while block.notation.ignore_blank_lines and stop - 1 - blank > start and not lines[stop - 1 - blank].strip():
        blank += 1
    yield from range(max(stop - blank, command.output_start), stop)


def _in_file(found: Sequence[str | int], command: Command, block: Block, output: str) -> Iterator[Line]:
    old = block.text.split("\n")[command.output_start :]
    for position, line in enumerate(found):
        end = (NO_EOL, EOL)[output.endswith("\n")] if output and position == len(found) - 1 else ""
        if isinstance(line, str):
            yield line_of_recording(line, block.notation, first=position == 0, end=end)
        elif old[line].endswith(NO_EOL) or end == NO_EOL:
            bare = old[line].removesuffix(NO_EOL)
            yield bare + end.removesuffix(EOL)
        else:
            yield command.output_start + line


def _kept(command: Command, output: str, reading: Reading) -> list[str | int]:
    """The printed lines, or the recorded ones (by index, from 0) that stand for them: as many of these as can be."""
    recorded, printed = command.output.split("\n"), output.split("\n")
    for lines in (recorded, printed):
        if lines[-1] == "":
            lines.pop()
    blind = Blind(reading.vocabulary)
    keys = [normalise_lines("\n".join(lines), blind, reading)[: len(lines)] for lines in (recorded, printed)]
    ruled = {rule.line: rule for rule in command.rules}
    elisions = {line for line, rule in ruled.items() if rule.how == "elision"}
    if command.unordered:
        found = in_any_order(keys[0], printed, keys[1], ruled)
        new = iter([] if elisions else [line for line, own in zip(printed, found, strict=True) if own is None])
        kept = [i if i in found or i in elisions else next(new, None) for i in range(len(recorded))]
        return [*(one for one in kept if one is not None), *new]
    fits = [
        [stands_for(ruled.get(i), keys[0][i], line, key) for line, key in zip(printed, keys[1], strict=True)]
        for i in range(len(recorded))
    ]
    return list(_laid_beside(fits, printed, elisions))


# What it costs to write a printed line in the place of a recorded one, and to have one more, or one less.
_OTHER, _MORE, _ANYWHERE = 10, 11, 12


def _laid_beside(
    fits: Sequence[Sequence[bool]], printed: Sequence[str], elisions: Collection[int]
) -> Iterator[str | int]:
    """Recorded and printed lines side by side, so that the least changes; ``fits[i][j]`` says which go together."""
    height, width = len(fits), len(printed)
    # Between two elisions a line that does not fit could be any of those printed there: then it rather goes.
    inner = [bool(elisions) and min(elisions) < i < max(elisions) for i in range(height)]
    cost = [[0] * (width + 1) for _ in range(height)] + [[_MORE * (width - j) for j in range(width + 1)]]

    def beside(i: int, j: int) -> int:
        return cost[i + 1][j + 1] + (0 if fits[i][j] else _ANYWHERE if inner[i] else _OTHER)

    for i in range(height - 1, -1, -1):
        free = i in elisions
        for j in range(width, -1, -1):
            ways = [cost[i + 1][j] + (0 if free else _MORE)]
            if j < width:
                ways += [cost[i][j + 1]] if free else [cost[i][j + 1] + _MORE, beside(i, j)]
            cost[i][j] = min(ways)
    i = j = 0
    elided = False
    while i < height:
        if i in elisions:
            if not elided:  # one after the other would say no more
                yield i
            while cost[i + 1][j] > cost[i][j]:
                j += 1
            elided, i = True, i + 1
        elif j < width and cost[i][j] == beside(i, j):
            yield i if fits[i][j] else printed[j]
            elided, i, j = False, i + 1, j + 1
        elif j < width and cost[i][j] == cost[i][j + 1] + _MORE:
            yield printed[j]
            elided, j = False, j + 1
        else:
            i += 1
    yield from printed[j:]
