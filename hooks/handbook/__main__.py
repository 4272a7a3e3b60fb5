"""``python -m handbook``: see ``handbook.program``.

That is imported once a Ctrl-C ends the program in order: importing it takes a moment.
"""

from __future__ import annotations

from snippetlab.cli import in_order


def run() -> int:
    """Run the command line, which ends with the exit code of what was asked for."""
    from handbook.program import app

    app()
    return 0


if __name__ == "__main__":
    in_order(run)
