"""What differs for another reason than that a page is wrong: each kind of difference, step by step.

An excuse names what may differ, and no more: the rest of what the step prints is compared as everywhere, and an exit
code is never excused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from snippetlab.model import CommandCapture, StepCapture


@dataclass(frozen=True)
class Excuse:
    """Each of ``changes`` is a regular expression, matched line by line with what a step prints, and the text that is
    recorded where it matches."""

    reason: str
    changes: tuple[tuple[str, str], ...]

    def of(self, captured: StepCapture) -> StepCapture:
        """What a step gave, as it would be without the difference that is excused."""
        return replace(
            captured,
            blocks=tuple(replace(b, commands=tuple(self._command(c) for c in b.commands)) for b in captured.blocks),
        )

    def _command(self, command: CommandCapture) -> CommandCapture:
        output = command.output
        for pattern, recorded in self.changes:
            output = re.sub(pattern, recorded, output, flags=re.MULTILINE)
        return replace(command, output=output)


def excused(captured: StepCapture, excuses: Mapping[str, Excuse]) -> tuple[StepCapture, str]:
    """What a step gave, without what is excused there; and the reason, where there was something to excuse."""
    excuse = excuses.get(captured.step.id)
    if excuse is None:
        return captured, ""
    without = excuse.of(captured)
    return without, excuse.reason if without != captured else ""


_BUILDS = "the machine holds what builds of earlier pages left, too"
_IMAGES = "the machine holds the images of earlier pages, too"
_DOWNLOADED = "(?:httpd|nginx|redis|registry)"
_FOLDER = "the folder site holds the files of earlier pages, too"
_FILES = ((r"^(?:Dockerfile(?:\.image|\.one)?|default|generate\.sh|one|pages\.txt|two)\n", ""),)
EXCUSES: Mapping[str, Excuse] = {
    "then-and-now/retired#ip-addr": Excuse("a lab's way out is an interface of its own", ((r"^tap0 .*\n", ""),)),
    "images/names#list": Excuse(_IMAGES, ((rf"^{_DOWNLOADED} .*\n", ""),)),
    "dockerfile/output#buildkit": Excuse(
        "an earlier build has looked at the same base image", ((r"^#4 CACHED$", "#4 DONE 0.0s"),)
    ),
    "dockerfile/failing-classic#fails": Excuse(
        _FOLDER, ((r"^Sending build context to Docker daemon  .*", "Sending build context to Docker daemon  2.048kB"),)
    ),
    "dockerfile/cache#untagged": Excuse(_BUILDS, ((r"\A(?:<none>:<none>\n){5,}\Z", "<none>:<none>\n" * 5),)),
    "volumes/disk#build-cache": Excuse(_BUILDS, ((r"^Total:\t.*", "Total:\t41B"),)),
    "volumes/bind#folder": Excuse(_FOLDER, _FILES),
    "volumes/bind#long-form": Excuse(_FOLDER, _FILES),
    "volumes/bind#dot-slash": Excuse(_FOLDER, _FILES),
    "volumes/disk#overview": Excuse(
        "the machine holds the images of earlier pages, and results of their builds, too",
        (
            (r"^Images +\d+ +1 .*", "Images          4         1         123.2MB   123.2MB (99%)"),
            (r"^Build Cache +\d+ +0 .*", "Build Cache     5         0         37B       37B"),
        ),
    ),
    "volumes/disk#images": Excuse(_IMAGES, ((rf"^{_DOWNLOADED}\n", ""),)),
    "volumes/disk#images-all": Excuse(_IMAGES, ((rf"^untagged: {_DOWNLOADED}:latest\n", ""),)),
}
