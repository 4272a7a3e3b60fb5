"""What is run in the machine: the facts about it, and checks of a few scenarios by each provider."""

from __future__ import annotations

import shlex
import subprocess
import tarfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from snippetlab.errors import LabError

from tests.machine.disks import CHECKOUT, USER

HERE = "/srv/checkout"
# Limits of memory and processes, exit codes by the kernel's hand, networks, two nodes, settings of the engine.
SCENARIOS = (
    "containers/exit-codes",
    "containers/limits",
    "start/kernel",
    "networking/user-network",
    "networking/ports",
    "daemon/config",
    "swarm/cluster",
)
FACTS = """
echo "$(uname -sr), $(systemctl --version | head -n 1), $(. /etc/os-release; echo "$PRETTY_NAME")"
grep -w cgroup2 /proc/mounts
echo "controllers: $(cat /sys/fs/cgroup/cgroup.controllers)"
echo "handed on:   $(cat /sys/fs/cgroup/cgroup.subtree_control)"
docker info --format 'Docker Engine {{.ServerVersion}}: {{.Driver}}, cgroup v{{.CgroupVersion}}, {{.CgroupDriver}}'
"""
_PREPARE = f"""
set -e
mkdir -p {HERE} /root/.cache/snippetlab /home/{USER}/.cache/snippetlab
tar -C {HERE} -xf /host/checkout.tar
for user in root {USER}; do
  [ $user = root ] && at=/stock/root || at=/stock/user
  chown $user: $at $at/*
  mount --bind $at "$(getent passwd $user | cut -d: -f6)/.cache/snippetlab"
done
chown -R {USER}: {HERE} /home/{USER}/.cache
chmod 1777 /host
"""


@dataclass(frozen=True)
class Trial:
    """A check by one provider, as one user."""

    provider: str
    user: str

    def script(self, scenarios: Sequence[str], jobs: int) -> str:
        """The shell text that runs the check; its report goes to ``/host/PROVIDER.json``."""
        check = ["/opt/venv/bin/snippetlab", "check", "--engine", "26.1", "--jobs", str(jobs)]
        check += ["--json", f"/host/{self.provider}.json", *scenarios]
        home = "/root" if self.user == "root" else f"/home/{self.user}"
        environment = [f"HOME={home}", f"SNIPPETLAB_PROVIDER={self.provider}", "COLUMNS=120"]
        return f"cd {HERE} && runuser -u {self.user} -- env {shlex.join([*environment, *check])}"


TRIALS = (Trial("bubblewrap", "root"), Trial("engine", USER))


def prepare(folder: Path) -> str:
    """Put the checkout as it is now into the folder that the machine sees; gives the script that makes it ready."""
    listed = subprocess.run(
        ["git", "-C", str(CHECKOUT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        capture_output=True,
    )
    if listed.returncode != 0:
        raise LabError(f"git does not list the checkout: {listed.stderr.decode().strip()}")
    with tarfile.open(folder / "checkout.tar", "w") as archive:
        for name in sorted(listed.stdout.decode().split("\0")):
            if name and (CHECKOUT / name).is_file():
                archive.add(CHECKOUT / name, name)
    return _PREPARE
