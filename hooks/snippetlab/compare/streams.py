"""Where an output came from: compared where a recording says it, by a mark or by the scenario's ``streams``."""

from __future__ import annotations

from snippetlab.model import Block, Command, CommandCapture, Stream


def recorded_stream(block: Block, command: Command) -> Stream | None:
    """Where the recorded output comes from; None where that is not said."""
    if not command.output:
        return None
    if command.stream is None and block.notation.streams:
        return Stream.usual(command.exit_code)
    return command.stream


def stream_message(block: Block, command: Command, capture: CommandCapture) -> str:
    """What differs, in words; empty where nothing does. A terminal does not tell, so nothing differs there."""
    recorded = recorded_stream(block, command)
    if recorded is None or capture.stream is None or recorded is capture.stream:
        return ""
    return f"printed on {_words(capture.stream)}, recorded is {_words(recorded)}"


def _words(stream: Stream) -> str:
    return "both stdout and stderr" if stream is Stream.BOTH else stream.value
