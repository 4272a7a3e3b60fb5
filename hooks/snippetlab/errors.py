"""The errors that snippetlab raises: one hierarchy, each with a place and a next step."""

from __future__ import annotations

import errno
from collections.abc import Sequence


class SnippetLabError(Exception):
    """Base of every error that a person may meet.

    ``what`` says what is wrong, ``where`` is ``file:line`` (or ``None``) and
    ``hint`` says what to do next (or ``None``). ``str()`` joins the three.
    """

    def __init__(self, what: str, *, where: str | None = None, hint: str | None = None) -> None:
        self.what = what
        self.where = where
        self.hint = hint
        super().__init__(what)

    def __str__(self) -> str:
        text = f"{self.where}: {self.what}" if self.where else self.what
        return f"{text}\n  → {self.hint}" if self.hint else text


class ScenarioError(SnippetLabError):
    """A scenario or a page cannot be read: front matter, blocks or ids are wrong.

    One error may stand for several (``all``): ``what``, ``where`` and ``hint`` are then those of the first.
    """

    all: Sequence[ScenarioError]

    def __init__(
        self, what: str, *, where: str | None = None, hint: str | None = None, more: Sequence[ScenarioError] = ()
    ) -> None:
        super().__init__(what, where=where, hint=hint)
        self.all = (self, *more)

    def __str__(self) -> str:
        return "\n".join(super(ScenarioError, error).__str__() for error in self.all)

    @staticmethod
    def raise_all(errors: Sequence[ScenarioError]) -> None:
        """Raise one error that tells all of ``errors``, in their order; nothing where there is none."""
        each = [one for error in errors for one in error.all]
        if each:
            first, *rest = each
            raise ScenarioError(first.what, where=first.where, hint=first.hint, more=rest)


class LabError(SnippetLabError):
    """A lab cannot be built, started or used."""


class LabUnavailable(LabError):
    """This machine cannot run labs at all (not root, no bubblewrap, not Linux)."""


class WrongEngine(LabError):
    """A lab runs another engine than its name says: ``engine`` is the name, ``found`` the version that it has.

    It may be the docker ``command`` in the lab that has it, and not the engine.
    """

    def __init__(self, engine: str, found: str, *, hint: str, command: bool = False) -> None:
        self.engine = engine
        self.found = found
        runs = "has a docker command of" if command else "runs"
        super().__init__(f"the lab called {engine} {runs} version {found}, which its name does not say", hint=hint)


class UsageError(SnippetLabError):
    """A person asked for something that does not exist (an unknown path, id or option)."""


_SPACE = "free some space there"
_RIGHTS = "look at who owns it and who may write there (`ls -ld`), or choose another place"
_LIMITS = "raise the limit (`ulimit -a` shows it), or run fewer labs at once: --jobs 1"
# What is wrong with a machine, and not with us.
_OF_MACHINE = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT), _SPACE),
    **dict.fromkeys((errno.EACCES, errno.EPERM, errno.EROFS), _RIGHTS),
    **dict.fromkeys((errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EAGAIN), _LIMITS),
    **dict.fromkeys((errno.ENOTDIR, errno.EISDIR, errno.ELOOP, errno.ENAMETOOLONG), "choose another place"),
    errno.EFBIG: "raise the limit (`ulimit -f` shows it), or choose another place",
    errno.EIO: "the disk or what it is reached by is broken: look at the kernel's log",
}


def of_machine(error: BaseException) -> SnippetLabError | None:
    """The same as an error of ours, where the machine refuses something to whoever asks; None for any other error."""
    if isinstance(error, OSError) and error.errno in _OF_MACHINE:
        name = error.filename2 or error.filename  # of a copy, the file that is written
        where = str(name) if name else None
        return SnippetLabError(f"the machine refuses: {error.strerror}", where=where, hint=_OF_MACHINE[error.errno])
    if isinstance(error, RuntimeError) and "new thread" in str(error):
        return SnippetLabError("the machine refuses one more thread", hint=_LIMITS)
    return None
