"""Runs, inside a Python, each example that arrives on a file descriptor, as an interactive session would."""

import builtins
import os
import sys
import traceback


def main(requests: int, back: str) -> None:
    """Serve examples, which end in a NUL, until the file descriptor closes.

    After each a file of the folder ``back`` is opened whose name begins with
    the status: 0, or 1 after an exception, of which the last lines are printed as
    doctest records them.
    """
    scope = vars(sys.modules["__main__"])
    scope.clear()
    scope.update(__name__="__main__", __doc__=None, __package__=None, __loader__=None, __spec__=None)
    scope.update(__annotations__={}, __builtins__=builtins)
    sys.argv[:] = [""]
    sys.ps1, sys.ps2 = ">>> ", "... "
    os.set_inheritable(requests, False)
    buffer = b""
    number = status = 0
    while True:
        number += 1
        os.close(os.open(f"{back}/{status},{number},,", os.O_CREAT | os.O_WRONLY))
        while b"\0" not in buffer:
            chunk = os.read(requests, 65536)
            if not chunk:
                return
            buffer += chunk
        source, buffer = buffer.split(b"\0", 1)
        status = 0
        try:
            exec(compile(source.decode() + "\n", "<stdin>", "single"), scope)
        except SystemExit:
            raise
        except BaseException as error:
            status = 1
            _flush()
            _show(error)
        _flush()


def _show(error: BaseException) -> None:
    """What the interpreter prints of an exception; a reader may have put another hook there."""
    sys.last_type, sys.last_value, sys.last_traceback = type(error), error, error.__traceback__
    try:
        if sys.excepthook is sys.__excepthook__:
            sys.stderr.write("".join(traceback.format_exception_only(error)))
        else:
            sys.excepthook(type(error), error, error.__traceback__)
    except (AttributeError, OSError, ValueError):
        pass  # standard error is closed, or no stream any more


def _flush() -> None:
    """Send on what was printed; a reader may have closed or replaced the streams."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (AttributeError, OSError, ValueError):
            pass
