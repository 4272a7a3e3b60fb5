"""Compares the recordings of a scenario with one run of one track."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from snippetlab.compare.layout import outputs_alone, typed_among, unfinished
from snippetlab.compare.lines import compared
from snippetlab.compare.objects import strangers
from snippetlab.compare.pairing import Difference, Pairings
from snippetlab.compare.reading import Reading, readings
from snippetlab.compare.streams import stream_message
from snippetlab.compare.vocabulary import Vocabulary
from snippetlab.model import (
    Block,
    BlockCapture,
    Command,
    CommandCapture,
    Drift,
    DriftKind,
    Failure,
    Place,
    Scenario,
    Step,
    TrackRun,
)

_FAILURES: Mapping[Failure, DriftKind] = {
    Failure.TIME_LIMIT: DriftKind.TIME_LIMIT,
    Failure.OUTPUT_LIMIT: DriftKind.OUTPUT_LIMIT,
    Failure.SHELL_ENDED: DriftKind.SHELL_ENDED,
    Failure.AGENT_DIED: DriftKind.LAB_DIED,
    Failure.LAB_DIED: DriftKind.LAB_DIED,
    Failure.OUT_OF_MEMORY: DriftKind.OUT_OF_MEMORY,
    Failure.NOT_REACHED: DriftKind.LAB_DIED,  # with no failure before it, or it is not told
}
_SHOWN = 2000  # characters that are shown of what a failed command printed
_NOT_REACHED = CommandCapture("", 0, failure=Failure.NOT_REACHED)


def compare_run(
    scenario: Scenario, run: TrackRun, vocabulary: Vocabulary, pairings: Pairings | None = None
) -> list[Drift]:
    """Every drift between the recordings of ``scenario`` and one run of one track, in order.

    On another engine than the baseline only the variants for it are compared;
    of the other blocks, which only lead there, failures are told. ``pairings``,
    when given, is filled with what was found to be what.
    """
    return list(_Comparison(scenario, run, vocabulary, pairings or Pairings(vocabulary)).drifts())


class _Comparison:
    """One comparison on its way from the first step to the last."""

    def __init__(self, scenario: Scenario, run: TrackRun, vocabulary: Vocabulary, pairings: Pairings) -> None:
        self._scenario = scenario
        self._run = run
        self._vocabulary = vocabulary
        self._readings = readings([scenario], vocabulary)
        self._pairings = pairings
        self._failed = False  # from here on nothing more was run

    def drifts(self) -> Iterator[Drift]:
        if self._run.problem:
            yield self._whole(f"nothing was run: {self._run.problem}")
            return
        for done in self._run.steps:
            for block in done.blocks:
                compared = self._run.whole or self._run.engine == block.block.engine
                yield from self._block(done.step, block, compared)
        if self._run.state is None and not self._failed:
            yield self._whole("the engine did not answer at the end of the scenario")

    def _reading(self, step: Step) -> Reading:
        # Steps of a run are those of the scenario, but for a scenario that was edited meanwhile.
        return self._readings.get(step.id) or Reading(self._vocabulary, step.rules)

    def _whole(self, message: str) -> Drift:
        """A drift of no step, but of the scenario."""
        place = Place(self._scenario.path, 1)
        return Drift(DriftKind.LAB_DIED, self._scenario.id, place, "", "", message, self._run.track)

    def _drift(
        self,
        step: Step,
        kind: DriftKind,
        place: Place,
        message: str,
        texts: tuple[str, str],
        values: tuple[str, ...] = (),
    ) -> Drift:
        return Drift(kind, step.id, place, *texts, message, self._run.track, values=values)

    def _block(self, step: Step, done: BlockCapture, compared: bool) -> Iterator[Drift]:
        block = done.block
        if block.kind == "file":
            yield from self._file(step, done)
        elif block.kind == "capture":
            if compared:
                yield from self._structure(step, done)
        else:
            missing = [_NOT_REACHED] * (len(block.commands) - len(done.commands))
            captures = (*done.commands, *missing)
            if compared and not block.silence_means_nothing and _nothing_recorded(block, captures):
                yield self._no_recording(step, block, captures)
                return
            for command, capture in zip(block.commands, captures, strict=False):
                if capture.late:
                    message = (
                        "a job in the background printed this between commands, so no command has it: "
                        "`wait` for the job, or send its output to a file"
                    )
                    yield self._drift(step, DriftKind.OUTPUT, command.place, message, ("", capture.late))
                if capture.failure:
                    yield from self._failure(step, command.place, command.output, capture)
                elif compared:
                    yield from self._command(step, block, command, capture)

    def _file(self, step: Step, done: BlockCapture) -> Iterator[Drift]:
        place = done.block.place
        for capture in done.commands:
            if capture.failure:
                yield from self._failure(step, place, "", capture)
            elif capture.exit_code:
                message = f"the file {done.block.option('file')} could not be written"
                yield self._drift(step, DriftKind.EXIT_CODE, place, message, ("", capture.output))

    def _structure(self, step: Step, done: BlockCapture) -> Iterator[Drift]:
        block = done.block
        if not done.text:
            yield from self._failure(step, block.place, block.text, _NOT_REACHED)
            return
        found = self._differ(block, block.text, done.text, self._reading(step))
        if found is None:
            return
        kind = DriftKind.CAPTURE
        if not block.text.strip():
            kind, found = DriftKind.NO_RECORDING, Difference("nothing is recorded yet")
        message = f"{block.option('capture')}: {found.message}"
        yield self._drift(step, kind, block.place, message, (block.text, done.text), found.values)

    def _differ(self, block: Block, recorded: str, captured: str, reading: Reading) -> Difference | None:
        """What differs; where nothing does, whether every id in ``captured`` is that of something."""
        pairing = self._pairings.of(block)
        found = pairing.differ(recorded, captured, reading)
        if found is None and self._run.objects is not None:
            unknown = strangers(recorded, captured, self._run.objects, pairing.captured, reading)
            if unknown:
                found = Difference(unknown[0].message, tuple(dict.fromkeys(s.value for s in unknown)))
        return found

    def _no_recording(self, step: Step, block: Block, captures: tuple[CommandCapture, ...]) -> Drift:
        pairing = self._pairings.of(block)
        for command, capture in zip(block.commands, captures, strict=False):
            pairing.differ("", capture.output, self._reading(step).of(command.source))
        captured = "".join(c.output for c in captures)
        # The first command that printed something: the others may well be silent.
        printed = (c.place for c, done in zip(block.commands, captures, strict=False) if done.output)
        place = next(printed, block.commands[0].place)
        return self._drift(step, DriftKind.NO_RECORDING, place, "nothing is recorded yet", ("", captured))

    def _failure(self, step: Step, place: Place, recorded: str, capture: CommandCapture) -> Iterator[Drift]:
        """The first failure, with how much could not be reached after it: that is told once."""
        failure = capture.failure
        if failure is None or (self._failed and failure is Failure.NOT_REACHED):
            return
        self._failed = True
        unreached = sum(
            command.failure is Failure.NOT_REACHED
            for done in self._run.steps
            for block in done.blocks
            for command in block.commands
        )
        words = {
            Failure.TIME_LIMIT: f"the step did not end within {self._scenario.timeout:g} s",
            Failure.OUTPUT_LIMIT: "the step printed more than 1 MiB",
            Failure.SHELL_ENDED: "the command ended the shell itself",
            Failure.AGENT_DIED: "the process that types into the lab's shell was killed, by the command or by somebody",
            Failure.LAB_DIED: "the lab died",
            Failure.OUT_OF_MEMORY: "the lab met its limit of memory, and the kernel ended a process in it",
            Failure.NOT_REACHED: "the lab died before this was reached",
        }
        shown = capture.output if len(capture.output) <= _SHOWN else capture.output[:_SHOWN] + "…\n"
        message = words[failure]
        if unreached and failure is not Failure.NOT_REACHED:
            message += (
                "; the command after it was not reached"
                if unreached == 1
                else (f"; {unreached} commands after it were not reached")
            )
        yield self._drift(step, _FAILURES[failure], place, message, (recorded, shown))

    def _command(self, step: Step, block: Block, command: Command, capture: CommandCapture) -> Iterator[Drift]:
        if block.silence_means_nothing and not command.output and command.exit_code == capture.exit_code:
            return
        reading = self._reading(step).of(command.source)
        recorded, captured = outputs_alone(block, command, capture.output)
        wanted, printed = compared(recorded, captured, command.rules, command.unordered, reading)
        found = self._differ(block, wanted, printed, reading)
        if found and (typed := typed_among(recorded, captured)) is not None:
            place = Place(block.place.path, block.body_start + command.output_start + typed)
            message = (
                "this line looks typed, and the command does not print it: a comment stands behind a prompt ($ # text) "
                "or above the first command, and a root's prompt is set by `prompts`"
            )
            yield self._drift(step, DriftKind.NO_COMMAND, place, message, (command.output, capture.output))
            return
        texts = (command.output, capture.output)
        if unfinished(block, command, capture.output):
            message = (
                "the command ends here, and is not whole: each line that goes on with it stands behind "
                f"{block.notation.continuation!r}"
            )
            yield self._drift(step, DriftKind.NO_COMMAND, command.place, message, texts)
            return
        if command.exit_code == capture.exit_code:
            if found:
                yield self._drift(step, DriftKind.OUTPUT, command.place, found.message, texts, found.values)
            elif message := stream_message(block, command, capture):
                yield self._drift(step, DriftKind.OUTPUT, command.place, message, texts)
        elif block.kind == "pycon":
            message = (
                "an exception that is not recorded" if capture.exit_code else "the recorded exception did not come"
            )
            yield self._drift(step, DriftKind.EXCEPTION, command.place, message, texts)
        else:
            message = f"exit code {capture.exit_code}, recorded is {command.exit_code}"
            yield self._drift(step, DriftKind.EXIT_CODE, command.place, message, texts)


def _nothing_recorded(block: Block, captures: tuple[CommandCapture, ...]) -> bool:
    """True for a block that was never recorded: it prints and says that it must be silent. A command
    that fails is not excused by that."""
    silent = all(not c.output and not c.exit_code for c in block.commands)
    blank = block.notation.ignore_blank_lines
    printed = any(c.output.strip() if blank else c.output for c in captures)
    return silent and printed and not any(c.failure or c.exit_code for c in captures)
