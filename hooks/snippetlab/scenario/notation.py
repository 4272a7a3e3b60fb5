r"""How a recorded output stands in a transcript, read and written.

Marks let any output stand in a file and be read back as it was, and let a person say how a line is compared:

``[n]``       alone on the last line: the exit code (1 for an exception). ``[0]``
              is written only below an output whose own last line looks so.
``\$ …``      an output line that would be read as a prompt has a backslash in
              front. A line that has that form itself gets one more. Only the
              first line of an output can be taken for a continuation, so
              ``> …`` further down stands as it is.
``(no-eol)``  behind a blank at the end of the last line: no newline was printed there.
``(eol)``     likewise: a newline was printed, and the line itself ends in one of these two marks.
``(any)``     behind a blank at the end of a line: any line may stand there.
``(re)``      likewise: the line is a regular expression of Python's, and the whole printed line must match.
``(equal)``   likewise: the line is as it stands, though it looks like one with a mark, or like an elision.
``(stderr)``  alone on the first line: that is where the output comes from. ``(stdout)`` and ``(stdout, stderr)``
              likewise. Without it, an output is taken to be one of stdout where the exit code is 0, else of
              stderr; whether that is compared is a setting.
``(unordered)`` alone on the first line: the lines below may come in any order.
``(quiet: waits until the server answers)`` likewise: the command runs and counts, and a page shows these words in its
              place, with the command behind them.
``...``       alone on a line, where the settings say so: any lines, or none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from snippetlab.model import LineRule, Notation, Stream

EXIT_LINE = re.compile(r"\[(\d|[1-9]\d|1\d\d|2[0-4]\d|25[0-5])\]")
NO_EOL, EOL = " (no-eol)", " (eol)"
_ANY, _RE = " (any)", " (re)"
_EQUAL, _UNORDERED = " (equal)", "(unordered)"
_QUIET = re.compile(r"\(quiet: (?P<words>[^()]*\S)\)")
STREAMS = {f"({stream.value})": stream for stream in Stream}
_ELISIONS = frozenset({"...", "…"})
# Prompts of shells that a block's own settings do not name; an output line that looks so was most likely typed.
_LOOKALIKE = re.compile(
    r"""(?: \$(?:\s|[a-z][\w./-]*(?:\s|$))         # $ cmd, $cmd
          | PS(?:\s[A-Z]:\\[^>]*)?>\s              # PS C:\>, PS>
          | [A-Z]:\\[^>]*>                         # C:\>
          | \[?[\w.-]+@[\w.-]+[:\s][^\s$\#]*\]?[$\#%]\s  # user@host:~$, [user@host dir]#
          | [\w-]+\$\s+\S )                        # node1$ cmd
    """,
    re.VERBOSE,
)


@dataclass(frozen=True)
class Recorded:
    """What the lines below a command record. ``skipped`` is how many lines stand above the output's first."""

    output: str
    exit_code: int
    rules: tuple[LineRule, ...]
    unordered: bool
    skipped: int
    stream: Stream | None = None
    quiet: str = ""


def behind_prompt(line: str, notation: Notation) -> str | None:
    """What is typed on a line that begins a command; None when it begins none."""
    return next((rest for p in notation.prompts if (rest := _behind(line, p)) is not None), None)


def behind_continuation(line: str, notation: Notation) -> str | None:
    """What is typed on a line that goes on with a command; None when it does not."""
    return _behind(line, notation.continuation)


def _behind(line: str, prompt: str) -> str | None:
    """What stands behind a prompt, in which ``*`` is any text. A blank at its end may be a tab, or the line's end."""
    bare = prompt.rstrip(" ")
    pattern = re.escape(bare).replace(r"\*", ".*?")
    found = re.match(pattern + (r"(?:[ \t]|$)" if bare != prompt else ""), line)
    return line[found.end() :] if found else None


def lookalike(line: str, notation: Notation) -> bool:
    """True for an output line that begins like the prompt of some other shell."""
    return notation.lookalikes and bool(_LOOKALIKE.match(line))


def _looks_typed(line: str, notation: Notation, *, first: bool) -> bool:
    """True when an output line would be read as a prompt, or is one but for the backslashes that count the escapes."""
    bare = line.lstrip("\\")
    if behind_prompt(bare, notation) is not None or lookalike(bare, notation):
        return True
    return first and behind_continuation(bare, notation) is not None


def _elides(line: str, notation: Notation) -> bool:
    return notation.elision and line.strip() in _ELISIONS


def _special(line: str, notation: Notation) -> bool:
    """True for a line that means something else than itself, unless ``(equal)`` stands behind it."""
    if line.endswith(_EQUAL):
        return _special(line.removesuffix(_EQUAL), notation)
    alone = line == _UNORDERED or line in STREAMS or _QUIET.fullmatch(line)
    return bool(alone) or line.endswith((_ANY, _RE)) or _elides(line, notation)


def read_recording(lines: Sequence[str], notation: Notation) -> Recorded:
    """The output and the exit code that the lines below a command record."""
    code = skipped = 0
    if notation.ignore_blank_lines:
        skipped, lines = _without_blank_ends(lines)
    if lines and (found := EXIT_LINE.fullmatch(lines[-1])):
        code, lines = int(found[1]), lines[:-1]
    if notation.ignore_blank_lines:
        lines = _without_blank_ends(lines)[1]
    if stream := STREAMS.get(lines[0]) if lines else None:
        lines, skipped = lines[1:], skipped + 1
    if quiet := _QUIET.fullmatch(lines[0]) if lines else None:
        lines, skipped = lines[1:], skipped + 1
    if unordered := bool(lines) and lines[0] == _UNORDERED:
        lines, skipped = lines[1:], skipped + 1
    read = [
        line[1:] if line.startswith("\\") and _looks_typed(line, notation, first=index == 0) else line
        for index, line in enumerate(lines)
    ]
    end = "\n"
    if read and read[-1].endswith(NO_EOL):
        read[-1], end = read[-1].removesuffix(NO_EOL), ""
    elif read and read[-1].endswith(EOL):
        read[-1] = read[-1].removesuffix(EOL)
    rules = []
    for index, line in enumerate(read):
        if line.endswith(_EQUAL) and _special(line.removesuffix(_EQUAL), notation):
            read[index] = line.removesuffix(_EQUAL)
        elif _elides(line, notation):
            rules.append(LineRule(index, "elision"))
        elif line.endswith(_ANY):
            rules.append(LineRule(index, "any"))
            read[index] = line.removesuffix(_ANY)
        elif line.endswith(_RE):
            read[index] = line.removesuffix(_RE)
            rules.append(LineRule(index, "re", read[index]))
    words = quiet["words"] if quiet else ""
    return Recorded("\n".join(read) + end if read else "", code, tuple(rules), unordered, skipped, stream, words)


def _without_blank_ends(lines: Sequence[str]) -> tuple[int, Sequence[str]]:
    """How many blank lines stand above the first that is not, and the lines from that to the last."""
    full = [index for index, line in enumerate(lines) if line.strip()]
    return (full[0], lines[full[0] : full[-1] + 1]) if full else (0, [])


def recording(output: str, exit_code: int, notation: Notation) -> Iterator[str]:
    """The lines that record an output and an exit code. Raises ValueError for what is no exit code (0 to 255)."""
    lines = output.split("\n") if output else []
    whole = output.endswith("\n")
    if whole:
        lines.pop()
    for index, line in enumerate(lines):
        last = index == len(lines) - 1
        yield line_of_recording(line, notation, first=index == 0, end="" if not last else EOL if whole else NO_EOL)
    if exit_code or (lines and EXIT_LINE.fullmatch(lines[-1]) and whole):
        yield exit_line(exit_code)


def stream_line(stream: Stream | None, exit_code: int, *, streams: bool) -> str:
    """The mark for where an output comes from; empty where none is needed.

    With ``streams``, what comes from the usual stream needs none.
    """
    if stream is None or (streams and stream is Stream.usual(exit_code)):
        return ""
    return f"({stream.value})"


def exit_line(code: int) -> str:
    """The line that records an exit code. Raises ValueError for what is none (0 to 255)."""
    if not 0 <= code <= 255:
        raise ValueError(f"{code} is no exit code")
    return f"[{code}]"


def line_of_recording(line: str, notation: Notation, *, first: bool, end: str = "") -> str:
    """An output line as it stands in a file; ``end`` is the mark for how the last line ends, needed or not."""
    marked = line + _EQUAL if _special(line, notation) else line
    if end == NO_EOL or (end == EOL and marked.endswith((NO_EOL, EOL))):
        marked += end
    return f"\\{marked}" if _looks_typed(marked, notation, first=first) else marked
