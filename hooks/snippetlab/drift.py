"""Compares recording with capture, state with state, pages with scenarios. Pure."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .model import (
    BASELINE_ENGINE,
    Block,
    BlockCapture,
    Command,
    CommandCapture,
    Drift,
    DriftKind,
    Failure,
    Place,
    Rule,
    Scenario,
    Step,
    TrackRun,
)
from .normalise import Identities, normalise, spans

_FAILURES: Mapping[Failure, DriftKind] = {
    Failure.TIME_LIMIT: DriftKind.TIME_LIMIT,
    Failure.OUTPUT_LIMIT: DriftKind.OUTPUT_LIMIT,
    Failure.SHELL_ENDED: DriftKind.SHELL_ENDED,
    Failure.LAB_DIED: DriftKind.LAB_DIED,
}
DiffLine = tuple[str, str, list[tuple[int, int, str]]]


_NAMES = re.compile(r"<([a-z-]+)-\d+>")
_LONG_KINDS = ("id", "uuid", "token", "mac", "link-local", "interface")


class Pairing:
    """Which value of the recording is which of the capture, as found so far in a run.

    A step that prints an id nobody has recorded yet shifts nothing: values are
    paired where they stand at the same place of otherwise equal outputs, and
    each may have one partner only.
    """

    def __init__(self) -> None:
        self.recorded = Identities()
        self.captured = Identities()
        self._forth: dict[str, str] = {}
        self._back: dict[str, str] = {}

    def differ(self, recorded: str, captured: str, rules: Sequence[Rule]) -> str | None:
        """``None`` when both say the same, else a message."""
        a = normalise(recorded, self.recorded, rules)
        b = normalise(captured, self.captured, rules)
        if _NAMES.sub(r"<\1>", a) != _NAMES.sub(r"<\1>", b):
            return "the output differs"
        for was, now in zip(
            (m.group() for m in _NAMES.finditer(a)), (m.group() for m in _NAMES.finditer(b)), strict=False
        ):
            partner, other = self._forth.setdefault(was, now), self._back.setdefault(now, was)
            if partner != now or other != was:
                return self._message(was, now, partner, other)
        return None

    def _message(self, was: str, now: str, partner: str, other: str) -> str:
        recorded, captured = self.recorded.values(was)[0], self.captured.values(now)[0]
        if partner != now:
            return f"another identity: {recorded} was {self.captured.values(partner)[0]} before and is {captured} here"
        return f"another identity: {captured} was {self.recorded.values(other)[0]} before and is {recorded} here"

    def in_recorded_terms(self, captured: str) -> str:
        """``captured`` with the recording's values in place of this run's, as far as they are paired.

        So what is written into a file fits what stands there from former runs.
        """
        replacements: dict[str, str] = {}
        for now, was in self._back.items():
            if now.strip("<>").rpartition("-")[0] not in _LONG_KINDS:
                continue
            longest = self.recorded.values(was)[0]
            for value in self.captured.values(now):
                replacements[value] = longest[: len(value)] + value[len(longest) :]
        if not replacements:
            return captured
        pattern = "|".join(re.escape(v) for v in sorted(replacements, key=len, reverse=True))
        return re.sub(pattern, lambda found: replacements[found.group()], captured)


class Pairings:
    """The pairings of one run.

    The recordings of a scenario come from two runs, one of each track. In the
    python track, what its ``pycon`` blocks recorded and what the blocks that
    both tracks share recorded speak of different ids.
    """

    def __init__(self) -> None:
        self._shared = Pairing()
        self._own = Pairing()

    def of(self, block: Block) -> Pairing:
        """The pairing that a block's recording belongs to."""
        return self._own if block.kind == "pycon" else self._shared


def compare_run(scenario: Scenario, run: TrackRun, pairings: Pairings | None = None) -> list[Drift]:
    """Every drift between the recordings of ``scenario`` and one run of one track, in order.

    On another engine than the baseline only the variants for it are compared.
    ``pairings``, when given, is filled with what was found to be what.
    """
    pairings = pairings or Pairings()
    drifts: list[Drift] = []
    for done in run.steps:
        for block in done.blocks:
            if run.engine == BASELINE_ENGINE or block.block.engine == run.engine:
                drifts += _block_drifts(done.step, block, run, pairings.of(block.block), scenario)
    failed = any(c.failure for done in run.steps for block in done.blocks for c in block.commands)
    if run.state is None and not failed:
        place = Place(scenario.path, 1)
        message = "the engine did not answer at the end of the scenario"
        drifts.append(Drift(DriftKind.LAB_DIED, scenario.id, place, "", "", message, run.track))
    return drifts


def _block_drifts(step: Step, done: BlockCapture, run: TrackRun, sides: Pairing, scenario: Scenario) -> Iterator[Drift]:
    block = done.block

    def drift(kind: DriftKind, place: Place, message: str, recorded: str = "", captured: str = "") -> Drift:
        return Drift(kind, step.id, place, recorded, captured, message, run.track)

    if block.kind == "capture":
        if any(not c for c in (done.text,)):
            return
        message = sides.differ(block.text, done.text, step.rules)
        if message:
            kind = DriftKind.CAPTURE if block.text.strip() else DriftKind.NO_RECORDING
            what = f"{block.options['capture']}: {message if block.text.strip() else 'nothing is recorded yet'}"
            yield drift(kind, block.place, what, block.text, done.text)
        return
    if block.kind == "file":
        yield from _file_drifts(block, done, drift)
        return
    if block.stray:
        yield drift(DriftKind.NO_COMMAND, block.place, "there is output before the first command", block.stray, "")
    if _is_fresh(block) and any(c.output for c in done.commands) and not any(c.failure for c in done.commands):
        captured = "".join(c.output for c in done.commands)
        for command in done.commands:
            sides.differ("", command.output, step.rules)
        yield drift(DriftKind.NO_RECORDING, block.commands[0].place, "nothing is recorded yet", "", captured)
        return
    for command, capture in zip(block.commands, done.commands, strict=False):
        yield from _command_drifts(command, capture, block, step, sides, scenario, drift)


def _is_fresh(block: Block) -> bool:
    return bool(block.commands) and all(not c.output and c.exit_code == 0 for c in block.commands)


def _file_drifts(block: Block, done: BlockCapture, drift: Any) -> Iterator[Drift]:
    for capture in done.commands:
        if capture.failure and capture.failure in _FAILURES:
            yield drift(_FAILURES[capture.failure], block.place, f"{capture.failure} while a file was written")
        elif capture.exit_code:
            yield drift(DriftKind.EXIT_CODE, block.place, "the file could not be written", "", capture.output)


def _command_drifts(
    command: Command, capture: CommandCapture, block: Block, step: Step, sides: Pairing, scenario: Scenario, drift: Any
) -> Iterator[Drift]:
    place = command.place
    if capture.failure is Failure.NOT_REACHED:
        return
    if capture.failure:
        words = {
            Failure.TIME_LIMIT: f"the step did not end within {scenario.timeout:g} s",
            Failure.OUTPUT_LIMIT: "the step printed more than 1 MiB",
            Failure.SHELL_ENDED: "the command ended the shell itself",
            Failure.LAB_DIED: "the lab died",
        }
        shown = capture.output if len(capture.output) < 2000 else capture.output[:2000] + "…\n"
        yield drift(_FAILURES[capture.failure], place, words[capture.failure], command.output, shown)
        return
    message = sides.differ(command.output, capture.output, step.rules)
    if command.exit_code != capture.exit_code:
        if block.kind == "pycon":
            kind = DriftKind.EXCEPTION
            message = (
                "an exception that is not recorded" if capture.exit_code else "the recorded exception did not come"
            )
        else:
            kind = DriftKind.EXIT_CODE
            message = f"exit code {capture.exit_code}, recorded is {command.exit_code}"
        yield drift(kind, place, message, command.output, capture.output)
    elif message:
        yield drift(DriftKind.OUTPUT, place, message, command.output, capture.output)


def compare_states(scenario: Scenario, shell: TrackRun, python: TrackRun) -> list[Drift]:
    """The differences between what the two tracks left on their engines, one drift for each kind of object."""
    drifts = []
    left, right = _normal_state(shell.state or {}), _normal_state(python.state or {})
    for what in sorted({*left, *right}):
        a, b = left.get(what, []), right.get(what, [])
        if a == b:
            continue
        only_shell = [_title(x) for x in a if x not in b]
        only_python = [_title(x) for x in b if x not in a]
        parts = []
        if only_shell:
            parts.append(f"the shell track leaves {', '.join(only_shell)}")
        if only_python:
            parts.append(f"the python track leaves {', '.join(only_python)}")
        drifts.append(
            Drift(
                DriftKind.STATE,
                scenario.id,
                Place(scenario.path, 1),
                "".join(x + "\n" for x in a),
                "".join(x + "\n" for x in b),
                f"{what}: {'; '.join(parts) or 'a different number of equal ones'}",
            )
        )
    return drifts


def _normal_state(state: Mapping[str, Any]) -> dict[str, list[str]]:
    # Identities do not matter between two engines; what there is and how it is set up does.
    return {
        what: sorted(normalise(json.dumps(thing, sort_keys=True), Identities()) for thing in things)
        for what, things in state.items()
    }


def _title(thing: str) -> str:
    data = json.loads(thing)
    return repr(data.get("name") or data.get("tags") or "something")


def page_drifts(scenarios: Sequence[Scenario], references: Mapping[str, Sequence[Place]]) -> list[Drift]:
    """Steps that pages name and that do not exist, and (as warnings) steps that no page names."""
    steps = {step.id: step for scenario in scenarios for step in scenario.steps}
    drifts = []
    for step_id, places in references.items():
        if step_id not in steps:
            near = difflib.get_close_matches(step_id, list(steps), 3, 0.6)
            hint = f"; did you mean {', '.join(near)}?" if near else ""
            for place in places:
                message = f"there is no step {step_id!r}{hint}"
                drifts.append(Drift(DriftKind.UNKNOWN_STEP, step_id, place, "", "", message))
    for step_id, step in steps.items():
        if step_id not in references:
            message = "no page shows this step"
            drifts.append(Drift(DriftKind.UNUSED_STEP, step_id, step.place, "", "", message, warning=True))
    return drifts


def diff_lines(drift: Drift, rules: Sequence[Rule] = ()) -> list[DiffLine]:
    """A diff of raw lines: tag (`` ``, ``-``, ``+``), text and the spans of its volatile parts.

    Lines that differ in volatile parts alone count as equal and appear as captured.
    """
    old, new = drift.recorded.splitlines(), drift.captured.splitlines()
    keys = [[normalise(line, _Blind(), rules) for line in side] for side in (old, new)]
    if keys[0] == keys[1]:
        # Only identities or a structure differ: show all of it.
        keys = [old, new]
    result: list[DiffLine] = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, keys[0], keys[1], autojunk=False).get_opcodes():
        if tag == "equal":
            result += [(" ", line, spans(line, rules)) for line in new[c:d]]
        else:
            result += [("-", line, spans(line, rules)) for line in old[a:b]]
            result += [("+", line, spans(line, rules)) for line in new[c:d]]
    return result


class _Blind(Identities):
    """Identities that are all the same: for telling lines apart by the rest."""

    def name(self, kind: str, value: str) -> str:
        """The kind alone."""
        return f"<{kind}>"
