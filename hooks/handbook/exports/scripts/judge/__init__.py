"""Which scenarios a reader's machine can run: those that change nothing but docker and the script's own folder.

A scenario goes into a script only if every command of it has a known shape and every path is proven to lie below the
script's own folder. The shapes are data: `commands_table` (programs), `docker_table` (docker and Compose),
`python_table` (docker-py), `kinds` (what each word of a shape may be), `paths` (files of the machine that may be read)
and `container` (what runs with more in its hands than a container should have). What they do not hold is not known,
and stays out with its reason. The way through a scenario:

- `parts` gives the pieces of a script exactly as the script will hold them, so what is judged is what runs;
- `shell` follows each command with a grammar of Bash, and keeps the folder and the values of variables;
- `values` says what a word may be, `commands` and `docker` look it up in the tables, `compose` reads Compose files;
- `python` does the same for docker-py;
- `world` knows the files that were made, and which of them a container may have replaced by a link.
"""

from __future__ import annotations

import re

from snippetlab.model import Scenario, Track

from handbook.exports.scripts.judge.paths import own_path, shown
from handbook.exports.scripts.judge.python import PythonJudge
from handbook.exports.scripts.judge.shell import judge_source
from handbook.exports.scripts.judge.values import CONTROL, HOME, Refused, State
from handbook.exports.scripts.judge.world import World
from handbook.exports.scripts.parts import FilePart, Part, PythonPart, ShellPart, context_parts, parts_of

__all__ = ["why_left_out"]

# What is typed into these goes to a container; into anything else it would be a command of the machine.
_TAKES_TYPING = re.compile(
    r"docker (container )?(run|exec|attach|start|stats) .*"
    r"|timeout (--foreground )?(--kill-after \d+ )?\d+ docker (stats|logs) .*"
)
_BUILD_REACHES = re.compile(r"--(security|network|device)=", re.IGNORECASE)


def why_left_out(scenario: Scenario, track: Track | None = None) -> str | None:
    """What keeps a scenario out of the script of a track (of any, without one); None when nothing does."""
    if scenario.nodes:
        return "needs a second machine"
    if scenario.daemon:
        return "needs an engine that is configured for it"
    for each in scenario.tracks if track is None else (track,):
        if reason := _Judge().reason(scenario, each):
            return reason
    return None


class _Judge:
    """One script of one scenario, from its first part to its last."""

    def __init__(self) -> None:
        self.world = World()
        self.state = State()
        self.python = PythonJudge(self.world)

    def reason(self, scenario: Scenario, track: Track) -> str | None:
        """Why the scenario stays out; None when nothing speaks against it."""
        parts: list[Part] = []
        try:
            parts += context_parts(scenario)
        except OSError:
            return "has files that cannot be read"
        parts += [part for step in scenario.steps for part in parts_of(step, track)]
        for part in parts:
            try:
                self._part(part)
            except Refused as refused:
                return f"{refused} ({_shown(part)})"
            except RecursionError:
                return f"holds more inside one another than can be judged ({_shown(part)})"
        if self.world.background and self.world.foreign:
            return "goes on in the background while a container may leave links in the script's folder"
        return None

    def _part(self, part: Part) -> None:
        match part:
            case FilePart():
                self._file(part)
            case ShellPart():
                self._shell(part)
            case PythonPart(source):
                self.python.judge(source)

    def _file(self, part: FilePart) -> None:
        if CONTROL.search(part.name):
            raise Refused("writes a file with a name that nobody can see")
        # An absolute name is written there in the lab, and below the script's folder by the script.
        if part.name.startswith("/"):
            own_path(part.name, HOME)
        path = self.world.write(part.name, HOME, part.text)
        if re.search(r"(^|/)daemon\.json$", path):
            raise Refused("writes settings of an engine")
        if "dockerfile" in path.lower() and _BUILD_REACHES.search(part.text or ""):
            raise Refused("builds with more than a build should have")

    def _shell(self, part: ShellPart) -> None:
        outcome = judge_source(part.source, self.state, self.world)
        if part.typed and not _TAKES_TYPING.fullmatch(part.source):
            raise Refused("types into what is not a container")
        if part.typed:
            self.world.distrust()
        # The script ends where a command that moves does not end as the page shows it.
        self.state = outcome.success if part.exit_code == 0 else outcome.either


def _shown(part: Part) -> str:
    text = part.name if isinstance(part, FilePart) else f"`{part.shown}`"
    return shown(CONTROL.sub("�", text))
