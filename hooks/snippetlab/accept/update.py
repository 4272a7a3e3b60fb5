"""Accepting drift: new outputs go into the scenario files, and nothing else changes there."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from pathlib import Path

from snippetlab.accept import changelog
from snippetlab.accept.rewrite import Body, format_body, rewrite, text_of
from snippetlab.accept.secrets import StandIns
from snippetlab.compare import Pairing, Pairings, compare_run
from snippetlab.compare.reading import Reading, readings
from snippetlab.compare.vocabulary import Vocabulary
from snippetlab.errors import ScenarioError
from snippetlab.files import write_atomically
from snippetlab.model import (
    Block,
    BlockCapture,
    Drift,
    DriftKind,
    Failure,
    Scenario,
    ScenarioResult,
    Step,
    StepCapture,
    TrackRun,
)

# What can be accepted by writing an output down. The others need a person.
ACCEPTABLE = frozenset(
    {
        DriftKind.OUTPUT,
        DriftKind.EXIT_CODE,
        DriftKind.EXCEPTION,
        DriftKind.NO_RECORDING,
        DriftKind.CAPTURE,
    }
)
_UNFINISHED = frozenset(Failure)


def paired(scenario: Scenario, run: TrackRun, vocabulary: Vocabulary) -> Pairings:
    """Which values of a scenario's recordings are which of a run."""
    pairings = Pairings(vocabulary)
    compare_run(scenario, run, vocabulary, pairings)
    return pairings


def new_bodies(
    result: ScenarioResult, vocabulary: Vocabulary, known: Sequence[Pairings] = ()
) -> list[tuple[Block, Body]]:
    """The blocks whose recording must change, with their new bodies.

    A block that ran in both tracks takes the shell track's output. Blocks that
    did not run to their end keep their recording, and so do commands that did not drift.
    ``known`` are, for each run, pairings with other recordings, whose values go before those of the result's own.
    """
    bodies: dict[tuple[Path, int], tuple[Block, Body]] = {}
    places = {(d.step_id, d.place.path, d.place.line) for d in result.drifts if d.kind in ACCEPTABLE}
    how = readings([result.scenario], vocabulary)
    stand_ins = StandIns(block.text for step in result.scenario.steps for block in step.blocks)
    for number, run in enumerate(result.runs):
        pairings = [*known[number : number + 1], paired(result.scenario, run, vocabulary)]
        for step in run.steps:
            for done in step.blocks:
                block = done.block
                if not run.whole and run.engine != block.engine:
                    continue  # what another engine printed on its way to its own variants
                # On another engine, some blocks stand in a file of their own.
                place = (block.place.path, block.body_start)
                if place in bodies or block.kind == "file" or not block.text:
                    continue
                if any(c.failure in _UNFINISHED for c in done.commands):
                    continue
                drifted = {line for identity, path, line in places if (identity, path) == (step.step.id, place[0])}
                reading = how.get(step.step.id, Reading(vocabulary, step.step.rules))
                own = [each.of(block) for each in pairings]

                def terms(text: str, old: str, own: Sequence[Pairing] = own, reading: Reading = reading) -> str:
                    for pairing in own:
                        text = pairing.in_recorded_terms(text, reading)
                    return stand_ins.instead(text, old)

                if body := _body(done, drifted, terms, reading):
                    bodies[place] = (block, body)
    return list(bodies.values())


def _body(
    done: BlockCapture, drifted: Collection[int], terms: Callable[[str, str], str], reading: Reading
) -> Body | None:
    """The new body of a block of which the commands on the lines ``drifted`` did; None where none did.

    ``terms`` puts an output into the terms of the recording that it replaces.
    """
    block = done.block
    if block.kind == "capture":
        if block.place.line not in drifted:
            return None
        text = json.dumps(json.loads(done.text), indent=2, ensure_ascii=False)
        return terms(text, block.text).split("\n")
    nothing_recorded = not any(c.output or c.exit_code for c in block.commands)
    if not any(c.place.line in drifted for c in block.commands):
        return None
    # What a person typed is not the run's to put into other words: outputs alone are.
    new = [
        replace(capture, output=terms(capture.output, command.output))
        if nothing_recorded or command.place.line in drifted
        else None
        for command, capture in zip(block.commands, done.commands, strict=True)
    ]
    return format_body(block, new, reading)


def what_changes(drift: Drift) -> str:
    """What accepting a drift means, in words: what a person should look at before a commit."""
    if drift.kind is DriftKind.EXIT_CODE or drift.kind is DriftKind.EXCEPTION:
        return "another outcome"
    if drift.values:
        return "another identity"
    if not drift.recorded.strip():
        return "a new output"
    return "another output" if drift.captured.strip() else "an output is lost"


def update_files(
    results: Sequence[ScenarioResult],
    vocabulary: Vocabulary,
    snippets: Path | None = None,
    *,
    because: str = "",
    committed: changelog.Committed = changelog.committed,
    refused: list[ScenarioError] | None = None,
) -> list[Path]:
    """Write every new output; gives the files that changed. Each is written whole or not at all.

    Raises ScenarioError for a file that cannot take its outputs; with ``refused``, it is told there, and the other
    files are written.

    With ``snippets``, the folder of the scenarios, what replaces a committed
    recording is told in its ``changes.yml``, in the words of ``because`` if any.
    """
    changed: list[Path] = []
    by_file: dict[Path, list[tuple[ScenarioResult, list[tuple[Block, Body]]]]] = {}
    for result in results:
        if bodies := new_bodies(result, vocabulary):
            by_file.setdefault(result.scenario.path, []).append((result, bodies))
    for path, found in by_file.items():
        old = path.read_bytes().decode("utf-8")
        # A page whose sections have labs of their own gives several results, in which what sets up a lab comes again.
        changes = {block.body_start: (block, body) for _, own in found for block, body in own}
        try:
            new = rewrite(old, path, list(changes.values()))
        except ScenarioError as error:
            if refused is None:
                raise
            refused.append(error)
            continue
        if new == old:
            continue
        if snippets is not None:
            # First the log, which takes the same entry only once: a crash in between loses nothing.
            for result, own in found:
                texts = [(block, text_of(block, body)) for block, body in own]
                entries = changelog.entries(result, texts, committed(result.scenario), because=because)
                logged = changelog.log(snippets, entries)
                if logged and logged not in changed:
                    changed.append(logged)
        write_atomically(path, new)
        changed.append(path)
    return changed


def rebased(runs: Sequence[TrackRun], scenario: Scenario) -> tuple[TrackRun, ...]:
    """The same runs, as runs of ``scenario`` (the file as it stands after an update).

    Raises ScenarioError when the file has other steps or blocks than those that ran.
    """
    shapes = {step.name: _shape(step) for step in scenario.steps}
    for done in (done for run in runs for done in run.steps):
        if shapes.get(done.step.name) != _shape(done.step):
            raise ScenarioError(
                f"the step {done.step.name!r} was edited while the commands ran",
                where=str(done.step.place),
                hint="run snippetlab update again",
            )
    return tuple(
        replace(run, steps=tuple(_rebased_step(done, scenario.step(done.step.name)) for done in run.steps))
        for run in runs
    )


def _shape(step: Step) -> list[tuple[str, tuple[str, ...]]]:
    """What an update leaves alone: the kinds of blocks and what is typed in them."""
    return [(block.kind, tuple(command.source for command in block.commands)) for block in step.blocks]


def _rebased_step(done: StepCapture, step: Step) -> StepCapture:
    # An update changes recordings, never which blocks there are or in what order.
    positions = {(block.place.path, block.body_start): i for i, block in enumerate(done.step.blocks)}
    blocks = tuple(
        replace(b, block=step.blocks[positions[b.block.place.path, b.block.body_start]]) for b in done.blocks
    )
    return replace(done, step=step, blocks=blocks)
