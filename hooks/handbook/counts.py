"""How much of a page, and of the whole site, this build verified."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from snippetlab.model import BlockKind, Step

from handbook.library import Library, OtherEngine, Proof, command_count, executed_blocks, exempt_blocks
from handbook.views import names


@dataclass(frozen=True)
class Count:
    """What stands on a page: commands that run, those that this build ran, exempt commands, and the oldest proof."""

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
        sum(len(block.commands) for s in unique for block in exempt_blocks(s)),
        # The oldest day is the honest one for a page whose scenarios were run on several.
        min(proofs, key=lambda p: p.when) if proofs else None,
    )


@dataclass(frozen=True)
class OnEngine:
    """What this build proved of steps on one engine: the oldest proof; where there is none, what is ``known`` of an
    engine whose recordings are shown all the same."""

    name: str
    proof: Proof | None
    known: OtherEngine | None


def by_engine(steps: Sequence[Step], library: Library) -> list[OnEngine]:
    """What this build proved of steps on each engine of the site, newest first."""
    proven = [step for step in steps if library.proof(step.id)]
    ids = {step.id.partition("#")[0] for step in (proven or steps)}
    found = []
    for name in library.engines:
        known = library.others.get(name)
        proofs = [p for i in ids if (p := (known.proofs if known else library.proofs).get(i))]
        whole = bool(proofs) and len(proofs) == len(ids)
        found.append(OnEngine(name, min(proofs, key=lambda p: p.when) if whole else None, known))
    return found


@dataclass(frozen=True)
class Totals:
    """The sums of a build; ``engine`` and ``cli`` name the versions of all engines that ran everything.

    ``exempt`` blocks hold the ``exempt_commands``, which are none of the ``commands``.
    ``when`` is the day (ISO) of its oldest run; versions are empty where nothing ran.
    """

    commands: int
    verified: int
    steps: int
    python_steps: int
    scenarios: int
    exempt: int
    exempt_commands: int
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
    proofs = [on.proof for on in by_engine(steps, library) if on.proof]
    return Totals(
        count.commands,
        count.verified,
        len(steps),
        sum(has_executed(s, "pycon") for s in steps),
        len(library.scenarios),
        sum(len(exempt_blocks(step)) for step in steps),
        count.exempt,
        sum(len(s.of_kind("capture")) for s in steps),
        _versions(proof.engine for proof in proofs),
        _versions(proof.cli for proof in proofs),
        proof.docker_py if proof else "",
        proof.when if proof else "",
    )


def _versions(found: Iterable[str]) -> str:
    return names(list(dict.fromkeys(found)))


def has_executed(step: Step, kind: BlockKind) -> bool:
    """True when a block of that kind runs in the step."""
    return any(b.kind == kind for b in executed_blocks(step))
