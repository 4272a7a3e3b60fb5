"""A page as a script to download: does what the page does, checks exit codes, and cleans up at the end."""

from __future__ import annotations

import base64
import re
import shlex
from collections.abc import Iterable, Sequence
from pathlib import Path

from ..model import Block, Command, Scenario, Step
from ..scenario import typed_lines
from .copying import python_body
from .library import Library
from .pages import PageSource

# What works on the machine itself, or on a second one, has no place in a script for a reader's machine.
_MACHINE = re.compile(
    r"\b(pkill|killall|kill|dockerd|systemctl|service docker|iptables|nsenter|umount|mount|useradd|usermod|su"
    r"|ip \w+ (add|del|set))\b"
)
_RAISED = re.compile(r"^[A-Za-z_][\w.]*(Error|Exception|NotFound|Conflict|Interrupt|Timeout)\b", re.MULTILINE)

SHELL_HEAD = """\
#!/usr/bin/env bash
# {title}
# Does what the page does, in the page's order, and checks each exit code. At the end, whatever happens,
# it removes the containers, networks, volumes and images that it made.

if [ -n "$(docker ps --all --quiet)" ]; then
  echo "This engine holds containers. Some of these commands remove every container they see." >&2
  echo "Run the script on an engine that holds none." >&2
  exit 2
fi

docker_had() {{
  docker volume ls --quiet | sed 's/^/volume /'
  docker network ls --quiet --no-trunc | sed 's/^/network /'
  docker image ls --quiet --no-trunc | sort -u | sed 's/^/image /'
}}
had=$(docker_had)
made() {{ docker_had | grep --invert-match --line-regexp --fixed-strings "$had" | sed -n "s/^$1 //p"; }}
clean_up() {{
  docker ps --all --quiet | xargs --no-run-if-empty docker rm --force --volumes
  made volume | xargs --no-run-if-empty docker volume rm
  made network | xargs --no-run-if-empty docker network rm
}} >/dev/null 2>&1
finish() {{
  clean_up
  made image | xargs --no-run-if-empty docker image rm --force >/dev/null 2>&1
  rm -rf "$work"
}}
work=$(mktemp -d)
trap finish EXIT
unexpected=0
# did WANTED GOT COMMAND
did() {{
  [ "$1" = "$2" ] && return
  echo "exit code $2, expected $1: $3" >&2
  unexpected=1
}}
"""

PYTHON_HEAD = '''\
#!/usr/bin/env python3
"""{title}

Does what the page does, with docker-py where it can, and removes at the end the containers, networks, volumes
and images that it made. Needs the package `docker`.
"""

import atexit
import os
import subprocess
import sys
import tempfile

import docker

client = docker.from_env()
if client.containers.list(all=True):
    sys.exit("This engine holds containers. Run the script on an engine that holds none.")

bash = subprocess.Popen(["bash"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
END = "end-of-command"


def shell(source, wanted=0):
    """Run what docker-py has no call for, in one shell; `wanted` is the exit code that it should have."""
    bash.stdin.write(f"{{{{ {{source}}\\n}}}} </dev/null; printf '\\n%s %s\\n' {{END}} $?\\n")
    bash.stdin.flush()
    for line in bash.stdout:
        if line.startswith(END):
            break
        print(line, end="")
    code = int(line.split()[1])
    if code != wanted:
        sys.exit(f"exit code {{code}}, expected {{wanted}}: {{source}}")


def enter(name):
    """A folder of its own for each part."""
    folder = os.path.join(work.name, name)
    os.mkdir(folder)
    os.chdir(folder)
    shell(f"cd {{folder}}")


def all_of():
    return {{
        "volumes": {{v.id: v for v in client.volumes.list()}},
        "networks": {{n.id: n for n in client.networks.list()}},
    }}


def clean_up():
    for container in client.containers.list(all=True):
        container.remove(force=True, v=True)
    for kind, found in all_of().items():
        for name in found.keys() - had[kind].keys():
            found[name].remove()


def finish():
    clean_up()
    for name in {{i.id for i in client.images.list()}} - had_images:
        client.images.remove(name, force=True)
    os.chdir("/")
    work.cleanup()


had, had_images = all_of(), {{i.id for i in client.images.list()}}
work = tempfile.TemporaryDirectory()
atexit.register(finish)
'''


def scenarios_of(page: PageSource, library: Library) -> list[Scenario]:
    """The scenarios that a page embeds and that a reader's machine can run, in the page's order."""
    ids = dict.fromkeys(step_id.partition("#")[0] for step_id, _ in page.step_ids())
    return [s for i in ids if (s := library.scenarios.get(i)) and runs_anywhere(s)]


def runs_anywhere(scenario: Scenario) -> bool:
    """False for a scenario that needs a second machine, a changed daemon, or the machine's own tools."""
    if scenario.nodes or scenario.daemon:
        return False
    for block in (b for s in scenario.steps for b in s.blocks if b.exempt is None and b.engine is None):
        if block.kind == "file" and (block.option("file") or "").startswith(("/", "~")):
            return False
        if block.kind == "console" and any(_MACHINE.search(_outside_docker(c.source)) for c in block.commands):
            return False
    return True


def _outside_docker(source: str) -> str:
    """A command's source without what it hands to containers."""
    return re.sub(r"docker[^|;&]*", "docker", source)


def shell_download(page: PageSource, library: Library) -> str | None:
    """The page as a shell script; None when none of its scenarios can run on a reader's machine."""
    scenarios = scenarios_of(page, library)
    if not scenarios:
        return None
    parts = [SHELL_HEAD.format(title=page.title)]
    for scenario in scenarios:
        parts.append(f'\n### {scenario.title}\nmkdir "$work/{scenario.id.replace("/", "-")}"')
        parts.append(f'cd "$work/{scenario.id.replace("/", "-")}" || exit 2')
        parts += [_shell_file(name, data) for name, data in _context(scenario)]
        for step in scenario.steps:
            parts.append(f"\n## {step.name}")
            parts += [_shell_block(b) for b in step.in_track("shell") if b.kind != "capture"]
        parts.append("\nclean_up")
    parts.append("\nexit $unexpected")
    return "\n".join(p for p in parts if p) + "\n"


def _shell_block(block: Block) -> str:
    if block.kind == "file":
        return _shell_file(block.option("file") or "", block.text.encode())
    return "\n".join(_shell_command(c, block) for c in block.commands)


def _shell_command(command: Command, block: Block) -> str:
    source = _typed(command, block) if block.tty else command.source
    wanted = command.exit_code
    return f"{source}\ndid {wanted} $? {shlex.quote(command.source.splitlines()[0])}"


def _typed(command: Command, block: Block) -> str:
    """A command under a terminal, with the recorded lines typed in."""
    prompt = block.option("prompt")
    lines = typed_lines(command, prompt) if prompt else ()
    typed = "".join(_keys(line) for line in lines)
    feed = f"printf %b {shlex.quote(typed)} | " if typed else ""
    return f"{feed}script --quiet --return --command {shlex.quote(command.source)} /dev/null"


def _keys(line: str) -> str:
    """Typed text for printf: control keys as octal escapes, other lines with their end."""
    if re.fullmatch(r"(\^[A-Z])+", line):
        return "".join(f"\\0{ord(c) - 64:03o}" for c in line[1::2])
    return line.replace("\\", "\\\\") + "\\n"


def _shell_file(name: str, data: bytes) -> str:
    quoted = shlex.quote(name)
    parent = f"mkdir -p {shlex.quote(str(Path(name).parent))}\n" if "/" in name else ""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return f"{parent}base64 --decode > {quoted} <<'END_OF_FILE'\n{base64.encodebytes(data).decode()}END_OF_FILE"
    if text and not text.endswith("\n"):
        return f"{parent}printf %s {shlex.quote(text)} > {quoted}"
    return f"{parent}cat > {quoted} <<'END_OF_FILE'\n{text}END_OF_FILE"


def _context(scenario: Scenario) -> Iterable[tuple[str, bytes]]:
    folder = scenario.path.parent
    for entry in scenario.context:
        source = folder / entry
        files = sorted(p for p in source.rglob("*") if p.is_file()) if source.is_dir() else [source]
        for file in files:
            yield file.relative_to(folder).as_posix(), file.read_bytes()


def python_download(page: PageSource, library: Library) -> str | None:
    """The page as a Python script; None when it has no docker-py, or none of its scenarios can run."""
    scenarios = [s for s in scenarios_of(page, library) if "python" in s.tracks]
    if not any(step.of_kind("pycon") for s in scenarios for step in s.steps):
        return None
    body: list[str] = []
    for scenario in scenarios:
        body += [f"\n# {scenario.title}", f"enter({scenario.id.replace('/', '-')!r})"]
        body += [_python_file(name, data) for name, data in _context(scenario)]
        for step in scenario.steps:
            body += [f"\n# {step.name}", *_python_step(step)]
        body.append("\nclean_up()")
    return PYTHON_HEAD.format(title=page.title) + "\n".join(body) + "\n"


def _python_step(step: Step) -> list[str]:
    parts: list[str] = []
    for block in step.in_track("python"):
        if block.kind == "file":
            parts.append(_python_file(block.option("file") or "", block.text.encode()))
        elif block.kind == "console":
            parts += [_python_shell(c, block) for c in block.commands]
        elif block.kind == "pycon":
            parts += [_python_command(c) for c in block.commands]
    return parts


def _python_shell(command: Command, block: Block) -> str:
    source = _typed(command, block) if block.tty else command.source
    wanted = f", wanted={command.exit_code}" if command.exit_code else ""
    return f"shell({source!r}{wanted})"


def _python_command(command: Command) -> str:
    body = python_body([command])
    if not (command.exit_code or _RAISED.search(command.output)):
        return body
    inner = "\n".join(f"    {line}" for line in body.splitlines())
    return f"try:\n{inner}\nexcept Exception as error:\n    print(f'{{type(error).__name__}}: {{error}}')"


def _python_file(name: str, data: bytes) -> str:
    parent = f"os.makedirs({str(Path(name).parent)!r}, exist_ok=True)\n" if "/" in name else ""
    return f"{parent}with open({name!r}, 'wb') as file:\n    file.write({data!r})"


def downloads_of(pages: Sequence[PageSource], library: Library) -> dict[str, str]:
    """Every page's scripts by path below the site: ``networking/networking.sh``."""
    files: dict[str, str] = {}
    for page in pages:
        if page.meta.get("download") is False:
            continue
        name = script_name(page)
        for suffix, text in ((".sh", shell_download(page, library)), (".py", python_download(page, library))):
            if text is not None:
                files[f"{page.url}{name}{suffix}"] = text
    return files


def script_name(page: PageSource) -> str:
    """The name of a page's scripts, without suffix: the last word of its address."""
    return page.url.rstrip("/").rpartition("/")[2] or "docker"
