"""Compares recording with capture, state with state, pages with scenarios. Pure."""

from .diff import DiffLine, diff_lines
from .pages import page_drifts
from .pairing import Difference, Pairing, Pairings
from .runs import compare_run
from .states import compare_states

__all__ = [
    "DiffLine",
    "Difference",
    "Pairing",
    "Pairings",
    "compare_run",
    "compare_states",
    "diff_lines",
    "page_drifts",
]
