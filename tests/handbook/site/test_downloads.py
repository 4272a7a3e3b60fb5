"""The scripts that pages offer, run in labs: they do what the page does and leave nothing behind.

A choice of them by default; all of them with SNIPPETLAB_ALL_SCRIPTS=1 in the environment.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from handbook.exports.scripts import downloads_of, scenarios_of
from handbook.library import Library
from handbook.pages.sources import read_pages
from snippetlab.check import Silent, default_provider, lab_problem
from snippetlab.compare.normalise import Identities, normalise
from snippetlab.lab import Lab
from snippetlab.lab.pool import Pool
from snippetlab.model import Block, Scenario
from snippetlab.scenario import discover

from tests.tool.runs import DOCKER, pack_of

from .conftest import ROOT

PACK = pack_of(ROOT)
SNIPPETS = ROOT / "snippets"
# A page of each chapter, the quick ones among those that show all that a script must do.
CHOICE = [
    "api/",
    "compose/python/",
    "containers/attach-and-exec/",
    "dockerfile/files/",
    "images/registry/",
    "networking/default-bridge/",
    "start/first-container/",
    "swarm/",
    "then-and-now/gone/",
    "volumes/bind-mounts/",
]


@dataclass(frozen=True)
class Script:
    """A script that a page offers: its path on the site, and what the page runs in it."""

    path: str
    text: str
    chapter: str
    page: str
    scenarios: tuple[Scenario, ...]

    @property
    def interpreter(self) -> str:
        return "bash" if self.path.endswith(".sh") else "python3"

    def blocks(self) -> list[Block]:
        track = "shell" if self.interpreter == "bash" else "python"
        return [b for s in self.scenarios for step in s.steps for b in step.in_track(track)]


def all_scripts() -> list[Script]:
    library = Library({s.id: s for s in discover(SNIPPETS)})
    return [
        Script(path, text, page.chapter, page.url, tuple(scenarios_of(page, library, track)[0]))
        for page in read_pages(ROOT / "docs" / "en")
        for path, text in downloads_of([page], library).items()
        for track in (("shell" if path.endswith(".sh") else "python"),)
    ]


SCRIPTS = all_scripts()
CHOSEN = [s for s in SCRIPTS if os.environ.get("SNIPPETLAB_ALL_SCRIPTS") or s.page in CHOICE]


def test_the_choice_holds_a_page_of_each_chapter_and_all_that_scripts_do() -> None:
    chosen = [s for s in SCRIPTS if s.page in CHOICE]
    assert {s.page for s in chosen} == set(CHOICE)
    both = {(s.chapter, s.interpreter) for s in SCRIPTS if s.chapter}
    assert {(s.chapter, s.interpreter) for s in chosen} == both
    for interpreter in ("bash", "python3"):
        blocks = [b for s in chosen if s.interpreter == interpreter for b in s.blocks()]
        commands = [c for b in blocks for c in b.commands]
        assert any(b.tty and "enter" in b.options for b in blocks)
        assert any(b.tty and "^P^Q" in c.output for b in blocks for c in b.commands)
        assert any(b.kind == "file" and "/" in (b.option("file") or "") for b in blocks)
        assert any("docker build" in c.source or "images.build" in c.source for c in commands)
        assert any("docker compose" in c.source for c in commands)
        assert any(c.exit_code for b in blocks if b.kind == "console" for c in b.commands)
        assert any(c.exit_code for b in blocks if b.kind == "pycon" for c in b.commands) or interpreter == "bash"
        assert any("server=$!" in c.source for c in commands)
        assert any("docker login" in c.source for c in commands) or interpreter == "python3"
    # Every language and every page counts: a script that is not chosen is run on demand.
    assert len(SCRIPTS) > 2 * len(chosen)


@dataclass(frozen=True)
class Run:
    """What a run of a script gave: exit code, what it printed, and what the lab held before and after."""

    code: int
    printed: str
    before: dict[str, list[str]]
    after: dict[str, list[str]]


def held(lab: Lab) -> dict[str, list[str]]:
    client = lab.client
    processes = lab.run(["ps", "-e", "-o", "comm="]).split()
    return {
        "containers": [str(c.name) for c in client.containers.list(all=True)],
        "networks": sorted(str(n.name) for n in client.networks.list()),
        "volumes": [str(v.name) for v in client.volumes.list()],
        "images": sorted(f"{i.id} {sorted(i.tags)}" for i in client.images.list()),
        "swarm": [client.info()["Swarm"]["LocalNodeState"]],
        "files": lab.run(["find", "/", "/root", "/tmp", "-mindepth", "1", "-maxdepth", "1"]).split(),
        # What a page's own commands start in the background.
        "processes": sorted(set(processes) & {"nc", "python3", "sleep", "timeout"}),
    }


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    provider = default_provider(PACK, Silent())
    if problem := provider.problem():
        if os.environ.get("SNIPPETLAB_REQUIRE_LABS"):
            pytest.fail(str(lab_problem(PACK)))
        pytest.skip(problem.what)
    with Pool(provider, PACK) as labs:
        yield labs


def run_in_lab(pool: Pool, script: Script) -> Run:
    images = {i for s in script.scenarios for i in s.images}
    outside = any(s.outside for s in script.scenarios)
    lent = Scenario(script.path, Path(), script.path, (), images=tuple(sorted(images)), outside=outside)
    with pool.lend(lent, PACK.baseline) as labs:
        lab = labs["main"]
        before = held(lab)
        process = lab.spawn(
            [
                "sh",
                "-c",
                f"cat > /run/script; exec env --default-signal=INT {script.interpreter} /run/script 2>&1 </dev/null",
            ]
        )
        try:
            printed, _ = process.communicate(script.text.encode(), timeout=300)
        except subprocess.TimeoutExpired:
            # The lab is not proven fresh then, and the pool ends it with all that it runs.
            process.kill()
            return Run(-1, "the script did not end", before, {})
        lab.run(["rm", "/run/script"])
        return Run(process.returncode, printed.decode(errors="replace"), before, held(lab))


@pytest.fixture(scope="module")
def run_of(pool: Pool, request: pytest.FixtureRequest) -> Iterator[Callable[[Script], Run]]:
    """Runs of scripts, two at a time: those of the tests to come begin before these ask for them."""
    executor = ThreadPoolExecutor(2, thread_name_prefix="lab")
    futures: dict[str, Future[Run]] = {}

    def of(script: Script) -> Future[Run]:
        if script.path not in futures:
            futures[script.path] = executor.submit(run_in_lab, pool, script)
        return futures[script.path]

    # Workers of pytest-xdist share the tests among themselves, and do not know their own share.
    if "PYTEST_XDIST_WORKER" not in os.environ:
        own = (i for i in request.session.items if i.path == Path(__file__) and isinstance(i, pytest.Function))
        for script in (i.callspec.params.get("script") for i in own if hasattr(i, "callspec")):
            if script:
                of(script)
    yield lambda script: of(script).result()
    executor.shutdown(cancel_futures=True)


@pytest.mark.parametrize("script", CHOSEN, ids=lambda script: script.path)
def test_a_page_s_script_runs_and_cleans_up(run_of: Callable[[Script], Run], script: Script) -> None:
    run = run_of(script)
    assert run.code == 0, run.printed
    assert run.after == run.before
    # It printed what the page shows, as far as that is the same in every run.
    shown = set(stable_lines(script))
    missing = [line for line in shown if line not in run.printed]
    assert run.printed.strip()
    assert len(missing) <= 0.1 * len(shown), (missing, run.printed)


def stable_lines(script: Script) -> Iterator[str]:
    """The lines of a script's recordings that hold nothing volatile, without the quotes of Python's echo."""
    for block in script.blocks():
        # A terminal shows colours, which are not recorded.
        for command in () if block.tty else block.commands:
            for line in command.output.splitlines():
                # Tables are as wide as what they hold; bash says on which line of a script it found no command;
                # Python echoes escapes and prints characters.
                comparable = not re.search(r"   |/root|^bash: |\\", line)
                if comparable and normalise(line, Identities(PACK.vocabulary), DOCKER) == line:
                    yield line[1:-1] if line[:1] == line[-1:] == "'" else line


@pytest.mark.parametrize("in_use", ["container", "volume", "swarm"])
def test_scripts_refuse_an_engine_that_is_in_use(pool: Pool, in_use: str) -> None:
    scripts = [s for s in SCRIPTS if s.page == "start/first-container/"]
    assert {s.interpreter for s in scripts} == {"bash", "python3"}
    with pool.lend(Scenario("in use", Path(), "", ()), PACK.baseline) as labs:
        client = labs["main"].client
        if in_use == "container":
            client.containers.create("busybox")
        elif in_use == "volume":
            client.volumes.create("precious")
        else:
            client.swarm.init(advertise_addr="127.0.0.1")
        before = held(labs["main"])
        for script in scripts:
            command = f"{script.interpreter} - 2>&1; echo code $?"
            printed = labs["main"].run(["sh", "-c", command], script.text.encode())
            assert "Run the script on an engine" in printed
            assert printed.endswith("code 2\n" if script.interpreter == "bash" else "code 1\n")
        after = held(labs["main"])
        # A swarm makes its networks in its own time.
        assert {**after, "networks": []} == {**before, "networks": []}


def test_a_shell_script_reports_what_differs_from_the_page(pool: Pool) -> None:
    script = next(s for s in SCRIPTS if s.path == "start/first-container/first-container.sh")
    lines = script.text.splitlines(keepends=True)
    at = next(i for i, line in enumerate(lines) if line.startswith("page_code 0 $?"))
    changed = "".join([*lines[:at], "page_code 7 $?\n", *lines[at + 1 :]])
    run = run_in_lab(pool, replace(script, text=changed))
    assert run.code == 1
    assert f"before line {at + 1}: exit code 0, expected 7" in run.printed
    assert run.after == run.before


def test_a_python_script_ends_where_it_differs_from_the_page_and_still_cleans_up(pool: Pool) -> None:
    script = next(s for s in SCRIPTS if s.path == "volumes/bind-mounts/bind-mounts.py")
    assert "\nwith page_raises(" in script.text
    head = script.text.partition("\nwith page_raises(")[0]
    # What the page shows to fail does not fail here.
    changed = f'{head}\nwith page_raises("APIError"):\n    pass\nprint("went on")\n'
    run = run_in_lab(pool, replace(script, text=changed))
    assert run.code == 1
    assert "APIError was expected, and nothing was raised" in run.printed
    assert "went on" not in run.printed
    assert run.after == run.before


@pytest.mark.parametrize(
    ("path", "interrupt", "code"),
    [
        ("volumes/bind-mounts/bind-mounts.sh", "kill -INT $$ $BASHPID", 130),
        ("volumes/bind-mounts/bind-mounts.py", "os.kill(os.getpid(), 2)", -2),
    ],
)
def test_a_script_that_is_interrupted_cleans_up(pool: Pool, path: str, interrupt: str, code: int) -> None:
    script = next(s for s in SCRIPTS if s.path == path)
    marker = "\n## " if script.interpreter == "bash" else "\n# "
    steps = [s.name for scenario in script.scenarios for s in scenario.steps]
    head, found, tail = script.text.partition(f"{marker}{steps[2]}\n")
    # By then a container runs, a background job too, and files are written.
    lines = {
        "bash": ["sleep 100 >/dev/null 2>&1 &", interrupt, "echo went on"],
        "python3": ["page_shell('sleep 100 >/dev/null 2>&1 &')", interrupt, "print('went on')"],
    }[script.interpreter]
    assert found
    run = run_in_lab(pool, replace(script, text="\n".join([head, *lines, found, tail])))
    assert run.code == code, run.printed
    assert "went on" not in run.printed
    assert run.after == run.before


@pytest.mark.parametrize("path", ["volumes/bind-mounts/bind-mounts.sh", "volumes/bind-mounts/bind-mounts.py"])
def test_a_script_removes_what_its_page_leaves(pool: Pool, path: str) -> None:
    script = next(s for s in SCRIPTS if s.path == path)
    shell = script.interpreter == "bash"
    head = script.text.partition("\n## " if shell else "\n# " + script.scenarios[0].steps[0].name)[0]
    commands = [
        "docker network create left",
        "docker run -d --name left --network left -v left:/named -v /unnamed busybox sleep 100",
        "docker commit left",
        "docker commit left left:tagged",
        "docker tag busybox left:busybox",
        "docker swarm init --advertise-addr 127.0.0.1",
        "docker image ls left",
    ]
    body = "\n".join(commands) + "\n)" if shell else "\n".join(f"page_shell({c!r})" for c in commands)
    run = run_in_lab(pool, replace(script, text=f"{head}\n{body}\n"))
    assert run.code == 0, run.printed
    assert run.printed.count("\nleft ") == 2
    assert run.after == run.before
