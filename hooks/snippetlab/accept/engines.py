"""Accepting what another engine prints: the steps that differ from the baseline go into a file beside the scenario."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from snippetlab.accept.rewrite import Body, text_of
from snippetlab.accept.update import new_bodies, paired, rebased
from snippetlab.compare import compare_run
from snippetlab.compare.vocabulary import Vocabulary
from snippetlab.errors import ScenarioError
from snippetlab.files import write_atomically
from snippetlab.model import Block, Drift, DriftKind, Scenario, ScenarioResult, Step, TrackRun
from snippetlab.scenario import steps_beside
from snippetlab.scenario.engines import HEAD, kinds_of, on_engine, recordings_file, running
from snippetlab.scenario.headings import slug
from snippetlab.settings import SettingsOf, own_settings

_Key = tuple[Path, int]  # where a block stands
Texts = Sequence[tuple[Block, str]]  # blocks, each with what is recorded of it


def update_recordings(
    results: Sequence[ScenarioResult],
    scenarios: Mapping[str, Scenario],
    vocabulary: Vocabulary,
    baseline: str,
    settings_of: SettingsOf = own_settings,
) -> list[Path]:
    """Write what is other on the engine of each result than on the baseline; gives the files that changed.

    ``scenarios`` are those of the results, by id, as their files hold them. A
    step that prints what the baseline prints has no entry, and what did not run
    keeps the one that it has. Raises ScenarioError for a file that changed meanwhile.
    """
    changed = []
    for result in results:
        scenario = scenarios[result.scenario.id]
        path = recordings_file(scenario.path, result.engine)
        recorded = scenario.others.get(result.engine)
        if recorded and recorded.unread and len(_ran(result)) < len(scenario.steps):
            continue  # what did not run would be lost: nobody can read its entry
        entries = entries_of(result, scenario, vocabulary, baseline)
        text = _text(entries, scenario, result.engine)
        if text == (path.read_text(encoding="utf-8") if path.exists() else ""):
            continue
        if text:
            _make_sure(text, path, scenario, entries, settings_of)
            write_atomically(path, text)
        else:
            path.unlink()
        changed.append(path)
    return changed


def entries_of(
    result: ScenarioResult, scenario: Scenario, vocabulary: Vocabulary, baseline: str
) -> list[tuple[Step, Texts]]:
    """The steps that are other on a result's engine than on the baseline, each with its blocks and their texts."""
    plain = on_engine(replace(scenario, others={}), result.engine, baseline)
    runs = rebased(result.runs, plain)
    drifts = tuple(_as_output(drift, plain) for run in runs for drift in compare_run(plain, run, vocabulary))
    # What the engine's own entries say of an id holds for a new entry, too.
    known = [paired(result.scenario, run, vocabulary) for run in result.runs]
    other = _by_place(new_bodies(replace(result, scenario=plain, runs=runs, drifts=drifts), vocabulary, known))
    again = tuple(_as_output(drift, result.scenario) for drift in result.drifts)
    newer = _by_place(new_bodies(replace(result, drifts=again), vocabulary))
    ran = _ran(result)
    found: list[tuple[Step, Texts]] = []
    for step, shown in zip(plain.steps, result.scenario.steps, strict=True):
        texts = _entry(step, shown, other, newer) if step.name in ran else _kept(scenario, result.engine, step)
        if texts:
            found.append((step, texts))
    return found


def _as_output(drift: Drift, scenario: Scenario) -> Drift:
    """A recorded line that only looks typed is told as one of the output of the command above it.

    It was printed: by the baseline, or when this was recorded.
    """
    if drift.kind is not DriftKind.NO_COMMAND:
        return drift
    blocks = (block for step in scenario.steps if step.id == drift.step_id for block in step.blocks)
    above = [
        command.place
        for block in blocks
        for command in block.commands
        if command.place.path == drift.place.path and command.place.line <= drift.place.line
    ]
    return replace(drift, kind=DriftKind.OUTPUT, place=max(above, key=lambda place: place.line, default=drift.place))


def _ran(result: ScenarioResult) -> set[str]:
    """The names of the steps that ran to their end in each track."""
    return set.intersection(*(set(_whole(run)) for run in result.runs)) if result.runs else set()


def _whole(run: TrackRun) -> Iterator[str]:
    """The names of the steps that ran to their end."""
    for done in run.steps:
        if not any(command.failure for block in done.blocks for command in block.commands):
            yield done.step.name


def _by_place(bodies: Sequence[tuple[Block, Body]]) -> Mapping[_Key, str]:
    return {_key(block): text_of(block, body) for block, body in bodies}


def _key(block: Block) -> _Key:
    return block.place.path, block.body_start


def _entry(plain: Step, shown: Step, other: Mapping[_Key, str], newer: Mapping[_Key, str]) -> list[tuple[Block, str]]:
    """The blocks, with their text, of each kind of which some block differs from the baseline.

    ``other`` are the new texts of the blocks that do, in the terms of the
    baseline's; ``newer`` those of the blocks that no longer print what is recorded of them.
    """
    kinds = {block.kind for block in plain.blocks if _key(block) in other and not block.hidden}
    found = []
    for block, recorded in zip(plain.blocks, shown.blocks, strict=True):
        if block.kind not in kinds or block not in running(plain, block.kind):
            continue
        own = _key(recorded) != _key(block)
        text = newer.get(_key(recorded), recorded.text) if own else other.get(_key(block), block.text)
        found.append((block, text))
    return found


def _kept(scenario: Scenario, engine: str, step: Step) -> list[tuple[Block, str]]:
    recorded = scenario.others.get(engine)
    entry = recorded.entries.get(step.name) if recorded else None
    if entry is None:
        return []
    fits = all(len(running(step, k)) == sum(b.kind == k for b in entry.blocks) for k in kinds_of(entry))
    return [(block, block.text) for block in entry.blocks] if fits else []


def _text(entries: Sequence[tuple[Step, Texts]], scenario: Scenario, engine: str) -> str:
    if not entries:
        return ""
    command = f"snippetlab update --engine {engine}"
    head = f"{HEAD}{scenario.path.name} on {engine}. Written by `{command}`. -->\n"
    return head + "".join(_heading(step) + "".join(_fenced(b, text) for b, text in texts) for step, texts in entries)


def _heading(step: Step) -> str:
    own = "" if slug(step.name) == step.name else f" {{#{step.name}}}"
    return f"\n## {step.name}{own}\n"


def _fenced(block: Block, text: str) -> str:
    info = " ".join([block.language, *(_option(name, value) for name, value in block.options.items())])
    tick = "~" if "`" in info else "`"
    longest = max((len(found) for found in re.findall(f"(?m)^ {{0,3}}({tick}{{3,}})", text)), default=2)
    mark = tick * (longest + 1)
    return f"\n{mark}{info}\n{text}{mark}\n"


def _option(name: str, value: str) -> str:
    quote = "'" if '"' in value else '"'
    return f"{name}={quote}{value}{quote}" if value else name


def _make_sure(
    text: str, path: Path, scenario: Scenario, entries: Sequence[tuple[Step, Texts]], settings_of: SettingsOf
) -> None:
    """Read what is about to be written. Raises ScenarioError where it does not say what it should."""
    steps = steps_beside(text, path, scenario, settings_of)
    read = [(step.name, [block.text for block in step.blocks]) for step in steps]
    if read != [(step.name, [body for _, body in texts]) for step, texts in entries]:
        hint = "nothing was written; look for an output that looks like a fence or a heading"
        raise ScenarioError("these outputs cannot be read back", where=f"{path}:1", hint=hint)
