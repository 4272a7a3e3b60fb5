"""One lab that is a privileged container on somebody's Docker Engine."""

from __future__ import annotations

import queue
import subprocess
import threading
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import docker

from snippetlab.alive import answers
from snippetlab.errors import LabError, WrongEngine
from snippetlab.lab import ENVIRONMENT, HOME, Equipment, Lab, LabBase, LabSpec, Limits
from snippetlab.lab.providers.engine import networks
from snippetlab.lab.providers.engine.containers import Place, host_config, remove_container
from snippetlab.lab.providers.engine.inside import as_json, files, program
from snippetlab.lab.providers.engine.labels import LAB, labels
from snippetlab.lab.providers.engine.reach import ALIVE_WITHIN
from snippetlab.lab.providers.engine.sockets import Gate
from snippetlab.lab.providers.engine.streams import FAULTS, STDERR, Connection, Exec, in_words
from snippetlab.lab.providers.engine.terminal import interact

START_LIMIT = 120.0  # seconds until a lab must have started: its engine may be far away
_ANSWER_LIMIT = 10.0  # seconds until a lab must have answered
_TO_SOCKET = ("nc", "-N", "-U")
# In a lab that starts, nobody need come twice. Later, a socket that is not there is one where nobody answers.
_WHEN_IT_IS_THERE = ("sh", "-c", 'until [ -S "$0" ]; do sleep 0.01; done; exec nc -N -U "$0"')
_RUN = program("confined.py")


class EngineLab:
    """One lab. See ``snippetlab.lab.Lab`` for the interface; ``start`` makes one.

    The connection to its first process is its lifeline: when that closes, the lab ends, and the engine removes it.
    """

    def __init__(
        self,
        spec: LabSpec,
        pack: Equipment,
        place: Place,
        container: str,
        lifeline: Connection,
        environment: Mapping[str, str],
    ) -> None:
        self.spec = spec
        self._environment = environment
        self.container = container
        self._pack = pack
        self._place = place
        self._api = place.client.api
        self._lifeline = lifeline
        self._lock = threading.RLock()
        self._asking = threading.Lock()
        self._answers: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._ended = threading.Event()
        self._met = False
        self._log = b""
        self._client: Any = None
        self._gates: dict[str, Gate] = {}
        self._programs: list[Exec] = []
        self._gone = False  # nothing of it is to be removed any more
        self._outside: networks.Outside | None = None
        self._wire: networks.Wire | None = None
        threading.Thread(target=self._listen, name="lab", daemon=True).start()

    @classmethod
    def start(cls, spec: LabSpec, base: LabBase, pack: Equipment, limits: Limits, place: Place) -> EngineLab:
        """Start a lab and wait until it is ready. Raises LabError."""
        api = place.client.api
        container = ""
        try:
            made = api.create_container(
                place.image,
                list(program("machine.py")),
                name=f"snippetlab-{uuid.uuid4().hex[:12]}",
                hostname=spec.name,
                stdin_open=True,
                environment={"LAB": as_json(spec, base, limits, filling=place.filling), "PATH": ENVIRONMENT["PATH"]},
                labels=labels(LAB),
                host_config=host_config(api, limits, place),
                use_config_proxy=False,  # the proxies of the user's own containers are none of a lab's
            )
            container = str(made["Id"])
            api.put_archive(container, "/", files(base.shown))
            given = api.attach_socket(container, params={"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1})
            lab = cls(spec, pack, place, container, Connection(given), base.variables)
            api.start(container)
        except FAULTS as error:
            if container:
                remove_container(api, container)
            raise LabError(
                f"the engine made no lab: {in_words(error)}", hint="`snippetlab doctor` says what it can do"
            ) from error
        try:
            lab._await("started", START_LIMIT, "the lab did not start")
            lab._client = pack.ready(lab)
        except BaseException as error:
            lab.stop()
            if isinstance(error, LabError) and not isinstance(error, WrongEngine):
                raise lab._failure(error.what) from error
            raise
        return lab

    def _listen(self) -> None:
        line = b""
        for stream, data in self._lifeline.frames():
            if stream == STDERR:
                self._log = (self._log + data)[-20000:]
                continue
            *whole, line = (line + data).split(b"\n")
            for word in whole:
                self._answers.put(word.decode())
        self._ended.set()
        self._answers.put("ended")

    def _await(self, wanted: str, seconds: float, failure: str) -> None:
        try:
            answer = self._answers.get(timeout=seconds)
        except queue.Empty:
            answer = "nothing"
        if answer != wanted:
            raise LabError(failure)

    def _failure(self, what: str) -> LabError:
        log = self._log.decode(errors="replace").strip()
        text = f"{what}: {log}" if log and log not in what else what
        return LabError(text, hint="`snippetlab doctor` says what this engine can do")

    @property
    def client(self) -> Any:
        """What the pack's ``ready`` gave."""
        return self._client

    def socket_url(self, path: str) -> str:
        """The address at which this process reaches a Unix socket of the lab."""
        with self._lock:
            if path not in self._gates:
                self._gates[path] = Gate(
                    lambda: self._exec([*(_WHEN_IT_IS_THERE if self._client is None else _TO_SOCKET), path])
                )
            return self._gates[path].url

    def is_on(self, client: docker.DockerClient) -> bool:
        """Whether the lab was made by this client."""
        return self._place.client is client

    @property
    def alive(self) -> bool:
        """False once the lab has ended."""
        return not self._ended.is_set()

    @property
    def out_of_memory(self) -> bool:
        """True once the lab has met its limit of memory."""
        with self._asking:
            if not self._met and self.alive:
                try:
                    while not self._answers.empty():
                        self._answers.get()  # one that came too late for the question before
                    self._lifeline.send(b"?\n")
                    self._met = self._answers.get(timeout=_ANSWER_LIMIT) == "met"
                except (OSError, queue.Empty):
                    pass  # it is ending
            return self._met

    def _exec(self, argv: Sequence[str]) -> Exec:
        program = Exec.start(self._api, self.container, [*_RUN, *argv], self._environment, HOME)
        self._programs.append(program)
        return program

    def spawn(self, argv: Sequence[str]) -> Exec:
        """Start a program inside, with pipes for stdin and stdout, in the fixed environment."""
        return self._exec(argv)

    def run(self, argv: Sequence[str], stdin: bytes = b"", timeout: float = 60.0) -> str:
        """Run a program inside to its end; gives its stdout. Raises LabError when it fails."""
        process = self._exec(argv)
        out: list[bytes] = []
        reader = threading.Thread(target=lambda: out.append(process.stdout.read()), daemon=True)
        reader.start()
        try:
            process.stdin.write(stdin)
            process.stdin.close()
        except OSError:
            pass  # it does not read
        try:
            code = process.wait(timeout)
        except subprocess.TimeoutExpired as error:
            process.kill()
            raise LabError(f"`{' '.join(argv)}` did not end within {timeout:.0f} s in the lab") from error
        reader.join()
        process.kill()
        process.stdout.close()
        if code != 0:
            raise LabError(f"`{' '.join(argv)}` failed in the lab: {process.errors.decode(errors='replace').strip()}")
        return b"".join(out).decode(errors="replace")

    def interact(self, argv: Sequence[str]) -> int:
        """Run a program inside on the terminal of this process; gives its exit code."""
        environment = {**self._environment, "PS1": r"\w \$ "}
        return interact(self._api, self.container, [*_RUN, *argv], environment, HOME)

    def attach_outside(self) -> None:
        """Give the lab a way out to the package mirrors: a second network of its engine."""
        with self._lock:
            if self._outside is None:
                if self._wire is not None:
                    self.run(["sh", "-c", self._wire.open])
                self._outside = networks.Outside.make(self._place.client, self.container, self._place.image)
                self._settle()
                self.run(["sh", "-c", "cp /etc/resolv.conf /run/resolv.conf.closed"])
                self.run(["sh", "-c", "cat > /etc/resolv.conf"], self._outside.resolv.encode())

    def detach_outside(self) -> None:
        """Take the way out away again."""
        with self._lock:
            outside, self._outside = self._outside, None
            if outside is None:
                return
            if self.alive:
                self.run(["sh", "-c", "cat /run/resolv.conf.closed > /etc/resolv.conf; rm /run/resolv.conf.closed"])
            outside.close()
            if self.alive:
                self._settle()

    def connect(self, other: Lab, own_address: str, other_address: str) -> None:
        """Join two labs by a network of their engine; addresses are like ``192.168.65.2/24``."""
        if not isinstance(other, EngineLab) or other._place.client is not self._place.client:
            raise LabError("two labs of different engines cannot be joined")
        wire = networks.Wire.make(self._place.client, self.container, own_address)
        self._wire = other._wire = wire
        for lab, address in ((self, own_address), (other, other_address)):
            wire.add(lab.container, address)
            lab._settle()

    def _settle(self) -> None:
        """Undo what the engine does to a container when a network comes or goes."""
        self.run(["sh", "-c", networks.FORGET_NAMES])
        if self._wire is not None:
            self.run(["sh", "-c", self._wire.shut])

    def stop(self) -> None:
        """End every process in the lab and leave nothing behind. May be called twice."""
        with self._lock:
            if self._client is not None:
                self._client.close()
            for gate in self._gates.values():
                gate.close()
            self._lifeline.close()
            self._ended.set()
            # Whoever reads what one of them prints would wait for an engine that hangs.
            for program in self._programs:
                program.kill()
            if not self._gone:
                self._gone = True
                self._remove()

    def _remove(self) -> None:
        joined, self._outside, self._wire = (self._outside, self._wire), None, None
        if not answers(self._api, ALIVE_WITHIN):
            # It ends with its lifeline, and its networks are swept when somebody comes to the engine again.
            self._place.hangs()
            return
        remove_container(self._api, self.container)
        for network in joined:
            if network is not None:
                network.close()
