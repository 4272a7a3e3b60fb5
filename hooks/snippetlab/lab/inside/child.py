"""A program that an agent starts. (Python's own module for this takes as long to load as all the rest of the agent.)"""

import os
import signal


class Child:
    """A process of ours; ``pid`` is its id."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._code: int | None = None

    @classmethod
    def started(cls, words: list[str], stdin: int, out: int, err: int) -> "Child":
        """A program with these three file descriptors. Of others it sees those that can be inherited."""
        places = [(os.POSIX_SPAWN_DUP2, fd, number) for number, fd in enumerate((stdin, out, err))]
        # Python ignores these two, and what it starts would do so, too.
        usual = [signal.SIGPIPE, signal.SIGXFSZ]
        return cls(os.posix_spawnp(words[0], words, os.environ, file_actions=places, setsigdef=usual))

    def poll(self) -> int | None:
        """Its exit code, or the negative number of the signal that ended it; None while it runs."""
        return self._look(os.WNOHANG)

    def wait(self) -> int:
        """The same, at its end."""
        while (code := self._look(0)) is None:
            pass
        return code

    def kill(self) -> None:
        """End it, if it still runs."""
        if self.poll() is None:
            os.kill(self.pid, signal.SIGKILL)

    def _look(self, options: int) -> int | None:
        if self._code is None:
            found, status = os.waitpid(self.pid, options)
            if found:
                self._code = os.waitstatus_to_exitcode(status)
        return self._code
