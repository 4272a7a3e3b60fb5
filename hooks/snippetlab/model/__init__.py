"""The data that flows through snippetlab: what is written, what a run gave, what differs."""

from snippetlab.model.drift import Drift, DriftKind, ScenarioResult
from snippetlab.model.holds import Holds
from snippetlab.model.ran import BlockCapture, CommandCapture, Failure, StepCapture, TrackRun
from snippetlab.model.written import (
    TRACKS,
    Block,
    BlockKind,
    Command,
    ContextFile,
    Entry,
    LineRule,
    Notation,
    NotRun,
    Place,
    Recordings,
    Rule,
    Scenario,
    Step,
    Stream,
    Track,
)

__all__ = [
    "TRACKS",
    "Block",
    "BlockCapture",
    "BlockKind",
    "Command",
    "CommandCapture",
    "ContextFile",
    "Drift",
    "DriftKind",
    "Entry",
    "Failure",
    "Holds",
    "LineRule",
    "NotRun",
    "Notation",
    "Place",
    "Recordings",
    "Rule",
    "Scenario",
    "ScenarioResult",
    "Step",
    "StepCapture",
    "Stream",
    "Track",
    "TrackRun",
]
