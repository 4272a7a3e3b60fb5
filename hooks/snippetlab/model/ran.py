"""What a run gave: captures, by command, block, step and track. Plain and frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from snippetlab.model.written import Block, Step, Stream, Track


class Failure(StrEnum):
    """Why a command gave no ordinary exit code."""

    TIME_LIMIT = "time limit"
    OUTPUT_LIMIT = "output limit"
    SHELL_ENDED = "the shell ended"
    AGENT_DIED = "what types into the shell died"
    LAB_DIED = "the lab died"
    OUT_OF_MEMORY = "out of memory"
    NOT_REACHED = "not reached"


@dataclass(frozen=True)
class CommandCapture:
    """What one command printed in the present run.

    ``output`` has the same form as ``Command.output``. ``seconds`` is wall time.
    ``stream`` is where the output came from: None where there is none, and for
    a terminal, which does not tell. ``late`` is what a background job printed
    after the command before had ended and before this one began.
    """

    output: str
    exit_code: int
    seconds: float = 0.0
    failure: Failure | None = None
    stream: Stream | None = None
    late: str = ""


@dataclass(frozen=True)
class BlockCapture:
    """What one block gave: a capture per command, or JSON text for a ``capture`` block."""

    block: Block
    commands: tuple[CommandCapture, ...] = ()
    text: str = ""


@dataclass(frozen=True)
class StepCapture:
    """What one step gave in one track: a capture per block that ran, in order."""

    step: Step
    track: Track
    blocks: tuple[BlockCapture, ...]
    seconds: float = 0.0


@dataclass(frozen=True)
class TrackRun:
    """One track of a scenario, run from top to bottom in one lab.

    ``state`` is what the track left on the engine, plain data read through
    docker-py: ``{"containers": [...], "networks": [...], "volumes": [...],
    "images": [...]}``. It is ``None`` when the lab did not live to the end.
    ``objects`` are the ids of everything that was there at any time, in any of the run's labs, by kind of
    object; ``None`` when nobody could tell.
    """

    track: Track
    engine: str  # the name of the engine that ran it
    steps: tuple[StepCapture, ...]
    state: Mapping[str, Any] | None
    versions: Mapping[str, str] = field(default_factory=dict)  # engine, cli, docker-py …
    problem: str = ""  # why there was no lab; then nothing was run
    whole: bool = True  # whether every recording of the scenario is compared, not only the variants for that engine
    objects: Mapping[str, frozenset[str]] | None = None
