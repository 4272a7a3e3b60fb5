"""The command line. Each command is a module; this one starts the program and ends it in order."""

from __future__ import annotations

import signal
import sys
import traceback
from typing import NoReturn

from rich.console import Console
from rich.text import Text

from snippetlab.cli import check, doctor, explain, init, labs, listing, shell, update
from snippetlab.cli.common import app
from snippetlab.errors import SnippetLabError

__all__ = ["check", "doctor", "explain", "init", "labs", "listing", "main", "shell", "update"]


def main() -> NoReturn:
    """Run the command line; errors of ours are told in words, not in tracebacks."""
    signal.signal(signal.SIGINT, _stop)
    signal.signal(signal.SIGTERM, _stop)
    try:
        app()
    except SnippetLabError as error:
        _tell(error)
        sys.exit(2)
    except SystemExit as done:
        if done.code in (130, 143):
            print("stopped: every lab was ended", file=sys.stderr)
        raise
    except Exception:
        # 1 would say that something drifted.
        traceback.print_exc()
        print("This is a fault of snippetlab itself. Please report it with the lines above.", file=sys.stderr)
        sys.exit(3)
    sys.exit(0)


def _stop(number: int, _frame: object) -> NoReturn:
    """End in order, once: an impatient second Ctrl-C must not cut off the ending of labs."""
    for further in (signal.SIGINT, signal.SIGTERM):
        signal.signal(further, lambda *_: None)
    sys.exit(128 + number)


def _tell(error: SnippetLabError) -> None:
    Console(stderr=True).print(Text(str(error), style="red"), soft_wrap=True)
