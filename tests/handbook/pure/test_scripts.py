"""The scripts that pages offer, as text: what they leave out, whose names they use, how they type at a terminal."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from handbook.exports.scripts import downloads_of, python_download, shell_download
from handbook.exports.scripts.heads import PYTHON, SHELL, SHELL_TERMINAL, TERMINAL
from handbook.exports.scripts.judge import why_left_out
from handbook.library import Library
from handbook.pages.sources import PageSource, read_page
from snippetlab.model import Command, Scenario
from snippetlab.scenario import discover, parse

ROOT = Path(__file__).parents[3]
SCENARIOS = discover(ROOT / "snippets")


def test_no_scenario_is_left_out_for_a_command_that_nobody_judged() -> None:
    reasons = {s.id: why_left_out(s) or "" for s in SCENARIOS}
    # What needs more than docker and its own folder, and nothing else: a new command belongs into the judge's tables.
    assert {i for i, reason in reasons.items() if reason} == {
        "api/ssh", "api/tcp", "api/tls", "compose/mend", "compose/pip", "containers/privileged-risk", "containers/restart", "containers/restart-engine",
        "containers/copy", "containers/environment", "containers/syslog", "daemon/config", "daemon/firewall", "daemon/group", "daemon/install", "daemon/neighbour",
        "daemon/no-iptables", "daemon/rootless", "daemon/service", "dockerfile/git", "dockerfile/mounts", "dockerfile/volume", "images/save", "networking/start", "start/get", "swarm/cluster", "swarm/lost-node", "swarm/managers",
        "swarm/network", "swarm/retired", "swarm/stack", "then-and-now/image-store", "then-and-now/misspelt", "volumes/data-root", "volumes/disk",
    }  # fmt: skip
    assert reasons["daemon/service"].startswith("starts and stops the engine (`service docker stop`)")


MIXED = """---
title: {title}
tracks: {tracks}
---

## one

```console
$ {command}
```
"""
PYCON = "\n```pycon\n>>> {code}\n[]\n```\n"

LIST = "client.containers.list()"


def page_of(folder: Path, *scenarios: tuple[str, str, str], code: str = LIST) -> tuple[PageSource, Library]:
    """A page that embeds scenarios, each of title, command and tracks."""
    made = {
        f"mixed/{title}": parse(
            MIXED.format(title=title, command=command, tracks=tracks)
            + (PYCON.format(code=code) if "python" in tracks else ""),
            folder / f"{title}.md",
            f"mixed/{title}",
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
    # The Python script does not run what a step has in shell alone.
    assert "Parts of the page that are left out, and why:\n- untold: has no docker-py\n" in python
    head, _, body = shell.partition("page_part mixed")
    assert "left out" in head and "restarted" not in body and "docker ps -a" in body
    head, _, body = python.partition('page_part("mixed')
    assert "left out" in head and "restarted" in body and "docker ps -a" not in body


def test_nothing_is_said_where_nothing_is_left_out(tmp_path: Path) -> None:
    page, library = page_of(tmp_path, ("harmless", "docker ps", "[shell, python]"))
    texts = downloads_of([page], library)
    assert sorted(texts) == ["page/page.py", "page/page.sh"]
    assert not [name for name, text in texts.items() if "left out" in text]


def test_a_page_of_which_nothing_can_run_offers_no_script(tmp_path: Path) -> None:
    scenario = ("restarted", "service docker restart", "[shell, python]")
    page, library = page_of(tmp_path, scenario, code="client.plugins.list()")
    assert downloads_of([page], library) == {}
    page, library = page_of(tmp_path, scenario)
    assert list(downloads_of([page], library)) == ["page/page.py"]


def test_the_lab_s_home_becomes_the_script_s_own_folder(tmp_path: Path) -> None:
    page, library = page_of(tmp_path, ("home", "ls -l /root/file | head; docker exec web ls /root", "[shell, python]"))
    shell = shell_download(page, library)
    assert shell is not None and "\nls -l $HOME/file | head; docker exec" in shell
    step = library.scenarios["mixed/home"].steps[0]
    build = (
        'client.images.build(path="/root"), client.containers.run("x", volumes=["/root/x:/y:ro"], command="ls /root")'
    )
    text = MIXED.format(title="home", command="true", tracks="[shell, python]") + PYCON.format(code=build)
    changed = Library({"mixed/home": parse(text, tmp_path / "home.md", "mixed/home")})
    python = python_download(page, changed)
    assert step.name == "one" and python is not None
    assert (
        'path=f"{page_folder}"), client.containers.run("x", volumes=[f"{page_folder}/x:/y:ro"], command="ls' in python
    )


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
        if b.kind == kind and b.exempt is None and b.engine is None
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
