"""The shell is the one that a reader has: each transcript here is what an interactive bash shows at its prompt.

They were written by hand, with bash's manual beside. Standard input is empty, and there is no terminal.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence

import pytest
from snippetlab.lab import Lab
from snippetlab.model import CommandCapture, Failure, Stream
from snippetlab.run.session import PYTHON, SHELL, Budget, Kind, Session

# They share a lab, which one process has.
pytestmark = pytest.mark.xdist_group("prompt")

SHELL_TRANSCRIPTS = {
    "a comment: the exit code above it is not its own": r"""
        $ false
        [1]
        $ # what was that?
        $ echo $?
        1
        $ # a comment that ends in \
        $ echo two
        two
        """,
    "set -u: the shell lives on": r"""
        $ set -u
        $ echo $nope
        bash: nope: unbound variable
        [1]
        $ echo two
        two
        """,
    "set -x: traces of what was typed, and no others": r"""
        $ set -x
        $ echo one
        + echo one
        one
        $ true && echo two
        + true
        + echo two
        two
        $ set +x
        + set +x
        $ echo three
        three
        """,
    "set -v: what was typed, and no more": r"""
        $ set -v
        $ echo one
        echo one
        one
        $ set +v
        set +v
        """,
    "set -n: a prompt ignores it": r"""
        $ set -n
        $ echo one
        one
        """,
    "set -e: while all goes well": r"""
        $ set -e
        $ if false; then echo never; fi
        $ echo one
        one
        """,
    "traps": r"""
        $ trap 'echo err' ERR; false
        err
        [1]
        $ false
        err
        [1]
        $ trap - ERR
        $ trap 'echo about to' DEBUG
        $ echo one
        about to
        one
        $ trap - DEBUG
        about to
        $ trap 'echo int' INT; kill -INT $$
        int
        $ trap 'echo bye' EXIT
        $ f() { echo in f; }; trap 'echo back' RETURN; f
        in f
        $ trap
        trap -- 'echo bye' EXIT
        trap -- 'echo int' SIGINT
        trap -- 'echo back' RETURN
        """,
    "the exit code, the last word and the codes of a pipe": r"""
        $ true | (exit 3) | true
        $ echo "${PIPESTATUS[@]}"
        0 3 0
        $ false
        [1]
        $ echo $? $_
        1 false
        $ (exit 7)
        [7]
        $ echo $?
        7
        $ : first last
        $ echo $_
        last
        """,
    "PROMPT_COMMAND is the reader's": r"""
        $ PROMPT_COMMAND='echo prompt'
        prompt
        $ false
        prompt
        [1]
        $ false; unset PROMPT_COMMAND; (exit 3)
        [3]
        $ echo $?
        3
        $ PROMPT_COMMAND=(seen=1 'echo two')
        two
        $ echo $seen
        1
        two
        $ unset PROMPT_COMMAND
        $ history 2
            7  unset PROMPT_COMMAND
            8  history 2
        """,
    "a coprocess": r"""
        $ coproc { cat; }
        $ echo hi >&"${COPROC[1]}"; read -r x <&"${COPROC[0]}"; echo "$x"
        hi
        """,
    "jobs, where job control is switched on": r"""
        $ fg
        bash: fg: no job control
        [1]
        $ set -m
        $ sleep 0.1 &
        $ fg
        sleep 0.1
        """,
    "words that mean something only elsewhere": r"""
        $ break
        bash: break: only meaningful in a `for', `while', or `until' loop
        $ continue
        bash: continue: only meaningful in a `for', `while', or `until' loop
        $ return
        bash: return: can only `return' from a function or sourced script
        [2]
        $ local x=1
        bash: local: can only be used in a function
        [1]
        $ echo on
        on
        """,
    "redirections by exec": r"""
        $ exec 3>/root/three 10>/root/ten 11>/root/eleven 12>/root/twelve
        $ echo hi >&3; echo ho >&10; cat /root/three /root/ten
        hi
        ho
        $ exec > /root/log
        $ echo hidden
        $ exec > /dev/stderr
        $ cat /root/log
        hidden
        $ exec 2> /root/errors
        $ nosuch
        [127]
        $ cat /root/errors
        bash: nosuch: command not found
        """,
    "functions, aliases and builtins of the same names": r"""
        $ printf() { command echo mine; }; read() { return 1; }; eval() { return 2; }
        $ echo one
        one
        $ echo() { command echo "my $*"; }
        $ echo two
        my two
        $ unset -f echo
        $ alias hi='echo hello' builtin=false exec=false
        $ hi
        hello
        $ enable -n printf test
        $ echo three
        three
        """,
    "history": r"""
        $ echo one
        one
        $ history | tail -2
            1  echo one
            2  history | tail -2
        $ !1
        echo one
        one
        $ echo "hi!"
        hi!
        $ echo '!!'
        !!
        $ ! true
        [1]
        $ echo "!x"
        bash: !x: event not found
        $ echo on
        on
        """,
    "what can be listed": r"""
        $ declare -F
        $ set | grep -ci snippetlab
        0
        [1]
        $ echo $0 "${BASH_SOURCE[@]}|${FUNCNAME[@]}"
        bash |
        $ echo $LINENO
        4
        $ ls /proc/self/fd
        0
        1
        2
        3
        $ alias; jobs; trap
        """,
    "what would break a loop that reads": r"""
        $ IFS=:
        $ set -o posix; set -f; LC_ALL=C
        $ echo *
        *
        $ declare -r REPLY=1 PS1=x
        $ TMOUT=1
        $ read x
        [1]
        $ cat
        $ cat > /dev/null; echo on
        on
        """,
    "prompts of one's own": r"""
        $ PS1='> '
        $ echo one
        one
        $ PROMPT_COMMAND='echo before'
        before
        $ echo two
        two
        before
        """,
    "a prompt of one's own, and time to show it": r"""
        $ PS1='> '; echo one
        one
        $ sleep 0.1
        $ echo two
        two
        """,
    "unfinished commands end, as by Ctrl-D": r"""
        $ echo 'one
        bash: unexpected EOF while looking for matching `''
        [1]
        $ if true; then
        bash: syntax error: unexpected end of file
        [2]
        $ echo $(
        bash: unexpected EOF while looking for matching `)'
        [1]
        $ echo $?
        1
        $ cat <<EOF
        > never ended
        bash: warning: here-document at line 1 delimited by end-of-file (wanted `EOF')
        never ended
        $ echo )
        bash: syntax error near unexpected token `)'
        [2]
        $ echo on
        on
        """,
    "several lines": r"""
        $ cd /tmp; x=1
        > echo $x
        > sleep 100 &
        > echo $PWD
        1
        /tmp
        $ kill %1
        $ cat <<X | tr a b
        > banana
        > X
        bbnbnb
        $ f() {
        >   echo "f $1"
        > }
        $ f 1; f 2
        f 1
        f 2
        """,
    "programs that are killed": r"""
        $ sh -c 'kill -9 $$'
        [137]
        $ timeout -s KILL 0.1 sleep 10
        [137]
        $ sleep 100 & kill $!; wait $!
        [143]
        """,
    "places by name": r"""
        $ echo hi > /dev/stdout; echo ho > /dev/stderr
        hi
        ho
        $ echo hu | tee /dev/stderr
        hu
        hu
        $ read x < /dev/tty
        bash: /dev/tty: No such device or address
        [1]
        $ fg
        bash: fg: no job control
        [1]
        """,
}


@pytest.fixture
def shell(lab: Lab) -> Iterator[Session]:
    session = Session.start(lab, SHELL)
    yield session
    session.close()


def commands(transcript: str) -> list[str]:
    """What is typed in a transcript."""
    return [found.replace("\n> ", "\n") for found in re.findall(r"^\$ (.*(?:\n> .*)*)", transcript, re.MULTILINE)]


def shown(typed: Sequence[str], captures: Sequence[CommandCapture]) -> str:
    """The transcript of a run."""
    parts = []
    for command, capture in zip(typed, captures, strict=True):
        code = f"[{capture.exit_code}]\n" if capture.exit_code else ""
        parts.append("$ " + command.replace("\n", "\n> ") + "\n" + capture.output + code)
    return "".join(parts)


@pytest.mark.parametrize("transcript", SHELL_TRANSCRIPTS.values(), ids=SHELL_TRANSCRIPTS.keys())
def test_what_a_prompt_shows(shell: Session, transcript: str) -> None:
    expected = textwrap.dedent(transcript).lstrip()
    typed = commands(expected)
    assert shown(typed, [shell.run(command, Budget.of(20)) for command in typed]) == expected
    shell.run("rm -f /root/three /root/ten /root/eleven /root/twelve /root/log /root/errors", Budget.of(20))


@pytest.mark.parametrize(
    ("kind", "command", "output"),
    [
        (SHELL, "exec echo hi", "hi\n"),
        (SHELL, "echo one; exit 1", "one\nexit\n"),
        (SHELL, "kill -9 $$", ""),
        (SHELL, "set -e; echo one; false", "one\n"),
        (SHELL, "exec < /dev/null", "exit\n"),
        (PYTHON, "print('one'); exit()", "one\n"),
        (PYTHON, "import sys; sys.exit(3)", ""),
        (PYTHON, "import os; os._exit(1)", ""),
    ],
)
def test_an_ended_shell_says_so_and_what_it_printed_is_kept(lab: Lab, kind: Kind, command: str, output: str) -> None:
    session = Session.start(lab, kind)
    done = session.run(command, Budget.of(20))
    assert (done.output, done.failure) == (output, Failure.SHELL_ENDED)
    assert session.run("1", Budget.of(20)).failure in (Failure.SHELL_ENDED, Failure.LAB_DIED)
    session.close()


@pytest.mark.parametrize("command", ["while :; do :; done", "set -n; while :; do :; done", "echo start; sleep 100"])
def test_a_shell_that_never_comes_back_ends_at_the_time_limit(lab: Lab, command: str) -> None:
    session = Session.start(lab, SHELL)
    session.run("true", Budget.of(20))
    done = session.run(command, Budget.of(1))
    assert done.failure is Failure.TIME_LIMIT
    assert done.output == ("start\n" if "start" in command else "")
    session.run("exit", Budget.of(1))
    session.close()


@pytest.mark.parametrize(
    ("command", "output", "stream"),
    [
        ("echo out", "out\n", Stream.OUT),
        ("echo err >&2", "err\n", Stream.ERR),
        ("echo 1; echo 2 >&2; echo 3; echo 4; echo 5 >&2", "1\n2\n3\n4\n5\n", Stream.BOTH),
        (
            "for i in $(seq 300); do echo $i; echo $i >&2; done",
            "".join(f"{n}\n{n}\n" for n in range(1, 301)),
            Stream.BOTH,
        ),
        ("head -c 30000 /dev/zero | tr '\\0' x; echo y >&2", "x" * 30000 + "y\n", Stream.BOTH),
        ("python3 -c 'print(\"x\" * 9000)'; echo y >&2", "x" * 9000 + "\ny\n", Stream.BOTH),
        ("true", "", None),
    ],
)
def test_streams_are_told_apart_and_stay_in_order(
    shell: Session, command: str, output: str, stream: Stream | None
) -> None:
    done = shell.run(command, Budget.of(20))
    assert (done.output, done.stream) == (output, stream)


def test_what_a_job_prints_while_another_command_runs_stands_there(shell: Session) -> None:
    shell.run("(sleep 0.2; echo late) &", Budget.of(20))
    done = shell.run("wait; echo two", Budget.of(20))
    assert (done.output, done.late) == ("late\ntwo\n", "")


def test_what_a_job_prints_between_commands_belongs_to_none(shell: Session, lab: Lab) -> None:
    shell.run("(until [ -e /root/now ]; do sleep 0.01; done; echo late; touch /root/printed) &", Budget.of(20))
    lab.run(["sh", "-c", "touch /root/now; until [ -e /root/printed ]; do sleep 0.01; done"])
    done = shell.run("echo two", Budget.of(20))
    assert (done.output, done.late) == ("two\n", "late\n")
    assert shell.run("echo three; rm /root/now /root/printed", Budget.of(20)).late == ""


PYTHON_EXAMPLES = [
    ("'a'", "'a'\n", 0),
    ("_", "'a'\n", 0),
    ("print = 3; sorted(n for n in dir() if not n.startswith('__'))", "['print']\n", 0),
    ("del print", "", 0),
    ("input()", "EOFError: EOF when reading a line\n", 1),
    ("import sys, os; sys.stdout = open(os.devnull, 'w')", "", 0),
    ("print('nowhere')", "", 0),
    ("sys.stdout.close(); sys.stdout = sys.__stdout__", "", 0),
    ("print('here')", "here\n", 0),
    ("sys.argv, __name__, sys.modules['__main__'].__dict__ is globals()", "([''], '__main__', True)\n", 0),
    ("raise KeyboardInterrupt", "KeyboardInterrupt\n", 1),
    ("sys.excepthook = lambda *found: sys.stderr.write('my own\\n')", "", 0),
    ("1 / 0", "my own\n", 1),
    ("sys.stderr = None", "", 0),
    ("1 / 0", "", 1),
]


def test_python_is_the_interpreter_that_a_reader_has(lab: Lab) -> None:
    session = Session.start(lab, PYTHON)
    for source, output, code in PYTHON_EXAMPLES:
        done = session.run(source, Budget.of(20))
        assert (source, done.output, done.exit_code) == (source, output, code)
    session.close()


def test_programs_and_snippets_never_see_the_folder_of_the_harness(shell: Session) -> None:
    assert shell.run("ls -A /root /tmp /run/snippetlab 2>/dev/null", Budget.of(20)).output == "/root:\n\n/tmp:\n"
