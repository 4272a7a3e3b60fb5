"""What a run types in place of a value that the recording's commands copied: the one that it printed itself."""

from __future__ import annotations

from snippetlab.compare import Pairing, Pairings, Reading, Vocabulary, readings
from snippetlab.model import Block, BlockCapture, Command, Scenario, Step
from snippetlab.scenario.copied import OPTION, copied_values, in_other_words


class Copying:
    """Which value of this run stands where a recorded one does, for the blocks of a scenario that copy values."""

    def __init__(self, scenario: Scenario, vocabulary: Vocabulary) -> None:
        self._values = copied_values(scenario)
        self._vocabulary = vocabulary
        self._readings = readings([scenario], vocabulary) if self._values else {}
        self._pairings = Pairings(vocabulary)

    def saw(self, step: Step, done: BlockCapture) -> None:
        """Take in what the commands of a block printed."""
        if self._values and step.id in self._readings:
            for command, capture in zip(done.block.commands, done.commands, strict=False):
                reading = self._readings[step.id].of(command.source)
                self._pair(self._pairings.of(done.block), command.output, capture.output, reading)

    def typed(self, block: Block, command: Command) -> str:
        """What is typed for a command. A value that this run has none for stands there as it was recorded."""
        if OPTION not in block.options:
            return command.source
        return in_other_words(command.source, {value: self._now(value) or value for value in self._values})

    def _pair(self, pairing: Pairing, recorded: str, captured: str, reading: Reading) -> None:
        if pairing.differ(recorded, captured, reading) is None:
            return
        # Something else in it is new. A line that comes once in the form of a recorded one still says the same.
        lines = captured.split("\n")
        for line in recorded.split("\n"):
            if any(value in line for value in self._values):
                same = [other for other in lines if Pairing(self._vocabulary).differ(line, other, reading) is None]
                if len(same) == 1:
                    pairing.differ(line, same[0], reading)

    def _now(self, value: str) -> str | None:
        found = (pairing.of_this_run(value) for pairing in self._pairings.all())
        return next((now for now in found if now), None)
