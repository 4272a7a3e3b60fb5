"""What the Makefile installs of Debian's packages, and what it tells whom it can install nothing for."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import PROJECT

SITE = ("bubblewrap", "mmdebstrap", "slirp4netns", "iproute2", "util-linux", "graphviz", "python3-venv")
TOOLS = ("sh", "grep", "cat")


class Machine:
    """A machine with the given programs on it, where no package is installed; the user is ``user``."""

    def __init__(self, folder: Path, user: int) -> None:
        self.folder = folder
        for tool in TOOLS:
            (folder / tool).symlink_to(shutil.which(tool) or tool)
        self.program("id", f"echo {user}")
        self.program("dpkg-query", "exit 1")

    def program(self, name: str, text: str) -> None:
        """Put a program there, a line of shell text."""
        path = self.folder / name
        path.write_text(f"#!{shutil.which('sh')}\n{text}\n")
        path.chmod(0o755)

    def told(self, *packages: str) -> str:
        """What the script tells when these packages are wanted."""
        done = subprocess.run(
            [shutil.which("sh") or "sh", PROJECT / "hooks/setup-system.sh", *packages],
            env={"PATH": str(self.folder)},
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout + done.stderr


@pytest.fixture
def user(tmp_path: Path) -> Machine:
    """The machine of an ordinary user, with all that has nothing to do with labs."""
    made = Machine(tmp_path, 1000)
    made.program("dot", "exit 0")
    made.program("python3", "exit 0")
    return made


def test_who_may_use_an_engine_lacks_nothing(user: Machine) -> None:
    user.program("docker", '[ "$1" = version ]')
    assert user.told(*SITE) == ""


def test_who_may_use_no_engine_is_told_what_it_costs(user: Machine) -> None:
    user.program("docker", "exit 1")
    told = user.told(*SITE)
    assert told.startswith("Not installed: bubblewrap mmdebstrap slirp4netns iproute2 util-linux\n")
    assert "a Docker Engine that this user may use, no lab can run" in told
    assert told.endswith("as root: apt-get install bubblewrap mmdebstrap slirp4netns iproute2 util-linux\n")
    assert "chromium" not in told


def test_each_package_that_is_missing_is_told_with_what_it_is_for(user: Machine) -> None:
    user.program("docker", "exit 0")
    (user.folder / "dot").unlink()
    assert user.told(*SITE, "chromium", "fonts-droid-fallback") == (
        "Not installed: graphviz chromium fonts-droid-fallback\n"
        "graphviz draws the pictures of the site, which cannot be built without it.\n"
        "Without chromium, tests that need a browser are skipped, and the book cannot be printed.\n"
        "The PDF shows boxes for Chinese words where no font has them, as fonts-droid-fallback does.\n"
        "On Debian, as root: apt-get install graphviz chromium fonts-droid-fallback\n"
    )


def test_root_installs_what_is_missing_even_with_an_engine(tmp_path: Path) -> None:
    machine = Machine(tmp_path, 0)
    machine.program("docker", "exit 0")
    machine.program("apt-get", 'echo "$@" >> "$0.words"')
    machine.program("dot", "exit 0")
    machine.program("python3", "exit 0")
    assert machine.told(*SITE) == "installing Debian packages: bubblewrap mmdebstrap slirp4netns iproute2 util-linux\n"
    words = (tmp_path / "apt-get.words").read_text().splitlines()
    assert words[-1].endswith("bubblewrap mmdebstrap slirp4netns iproute2 util-linux")
