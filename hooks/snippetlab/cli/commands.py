"""The program with all of its commands."""

# Each adds itself.
from snippetlab.cli import check, doctor, engines_command, explain, init, labs, listing, merge, shell, update, why  # noqa: F401
from snippetlab.cli.common import app

__all__ = ["app"]
