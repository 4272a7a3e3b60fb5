"""What is run in the machine: the facts about it, checks of a few scenarios by each provider, and a site."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from snippetlab.errors import LabError

from tests.machine.disks import CHECKOUT, USER

HERE = "/srv/a checkout"
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
# What the site is built of: these meet no limit that the machine's kernel lacks.
OF_THE_SITE = ("containers/exit-codes", "networking/user-network", "swarm/cluster")
FACTS = """
echo "$(uname -sr), $(systemctl --version | head -n 1), $(. /etc/os-release; echo "$PRETTY_NAME")"
grep -w cgroup2 /proc/mounts
echo "controllers: $(cat /sys/fs/cgroup/cgroup.controllers)"
echo "handed on:   $(cat /sys/fs/cgroup/cgroup.subtree_control)"
docker info --format 'Docker Engine {{.ServerVersion}}: {{.Driver}}, cgroup v{{.CgroupVersion}}, {{.CgroupDriver}}'
"""
_PREPARE = f"""
set -e
here='{HERE}'
mkdir -p "$here" /root/.cache/snippetlab /home/{USER}/.cache/snippetlab
tar -C "$here" -xf /host/checkout.tar
for user in root {USER}; do
  [ $user = root ] && at=/stock/root || at=/stock/user
  chown $user: $at $at/*
  mount --bind $at "$(getent passwd $user | cut -d: -f6)/.cache/snippetlab"
done
chown -R {USER}: "$here" /home/{USER}/.cache
"""


class Trial(Protocol):
    """Something that is run in the machine, as one user."""

    @property
    def name(self) -> str:
        """What it is asked for by."""

    @property
    def user(self) -> str:
        """Who runs it."""

    @property
    def scenarios(self) -> Sequence[str]:
        """What it runs where nothing else is asked for."""

    def script(self, scenarios: Sequence[str], jobs: int) -> str:
        """The shell text, which root runs."""

    def verdict(self, code: int, folder: Path, scenarios: Sequence[str]) -> tuple[int, str]:
        """What the exit code of the script comes to, with a word on it; ``folder`` is the machine's ``/host``."""


@dataclass(frozen=True)
class CheckTrial:
    """A check by one provider, as one user; ``contained`` runs it in a privileged container, as workflows do."""

    name: str
    provider: str
    user: str = "root"
    umask: str = "022"
    contained: bool = False
    scenarios: Sequence[str] = SCENARIOS

    def script(self, scenarios: Sequence[str], jobs: int) -> str:
        """The shell text that runs the check; its report goes to ``/host/NAME.json``."""
        home = "/root" if self.user == "root" else f"/home/{self.user}"
        # The packages are installed; the tool itself is that of the checkout.
        environment = [
            f"HOME={home}",
            f"PYTHONPATH={HERE}/hooks",
            f"SNIPPETLAB_PROVIDER={self.provider}",
            "COLUMNS=120",
        ]
        check = ["/opt/venv/bin/snippetlab", "check", "--engine", "26.1", "--jobs", str(jobs)]
        # Only root writes to the folder of the host.
        check += ["--json", f"/tmp/{self.name}.json", *scenarios]
        line = shlex.join(["runuser", "-u", self.user, "--", "env", *environment, *check])
        text = f"umask {self.umask}\ncd {shlex.quote(HERE)}\n{line}\ncode=$?\ncp /tmp/{self.name}.json /host\n{_LEFT}exit $code\n"
        return _CONTAINED.format(text=shlex.quote(text)) if self.contained else text

    def verdict(self, code: int, folder: Path, scenarios: Sequence[str]) -> tuple[int, str]:
        """A check whose drifts are those of the kernel alone has passed."""
        del scenarios
        if code != 1:
            return code, f"the check ended with {code}"
        left = len(remaining(json.loads((folder / f"{self.name}.json").read_text())))
        return (1 if left else 0), f"{left} drifts beside those of a kernel without cpuset"


# A check leaves no cgroup, no mount and no process of a lab; what it left would be drift of its own.
_LEFT = """left=$(find /sys/fs/cgroup -name 'snippetlab-*'; grep snippetlab- /proc/mounts; pgrep -a bwrap; docker ps -aq 2>/dev/null)
[ -z "$left" ] || { echo "left behind: $left"; exit 3; }
"""
# A container with the machine's own programs: what is seen in it as the root of the cgroups holds its processes.
_CONTAINED = """set -e
cd "$(mktemp -d)"
mkdir -p etc host mnt opt proc root run srv stock sys tmp usr var
for name in bin sbin lib lib64; do ln -s usr/$name $name; done
tar -c . | docker import --change 'ENV PATH=/usr/sbin:/usr/bin' - bare >/dev/null
shown=
for place in /etc /host /opt /srv /stock /usr /root/.cache/snippetlab; do shown="$shown --volume $place:$place"; done
docker run --rm --privileged --network none --entrypoint /bin/sh $shown bare -c {text}
"""


@dataclass(frozen=True)
class SiteTrial:
    """The README's first command as a user of the group docker, where Debian's packages for labs are not installed."""

    name: str = "site"
    user: str = USER
    scenarios: Sequence[str] = OF_THE_SITE

    def script(self, scenarios: Sequence[str], jobs: int) -> str:
        """The shell text that builds a book of these scenarios; what the site says of them goes to /host/site.json."""
        del jobs  # `make site` chooses
        here = "/srv/a small book"
        environment = [f"HOME=/home/{USER}", f"PYTHONPATH={here}/hooks", "SNIPPETLAB_MODE=live", "COLUMNS=120"]
        make = ["make", "site", "VENV=/opt/venv", "ENGINES=26.1"]
        line = shlex.join(["runuser", "-u", USER, "--", "env", *environment, *make])
        return _SITE.format(
            here=shlex.quote(here),
            whole=shlex.quote(HERE),
            scenarios=shlex.join(scenarios),
            line=line,
            user=USER,
            left=_LEFT,
        )

    def verdict(self, code: int, folder: Path, scenarios: Sequence[str]) -> tuple[int, str]:
        """A site has passed that shows every scenario as verified."""
        if code:
            return code, f"the script, `make site` above all, ended with {code}"
        missing = unverified(json.loads((folder / "site.json").read_text()), scenarios)
        return (1, f"not verified: {', '.join(missing)}") if missing else (0, f"{len(scenarios)} scenarios verified")


# The tools of the other provider are out of the way, as they are where they were never installed.
_SITE = """set -e
for tool in bwrap mmdebstrap slirp4netns; do mv "$(command -v $tool)" "/srv/$tool"; done
trap 'for tool in bwrap mmdebstrap slirp4netns; do mv "/srv/$tool" "/usr/bin/$tool"; done' EXIT
cp -a {whole} {here}
(cd {here}; PYTHONPATH=hooks:. /opt/venv/bin/python -m tests.machine.small . {scenarios})
chown -R {user}: {here}
touch /opt/venv/.installed
cd {here}
{line}
cp site/captures.json /host/site.json
set +e
{left}"""

TRIALS: tuple[Trial, ...] = (
    CheckTrial("bubblewrap", "bubblewrap", umask="077"),
    CheckTrial("container", "bubblewrap", contained=True),
    CheckTrial("engine", "engine", USER),
    SiteTrial(),
)


def unverified(site: Mapping[str, Any], scenarios: Sequence[str]) -> list[str]:
    """Which of the scenarios a built site does not show as verified; ``site`` is its captures.json."""
    verified = {scenario["id"] for scenario in site["scenarios"] if scenario["verified"]}
    return sorted(set(scenarios) - verified)


_KERNEL = re.compile(r"(?<=Kernel Version: )\S+")


def of_this_kernel(drift: Mapping[str, Any]) -> bool:
    """Whether a drift (of a check's JSON) is there only since the kernel has no controller ``cpuset``."""

    def rest(text: str | None) -> list[str]:
        lines = [line for line in (text or "").splitlines() if "cpuset" not in line.lower()]
        # It is another kernel than the one of the recording, which no check minds.
        return [_KERNEL.sub("", line) for line in lines]

    recorded, captured = drift["recorded"], drift["captured"]
    return recorded != captured and captured is not None and rest(recorded) == rest(captured)


def remaining(report: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The drifts of a check, given by its JSON, that the kernel does not account for."""
    return [drift for s in report["scenarios"] for drift in s["drifts"] if not of_this_kernel(drift)]


def prepare(folder: Path, step_limit: float) -> str:
    """Put the checkout as it is now into the folder that the machine sees; gives the script that makes it ready.

    There, a step may take ``step_limit`` seconds where its scenario says nothing of it.
    """
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
    return f"{_PREPARE}sed -i 's/^\\[tool.snippetlab\\]$/&\\ntimeout = {step_limit:g}/' \"$here/pyproject.toml\"\n"
