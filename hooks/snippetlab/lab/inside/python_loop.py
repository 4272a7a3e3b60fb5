"""The interpreter of a scenario: runs each example that arrives on fd 10, as an interactive session would.

Reports 0 on fd 11, or 1 after an exception, of which it prints the last lines
as doctest records them. ``docker`` and ``client`` are in scope.
"""

import os
import sys
import traceback


def main() -> None:
    """Serve examples until fd 10 closes."""
    import docker

    scope = {"__name__": "__main__", "__builtins__": __builtins__, "docker": docker, "client": docker.from_env()}
    requests = os.fdopen(10, "rb", buffering=0)
    buffer = b""
    while True:
        while buffer.count(b"\0") < 2:
            chunk = requests.read(65536)
            if not chunk:
                return
            buffer += chunk
        _mode, source, buffer = buffer.split(b"\0", 2)
        status = 0
        try:
            exec(compile(source.decode() + "\n", "<stdin>", "single"), scope)
        except SystemExit:
            raise
        except BaseException as error:
            sys.stdout.flush()
            sys.stderr.write("".join(traceback.format_exception_only(error)))
            status = 1
        sys.stdout.flush()
        sys.stderr.flush()
        os.write(11, b"%d\0" % status)


main()
