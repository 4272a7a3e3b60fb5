"""The command line on real labs: exit codes, what is printed and written, which scenarios run, and the shell."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest
from snippetlab.errors import LabError
from snippetlab.lab import Provider
from snippetlab.lab.stock.cache import in_use

from tests.conftest import traces
from tests.tool.runs import console

from .project import BIN, Project, drifting, right
from .terminal import Terminal
from .waiting import wait_until

pytestmark = pytest.mark.usefixtures("leaves_nothing")


def test_no_drift_is_exit_code_0(own: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONWARNINGS", "error")  # what stays open would be told
    path = own.scenario("test/good", right())
    before = path.read_bytes()
    done = own.run("snippetlab", "check")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "1 scenario, 2 steps: no drift"
    assert path.read_bytes() == before


def test_files_beside_a_scenario_arrive_as_they_are(own: Project) -> None:
    beside = own.folder / "snippets" / "test" / "web"
    (beside / "deep").mkdir(parents=True)
    (beside / "run.sh").write_text("#!/bin/sh\necho it runs\n")
    (beside / "run.sh").chmod(0o755)
    (beside / "deep" / "blob").write_bytes(bytes(range(256)))
    body = console(
        "$ ./web/run.sh",
        "it runs",
        "$ stat -c '%a %U %n' web/run.sh web/deep/blob",
        "755 root web/run.sh",
        "644 root web/deep/blob",
        "$ wc -c < web/deep/blob; od -An -tu1 -j 254 web/deep/blob",
        "256",
        " 254 255",
    )
    own.scenario("test/it", body, "tracks: [shell]\ncontext: [web]\n")
    done = own.run("snippetlab", "check")
    assert done.returncode == 0, done.stdout


def test_drift_is_exit_code_1_and_every_report_tells_the_same(own: Project) -> None:
    own.scenario("test/bad", drifting(at="b"))
    own.scenario("test/good", right())
    own.scenario("test/worse", drifting() + console("$ false", step="c"))
    before = {p: p.read_bytes() for p in own.folder.rglob("*.md")}
    done = own.run("snippetlab", "check", "--jobs", "2", "--junit", "out.xml", "--json", "out.json")
    assert (done.returncode, done.stderr) == (1, "")
    found = [line.split(" drift: ")[0] for line in done.stdout.splitlines() if " drift: " in line]
    expected = ["snippets/test/bad.md:16:", "snippets/test/worse.md:9:", "snippets/test/worse.md:23:"]
    assert found == expected
    assert done.stdout.splitlines()[-1] == "3 scenarios, 7 steps: 3 drifts"
    assert "  - two\n  + one\n" in done.stdout

    data = json.loads((own.folder / "out.json").read_text())["scenarios"]
    assert [(s["id"], s["ok"], len(s["steps"])) for s in data] == [
        ("test/bad", False, 2),
        ("test/good", True, 2),
        ("test/worse", False, 3),
    ]
    assert [f"{d['place']}:" for s in data for d in s["drifts"]] == expected
    assert data[0]["versions"]["26.1"]["engine"].startswith("26.1.")

    suites = list(ElementTree.parse(own.folder / "out.xml").getroot())
    counts = [(s.get("name"), s.get("tests"), s.get("failures")) for s in suites]
    assert counts == [("test/bad", "2", "1"), ("test/good", "2", "0"), ("test/worse", "3", "2")]
    failing = [c.get("name") for s in suites for c in s if c.find("failure") is not None]
    assert failing == ["test/bad#b", "test/worse#a", "test/worse#c"]
    assert {p: p.read_bytes() for p in own.folder.rglob("*.md")} == before


def test_fail_fast_leaves_out_what_had_not_begun(own: Project) -> None:
    for name in ("a", "b", "c"):
        own.scenario(f"test/{name}", drifting())
    done = own.run("snippetlab", "check", "--fail-fast", "--jobs", "1", "--json", "out.json")
    assert done.returncode == 1
    assert [s["id"] for s in json.loads((own.folder / "out.json").read_text())["scenarios"]] == ["test/a"]


def test_a_word_and_a_step_choose_what_runs(own: Project) -> None:
    own.scenario("test/bad", drifting(at="b"))
    own.scenario("test/good", right())
    assert own.run("snippetlab", "check", "-k", "good").returncode == 0
    # Up to step a there is no drift; what comes after it does not run.
    done = own.run("snippetlab", "check", "test/bad#a", "--json", "out.json")
    assert done.returncode == 0
    (only,) = json.loads((own.folder / "out.json").read_text())["scenarios"]
    assert [s["id"] for s in only["steps"]] == ["test/bad#a"]


def test_another_order_holds_every_scenario_once(own: Project) -> None:
    for name in "abcd":
        own.scenario(f"test/{name}", right())
    names = [f"test/{name}" for name in "abcd"]

    def order(seed: str) -> list[str]:
        assert own.run("snippetlab", "check", "--shuffle", seed, "--json", "out.json").returncode == 0
        return [s["id"] for s in json.loads((own.folder / "out.json").read_text())["scenarios"]]

    first = order("1")
    assert sorted(first) == names != first
    assert order("1") == first


def test_a_broken_scenario_is_told_and_the_others_run(own: Project) -> None:
    own.scenario("test/good", right())
    path = own.scenario("test/broken", right())
    path.write_text(path.read_text().replace("title: t", "images: [nosuch]\ntitle: t"))
    done = own.run("snippetlab", "check")
    assert done.returncode == 2
    assert "1 scenario, 2 steps: no drift" in done.stdout
    assert done.stderr.startswith("snippets/test/broken.md:2: ")
    assert "nosuch" in done.stderr


def test_without_bubblewrap_on_the_path(own: Project) -> None:
    own.scenario("test/good", right())
    tools = own.folder / "bin"
    tools.mkdir()
    for tool in ("unshare", "nsenter", "setpriv", "slirp4netns", "mmdebstrap", "ip", "sh", "mount"):
        (tools / tool).symlink_to(shutil.which(tool) or tool)
    done = subprocess.run(
        [BIN / "snippetlab", "check"], cwd=own.folder, env={"PATH": str(tools)}, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("no lab can run here (bubblewrap: not installed: bwrap; engine: no Docker Engine ")
    assert "\n  → bubblewrap: apt-get install bubblewrap" in done.stderr


@pytest.fixture
def own_cache(own: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """The user's cache with its images, but results and locks of the test's own."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "snippetlab"
    (own.folder / "cache" / "snippetlab").mkdir(parents=True)
    for part in ("images", "base", "seeds", "docker-py"):
        (own.folder / "cache" / "snippetlab" / part).symlink_to(cache / part)
    monkeypatch.setenv("XDG_CACHE_HOME", str(own.folder / "cache"))


def test_results_are_trusted_when_asked_for_until_something_changes(own: Project, own_cache: None) -> None:
    path = own.scenario("test/it", right())

    def check(*words: str) -> tuple[int, str]:
        done = own.run("snippetlab", "check", *words)
        return done.returncode, done.stdout.splitlines()[-1]

    assert check("--cached") == (0, "1 scenario, 2 steps: no drift")
    assert check("--cached") == (0, "1 scenario (1 unchanged since their last run), 2 steps: no drift")
    path.write_text(path.read_text().replace("echo one\none", "echo one\ntwo", 1))
    assert check("--cached") == (1, "1 scenario, 2 steps: 1 drift")
    assert check("--cached") == (1, "1 scenario, 2 steps: 1 drift")


def test_a_shell_in_the_lab_as_a_step_left_it(own: Project) -> None:
    body = console(
        "$ x=seven; mkdir deep; cd deep", "$ docker run -d --name web busybox sleep 1000 | wc -c", "65"
    ) + console("$ docker rm -f web; cd ..", "web", step="b")
    own.scenario("test/it", body)
    shell = Terminal(own, "snippetlab", "shell", "test/it#a")
    shell.until("This is the lab of test/it#a")
    shell.until("~/deep # ")
    shell.types('docker ps --format "<$x {{.Names}}>"\n')
    shell.until("<seven web>")
    shell.until("~/deep # ")
    owner = shell.process.pid
    assert any("dockerd" in p for p in traces(owner)["processes"])
    # Ctrl-C is for what runs in the shell; the shell goes on.
    shell.types("sleep 1000\n")
    assert wait_until(lambda: "sleep 1000 " in traces(owner)["processes"])
    shell.types("\x03")
    shell.until("~/deep # ")
    shell.types("echo still $((6 * 7))\n")
    shell.until("still 42")
    shell.types("exit\n")
    assert shell.end() == 0
    assert wait_until(lambda: not any(traces(owner).values())), traces(owner)


def test_cache_entries_are_listed_with_sizes_and_removed(own: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(own.folder))
    for name in ("images/26.1-abc", "base/busybox-def", "images/.26.1-old.new-1"):
        (own.folder / "snippetlab" / name).mkdir(parents=True)
        (own.folder / "snippetlab" / name / "data").write_bytes(b"x" * 3_000_000)
    listed = own.run("snippetlab", "labs")
    assert listed.returncode == 0
    rows = [
        [cell.strip() for cell in line.strip("│ ").split("│")] for line in listed.stdout.splitlines() if "MB" in line
    ]
    assert rows == [
        ["lab image", "26.1-abc", "3.0 MB"],
        ["base image", "busybox-def", "3.0 MB"],
        ["unfinished", ".26.1-old.new-1", "3.0 MB"],
    ]
    removed = own.run("snippetlab", "labs", "--remove")
    assert removed.returncode == 0
    # Other tests leave labs of killed processes on the machine for a moment.
    assert [line for line in removed.stdout.splitlines() if "killed process" not in line] == [
        "removed: lab image 26.1-abc",
        "removed: base image busybox-def",
        "removed: unfinished .26.1-old.new-1",
    ]
    assert not any(p.name == "data" for p in own.folder.rglob("*"))
    assert "MB" not in own.run("snippetlab", "labs").stdout


def test_explain_says_what_is_compared_and_on_what_a_result_depends(own: Project) -> None:
    identity = "3efd115129ac12a3ec4260a9edfdfb9dcce17741b751b274abc9a0082ffc5575"
    own.scenario("test/it", console("$ docker network create app", identity))
    lines = own.run("snippetlab", "explain", "test/it#a").stdout.splitlines()
    assert any(line.startswith(f"    {identity}   [3efd115129ac12a…: id; another one in each run") for line in lines)
    told = own.run("snippetlab", "explain", "--key", "test/it").stdout
    assert "No result of this scenario is kept." in told
    assert all(part in told for part in ("kernel", "cgroup version", "lab 26.1", "tool", "scenario", "library"))


def test_doctor_says_that_labs_can_run(own: Project) -> None:
    done = own.run("snippetlab", "doctor")
    assert done.returncode == 0
    chosen = re.search(r"^labs       run by (\w+), \d+ at once$", done.stdout, re.MULTILINE)
    assert chosen is not None, done.stdout
    assert f"\n{chosen[1]:<11}can run labs: " in done.stdout


def test_a_broken_file_of_the_docker_command_breaks_no_lab(
    own: Project, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    if provider.name != "bubblewrap":
        pytest.skip("an engine is found by what that file says")
    own.scenario("test/it", console("$ docker volume create kept", "kept"))
    (own.folder / "config.json").write_text("[]")
    monkeypatch.setenv("DOCKER_CONFIG", str(own.folder))
    done = own.run("snippetlab", "check")
    assert (done.returncode, done.stderr) == (0, ""), done.stdout


def refuses_to_remove() -> bool:
    """Whether `snippetlab labs --remove` would refuse at this moment."""
    try:
        with in_use(alone=True):
            return False
    except LabError as error:
        return error.what == "the cache is in use: labs are running or being built"


def test_debug_gives_a_shell_in_the_lab_of_the_first_drift(own: Project, own_cache: None) -> None:
    body = console("$ x=seven; mkdir deep; cd deep", "$ docker volume create kept", "kept") + console(
        "$ echo $x", "six", step="b"
    )
    own.scenario("test/it", body + console("$ docker volume rm kept", "kept", step="c"))
    shell = Terminal(own, "snippetlab", "check", "--debug", "test/it")
    shell.until("- six")
    shell.until("This is the lab after the step")
    shell.until("deep # ")
    shell.types('echo "<$x>" $(docker volume ls -q)\n')
    shell.until("<seven> kept")
    assert refuses_to_remove()
    owner = shell.process.pid
    shell.types("exit\n")
    assert shell.end() == 1
    assert not refuses_to_remove()
    assert wait_until(lambda: not any(traces(owner).values())), traces(owner)


def test_debug_stops_at_a_drift_in_the_last_step_that_was_asked_for(own: Project) -> None:
    own.scenario("test/it", drifting(at="b"))
    shell = Terminal(own, "snippetlab", "check", "--debug", "test/it#b")
    shell.until("- two")
    shell.until("This is the lab after the step")
    shell.types("exit\n")
    assert shell.end() == 1


def test_commands_do_not_ignore_what_the_caller_ignores(own: Project) -> None:
    own.scenario("test/it", console("$ trap"))
    done = own.run("sh", "-c", f"trap '' HUP QUIT; exec {BIN}/snippetlab check")
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "1 scenario, 1 step: no drift")


def test_debug_ends_with_0_where_nothing_drifts(own: Project) -> None:
    own.scenario("test/it", right())
    done = own.run("snippetlab", "check", "--debug")
    assert (done.returncode, done.stdout.splitlines()[-2:]) == (0, ["test/it: ok", "no drift"])


def test_watch_runs_what_changes_until_it_is_stopped(own: Project, own_cache: None) -> None:
    file = own.scenario("test/it", right())
    own.scenario("test/other", right())
    process = own.start("snippetlab", "check", "--watch", stderr=subprocess.STDOUT)
    assert process.stdout is not None
    told = iter(process.stdout.readline, "")

    def until(words: str) -> list[str]:
        lines = []
        for line in told:
            lines.append(line)
            if words in line:
                return lines
        raise AssertionError(lines)

    assert "2 scenarios, 4 steps: no drift\n" in until("watching")
    assert refuses_to_remove()
    file.write_text(file.read_text().replace("one\n```", "uno\n```"))
    again = until("watching")
    assert any("test/it.md" in line and "drift: output" in line for line in again)
    assert not any("test/other" in line for line in again)
    file.write_text("no scenario")
    until("no front matter")
    process.send_signal(signal.SIGINT)
    process.communicate()
    assert process.returncode == 130
    assert wait_until(lambda: not any(traces(process.pid).values())), traces(process.pid)
