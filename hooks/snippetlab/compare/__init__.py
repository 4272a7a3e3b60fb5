"""Compares recording with capture, state with state. Pure."""

from snippetlab.compare.diff import DiffLine, diff_lines
from snippetlab.compare.pairing import Difference, Pairing, Pairings
from snippetlab.compare.runs import compare_run
from snippetlab.compare.states import compare_states

__all__ = [
    "DiffLine",
    "Difference",
    "Pairing",
    "Pairings",
    "compare_run",
    "compare_states",
    "diff_lines",
]
