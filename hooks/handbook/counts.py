"""How much of a page, and of the whole site, this build verified."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from snippetlab.model import BlockKind, Step

from handbook.library import Library, Proof, command_count, executed_blocks, exempt_blocks


@dataclass(frozen=True)
class Count:
    """What stands on a page: commands that run, those that this build ran, exempt blocks, and the oldest proof."""

    commands: int
    verified: int
    exempt: int
    proof: Proof | None


def count_of(steps: Sequence[Step], library: Library) -> Count:
    """The count over steps; a step that is embedded twice counts once."""
    unique = list({s.id: s for s in steps}.values())
    proven = [s for s in unique if library.proof(s.id)]
    proofs = [p for s in proven if (p := library.proof(s.id))]
    return Count(
        sum(command_count(s) for s in unique),
        sum(library.verified_count(s) for s in proven),
        sum(len(exempt_blocks(s)) for s in unique),
        # The oldest day is the honest one for a page whose scenarios were run on several.
        min(proofs, key=lambda p: p.when) if proofs else None,
    )


@dataclass(frozen=True)
class Totals:
    """The sums of a build. ``when`` is the day (ISO) of its oldest run; versions are empty where nothing ran."""

    commands: int
    verified: int
    steps: int
    python_steps: int
    scenarios: int
    exempt: int
    captures: int
    engine: str
    cli: str
    docker_py: str
    when: str


def totals_of(library: Library) -> Totals:
    """The totals over every step."""
    steps = library.steps()
    count = count_of(steps, library)
    proof = count.proof
    return Totals(
        count.commands,
        count.verified,
        len(steps),
        sum(has_executed(s, "pycon") for s in steps),
        len(library.scenarios),
        count.exempt,
        sum(len(s.of_kind("capture")) for s in steps),
        proof.engine if proof else "",
        proof.cli if proof else "",
        proof.docker_py if proof else "",
        proof.when if proof else "",
    )


def has_executed(step: Step, kind: BlockKind) -> bool:
    """True when a block of that kind runs in the step."""
    return any(b.kind == kind for b in executed_blocks(step))
