"""The scripts that pages offer, as text: what they leave out, whose names they use, how they type at a terminal."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from handbook.exports.scripts import downloads_of, python_download, shell_download
from handbook.exports.scripts.heads import PYTHON, SHELL, SHELL_TERMINAL, TERMINAL
from handbook.exports.scripts.judge import command_reaches, why_left_out
from handbook.library import Library
from handbook.pages.sources import PageSource, read_page
from snippetlab.model import Command, Place, Scenario
from snippetlab.scenario import discover, parse

ROOT = Path(__file__).parents[3]
SCENARIOS = discover(ROOT / "snippets")


def reaches(source: str, exit_code: int = 0, jobs: tuple[str, ...] = ()) -> str | None:
    return command_reaches(Command(source, "", exit_code, Place(Path("x.md"), 1)), set(jobs))


@pytest.mark.parametrize(
    "source",
    [
        "docker run --rm --privileged busybox sh -c 'mkdir -p /mnt && mount -t tmpfs none /mnt && echo done'",
        "docker exec plain ip link set lo down",
        "docker kill web",
        "docker ps -aq | xargs --no-run-if-empty docker rm",
        "docker run -v data:/data -v /data -v $PWD/site:/www -v /var/run/docker.sock:/run/docker.sock busybox",
        "python3 -m http.server 8000 >/dev/null 2>&1 & server=$!",
        "kill $!",
        "kill %1",
        "kill -INT %1",
        "sleep 9 & job=$!; kill $job",
        "iptables -S",
        "iptables -t nat -S DOCKER",
        "iptables -nvL",
        "mount | grep overlay",
        "mount -l -t tmpfs",
        "ip addr show docker0",
        "ip -brief link show master docker0",
        "service docker status",
        "dockerd --help | head -n 6",
        "timeout --signal INT 1 docker attach worker",
        "until [ \"$(docker inspect --format '{{.State.Status}}' web)\" = exited ]; do sleep 0.1; done",
        'for n in 1 2; do\n  echo "$n; kill 1" > out\ndone',
        "sed -i '/links/,/- redis/d' docker-compose.yml",
        "ls /etc && cat /etc/passwd > copy",
        "ls /root/was-here 2>/dev/null",
        "PORT=8081 docker compose -p second up -d",
        "echo service docker stop",
    ],
)
def test_what_leaves_the_machine_alone(source: str) -> None:
    assert reaches(source) is None


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("service docker restart", "starts and stops the engine"),
        ("echo done; systemctl restart docker", "starts and stops the engine"),
        ("until service docker start; do sleep 1; done", "starts and stops the engine"),
        ("kill -9 $(docker inspect --format '{{.State.Pid}}' test)", "ends a process of the machine"),
        ("kill 1", "ends a process of the machine"),
        ("kill $server", "ends a process of the machine"),
        ("pkill dockerd", "ends processes of the machine"),
        ("iptables -I DOCKER-USER -j DROP", "changes the machine's firewall"),
        ("iptables -t nat -F", "changes the machine's firewall"),
        ("ip link set eth0 down", "changes the machine's network"),
        ("ip addr add 10.0.0.1/24 dev eth0", "changes the machine's network"),
        ("mount -t tmpfs none /mnt", "mounts file systems"),
        ("docker ps | xargs kill", "ends a process of the machine"),
        ("timeout 5 dockerd", "works on the engine itself"),
        ("x=$(su ann -c id)", "works as another user of the machine"),
        ("sh -c 'useradd ann'", "changes the machine's users"),
        ("mkdir -p /data/mydata && echo 41 > count", "writes files of the machine"),
        ("echo 1 > /etc/docker/daemon.json", "writes files of the machine"),
        ("echo 1 | tee -a ~ann/file", "writes files of the machine"),
        ("sed -i s/a/b/ /etc/default/docker", "writes files of the machine"),
        ("docker run -v /data/mydata:/data busybox", "mounts /data/mydata of the machine"),
        ("docker run --privileged --pid host busybox nsenter -t 1 -m touch /x", "enters the machine's namespaces"),
        ("apt-get -qq install -y git", "installs packages"),
        ("frobnicate --all", "runs frobnicate"),
        ("echo 'never closed", "holds a command that cannot be read"),
    ],
)
def test_what_reaches_the_machine(source: str, reason: str) -> None:
    assert reaches(source) == reason


def test_a_word_that_no_shell_knew_did_nothing() -> None:
    assert reaches("dokcer run busybox", exit_code=127) is None
    assert reaches("dokcer run busybox") == "runs dokcer"


def test_a_job_of_an_earlier_command_may_be_ended() -> None:
    assert reaches("kill $server", jobs=("server",)) is None


def test_no_scenario_is_left_out_for_a_command_that_nobody_judged() -> None:
    reasons = {s.id: why_left_out(s) or "" for s in SCENARIOS}
    # A new command belongs into reach.py: to what is harmless, or to what is not, with the reason.
    assert [i for i, reason in reasons.items() if reason.startswith(("runs ", "holds a command"))] == []
    # The judgement is fine enough that most of the handbook can be downloaded, and sound where it matters.
    assert sum(not reason for reason in reasons.values()) > 0.7 * len(SCENARIOS)
    assert reasons["daemon/service"].startswith("starts and stops the engine (`service docker stop`)")
    assert reasons["dockerfile/copy-add"] == ""


MIXED = """---
title: {title}
tracks: {tracks}
---

## one

```console
$ {command}
```

```pycon
>>> client.containers.list()
[]
```
"""


def page_of(folder: Path, *scenarios: tuple[str, str, str]) -> tuple[PageSource, Library]:
    """A page that embeds scenarios, each of title, command and tracks."""
    made = {
        f"mixed/{title}": parse(
            MIXED.format(title=title, command=command, tracks=tracks), folder / f"{title}.md", f"mixed/{title}"
        )
        for title, command, tracks in scenarios
    }
    file = folder / "page.md"
    file.write_text("# A page\n\n" + "".join(f"```step\n{i}#one\n```\n\n" for i in made))
    return read_page(folder, file), Library(made)


def test_the_head_says_what_is_left_out(tmp_path: Path) -> None:
    page, library = page_of(
        tmp_path,
        ("harmless", "docker ps", "[shell, python]"),
        ("restarted", "service docker restart", "[shell, python]"),
        ("untold", "docker ps -a", "[shell]"),
    )
    shell, python = shell_download(page, library), python_download(page, library)
    assert shell is not None and python is not None
    line = "- restarted: starts and stops the engine (`service docker restart`)\n"
    assert f"# Parts of the page that are left out, and why:\n# {line}\n" in shell
    assert f"Parts of the page that are left out, and why:\n{line}- untold: has no docker-py\n" in python
    for text, command in ((shell, "docker ps -a"), (python, "'docker ps -a'")):
        head, _, body = text.partition("page_part mixed" if text is shell else 'page_part("mixed')
        assert "left out" in head and "restarted" not in body
        assert (command in body) == (text is shell)


def test_nothing_is_said_where_nothing_is_left_out(tmp_path: Path) -> None:
    page, library = page_of(tmp_path, ("harmless", "docker ps", "[shell, python]"))
    texts = downloads_of([page], library)
    assert sorted(texts) == ["page/page.py", "page/page.sh"]
    assert not [name for name, text in texts.items() if "left out" in text]


def test_a_page_of_which_nothing_can_run_offers_no_script(tmp_path: Path) -> None:
    page, library = page_of(tmp_path, ("restarted", "service docker restart", "[shell, python]"))
    assert downloads_of([page], library) == {}


def test_the_lab_s_home_becomes_the_script_s_own_folder(tmp_path: Path) -> None:
    page, library = page_of(tmp_path, ("home", "ls -l /root/file | head; docker exec web ls /root", "[shell, python]"))
    shell = shell_download(page, library)
    assert shell is not None and "\nls -l $HOME/file | head; docker exec" in shell
    step = library.scenarios["mixed/home"].steps[0]
    text = MIXED.format(title="home", command="true", tracks="[shell, python]").replace(
        "client.containers.list()", 'client.images.build(path="/root"), run(volumes=["/root/x:/y"], command="ls /root")'
    )
    changed = Library({"mixed/home": parse(text, tmp_path / "home.md", "mixed/home")})
    python = python_download(page, changed)
    assert step.name == "one" and python is not None
    assert 'path=f"{page_folder}"), run(volumes=[f"{page_folder}/x:/y"], command="ls /root")' in python


# ---- names


def stored_names(source: str) -> Iterator[str]:
    """The names that a piece of Python gives a value to; not those of plain imports, which mean the same everywhere."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store | ast.Del):
            yield node.id
        elif isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
            yield node.name
        elif isinstance(node, ast.ImportFrom):
            yield from (alias.asname or alias.name for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.asname for alias in node.names if alias.asname and alias.asname != alias.name)
        elif isinstance(node, ast.ExceptHandler) and node.name:
            yield node.name


def top_names(source: str) -> set[str]:
    """The names that the head holds at its top, imported modules included."""
    found: set[str] = set()
    for node in ast.parse(source).body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            found |= {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        else:
            found |= {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        # `global` makes a name of the module from inside a function.
        found |= {name for n in ast.walk(node) if isinstance(n, ast.Global) for name in n.names}
    return found


PYTHON_HEAD = (
    PYTHON.replace("{imports}", "import pty\nimport re\n").replace("{terminal}", TERMINAL).replace("{left_out}", "")
)


def commands_of(scenario: Scenario, kind: str) -> list[Command]:
    return [
        c
        for s in scenario.steps
        for b in s.blocks
        if b.kind == kind and b.exempt is None and b.engine in (None,)
        for c in b.commands
    ]


def test_the_python_head_s_names_are_no_page_s() -> None:
    names = top_names(PYTHON_HEAD)
    assert {"page_shell", "page_folder", "page_bash", "os", "docker"} <= names
    modules = {name for name in names if not name.startswith("page_")}
    assert modules <= sys.stdlib_module_names | {"docker"}
    used = {}
    for scenario in SCENARIOS:
        for command in commands_of(scenario, "pycon"):
            used.update(dict.fromkeys(stored_names(command.source), command.place))
    assert len(used) > 50
    assert {name: str(place) for name, place in used.items() if name in names or name.startswith("page_")} == {}


def test_the_shell_head_s_names_are_no_page_s() -> None:
    head = SHELL + SHELL_TERMINAL.partition("<<")[0]
    made = set(re.findall(r"^(?:export )?(\w+)(?:=|\(\) \{)", head, re.MULTILINE))
    assert {name for name in made if not name.startswith("page_")} == {"DOCKER_HOST", "TMPDIR"}
    assert {"page_code", "page_work", "page_terminal"} <= made
    for scenario in SCENARIOS:
        for command in commands_of(scenario, "console"):
            assert "page_" not in command.source, str(command.place)


# ---- a terminal


def at_terminal(*arguments: str) -> tuple[str, int]:
    """What the helper of the shell scripts gives, run as they run it."""
    script = f'{SHELL_TERMINAL}\npage_terminal "$@"'
    done = subprocess.run(
        ["bash", "-c", script, "bash", *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=20
    )
    assert done.stderr == ""
    return done.stdout.replace("\r\n", "\n"), done.returncode


def test_lines_are_typed_when_the_prompt_shows() -> None:
    program = 'for i in 1 2; do sleep 0.2; printf "name? "; read name; echo "got <$name>"; done; tty >/dev/null; exit 3'
    shown, code = at_terminal(program, "name? ", "Ann \\n 'Lee'", "name? ", "Bob")
    assert (shown, code) == ("name? Ann \\n 'Lee'\ngot <Ann n 'Lee'>\nname? Bob\ngot <Bob>\n", 3)


def test_control_keys_are_typed_as_keys_and_enter_at_once() -> None:
    program = "read line; stty raw -echo; printf '# '; head -c 2 | od -An -t x1"
    shown, code = at_terminal(program, "", "^M", "# ", "^P^Q")
    assert (shown, code) == ("\n#  10 11\n", 0)


def test_a_prompt_is_known_among_colours() -> None:
    program = r"printf '\033[1;32m$ \033[0m\033[6n'; read line; echo =$line"
    assert at_terminal(program, "$ ", "x")[0].endswith("=x\n")


def test_the_terminal_ends_with_its_program_though_lines_are_left() -> None:
    assert at_terminal("kill -TERM $$", "$ ", "never typed") == ("", 128 + 15)


def test_both_languages_type_the_same() -> None:
    assert TERMINAL in SHELL_TERMINAL
    assert TERMINAL in PYTHON_HEAD
    # The text runs on the Python of a reader, which may be older than the one here.
    ast.parse(TERMINAL, feature_version=(3, 9))
    assert sys.version_info >= (3, 9)
