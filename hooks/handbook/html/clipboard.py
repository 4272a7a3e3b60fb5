"""What a reader gets who copies a block: the commands alone, as a script."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from snippetlab.model import Block, Command

PYTHON_HEAD = "import docker\n\nclient = docker.from_env()\n"


def shell_script(block: Block) -> str:
    """A console block's commands, one after another, without prompts and outputs."""
    return "\n".join(c.source for c in block.commands)


def python_script(block: Block) -> str:
    """A pycon block's commands as a script that runs: with import and client, and printing what is shown."""
    return PYTHON_HEAD + "\n" + python_body(block.commands)


def python_body(commands: Iterable[Command]) -> str:
    """Commands as the body of a script: what an interactive session echoes is printed."""
    return "\n".join(_printing(c) for c in commands)


def _printing(command: Command) -> str:
    """The command's source; an expression whose value was echoed becomes a ``print``."""
    if not command.output.strip() or command.output.startswith("Traceback"):
        return command.source
    try:
        body = ast.parse(command.source).body
    except SyntaxError:
        return command.source
    if len(body) != 1 or not isinstance(body[0], ast.Expr):
        return command.source
    value = body[0].value
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "print":
        return command.source
    return f"print({command.source.strip()})"
