"""Runs one track of a scenario from top to bottom in one lab."""

from __future__ import annotations

import io
import tarfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from types import TracebackType

from snippetlab.errors import LabError
from snippetlab.lab import HOME, Lab
from snippetlab.model import (
    Block,
    BlockCapture,
    CommandCapture,
    Failure,
    Scenario,
    Step,
    StepCapture,
    Track,
    TrackRun,
)
from snippetlab.packs import Pack
from snippetlab.run.copying import Copying
from snippetlab.run.session import PYTHON, SHELL, Budget, Kind, Session
from snippetlab.scenario import typed_lines
from snippetlab.scenario.context import context_files, folder_of

_PREPARED_IN = 60.0  # seconds that an interpreter may take until its first example can run
OnStep = Callable[[Step, float], None]


class Stage:
    """The labs of one run (the first is called ``main``) and the sessions in them.

    ``python`` is what an interpreter runs before its first example.
    """

    def __init__(self, labs: Mapping[str, Lab], python: str = "") -> None:
        self.labs = labs
        self._python = python
        self._sessions: dict[tuple[str, Kind], Session] = {}

    def __enter__(self) -> Stage:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for session in self._sessions.values():
            session.close()

    def session(self, node: str | None, kind: Kind) -> Session:
        """The session of that kind in that lab, started when it is first asked for."""
        key = (node or "main", kind)
        if key not in self._sessions:
            self._sessions[key] = Session.start(self.labs[key[0]], kind)
            if kind == PYTHON and self._python:
                self._prepare(self._sessions[key])
        return self._sessions[key]

    def _prepare(self, interpreter: Session) -> None:
        done = interpreter.run(self._python, Budget.of(_PREPARED_IN))
        if done.failure or done.exit_code:
            said = f": {done.output.strip()}" if done.output.strip() else ""
            raise LabError(f"the python track could not begin with {self._python!r}{said}")

    @property
    def alive(self) -> bool:
        """True while every lab lives."""
        return all(lab.alive for lab in self.labs.values())

    @property
    def out_of_memory(self) -> bool:
        """True once a lab has met its limit of memory."""
        return any(lab.out_of_memory for lab in self.labs.values())


StopAfter = Callable[[StepCapture, Stage], bool]


def run_track(
    scenario: Scenario,
    track: Track,
    labs: Mapping[str, Lab],
    pack: Pack,
    *,
    until: str | None = None,
    on_step: OnStep = lambda step, seconds: None,
    stop_after: StopAfter = lambda captured, stage: False,
    whole: bool = True,
) -> TrackRun:
    """Run ``track`` of ``scenario``; ``labs`` maps ``main`` and the scenario's nodes to fresh labs.

    ``until`` names the last step to run (all when None); ``stop_after`` is asked
    after each step, with what it gave and the labs as they are, whether it was the last. After a failure
    (time limit, output limit, a shell or lab that ended) nothing more runs: the
    remaining commands are captured as not reached and ``state`` is None. ``whole`` is told of the run (``TrackRun``).
    """
    engine = labs["main"].spec.engine or pack.baseline
    versions = pack.versions(labs["main"])
    captures: list[StepCapture] = []
    copying = Copying(scenario, pack.vocabulary)
    failed = False
    with ExitStack() as watchers, Stage(labs, pack.python) as stage:
        watched = {name: watchers.enter_context(pack.watch(lab)) for name, lab in labs.items()}
        _copy_context(scenario, labs)
        for step in scenario.steps:
            started = time.monotonic()
            blocks, failed = _run_step(step, track, engine, stage, pack, copying, scenario.timeout, failed)
            seconds = time.monotonic() - started
            captures.append(StepCapture(step, track, blocks, seconds))
            on_step(step, seconds)
            if stop_after(captures[-1], stage) or step.name == until:
                break
        ended = not failed and stage.alive
        left = watched["main"].state() if ended else None
        known = ended and left is not None
        objects = _all_objects([watcher.objects() for watcher in watched.values()]) if known else None
    return TrackRun(track, engine, tuple(captures), left, versions, whole=whole, objects=objects)


def _all_objects(found: Sequence[Mapping[str, frozenset[str]] | None]) -> Mapping[str, frozenset[str]] | None:
    """What there was in several labs, together; None where one of them cannot tell."""
    known = [objects for objects in found if objects is not None]
    if len(known) < len(found):
        return None
    kinds = {kind for objects in known for kind in objects}
    return {kind: frozenset().union(*(objects.get(kind, ()) for objects in known)) for kind in kinds}


def blocks_to_run(step: Step, track: Track, engine: str) -> tuple[Block, ...]:
    """The blocks that run on ``engine``: a variant for it stands in for the baseline blocks of its kind."""
    variants = tuple(b for b in step.blocks if b.engine == engine and b.exempt is None)
    kinds = {b.kind for b in variants}
    own = "console" if track == "shell" or not step.of_kind("pycon") else "pycon"
    chosen = {id(b) for b in step.in_track(track) if b.kind not in kinds}
    chosen |= {id(b) for b in variants if b.kind in (own, "file", "capture")}
    return tuple(b for b in step.blocks if id(b) in chosen)


def _run_step(
    step: Step,
    track: Track,
    engine: str,
    stage: Stage,
    pack: Pack,
    copying: Copying,
    timeout: float,
    failed: bool,
) -> tuple[tuple[BlockCapture, ...], bool]:
    budget = Budget.of(timeout)
    done: list[BlockCapture] = []
    for block in blocks_to_run(step, track, engine):
        if failed:
            done.append(_not_reached(block))
            continue
        result = _run_block(block, stage, pack, copying, budget)
        copying.saw(step, result)
        done.append(result)
        failed = any(c.failure for c in result.commands) or not stage.alive
    return tuple(done), failed


def _run_block(block: Block, stage: Stage, pack: Pack, copying: Copying, budget: Budget) -> BlockCapture:
    if block.kind == "capture":
        lab = stage.labs[block.node or "main"]
        return BlockCapture(block, text=pack.capture(lab, block.options["capture"]))
    if block.kind == "file":
        path = str(Path(HOME) / block.options["file"])
        written = stage.session(block.node, SHELL).write(path, block.text, budget)
        return BlockCapture(block, (written,))
    session = stage.session(block.node, PYTHON if block.kind == "pycon" else SHELL)
    prompt = block.option("prompt") or ""
    captures: list[CommandCapture] = []
    for command in block.commands:
        if captures and captures[-1].failure:
            captures.append(CommandCapture("", 0, failure=Failure.NOT_REACHED))
            continue
        typed = typed_lines(command, prompt) if prompt else ()
        source = copying.typed(block, command)
        done = session.run(source, budget, tty=block.tty, prompt=prompt, typed=typed, enter="enter" in block.options)
        if done.failure and not stage.alive:
            died = done.failure in (Failure.SHELL_ENDED, Failure.AGENT_DIED)
            done = replace(done, failure=Failure.LAB_DIED if died else done.failure)
        if stage.out_of_memory:
            done = replace(done, failure=Failure.OUT_OF_MEMORY)
        captures.append(done)
    return BlockCapture(block, tuple(captures))


def _not_reached(block: Block) -> BlockCapture:
    return BlockCapture(block, tuple(CommandCapture("", 0, failure=Failure.NOT_REACHED) for _ in block.commands))


def _copy_context(scenario: Scenario, labs: Mapping[str, Lab]) -> None:
    """Copy what a scenario or page brings to the working directory: bytes, and whether they can be executed."""
    files = context_files(scenario)
    if not files:
        return
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for file in files:
            info = tarfile.TarInfo(str(file.relative_to(folder_of(scenario))))
            info.mode = 0o755 if file.stat().st_mode & 0o100 else 0o644
            info.mtime, info.size = int(time.time()), file.stat().st_size
            with open(file, "rb") as content:
                archive.addfile(info, content)
    for lab in labs.values():
        lab.run(["tar", "--extract", "--no-same-owner", "--directory", HOME], packed.getvalue())
