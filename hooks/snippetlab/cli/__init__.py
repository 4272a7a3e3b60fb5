"""The command line. Each command is a module; this one starts the program and ends it in order.

``main`` imports the commands once a Ctrl-C ends the program in order: importing them takes a moment. For the same
reason this module imports what is in Python already, and no more.
"""

import io
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    import signal
    from collections.abc import Callable
    from types import CodeType, FrameType
    from typing import NoReturn
else:
    import _signal as signal  # `signal` itself takes several times as long as all of Python's own start

_STOPPED = (128 + signal.SIGINT, 128 + signal.SIGTERM)  # exit codes
_UNREAD = 128 + signal.SIGPIPE
_MOMENT = 0.01  # seconds
_heard: "list[int]" = []  # the exit codes of the signals that were to end this process


def main() -> "NoReturn":
    """Run the command line; errors of ours are told in words, not in tracebacks."""
    in_order(_run)


def in_order(run: "Callable[[], int]") -> "NoReturn":
    """End this process with the exit code that ``run`` gives, and in order where it is to stop meanwhile."""
    sys.unraisablehook = _once_more
    signal.signal(signal.SIGINT, _stop)
    signal.signal(signal.SIGTERM, _stop)
    try:
        # Whoever starts this may have a Ctrl-C wait until somebody listens.
        signal.pthread_sigmask(signal.SIG_UNBLOCK, (signal.SIGINT,))
        signal.signal(signal.SIGPIPE, _unless_read())
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(errors="backslashreplace")  # as of standard error: a locale may lack an arrow
        code = _in_words(run)
    except SystemExit as done:
        if done.code in _STOPPED:
            # What watches files takes in whatever is raised at a signal, and says that it was a Ctrl-C.
            done.code = _heard[0] if _heard else done.code
            print("stopped: every lab was ended", file=sys.stderr)
        if done.code == _UNREAD:
            _say_no_more()
        raise
    finally:
        _be_deaf()
    sys.exit(code)


def _in_words(run: "Callable[[], int]") -> int:
    try:
        try:
            return run()
        finally:
            if sys.stdout is not None:
                _print_the_rest()
    except Exception as error:
        from snippetlab.errors import SnippetLabError, of_machine

        told = error if isinstance(error, SnippetLabError) else of_machine(error)
        if told:
            _tell(told)
            return 2
        import traceback

        # 1 would say that something drifted.
        traceback.print_exc()
        print("This is a fault of the tool itself. Please report it with the lines above.", file=sys.stderr)
        return 3


def _run() -> int:
    from snippetlab.cli.commands import app

    app()
    return 0


def _once_more(lost: "sys.UnraisableHookArgs") -> None:
    """A signal may come where Python can raise nothing: in a destructor, in what a library calls back. The end that it
    asked for would be lost there, and nobody would listen to a second one: so it is sent again until it is heard."""
    if isinstance(lost.exc_value, SystemExit) and lost.exc_value.code in _STOPPED:
        import os
        import threading

        heard = threading.Event()

        def stop(number: int, frame: "FrameType | None") -> None:
            # Here, too, nothing can be raised, and a slow machine may not have left here when the signal comes again.
            if not _runs_in(frame, _once_more.__code__):
                heard.set()
                _stop(number, frame)

        def send() -> None:
            while not heard.wait(_MOMENT):
                os.kill(os.getpid(), number)

        number = int(lost.exc_value.code) - 128
        signal.signal(number, stop)
        threading.Thread(target=send, daemon=True).start()
        return
    sys.__unraisablehook__(lost)


def _runs_in(frame: "FrameType | None", code: "CodeType") -> bool:
    while frame and frame.f_code is not code:
        frame = frame.f_back
    return frame is not None


def _stop(number: int, _frame: object) -> "NoReturn":
    """End in order, once: an impatient second Ctrl-C must not cut off the ending of labs."""
    _heard.append(128 + number)
    try:
        _be_deaf()
    except SystemExit:
        _be_deaf()  # another signal came meanwhile; the first one says how it ends
    sys.exit(128 + number)


def _unless_read() -> "Callable[[int, FrameType | None], None]":
    """What ends this process as every program ends whose reader has enough (`| head`). The same signal comes where a
    lab is written to that has just ended; whoever does that is told of it otherwise."""
    import os
    import select

    outputs = select.poll()
    for output in (1, 2):
        try:
            # One of our own: what prints to such an output may put another in its place.
            outputs.register(os.dup(output), 0)
        except OSError:
            pass  # it was closed from the beginning

    def stop(number: int, frame: "FrameType | None") -> None:
        if any(what & select.POLLERR for _, what in outputs.poll(0)):
            _stop(number, frame)

    return stop


def _print_the_rest() -> None:
    try:
        sys.stdout.flush()
    except OSError as error:
        _say_no_more()  # Python would try again at its end
        error.filename = "standard output"
        raise


def _say_no_more() -> None:
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def _be_deaf() -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        # A handler, unlike SIG_IGN, is not inherited by what is started from here on.
        signal.signal(number, lambda *_: None)


def _tell(error: Exception) -> None:
    from rich.console import Console
    from rich.text import Text

    Console(stderr=True).print(Text(str(error), style="red"), soft_wrap=True)
