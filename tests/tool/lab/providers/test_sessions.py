"""What a shell or an interpreter in a lab gives back, byte for byte, and how terminals are typed into."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from snippetlab.lab import Lab
from snippetlab.model import Failure
from snippetlab.run.session import OUTPUT_LIMIT, PYTHON, SHELL, Budget, Session
from snippetlab.run.track import Stage

from tests.tool.runs import PACK


@pytest.fixture
def shell(lab: Lab) -> Iterator[Session]:
    session = Session.start(lab, SHELL)
    yield session
    session.close()


@pytest.fixture
def python(lab: Lab) -> Iterator[Session]:
    with Stage({"main": lab}, PACK.python) as stage:
        yield stage.session(None, PYTHON)


def output(session: Session, source: str) -> str:
    return session.run(source, Budget.of(20)).output


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        ("echo out; echo err >&2; echo out", "out\nerr\nout\n"),
        ("printf 'no newline'", "no newline"),
        (r"printf '\033[31mred\033[0m\n'", "red\n"),
        (r"printf '10%%\r50%%\r100%%\n'", "100%\n"),
        (r"printf 'ab\bc\n'", "ac\n"),
        (r"printf 'one\ntwo\033[1A\rONE\n\n'", "ONE\ntwo\n"),
        (r"printf '\377\n'", "\\xff\n"),
        (r"printf 'a\0b\n'", "a\\x00b\n"),
        (r"printf 'über 容器\n'", "über 容器\n"),
        ("nosuch", "bash: nosuch: command not found\n"),
        ("stty size 2>&1 <&2 || true", "stty: 'standard input': Inappropriate ioctl for device\n"),
        ("cat", ""),
        ("for i in 1 2\ndo echo $i\ndone", "1\n2\n"),
        ("cat <<'X'\n$HOME\nX", "$HOME\n"),
    ],
)
def test_output_is_what_a_terminal_would_show(shell: Session, command: str, shown: str) -> None:
    assert output(shell, command) == shown


def test_the_shell_lasts(shell: Session) -> None:
    output(shell, "cd /tmp; x=1; f() { echo function $x; }; export y=2")
    assert output(shell, "pwd; f; echo $y") == "/tmp\nfunction 1\n2\n"


def test_exit_codes_and_the_last_one_as_a_reader_would_ask_for_it(shell: Session) -> None:
    assert shell.run("(exit 7)", Budget.of(20)).exit_code == 7
    assert output(shell, "echo $?") == "7\n"
    assert output(shell, "echo $?") == "0\n"


def test_programs_see_none_of_the_harness_pipes(shell: Session) -> None:
    assert output(shell, "ls /proc/self/fd") == "0\n1\n2\n3\n"


def test_a_background_job_does_not_hold_up_the_shell(shell: Session) -> None:
    assert output(shell, "sleep 30 &\necho at once") == "at once\n"


def test_a_terminal_is_typed_into(shell: Session) -> None:
    done = shell.run(
        "docker run -it --rm busybox sh",
        Budget.of(30),
        tty=True,
        prompt="/ # ",
        typed=["echo $((6 * 7))", "tty", "exit"],
    )
    assert done.output.endswith("/ # echo $((6 * 7))\n42\n/ # tty\n/dev/pts/0\n/ # exit\n")
    assert (done.exit_code, done.failure) == (0, None)


def test_attach_is_left_by_control_keys(shell: Session) -> None:
    # Left at its prompt, its shell has shown one: else that one and the one after Enter both come, and both are answered.
    shell.run("docker run -it --name attached busybox sh", Budget.of(30), tty=True, prompt="/ # ", typed=["^P^Q"])
    done = shell.run(
        "docker attach attached", Budget.of(30), tty=True, prompt="/ # ", typed=["echo here", "^P^Q"], enter=True
    )
    # Whether the first prompt comes once or twice is luck, and so is whether the answer to the first line is there yet.
    assert "/ # echo here\n" in done.output and done.output.endswith("/ # ^P^Q\nread escape sequence\n")
    assert output(shell, "docker inspect -f '{{.State.Running}}' attached; docker rm -f attached") == "true\nattached\n"


def test_a_prompt_that_never_comes_ends_at_the_time_limit(lab: Lab) -> None:
    session = Session.start(lab, SHELL)
    assert session.run("cat", Budget.of(1), tty=True, prompt="> ", typed=["x"]).failure is Failure.TIME_LIMIT
    session.close()


def test_output_up_to_the_limit_is_kept_and_beyond_it_is_a_failure(lab: Lab) -> None:
    session = Session.start(lab, SHELL)
    whole = session.run(f"head -c {OUTPUT_LIMIT} /dev/zero | tr '\\0' x", Budget.of(20))
    assert (len(whole.output), whole.failure) == (OUTPUT_LIMIT, None)
    assert (
        session.run(f"head -c {OUTPUT_LIMIT + 1} /dev/zero | tr '\\0' x", Budget.of(20)).failure is Failure.OUTPUT_LIMIT
    )
    session.close()


@pytest.mark.parametrize(
    "command", ["exit 0", "kill -9 $$", "sleep 1000 & kill -9 $$", "bash -c 'kill -9 $PPID; sleep 1000'"]
)
def test_an_ended_shell_says_so_whatever_of_it_lives_on(lab: Lab, command: str) -> None:
    session = Session.start(lab, SHELL)
    assert session.run(command, Budget.of(20)).failure is Failure.SHELL_ENDED
    session.close()


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("1 + 1", "2\n"),
        ("x = 1", ""),
        ("None", ""),
        ("print('a'); 'b'", "a\n'b'\n"),
        ("for i in range(2):\n    print(i)", "0\n1\n"),
        ("import os; _ = os.system('echo from a child')", "from a child\n"),
        ("client.ping()", "True\n"),
        ("docker.__version__", "'7.2.0'\n"),
    ],
)
def test_python_echoes_as_a_session_would(python: Session, source: str, shown: str) -> None:
    assert output(python, source) == shown


def test_python_shows_the_last_line_of_an_exception(python: Session) -> None:
    done = python.run("{}['missing']", Budget.of(20))
    assert (done.output, done.exit_code) == ("KeyError: 'missing'\n", 1)
    assert output(python, "'still here'") == "'still here'\n"


def test_python_syntax_errors_are_shown(python: Session) -> None:
    done = python.run("1 +", Budget.of(20))
    assert done.output.endswith("SyntaxError: invalid syntax\n")
    assert done.exit_code == 1
