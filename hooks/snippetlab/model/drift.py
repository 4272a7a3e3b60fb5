"""What differs between the two, and the result of a scenario. Plain and frozen."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from snippetlab.model.ran import TrackRun
from snippetlab.model.written import Place, Scenario, Track


class DriftKind(StrEnum):
    """Every way in which a page and the present run can differ."""

    OUTPUT = "output"
    EXIT_CODE = "exit code"
    EXCEPTION = "exception"
    TIME_LIMIT = "time limit"
    OUTPUT_LIMIT = "output limit"
    SHELL_ENDED = "shell ended"
    LAB_DIED = "lab died"
    OUT_OF_MEMORY = "out of memory"
    STATE = "state"
    CAPTURE = "capture"
    NO_RECORDING = "no recording"
    NO_COMMAND = "recording without a command"
    UNSTEADY = "unsteady"
    UNKNOWN_STEP = "unknown step"
    UNUSED_STEP = "unused step"
    STEP_ORDER = "step order"


@dataclass(frozen=True)
class Drift:
    """One difference between recording and capture, or between the two tracks.

    ``recorded`` and ``captured`` are raw text. ``warning`` marks what is
    reported but does not fail a run. ``values`` are the raw values at issue
    where everything but an identity is the same.
    """

    kind: DriftKind
    step_id: str
    place: Place
    recorded: str
    captured: str
    message: str
    track: Track | None = None
    warning: bool = False
    values: tuple[str, ...] = ()
    engine: str = ""  # the engine that it was found on, where that is not the baseline


@dataclass(frozen=True)
class ScenarioResult:
    """A scenario's present run on one engine and every drift found in it.

    ``when`` is the ISO date (UTC) of the run; ``cached`` says that it was taken
    from the result cache. ``runs`` may be empty in recorded mode.
    """

    scenario: Scenario
    runs: tuple[TrackRun, ...]
    drifts: tuple[Drift, ...]
    when: str
    seconds: float = 0.0
    cached: bool = False
    engine: str = ""  # the engine that it is about; the baseline where it is empty

    @property
    def ok(self) -> bool:
        """True when nothing but warnings was found."""
        return all(d.warning for d in self.drifts)

    @property
    def unsteady(self) -> bool:
        """True when a first run drifted and a second one did not."""
        return self.ok and bool(self.drifts)
