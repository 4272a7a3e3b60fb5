"""Building a lab image: once, whole or not at all, and told in words when it fails.

mmdebstrap is played by a script, so that none of this takes longer than it must.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from snippetlab.errors import LabError, UsageError
from snippetlab.lab.stock import image
from snippetlab.lab.stock.image import image_folder, lab_image

from tests.conftest import PROJECT
from tests.tool.runs import PACK, recipe

from .waiting import wait_until

# The last words of its command line are suite, target and, when one is set, the mirror.
FAKE = """\
#!/bin/bash
set -eu
echo "$@" >> "$FAKE_CALLS"
for word; do last2=${last:-}; last=$word; done
case $last in /*) target=$last ;; *) target=$last2 ;; esac
mkdir -p "$target/var/lib/dpkg"
touch "$target/half"
echo "I: running apt-get update..." >&2
echo "I: downloading packages with apt..." >&2
%s
printf 'Package: docker.io\\nStatus: install ok installed\\nVersion: %%s\\nArchitecture: all\\nMaintainer: x\\nDescription: x\\n' \\
  "${FAKE_VERSION:-26.1.5}" > "$target/var/lib/dpkg/status"
"""


class Fake:
    """A script in mmdebstrap's place, and a cache of its own."""

    def __init__(self, folder: Path) -> None:
        self.program = folder / "bin" / "mmdebstrap"
        self.calls = folder / "calls"
        self.gate = folder / "gate"
        self.images = folder / "cache" / "snippetlab" / "images"
        self.program.parent.mkdir()
        os.mkfifo(self.gate)
        self.does("")

    def does(self, lines: str) -> None:
        """What it does in the middle of its work."""
        self.program.write_text(FAKE % lines)
        self.program.chmod(0o755)

    def waits(self) -> None:
        """Let it wait in the middle of its work until somebody writes to the gate."""
        self.does(f"read < {self.gate}")

    def go_on(self) -> None:
        self.gate.write_text("go on\n")

    @property
    def runs(self) -> int:
        """How often it was called."""
        return len(self.calls.read_text().splitlines()) if self.calls.exists() else 0

    @property
    def alive(self) -> bool:
        """True while the one that was called last works."""
        return any(str(self.program).encode() in read(p / "cmdline") for p in Path("/proc").glob("[0-9]*"))

    @property
    def visible(self) -> list[str]:
        """What a later run would take for an image."""
        return sorted(p.name for p in self.images.glob("[!.]*")) if self.images.exists() else []

    @property
    def halves(self) -> list[Path]:
        return list(self.images.glob(".*.new-*"))


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fake:
    made = Fake(tmp_path)
    monkeypatch.setenv("PATH", f"{made.program.parent}:{os.environ['PATH']}")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("FAKE_CALLS", str(made.calls))
    monkeypatch.delenv("SNIPPETLAB_DEBIAN_MIRROR", raising=False)
    return made


def read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        return b""


def build() -> tuple[image.LabImage, list[str]]:
    """Builds the image; with the lines of its progress."""
    said: list[str] = []
    return lab_image(recipe("26.1"), say=said.append), said


def elsewhere() -> subprocess.Popen[str]:
    """The same in a process of its own."""
    program = "from tests.tool.runs import recipe; from snippetlab.lab.stock.image import lab_image; print(lab_image(recipe('26.1'), say=lambda _: None).identity)"
    return subprocess.Popen(
        [sys.executable, "-c", program], cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def test_an_image_is_built_with_progress_and_then_taken_from_the_cache(fake: Fake) -> None:
    first, said = build()
    assert first.packages == {"docker.io": "26.1.5"}
    assert first.rootfs.is_dir() and first.mount_point.is_dir()
    assert [line.split(":")[0] for line in said] == ["lab image 26.1"] * 4
    assert "running apt-get update" in said[1] and said[-1] == "lab image 26.1: ready"
    again, said = build()
    assert (again, said) == (first, [])
    assert fake.runs == 1
    assert fake.halves == []


def test_the_suite_and_its_packages_are_asked_for(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    build()
    words = fake.calls.read_text().split()
    assert words[-2] == "trixie"
    assert any(w.startswith("--include=") and {"docker.io", "docker-buildx"} <= set(w[10:].split(",")) for w in words)
    monkeypatch.setenv("SNIPPETLAB_DEBIAN_MIRROR", "http://mirror.example/debian")
    lab_image(recipe("20.10"), say=lambda _: None)
    assert fake.calls.read_text().splitlines()[1].split()[-1] == "http://mirror.example/debian"


def test_the_path_of_the_cache_may_hold_what_apt_cannot_read(
    fake: Fake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / 'a "quoted" - name:\nin, two lines'))
    fake.does('case $target$TMPDIR in *[!a-z/]*) echo "no such path: $target" >&2; exit 1 ;; esac')
    first, _ = build()
    assert first.packages == {"docker.io": "26.1.5"}
    assert (first.rootfs / "half").exists()


def test_an_unknown_engine_is_told() -> None:
    with pytest.raises(UsageError, match=r"there is no engine '99\.9'") as caught:
        PACK.engine("99.9")
    assert "26.1" in (caught.value.hint or "")


def test_a_changed_recipe_is_another_image(fake: Fake) -> None:
    first, _ = build()
    more = replace(recipe("26.1"), packages=(*recipe("26.1").packages, "vim"))
    second = lab_image(more, say=lambda _: None)
    assert first.folder != second.folder
    assert first.identity != second.identity
    assert fake.runs == 2
    assert build()[0] == first
    assert fake.runs == 2


def test_packages_of_another_suite_are_pinned_to_it(fake: Fake) -> None:
    lab_image(recipe("28.5"), say=lambda _: None)
    told = fake.calls.read_text()
    assert told.split()[-2] == "trixie"
    assert "s/ trixie / forky /p" in told
    assert "Package: docker.io\\nPin: release n=forky\\nPin-Priority: 990" in told


@pytest.mark.parametrize(("suite", "pin"), [("sid", "n=sid"), ("testing", "a=testing"), ("unstable", "a=unstable")])
def test_a_second_suite_may_be_called_after_its_age(suite: str, pin: str) -> None:
    """A pin that fits nothing would leave all of both suites alike, and apt takes what is newer."""
    told = " ".join(replace(recipe("28.5"), newer_from=suite).arguments())
    assert told.count(f"release {pin}") == 7 and "Pin-Priority: 100" in told


POLICY = """\
docker-compose:
  Installed: {version}
  Candidate: {version}
  Version table:
 {star} 2.40.3-1 990
        990 http://mirror/debian forky/main amd64 Packages
 {other} 2.26.1-4 500
        500 http://mirror/debian trixie/main amd64 Packages
        100 /var/lib/dpkg/status
"""


@pytest.mark.parametrize(
    ("star", "other", "code"), [("***", "   ", 0), ("   ", "***", 1)], ids=["of the second suite", "of the first"]
)
def test_a_package_that_the_second_suite_lacks_ends_the_build(tmp_path: Path, star: str, other: str, code: int) -> None:
    """apt would take the first suite's, and the lab would not hold what its label says."""
    made = replace(recipe("28.5"), newer=("docker-compose",))
    (hook,) = made.checks()
    assert recipe("26.1").checks() == []
    # It is no part of what is made: images that are there already stay what they are.
    assert hook not in made.arguments()
    (tmp_path / "policy").write_text(POLICY.format(version="x", star=star, other=other))
    played = f"chroot() {{ cat {tmp_path}/policy; }}\n{hook.removeprefix('--customize-hook=')}"
    done = subprocess.run(["sh", "-c", played, "exec", "/root"], capture_output=True, text=True)
    assert (done.returncode, "forky has no package docker-compose, and" in done.stderr) == (code, bool(code))


def test_other_package_versions_are_another_identity(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    first, _ = build()
    shutil.rmtree(first.folder)
    monkeypatch.setenv("FAKE_VERSION", "26.1.6")
    second, _ = build()
    assert second.folder == first.folder
    assert second.identity != first.identity


@pytest.mark.parametrize(
    ("log", "what", "hint"),
    [
        ("E: Failed to fetch http://x/y  Could not connect", "mirror is not reachable", "SNIPPETLAB_DEBIAN_MIRROR"),
        ("W: Temporary failure resolving 'x'", "mirror is not reachable", "SNIPPETLAB_DEBIAN_MIRROR"),
        ("tar: ./usr/bin/x: Cannot write: No space left on device", "no disk space left", "XDG_CACHE_HOME"),
        ("E: snippetlab: forky has no package runc, and", "forky has no package runc", "mend `packages`"),
        (
            "E: The repository 'http://x/y trixy Release' does not have a Release file.",
            "no suite trixy",
            "mend `packages`",
        ),
        ("E: Unable to locate package docker-cli", "unable to locate package docker-cli", "mend `packages`"),
        ("dpkg: error processing package docker.io", "error processing package docker.io", "run it again"),
    ],
)
def test_a_failed_build_is_told_in_words_and_leaves_nothing(fake: Fake, log: str, what: str, hint: str) -> None:
    fake.does(f'echo "{log}" >&2; exit 1')
    with pytest.raises(LabError, match=what) as caught:
        build()
    assert caught.value.what.startswith("lab image 26.1: ")
    assert hint in (caught.value.hint or "")
    assert (fake.visible, fake.halves) == ([], [])
    fake.does("")
    assert build()[0].packages == {"docker.io": "26.1.5"}


def test_too_little_space_is_told_before_anything_is_built(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=10_000_000))
    with pytest.raises(LabError, match=r"no disk space: 2\.5 GB are needed"):
        build()
    assert fake.runs == 0


def test_without_mmdebstrap(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    fake.program.unlink()
    monkeypatch.setenv("PATH", str(fake.program.parent))
    with pytest.raises(LabError, match="mmdebstrap is not installed"):
        build()
    assert (fake.visible, fake.halves) == ([], [])


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_stopped_build_ends_at_once_and_leaves_no_mount(fake: Fake, number: int) -> None:
    fake.does(
        f"trap '' TERM INT HUP; mkdir $target/proc; mount -t proc proc $target/proc; touch $target/mounted; read < {fake.gate}"
    )
    process = elsewhere()
    assert wait_until(lambda: any((half / "rootfs" / "mounted").exists() for half in fake.halves))
    assert str(fake.images) not in Path("/proc/self/mounts").read_text()
    process.send_signal(number)
    process.communicate()
    assert wait_until(lambda: not fake.alive)
    fake.does("")
    assert build()[0].packages == {"docker.io": "26.1.5"}
    assert fake.halves == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_what_a_stopped_build_unpacked_for_a_while_goes_with_its_half(fake: Fake, number: int, tmp_path: Path) -> None:
    # As mmdebstrap does for a tar archive, and cannot undo when it is killed.
    told = tmp_path / "temporary"
    fake.does(f"mktemp -d > {told}.new; mv {told}.new {told}; read < {fake.gate}")
    process = elsewhere()
    assert wait_until(told.exists)
    name = Path(told.read_text().strip()).name
    (temporary,) = [half / name for half in fake.halves]
    assert temporary.is_dir()
    process.send_signal(number)
    process.communicate()
    assert wait_until(lambda: not fake.alive)
    fake.does("")
    first, _ = build()
    assert not temporary.exists()
    assert sorted(path.name for path in first.folder.iterdir()) == [".measure", ".whole", "image.json", "mnt", "rootfs"]


def test_a_build_that_signals_its_process_group_fails_in_words(fake: Fake) -> None:
    # As mmdebstrap does when it cannot write a tarball.
    fake.does("echo 'E: tar failed' >&2; kill -HUP 0; exit 1")
    with pytest.raises(LabError, match=r"lab image 26\.1: mmdebstrap failed"):
        build()


@pytest.mark.parametrize("damage", ["image.json", "rootfs/half", "rootfs/var/lib/dpkg/status"])
@pytest.mark.parametrize("how", ["cut", "lost"])
def test_a_damaged_image_is_built_again_with_a_word(fake: Fake, damage: str, how: str) -> None:
    fake.does("echo binary > $target/half")
    first, _ = build()
    file = first.folder / damage
    file.write_bytes(file.read_bytes()[:-2]) if how == "cut" else file.unlink()
    again, said = build()
    assert again == first
    assert said[0] == f"{first.folder} is damaged; it is built again"
    assert fake.runs == 2
    assert (first.rootfs / "half").read_text() == "binary\n"
    assert build()[1] == []


def test_waiting_for_the_build_of_another_process_is_said(fake: Fake) -> None:
    fake.waits()
    process = elsewhere()
    assert wait_until(lambda: fake.runs == 1)
    said: list[str] = []
    waiting = threading.Thread(target=lambda: lab_image(recipe("26.1"), say=said.append))
    waiting.start()
    assert wait_until(lambda: bool(said))
    fake.go_on()
    waiting.join()
    process.communicate()
    assert len(said) == 1 and "another process is building it; waiting" in said[0]
    assert fake.runs == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_an_interrupted_build_leaves_no_half_image_that_is_trusted(fake: Fake, number: int) -> None:
    fake.waits()
    process = elsewhere()
    assert wait_until(lambda: fake.runs == 1 and any((half / "rootfs" / "half").exists() for half in fake.halves))
    process.send_signal(number)
    process.communicate()
    assert process.returncode == -number if number == signal.SIGKILL else process.returncode != 0
    assert wait_until(lambda: not fake.alive)
    assert fake.visible == []
    if number == signal.SIGINT:
        assert fake.halves == []
    fake.does("")
    assert build()[0].packages == {"docker.io": "26.1.5"}
    assert fake.visible == [image_folder(recipe("26.1")).name]
    assert fake.halves == []


TWO_AT_ONCE = """
from snippetlab.lab import LabSpec
from snippetlab.lab.preparing import at_once
from snippetlab.lab.stock.image import lab_image
from snippetlab.lab.stock.undertakings import Undertakings
from tests.tool.runs import recipe
under = Undertakings()
specs = [LabSpec("26.1"), LabSpec("28.5")]
at_once(specs, lambda spec: lab_image(recipe(spec.engine), say=lambda _: None, undertakings=under), under)
"""


def test_two_images_at_once_that_are_interrupted_leave_nothing(fake: Fake) -> None:
    fake.waits()
    process = subprocess.Popen([sys.executable, "-c", TWO_AT_ONCE], cwd=PROJECT, stderr=subprocess.PIPE, text=True)
    try:
        assert wait_until(lambda: [(half / "rootfs" / "half").exists() for half in fake.halves] == [True, True])
        process.send_signal(signal.SIGINT)
    except BaseException:  # what waits at the gate would wait for ever
        process.kill()
        raise
    _, told = process.communicate()
    assert process.returncode != 0 and told.splitlines()[-1] == "KeyboardInterrupt"
    assert wait_until(lambda: not fake.alive)
    assert (fake.visible, fake.halves) == ([], [])


def test_waiting_for_the_build_of_another_thread_is_not_said(fake: Fake) -> None:
    fake.waits()
    said: list[str] = []
    threads = [threading.Thread(target=lambda: lab_image(recipe("26.1"), say=said.append)) for _ in range(2)]
    for thread in threads:
        thread.start()
    assert wait_until(lambda: fake.runs == 1)
    fake.go_on()
    for thread in threads:
        thread.join()
    assert fake.runs == 1
    assert [line for line in said if "waiting" in line] == []


def test_two_processes_at_once_build_once(fake: Fake) -> None:
    fake.waits()
    both = [elsewhere(), elsewhere()]
    assert wait_until(lambda: fake.runs == 1)
    # The other one is now at the lock, or will be.
    fake.go_on()
    told = [process.communicate() for process in both]
    assert [process.returncode for process in both] == [0, 0], told
    assert told[0][0] == told[1][0] != ""
    assert fake.runs == 1
    assert (len(fake.visible), fake.halves) == (1, [])
