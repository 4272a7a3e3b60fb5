"""A page as a script to download: does what the page does, checks exit codes, and cleans up at the end."""

from __future__ import annotations

import base64
import re
import shlex
from collections.abc import Iterable, Sequence
from pathlib import Path

from snippetlab.model import Block, Command, Scenario, Step, Track
from snippetlab.scenario import typed_lines
from snippetlab.scenario.context import context_files

from handbook.exports.scripts.heads import PYTHON, SHELL, SHELL_TERMINAL, TERMINAL
from handbook.exports.scripts.judge import why_left_out
from handbook.html.clipboard import python_body
from handbook.library import Library
from handbook.pages.sources import PageSource

# The lab's home and working directory, for which a script has a folder of its own: in Python as the beginning of a
# string, in shell as a word (in containers it is somebody else's home).
_HOME_STRING = re.compile(r"""(?<!\w)(["'])/root((?:[/:][^"'{}\\]*)?)\1""")
_HOME_WORD = re.compile(r"(?<![\w/.:=-])/root(?=[/\s]|$)")
_RAISED = re.compile(r"^(?:\w+\.)*([A-Z]\w*)(?::|$)", re.MULTILINE)


def scenarios_of(page: PageSource, library: Library, track: Track = "shell") -> tuple[list[Scenario], list[str]]:
    """The scenarios of a page's script, in the page's order; and a line for each that is left out, with the reason."""
    ids = dict.fromkeys(step_id.partition("#")[0] for step_id, _ in page.step_ids())
    scenarios: list[Scenario] = []
    left_out: list[str] = []
    for scenario in (s for i in ids if (s := library.scenarios.get(i))):
        reason = why_left_out(scenario) or ("has no docker-py" if track not in scenario.tracks else None)
        if reason:
            left_out.append(f"- {scenario.title}: {reason}")
        else:
            scenarios.append(scenario)
    return scenarios, ["", "Parts of the page that are left out, and why:", *left_out] if left_out else []


def _filled(head: str, **values: str) -> str:
    """A head with its ``{name}`` places filled. (Both languages use braces themselves.)"""
    for name, value in values.items():
        head = head.replace(f"{{{name}}}", value, 1)
    return head


def _uses_terminal(scenarios: Sequence[Scenario], track: Track) -> bool:
    return any(b.tty for s in scenarios for step in s.steps for b in step.in_track(track))


def shell_download(page: PageSource, library: Library) -> str | None:
    """The page as a shell script; None when none of its scenarios can run on a reader's machine."""
    scenarios, missing = scenarios_of(page, library)
    if not scenarios:
        return None
    left_out = "".join(f"# {line}".rstrip() + "\n" for line in missing)
    parts = [_filled(SHELL, title=page.title, left_out=left_out)]
    if _uses_terminal(scenarios, "shell"):
        parts.append(SHELL_TERMINAL)
    for scenario in scenarios:
        parts.append(f"\n### {scenario.title}\n(\npage_part {scenario.id.replace('/', '-')}")
        parts += [_shell_file(name, data, executable) for name, data, executable in _context(scenario)]
        for step in scenario.steps:
            parts.append(f"\n## {step.name}")
            parts += [_shell_block(b) for b in step.in_track("shell") if b.kind != "capture"]
        parts.append("\nexit $page_unexpected\n) </dev/null || page_unexpected=1\npage_clean_up")
    parts.append("\nexit $page_unexpected")
    return "\n".join(p for p in parts if p) + "\n"


def _shell_block(block: Block) -> str:
    if block.kind == "file":
        return _shell_file(block.option("file") or "", block.text.encode())
    return "\n".join(_shell_command(c, block) for c in block.commands)


def _shell_command(command: Command, block: Block) -> str:
    source = _shell_source(command)
    if block.tty:
        typed = [" ".join(map(shlex.quote, pair)) for pair in _typed(command, block)]
        source = " \\\n  ".join([f"page_terminal {shlex.quote(source)}", *typed])
    return f"{source}\npage_code {command.exit_code} $?"


def _shell_source(command: Command) -> str:
    own = not command.source.startswith("docker ")
    return _HOME_WORD.sub("$HOME", command.source) if own else command.source


def _typed(command: Command, block: Block) -> list[tuple[str, str]]:
    """What is typed into a command under a terminal: prompts, each with its line. An empty prompt means at once."""
    prompt = block.option("prompt")
    lines = typed_lines(command, prompt) if prompt else ()
    first = [("", "^M")] if "enter" in block.options else []
    return first + [(prompt or "", line) for line in lines]


def _shell_file(name: str, data: bytes, executable: bool = False) -> str:
    # Below the part's home, as in the lab, wherever the page's own `cd` has led.
    quoted = f"~/{shlex.quote(name)}"
    parent = f"mkdir -p ~/{shlex.quote(str(Path(name).parent))}\n" if "/" in name else ""
    after = f"\nchmod +x {quoted}" if executable else ""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        encoded = base64.encodebytes(data).decode()
        return f"{parent}base64 --decode > {quoted} <<'END_OF_FILE'\n{encoded}END_OF_FILE{after}"
    if text and not text.endswith("\n"):
        return f"{parent}printf %s {shlex.quote(text)} > {quoted}{after}"
    return f"{parent}cat > {quoted} <<'END_OF_FILE'\n{text}END_OF_FILE{after}"


def _context(scenario: Scenario) -> Iterable[tuple[str, bytes, bool]]:
    """The files beside a scenario: name, content, and whether it can be executed."""
    for file in context_files(scenario):
        name = file.relative_to(scenario.path.parent).as_posix()
        yield name, file.read_bytes(), bool(file.stat().st_mode & 0o100)


def python_download(page: PageSource, library: Library) -> str | None:
    """The page as a Python script; None when it has no docker-py, or none of its scenarios can run."""
    scenarios, missing = scenarios_of(page, library, "python")
    if not any(step.of_kind("pycon") for s in scenarios for step in s.steps):
        return None
    body: list[str] = []
    for scenario in scenarios:
        body += [f"\n# {scenario.title}", f'page_part("{scenario.id.replace("/", "-")}")', "client = docker.from_env()"]
        body += [_python_file(name, data, executable) for name, data, executable in _context(scenario)]
        for step in scenario.steps:
            body += [f"\n# {step.name}", *_python_step(step)]
        body.append("\npage_clean_up()")
    terminal = _uses_terminal(scenarios, "python")
    left_out = "".join(f"{line}\n" for line in missing)
    head = _filled(
        PYTHON,
        title=page.title,
        left_out=left_out.replace("\\", "\\\\").replace('"""', '\\"""'),
        imports="import pty\nimport re\n" if terminal else "",
        terminal=f"\n{TERMINAL}\n" if terminal else "",
    )
    return head + "\n".join(body) + "\n"


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
    source = _shell_source(command)
    if block.tty:
        arguments = "".join(f", {prompt!r}, {line!r}" for prompt, line in _typed(command, block))
        return f"page_code(page_terminal({source!r}{arguments}), {command.exit_code}, {source!r})"
    wanted = f", wanted={command.exit_code}" if command.exit_code else ""
    return f"page_shell({source!r}{wanted})"


def _python_command(command: Command) -> str:
    body = _HOME_STRING.sub(r"f\1{page_folder}\2\1", python_body([command]))
    if not command.exit_code:
        return body
    raised = _RAISED.search(command.output)
    inner = "\n".join(f"    {line}" for line in body.splitlines())
    return f'with page_raises("{raised[1] if raised else "Exception"}"):\n{inner}'


def _python_file(name: str, data: bytes, executable: bool = False) -> str:
    mode = ", 0o755" if executable else ""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return f"page_file({name!r}, {data!r}{mode})"
    text = text.replace("\\", "\\\\")
    if '"""' in text or text.endswith('"'):
        text = text.replace('"', '\\"')
    return f'page_file({name!r}, """\\\n{text}"""{mode})'


def downloads_of(pages: Sequence[PageSource], library: Library) -> dict[str, str]:
    """Every page's scripts by path below the site: ``networking/networking.sh``."""
    files: dict[str, str] = {}
    for page in pages:
        if not page.front.download:
            continue
        name = script_name(page)
        for suffix, text in ((".sh", shell_download(page, library)), (".py", python_download(page, library))):
            if text is not None:
                files[f"{page.url}{name}{suffix}"] = text
    return files


def script_name(page: PageSource) -> str:
    """The name of a page's scripts, without suffix: the last word of its address."""
    return page.url.rstrip("/").rpartition("/")[2] or "docker"
