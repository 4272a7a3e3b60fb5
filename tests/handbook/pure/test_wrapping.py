"""Long commands are broken where a person would break them, and Bash reads them as before."""

from __future__ import annotations

import shlex
import subprocess
from itertools import pairwise
from pathlib import Path

import pytest
from handbook.html.wrapping import NARROW, WIDE, cuts, held, seams, unbroken, wrapped
from snippetlab.scenario import discover

ROOT = Path(__file__).parents[3]


def broken(source: str, width: int = NARROW) -> list[str]:
    return wrapped(source, cuts(source, width)).split("\n")


def test_a_command_that_fits_is_left_alone() -> None:
    assert broken("docker ps") == ["docker ps"]


def test_a_break_stands_before_a_flag_and_keeps_its_value_beside_it() -> None:
    assert broken("docker run -d --name web -p 127.0.0.1:8080:80 nginx") == [
        "docker run -d --name web \\",
        "-p 127.0.0.1:8080:80 nginx",
    ]


def test_a_break_behind_an_operator_comes_first_and_needs_no_backslash() -> None:
    assert broken("mkdir -p one/two/three && cd one/two/three && ls -l") == [
        "mkdir -p one/two/three && ",
        "cd one/two/three && ls -l",
    ]
    assert broken("docker image history web --no-trunc | head -n 3") == [
        "docker image history web \\",
        "--no-trunc | head -n 3",
    ]


@pytest.mark.parametrize(
    "source",
    [
        "echo 'a text that is long --and has a flag && more in it'",
        'echo "a text that is long --and has a flag && more in it"',
        "echo $(printf a; printf b; printf --c; printf d; printf e)",
        "cat <<EOF\nhere is a text that is long --and has a flag && more\nEOF",
        "true # here is a text that is long --and has a flag && more",
        "echo unclosed 'a text that is long --and has a flag && more in it",
    ],
)
def test_no_break_stands_where_it_would_be_text(source: str) -> None:
    assert [len(line) > NARROW for line in broken(source)].count(True) == 1
    assert "".join(broken(source)).replace("\\", "") == source.replace("\n", "").replace("\\", "")


def test_what_stands_before_a_here_document_may_be_broken() -> None:
    assert broken("docker build --quiet --tag site --file - . <<EOF\nFROM busybox\nEOF")[-2:] == ["FROM busybox", "EOF"]


def commands() -> list[str]:
    """Every command of the handbook that is broken in one width at least."""
    found = discover(ROOT / "snippets")
    sources = {
        command.source
        for scenario in found
        for step in scenario.steps
        for block in step.of_kind("console")
        for command in block.commands
    }
    return sorted(source for source in sources if cuts(source, NARROW))


def test_a_flag_is_parted_from_its_value_before_a_line_is_too_long() -> None:
    source = "docker inspect --format '{{.State.ExitCode}}' fine"
    assert broken(source) == ["docker inspect \\", "--format \\", "'{{.State.ExitCode}}' fine"]


def test_the_name_of_a_program_keeps_what_it_is_told_to_do_beside_it() -> None:
    source = "docker info --format '{{.Containers}} containers, storage driver {{.Driver}}'"
    assert broken(source, WIDE) == [
        "docker info \\",
        "--format '{{.Containers}} containers, storage driver {{.Driver}}'",
    ]
    assert broken('echo -e "GET /info HTTP/1.0\\r\\n" | nc -U a')[:2] == ["echo -e \\", '"GET /info HTTP/1.0\\r\\n" | ']
    assert broken("curl -X POST http://localhost/containers/a/wait")[0] == "curl -X POST \\"
    assert broken("DOCKER_BUILDKIT=0 docker build -t site site")[0] == "DOCKER_BUILDKIT=0 \\"


def test_a_bracket_or_an_indentation_is_no_line_of_its_own() -> None:
    loop = 'for kind in mnt net; do\n  [ "$(readlink /proc/1/ns/$kind)" = "$(readlink /proc/9/ns/$kind)" ] && echo yes\ndone'
    assert [line for line in broken(loop) if len(line.strip(" \\")) < 2] == []


def test_no_line_holds_nothing_but_a_backslash() -> None:
    """Where a person has broken the command already, and what stands there is long, indented, or both."""
    assert broken("docker run -d registry \\\n  -e REGISTRY_AUTH_HTPASSWD_REALM=lab \\\n  -e A=b") == [
        "docker run -d registry \\",
        "  -e REGISTRY_AUTH_HTPASSWD_REALM=lab \\",
        "  -e A=b",
    ]


def test_bash_itself_reads_every_command_of_the_handbook_as_before() -> None:
    sources = commands()
    assert len(sources) > 300
    # Bash prints a function in a form of its own, in which two texts that it reads alike are the same.
    script = "shopt -s extglob\n" + "".join(
        f"eval {shlex.quote(f'f() {{ {text}{chr(10)} }}')}; declare -f f; echo =====\n"
        for source in sources
        for text in (source, wrapped(source, cuts(source, NARROW)), wrapped(source, cuts(source, WIDE)))
    )
    done = subprocess.run(["bash"], input=script, capture_output=True, text=True, check=True)
    read = done.stdout.split("=====\n")[:-1]
    assert len(read) == 3 * len(sources)
    for source, whole, narrow, wide in zip(sources, read[::3], read[1::3], read[2::3], strict=True):
        assert whole == narrow == wide, source


def parts(word: str, python: bool = False) -> list[str]:
    return [word[start:end] for start, end in pairwise([0, *seams(word, python), len(word)])]


def test_a_word_that_is_longer_than_a_phone_is_parted_at_a_seam() -> None:
    assert parts("http://localhost/v1.41/containers/json") == ["http://localhost/", "v1.41/", "containers/", "json"]
    assert parts("label=com.docker.compose.project") == ["label=", "com.docker.compose.project"]
    assert parts("'{{.HostConfig.RestartPolicy.Name}}'") == ["'{{.HostConfig", ".RestartPolicy", ".Name}}'"]
    assert parts('client.containers.get("web").attrs["State"]["Status"]', python=True) == [
        "client",
        ".containers",
        ".get(",
        '"web")',
        ".attrs[",
        '"State"]',
        '["Status"]',
    ]


def test_a_word_that_a_phone_has_room_for_is_whole() -> None:
    assert parts("http://127.0.0.1:8080/a/b") == ["http://127.0.0.1:8080/a/b"]
    assert [source[a:b] for source in ["cat docker-compose.yml x"] for a, b in unbroken(source)] == [
        "docker-compose.yml"
    ]


def test_no_line_begins_with_an_operator() -> None:
    source = "curl -s --unix-socket /var/run/docker.sock http://localhost/images/json | grep -o Tags"
    assert broken(source)[-2:] == ["http://localhost/images/json | ", "grep -o Tags"]


def test_a_blank_in_quotes_is_whole() -> None:
    source = "version=$(cut -d '|' -f 2 | tr -d ' ')"
    assert [source[start:end] for start, end in unbroken(source)] == ["-d", "-f", "-d", "' ')"]


def test_a_blank_between_two_quoted_words_is_none_in_quotes() -> None:
    source = (
        """curl -H 'Content-Type: application/json' -d '{"Image": "busybox"}' 'http://localhost/create?name=handmade'"""
    )
    assert not [source[start:end] for start, end in unbroken(source) if "' '" in source[start:end]]
    for width in (WIDE, NARROW):
        kept = unbroken(source)
        assert not [cut for cut in cuts(source, width) for start, end in kept if start < cut.position < end]


def test_what_ends_a_line_is_held_by_the_word_before_it() -> None:
    source = "docker logs web | grep -o '172[.][.0-9]*\\|192[.][.0-9]*' | sort -u"
    assert [source[start:end] for start, end in held(source, cuts(source, NARROW))] == ["b |", "o '", "' |"]
    source = "docker run \\\n  -it busybox"
    assert [source[start:end] for start, end in held(source, ())] == ["n \\"]
