"""The scripts that pages offer, run by an ordinary user: nothing changes but the engine and the script's own folder.

Four pages by default; all of them with SNIPPETLAB_ALL_SCRIPTS=1 in the environment.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from snippetlab.lab import Lab
from snippetlab.lab.pool import Pool
from snippetlab.model import Scenario

from .test_downloads import PACK, SCRIPTS, Script, held, pool

__all__ = ["pool"]

# Pages whose scripts make files, mount them, log in, and start Compose.
CHOICE = ["compose/old-file/", "dockerfile/files/", "images/registry/", "volumes/bind-mounts/"]
CHOSEN = [s for s in SCRIPTS if os.environ.get("SNIPPETLAB_ALL_SCRIPTS") or s.page in CHOICE]

IN_ONE_PROCESS = pytest.mark.xdist_group("canaries")

HOME = "/home/reader"
# A member of the group docker, with a home and a machine full of files that a careless command would change.
# The settings would lead commands elsewhere, if the scripts let them.
PREPARE = f"""
useradd --create-home --groups docker --shell /bin/bash reader
cd {HOME}
mkdir -p .ssh .docker/cli-plugins documents/a site app shop context www
for folder in . .ssh .docker documents documents/a site app shop context www; do
  for name in index.html notes.txt Dockerfile data.bin; do echo "canary of $folder/$name" > $folder/$name; done
done
echo canary-of-a-key > .ssh/id_ed25519
echo 'services: {{web: {{image: nobody}}}}' > compose.yaml
echo 'output = {HOME}/written-by-curl' > .curlrc
echo 'import pathlib; pathlib.Path("{HOME}/written-by-python").touch()' > json.py
chown -R reader: {HOME}
chmod 600 .ssh/id_ed25519
for folder in /root /opt /srv /var/tmp /usr/local; do echo canary > $folder/canary; chmod 666 $folder/canary; done
echo canary > /etc/canary; chmod 666 /etc/canary
"""
# Every file with kind, permissions, owner, size, time of change and target, then the sums of their contents. (A
# script's own folder comes and goes in /tmp, whose time this changes.)
LOOK = r"""
find /home /root /etc /opt /srv /usr/local /var/tmp /tmp -xdev -printf '%p %y %m %U:%G %s %T@ %l\n' | grep -v '^/tmp d ' | sort
find /home /root /etc /opt /srv /usr/local /var/tmp /tmp -xdev -type f -exec sha256sum {} + | sort
stat -c '%n %F %a %t:%T' /dev/null /dev/zero /
"""


@dataclass(frozen=True)
class Visit:
    """What a script did on the machine of an ordinary user."""

    code: int
    printed: str
    changed: set[str]  # lines of LOOK that are there only before, or only after
    engine_as_before: bool


def visit(pool: Pool, script: Script) -> Visit:
    """A script's run in a lab of its own."""
    images = {i for s in script.scenarios for i in s.images}
    outside = any(s.outside for s in script.scenarios)
    lent = Scenario(script.path, Path(), script.path, (), images=tuple(sorted(images)), outside=outside)
    with pool.lend(lent, PACK.baseline) as labs:
        labs["main"].run(["bash", "-c", PREPARE])
        return visit_in(labs["main"], script)


def visit_in(lab: Lab, script: Script) -> Visit:
    lab.run(["sh", "-c", "cat > /run/script; chmod 644 /run/script"], script.text.encode())
    before, engine = look(lab), held(lab)
    command = f"cd {HOME}; exec env HOME={HOME} USER=reader CDPATH=/:/home COMPOSE_FILE={HOME}/compose.yaml"
    process = lab.spawn(
        [
            "sh",
            "-c",
            f"{command} setpriv --reuid reader --regid reader --init-groups"
            f" env --default-signal=INT {script.interpreter} /run/script 2>&1 </dev/null",
        ]
    )
    try:
        printed, _ = process.communicate(timeout=300)
    except subprocess.TimeoutExpired:
        # What still runs ends with its lab.
        process.kill()
        return Visit(-1, "the script did not end", set(), False)
    after = look(lab)
    return Visit(process.returncode, printed.decode(errors="replace"), before ^ after, held(lab) == engine)


def look(lab: Lab) -> set[str]:
    return set(lab.run(["sh", "-c", LOOK]).splitlines())


@pytest.mark.parametrize("script", CHOSEN, ids=lambda script: script.path)
def test_a_script_changes_nothing_of_an_ordinary_user_s(pool: Pool, script: Script) -> None:
    done = visit(pool, script)
    assert done.changed == set(), done.printed
    assert done.engine_as_before, done.printed
    # It came to its end: 1 says that something differed from the page, such as a file that only root reads.
    assert done.code in (0, 1), done.printed
    assert "Traceback" not in done.printed or script.interpreter == "python3"
    assert "canary" not in done.printed


@pytest.fixture(scope="module")
def shared(pool: Pool) -> Iterator[Lab]:
    """A lab for tests that compare it with itself, a moment before: what others did in it changes nothing for them."""
    with pool.lend(Scenario("shared", Path(), "", ()), PACK.baseline) as labs:
        labs["main"].run(["bash", "-c", PREPARE])
        yield labs["main"]


@IN_ONE_PROCESS
@pytest.mark.parametrize(
    ("command", "changed"),
    [
        (f"touch {HOME}/documents/notes.txt", f"{HOME}/documents/notes.txt"),
        (f"rm {HOME}/.ssh/id_ed25519", f"{HOME}/.ssh/id_ed25519"),
        (f"chmod 700 {HOME}/site", f"{HOME}/site"),
        (f"ln -s / {HOME}/link", f"{HOME}/link"),
        ("echo x >> /etc/canary", "/etc/canary"),
        ("docker run --rm -v /:/h busybox touch /h/root/x", "/root/x"),
        ("touch /tmp/left", "/tmp/left"),
    ],
)
def test_a_change_is_seen(shared: Lab, command: str, changed: str) -> None:
    """What the test above must see, for it to say something."""
    script = next(s for s in SCRIPTS if s.path == "start/first-container/first-container.sh")
    done = visit_in(shared, replace(script, text=f"{command}\n"))
    assert done.code == 0, done.printed
    assert any(changed in line for line in done.changed)


@IN_ONE_PROCESS
@pytest.mark.parametrize("name", ["compose.yaml", "docker-compose.yml"])
@pytest.mark.parametrize("interpreter", ["bash", "python3"])
def test_a_script_refuses_to_work_below_a_compose_file(shared: Lab, name: str, interpreter: str) -> None:
    script = next(s for s in SCRIPTS if s.page == "start/first-container/" and s.interpreter == interpreter)
    shared.run(["touch", f"/tmp/{name}"])
    try:
        before = look(shared)
        printed = shared.run(["sh", "-c", f"{interpreter} - 2>&1; echo code $?"], script.text.encode())
        assert f"Compose would take /tmp/{name} for the script's own." in printed
        assert printed.endswith("code 2\n" if interpreter == "bash" else "code 1\n")
        assert look(shared) == before
    finally:
        shared.run(["rm", f"/tmp/{name}"])


@IN_ONE_PROCESS
def test_a_script_refuses_a_folder_whose_name_would_be_split(shared: Lab) -> None:
    for script in (s for s in SCRIPTS if s.page == "start/first-container/"):
        shared.run(["mkdir", "/tmp/a b"])
        try:
            command = f"TMPDIR='/tmp/a b' {script.interpreter} - 2>&1; echo code $?"
            printed = shared.run(["sh", "-c", command], script.text.encode())
            assert "letters, digits and ._- alone" in printed
        finally:
            shared.run(["rmdir", "/tmp/a b"])
