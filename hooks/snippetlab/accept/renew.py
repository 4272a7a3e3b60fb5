"""A new recording in the place of an old one: what a person wrote beside the recorded lines stays."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from snippetlab.compare.layout import without_blank_ends
from snippetlab.compare.normalise import Blind, normalise_lines
from snippetlab.compare.reading import Reading
from snippetlab.model import Block, Command, CommandCapture
from snippetlab.scenario.notation import STREAMS, exit_line, line_of_recording, recording, stream_line

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
    if command.rules and not command.unordered:
        found = list(_kept(command, output, reading))
        yield from _in_file(found, command, block)
        if done.exit_code:
            yield exit_line(done.exit_code)
    else:
        yield from recording(output, done.exit_code, block.notation)
    blank = 0
    while block.notation.ignore_blank_lines and stop - 1 - blank > start and not lines[stop - 1 - blank].strip():
        blank += 1
    yield from range(max(stop - blank, command.output_start), stop)


def _in_file(found: Sequence[str | int], command: Command, block: Block) -> Iterator[Line]:
    for position, line in enumerate(found):
        if isinstance(line, int):
            yield command.output_start + line
        else:
            yield line_of_recording(line, block.notation, first=position == 0)


def _kept(command: Command, output: str, reading: Reading) -> Iterator[str | int]:
    """The printed lines, or the recorded ones (by index, from 0) that stand for them.

    As many lines as stand above the first elision are taken from the beginning
    of what was printed, as many as stand below the last from its end. Without an
    elision, line is laid beside line.
    """
    recorded, printed = command.output.split("\n"), output.split("\n")
    for lines in (recorded, printed):
        if lines[-1] == "":
            lines.pop()
    rules = {rule.line: rule for rule in command.rules}
    blind = Blind(reading.vocabulary)
    keys = [normalise_lines("\n".join(lines), blind, reading) for lines in (recorded, printed)]

    def fits(line: int, at: int) -> bool:
        rule = rules.get(line)
        if rule is None:
            return keys[0][line] == keys[1][at]
        return rule.how == "any" or (rule.how == "re" and re.fullmatch(rule.pattern, printed[at]) is not None)

    def beside(lines: range, at: range) -> Iterator[str | int]:
        for number, place in enumerate(at):
            line = lines.start + number
            yield line if number < len(lines) and fits(line, place) else printed[place]

    elisions = sorted(line for line, rule in rules.items() if rule.how == "elision")
    if not elisions:
        yield from beside(range(len(recorded)), range(len(printed)))
        return
    head = min(elisions[0], len(printed))
    tail = max(head, len(printed) - (len(recorded) - elisions[-1] - 1))
    yield from beside(range(elisions[0]), range(head))
    for elision, following in zip(elisions, [*elisions[1:], elisions[-1] + 1], strict=True):
        yield elision
        between = range(elision + 1, following)
        if any(
            all(fits(line, at + n) for n, line in enumerate(between)) for at in range(head, tail - len(between) + 1)
        ):
            yield from between
    yield from beside(range(elisions[-1] + 1, len(recorded)), range(tail, len(printed)))
