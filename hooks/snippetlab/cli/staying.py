"""A shell for a person in the lab of a run that goes no further, as the scenario's own shell left it."""

from __future__ import annotations

from rich.console import Console

from snippetlab.lab import Lab
from snippetlab.model import Track
from snippetlab.run.session import SHELL, Budget
from snippetlab.run.track import Stage

_STATE = "/run/snippetlab.rc"
# Variables, functions, aliases and the folder of the scenario's own shell, for the person's. What bash
# itself keeps read-only cannot be set again; the messages about that say nothing.
_KEEP_STATE = f'{{ declare -p; declare -f; alias -p; printf "cd %q\\n" "$PWD"; }} > {_STATE} 2>/dev/null'
# The prompt is the person's own: the scenario's shell has one that tells its keeper when a command has ended.
_START = f"""{{ . {_STATE}; }} 2>/dev/null
unset PROMPT_COMMAND PS0
PS1='\\w \\$ '
"""
_SECONDS = 5.0


def stay(stage: Stage, node: str | None, track: Track, where: str, console: Console) -> None:
    """Give a shell in the lab ``node``, and return when the person leaves it; ``where`` names the lab's state."""
    lab: Lab = stage.labs[node or "main"]
    if not stage.alive:
        console.print("The lab has ended; there is nothing to look at.")
        return
    kept = stage.session(node, SHELL).run(_KEEP_STATE, Budget.of(_SECONDS)) if track == "shell" else None
    own = kept is not None and kept.failure is None
    lab.run(["sh", "-c", f"cat > {_STATE}.start"], (_START if own else "").encode())
    what = "with the variables, functions and folder of its shell" if own else "in its home"
    console.print(f"This is the lab {where}, {what}. Leave with Ctrl-D; the lab ends with it.")
    lab.interact(["bash", "--rcfile", f"{_STATE}.start", "-i"])
