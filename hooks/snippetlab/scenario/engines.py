"""What a scenario prints on other engines: files beside it hold the steps that differ from the baseline.

``NAME.ENGINE.md`` holds, in the scenario's own notation, a section for each step of ``NAME.md`` that prints something
else on ENGINE, with all blocks of each kind that differ. ``snippetlab update --engine ENGINE`` writes it.
"""

from __future__ import annotations

import glob
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from snippetlab.errors import ScenarioError
from snippetlab.files import read_text
from snippetlab.model import Block, BlockKind, Entry, Place, Recordings, Scenario, Step, Track
from snippetlab.scenario.holds import where_it_holds
from snippetlab.scenario.transcript import typed_lines

HEAD = "<!-- What is not as in "  # how such a file begins
ReadSteps = Callable[[str, Path], Sequence[Step]]  # from the text of a file beside a scenario


def recordings_file(path: Path, engine: str) -> Path:
    """Where the scenario in ``path`` has the recordings of an engine."""
    return path.with_name(f"{path.stem}.{engine}.md")


def refuse_orphan(text: str, path: Path) -> None:
    """Raise ScenarioError for a file that holds what a scenario prints on some engine, where that is not there."""
    if text.startswith(HEAD):
        of = text.removeprefix(HEAD).partition(" on ")[0]
        raise ScenarioError(
            f"these are recordings of {of} on another engine, and there is no such scenario beside them",
            where=f"{path}:1",
            hint="remove the file, or rename it as its scenario was",
        )


def is_recordings(path: Path) -> bool:
    """True for a file that holds what a scenario beside it prints on some engine."""
    parts = path.stem.split(".")
    return any(path.with_name(f"{'.'.join(parts[:n])}.md").is_file() for n in range(1, len(parts)))


def read_recordings(path: Path, read_steps: ReadSteps) -> dict[str, Recordings]:
    """By engine, the recordings beside the scenario in ``path``.

    A file that cannot be read is no fault of the scenario: it may be that the scenario has changed, say its tracks. An
    update records all of it anew.
    """
    found = {}
    for file in sorted(path.parent.glob(f"{glob.escape(path.stem)}.*.md")):
        engine = file.stem[len(path.stem) + 1 :]
        try:
            steps = read_steps(read_text(file), file)
        except ScenarioError as error:
            found[engine] = Recordings(engine, file, {}, tuple((e.where or f"{file}:1", e.what) for e in error.all))
            continue
        found[engine] = Recordings(engine, file, {step.name: Entry(step.place, step.blocks) for step in steps})
    return found


def on_engine(scenario: Scenario, engine: str, baseline: str) -> Scenario:
    """The scenario as it is on ``engine``: with that engine's recordings where it has any, and else the baseline's.

    An entry that no longer fits its step is left out; ``stale_entries`` tells of it.
    """
    if engine == baseline:
        return scenario
    recorded = scenario.others.get(engine)
    entries = recorded.entries if recorded else {}
    steps = tuple(_laid_over(_step_on(step, engine), entries.get(step.name)) for step in scenario.steps)
    return replace(scenario, steps=steps, engines=(), others={})


def _step_on(step: Step, engine: str) -> Step:
    """The step with the blocks that run on ``engine``: a variant stands in for the other blocks of its kind."""
    kinds = {b.kind for b in step.blocks if b.engine == engine}
    blocks = (
        replace(b, options={k: v for k, v in b.options.items() if k != "engine"})
        for b in step.blocks
        if b.engine == engine or (b.engine is None and b.kind not in kinds)
    )
    return where_it_holds(replace(step, blocks=tuple(blocks)), engine)


def _laid_over(step: Step, entry: Entry | None) -> Step:
    if entry is None:
        return step
    blocks = list(step.blocks)
    for kind in kinds_of(entry):
        own, new = running(step, kind), [b for b in entry.blocks if b.kind == kind]
        if len(own) == len(new) and all(map(_same, own, new)):
            for old, block in zip(own, new, strict=True):
                blocks[next(i for i, b in enumerate(blocks) if b is old)] = block
    return replace(step, blocks=tuple(blocks))


def kinds_of(entry: Entry) -> list[BlockKind]:
    """The kinds of blocks that an entry records."""
    return list(dict.fromkeys(block.kind for block in entry.blocks))


def running(step: Step, kind: BlockKind) -> list[Block]:
    """The blocks of a kind that run, are shown, and of which something is recorded."""
    return [b for b in step.blocks if b.kind == kind and b.exempt is None and b.engine is None and not b.hidden]


def _same(own: Block, recorded: Block) -> bool:
    return own.options == recorded.options and _typed(own) == _typed(recorded)


def _typed(block: Block) -> list[tuple[str, tuple[str, ...]]]:
    prompt = block.option("prompt") or ""
    return [(c.source, typed_lines(c, prompt) if prompt else ()) for c in block.commands]


def recorded_elsewhere(scenario: Scenario, baseline: str) -> Iterator[tuple[Scenario, frozenset[tuple[str, str]]]]:
    """The scenario as it is on each engine that has recordings of its own, with the steps (ids) and the kinds of
    blocks that these are of."""
    for engine, recorded in scenario.others.items():
        ids = {step.name: step.id for step in scenario.steps}
        entries = (
            (ids[name], kind) for name, entry in recorded.entries.items() if name in ids for kind in kinds_of(entry)
        )
        yield on_engine(scenario, engine, baseline), frozenset(entries)


def stale_entries(scenario: Scenario) -> list[ScenarioError]:
    """An error for each recording of another engine that is of a step, or of commands, which the scenario has not, and
    for each of which that cannot be told."""
    steps = {step.name: step for step in scenario.steps}
    found = []
    for recorded in scenario.others.values():
        wrong = [(where, f"stale: {what}") for where, what in recorded.unread]
        for name, entry in recorded.entries.items():
            wrong += ((str(place), what) for place, what in _stale(scenario, recorded, steps.get(name), name, entry))
        hint = f"snippetlab update --engine {recorded.engine} {scenario.id} records it anew"
        found += [ScenarioError(what, where=where, hint=hint) for where, what in wrong]
    return found


def _stale(
    scenario: Scenario, recorded: Recordings, step: Step | None, name: str, entry: Entry
) -> Iterator[tuple[Place, str]]:
    if step is None:
        yield entry.place, f"stale: {scenario.path} has no step {name!r} any more"
        return
    step = _step_on(step, recorded.engine)
    for kind in kinds_of(entry):
        own, new = running(step, kind), [b for b in entry.blocks if b.kind == kind]
        if len(own) != len(new):
            yield entry.place, f"stale: the step at {step.place} has {len(own)} {kind} blocks, this entry {len(new)}"
            continue
        for old, block in zip(own, new, strict=True):
            if not _same(old, block):
                yield _first_other(old, block), f"stale: the block at {old.place} has other commands or options now"
                break


def _first_other(own: Block, recorded: Block) -> Place:
    """The first command of a recording that its scenario does not have there."""
    known = [c.source for c in own.commands]
    others = (c.place for n, c in enumerate(recorded.commands) if n >= len(known) or known[n] != c.source)
    return next(others, recorded.place)


def untracked_entries(scenario: Scenario, tracks: Mapping[str, Sequence[Track]]) -> list[ScenarioError]:
    """An error for each recording of the python track on an engine that does not run it; ``tracks`` are by engine."""
    return [
        ScenarioError(
            f"the python track does not run on {recorded.engine}, so nothing verifies this recording",
            where=str(block.place),
            hint=f"snippetlab update --engine {recorded.engine} {scenario.id} removes it",
        )
        for recorded in scenario.others.values()
        if "python" not in tracks.get(recorded.engine, ("python",))
        for entry in recorded.entries.values()
        for block in entry.blocks
        if block.kind == "pycon"
    ]


def unknown_engines(scenario: Scenario, known: Mapping[str, object]) -> list[ScenarioError]:
    """An error for each file that holds the recordings of an engine which is not ``known``."""
    return [
        ScenarioError(
            f"there is no engine {engine!r}, so these recordings are of none",
            where=f"{recorded.path}:1",
            hint=f"known engines: {', '.join(known)}; add it to the settings, or remove the file",
        )
        for engine, recorded in scenario.others.items()
        if engine not in known
    ]
