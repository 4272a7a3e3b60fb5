"""Where a shell waits for another line: each case is what bash says of it (`bash -n`)."""

from __future__ import annotations

import random
import re
import subprocess
from pathlib import Path

import pytest
from snippetlab.scenario.pages import parse_page
from snippetlab.settings import Project
from snippetlab.shellgrammar.waiting import Waiting

PIECES = ["'", '"', "`", "$'", "\\", "$(", ")", "${x", "}", "$((", "))", "((", "<<A", "<<-A", "<<'A'", "<<<", "A"]
PIECES += ["\n", "\n", "\nA\n", " ", " ", "echo", "#", "a", "b", ";", "x=1", "\\'", '\\"', "{ ", "; }"]


def waits(source: str) -> bool:
    waiting = Waiting()
    return [waiting.feed(line) for line in source.split("\n")][-1]


def bash_waits(source: str) -> bool | None:
    """What bash says; None where it says that something else is wrong."""
    said = subprocess.run(["bash", "-n"], input=f"{source}\n", capture_output=True, text=True).stderr
    lacking = re.search(r"looking for matching [`'](.)'", said)
    if lacking or "syntax error" in said or "bad substitution" in said:
        return True if lacking and lacking[1] in "\"'`" else None
    return "delimited by end-of-file" in said


def test_it_waits_where_bash_does() -> None:
    chance = random.Random(1)
    sources = ["echo " + "".join(chance.choices(PIECES, k=chance.randint(2, 9))) for _ in range(300)]
    told = [(source, bash_waits(source)) for source in sources]
    assert sum(said is not None for _, said in told) > 100
    assert [source for source, said in told if said is not None and waits(source) is not said] == []


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("echo $((1<<2)); echo 2", "4\n2"),
        ("(( x = 1 << y ))", "y"),
        ("echo $'it\\'s'", "it's"),
        ("grep -c '<<EOF' f", "1\nEOF"),
        ('echo "<<X"', "<<X\nX"),
        ("echo don\\'t", "don't"),
        ("cat <<< x", "x"),
        ("true # don't", "it's"),
        ("cat << 'E O'\nx\nE O", "x"),
        ("cat <<E-O\nx\nE-O", "x"),
        ("cat <<-E\n\tx\n\tE", "x"),
        ("cat <<A; cat <<B\n1\nA\n2\nB", "1\n2"),
        ("echo 'a\nb'", "a\nb"),
    ],
)
def test_what_is_printed_is_not_taken_for_typed(typed: str, printed: str) -> None:
    page = parse_page(
        f"# A\n\n```console\n$ {typed}\n{printed}\n```\n", Path("a.md"), "a.md", Project(folder=Path()).page_settings
    )
    ((command,),) = [block.commands for block in page.scenarios[0].steps[0].blocks]
    assert (command.source, command.output) == (typed, f"{printed}\n")
