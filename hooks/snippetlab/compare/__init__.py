"""Compares recording with capture, state with state. Pure."""

from snippetlab.compare.diff import DiffLine, diff_lines, hunks, shortened
from snippetlab.compare.pairing import Difference, Pairing, Pairings
from snippetlab.compare.reading import Reading, readings
from snippetlab.compare.runs import compare_run
from snippetlab.compare.states import compare_recorded, compare_states
from snippetlab.compare.vocabulary import Kind, Vocabulary

__all__ = [
    "DiffLine",
    "Difference",
    "Kind",
    "Pairing",
    "Pairings",
    "Reading",
    "Vocabulary",
    "compare_recorded",
    "compare_run",
    "compare_states",
    "diff_lines",
    "hunks",
    "readings",
    "shortened",
]
