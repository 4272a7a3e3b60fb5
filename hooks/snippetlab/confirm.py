"""What a second run of what drifted says: time may explain some drifts, and nothing else is forgiven."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from snippetlab.model import Drift, DriftKind, ScenarioResult

# What a busy machine can bring about: another order, one more line, a command that took too long. An exit
# code, an exception, a state or an identity that is wrong once is wrong.
_BY_TIME = frozenset({DriftKind.OUTPUT, DriftKind.CAPTURE, DriftKind.TIME_LIMIT, DriftKind.LAB_DIED})


def explained_by_time(drift: Drift) -> bool:
    """True for a drift that may be gone in a second run of the same commands without anything being wrong."""
    return drift.warning or (drift.kind in _BY_TIME and not drift.values)


def wants_second_run(result: ScenarioResult) -> bool:
    """True when something drifted, and time can explain all of it."""
    return not result.ok and all(map(explained_by_time, result.drifts))


def confirmed(first: ScenarioResult, second: ScenarioResult) -> ScenarioResult:
    """What two runs of a scenario say together: drift, or that it is unsteady (``ScenarioResult.unsteady``)."""
    if not second.ok:
        # The second may show what no time explains, beside what the first one showed.
        others = [drift for drift in second.drifts if not explained_by_time(drift)]
        return replace(first, drifts=(*first.drifts, *others))
    return replace(second, drifts=(*second.drifts, *_once(first.drifts)))


def _once(drifts: Sequence[Drift]) -> list[Drift]:
    return [
        replace(drift, message=f"unsteady, 1 of 2: {drift.message}; a second run did not show it", warning=True)
        for drift in drifts
        if not drift.warning
    ]
