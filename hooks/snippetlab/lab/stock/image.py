"""The lab image: a Debian root filesystem with a Docker Engine in it, built once by mmdebstrap."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from snippetlab.errors import LabError
from snippetlab.lab.stock.cache import MORE_SPACE, appearing, cache_root, digest, locked, require_space
from snippetlab.model import BASELINE_ENGINE

Say = Callable[[str], None]

# The last line is for readers: what pages about Docker use beside it.
_COMMON = (
    "ca-certificates,conntrack,curl,iproute2,iptables,netcat-openbsd,openssl,procps,python3,sysvinit-utils,"
    "init-system-helpers,"
    "git,iputils-ping,jq,less,nano,openssh-client,sudo"
)
# The engine is started by Debian's own service script, as a reader would start it. Some of its
# lines assume a whole machine: they mount cgroups (the lab has done so) and raise limits (which a
# machine without CAP_SYS_RESOURCE refuses).
_HOOKS = (
    """sed -i -E 's#^( *|\t*)ulimit (-[nup] [a-z0-9]+)$#\\1ulimit \\2 2>/dev/null || true#' "$1/etc/init.d/docker" """,
    # It would kill an engine that gives its containers the ten seconds that they have to end; systemd's unit does not.
    """sed -i 's#--retry 10#--retry TERM/60/KILL/10#' "$1/etc/init.d/docker" """,
    """echo 'cgroup /sys/fs/cgroup cgroup noauto 0 0' >> "$1/etc/fstab" """,
    """rm -rf "$1/root" && mkdir -m 700 "$1/root" """,
    """test -L "$1/var/run" || ln -sfn /run "$1/var/run" """,
    """update-alternatives --root "$1" --set iptables /usr/sbin/iptables-nft >/dev/null """,
)
NO_DOCS = ("--dpkgopt=path-exclude=/usr/share/man/*", "--dpkgopt=path-exclude=/usr/share/doc/*")
_STAGES = tuple(f"I: {word}" for word in ("running apt-get", "downloading", "extracting", "installing", "creating"))
SPACE_NEEDED = 2_500_000_000  # bytes: a root filesystem, its download, a seed


@dataclass(frozen=True)
class Suite:
    """Where an engine comes from: a Debian suite and the packages to take of it."""

    name: str
    packages: str
    options: tuple[str, ...] = ()


SUITES: dict[str, Suite] = {
    "26.1": Suite("trixie", f"docker.io,docker-cli,docker-buildx,docker-compose,{_COMMON}"),
    "20.10": Suite("bookworm", f"docker.io,docker-compose,{_COMMON}"),
    "28.5": Suite(
        "sid",
        f"docker.io,docker-cli,docker-buildx,docker-compose,{_COMMON}",
        ('--aptopt=Acquire::Check-Valid-Until "false"',),
    ),
}


@dataclass(frozen=True)
class LabImage:
    """A built lab image. ``identity`` is a digest over its recipe and its packages' versions."""

    engine: str
    folder: Path
    identity: str
    packages: dict[str, str]

    @property
    def rootfs(self) -> Path:
        """The root filesystem."""
        return self.folder / "rootfs"

    @property
    def mount_point(self) -> Path:
        """An empty folder on which each lab, in a mount namespace of its own, mounts its disk."""
        return self.folder / "mnt"


def mmdebstrap(suite: str, target: Path, options: list[str], say: Say, what: str) -> None:
    """Run mmdebstrap. ``SNIPPETLAB_DEBIAN_MIRROR`` overrides its default mirror.

    Raises LabError when it is missing, when no mirror answers, or when it fails.
    """
    tool = shutil.which("mmdebstrap")
    if tool is None:
        raise LabError("mmdebstrap is not installed", hint="apt-get install mmdebstrap (or run `make site` as root)")
    mirror = os.environ.get("SNIPPETLAB_DEBIAN_MIRROR")
    # setpriv lets it end with this process, should that be killed.
    command = ["setpriv", "--pdeathsig", "TERM", tool, *options, suite, str(target), *([mirror] if mirror else [])]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "1700000000", "LC_ALL": "C.UTF-8"}
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stderr is not None
        lines = []
        try:
            for line in process.stderr:
                lines.append(line)
                if line.startswith(_STAGES):
                    say(f"{what}: {line[3:].strip()}")
        except BaseException:
            process.terminate()
            raise
    if process.returncode != 0:
        raise _failure(what, "".join(lines))


def _failure(what: str, log: str) -> LabError:
    if "No space left on device" in log:
        return LabError(
            f"{what}: no disk space left while building it",
            hint=MORE_SPACE,
        )
    signs = ("Could not resolve", "Failed to fetch", "Could not connect", "Unable to connect", "Temporary failure")
    if any(sign in log for sign in signs):
        return LabError(
            f"{what}: the Debian mirror is not reachable",
            hint="check the network, or set SNIPPETLAB_DEBIAN_MIRROR to a mirror that this machine reaches",
        )
    return LabError(
        f"{what}: mmdebstrap failed:\n" + "\n".join(log.strip().splitlines()[-12:]),
        hint="run it again; `snippetlab labs` shows what is built",
    )


def image_folder(engine: str) -> Path:
    """Where the lab image of ``engine`` lies; a changed recipe gives another folder."""
    suite = SUITES[engine]
    recipe = digest(suite.name, suite.packages, *suite.options, *_HOOKS, *NO_DOCS)
    return cache_root() / "images" / f"{engine}-{recipe}"


def lab_image(engine: str = BASELINE_ENGINE, *, say: Say = print) -> LabImage:
    """The lab image of ``engine``, built now when it is not in the cache.

    Raises LabError: unknown engine, no disk space, mirror not reachable.
    """
    if engine not in SUITES:
        raise LabError(f"there is no lab image for engine {engine!r}", hint=f"known engines: {', '.join(SUITES)}")
    folder = image_folder(engine)
    if not folder.exists():
        with locked(folder):
            if not folder.exists():
                _build(engine, folder, say)
    facts = json.loads((folder / "image.json").read_text())
    return LabImage(engine, folder, facts["identity"], facts["packages"])


def _build(engine: str, folder: Path, say: Say) -> None:
    suite = SUITES[engine]
    require_space(folder.parent, SPACE_NEEDED)
    say(f"lab image {engine}: building from Debian {suite.name}, once (about half a minute)")
    with appearing(folder) as new:
        (new / "mnt").mkdir()
        options = ["--quiet", "--verbose", "--variant=minbase", "--format=directory", f"--include={suite.packages}"]
        options += [*suite.options, *NO_DOCS, *(f"--customize-hook={hook}" for hook in _HOOKS)]
        mmdebstrap(suite.name, new / "rootfs", options, say, f"lab image {engine}")
        listing = subprocess.run(
            ["dpkg-query", f"--admindir={new}/rootfs/var/lib/dpkg", "-W", "-f", "${Package} ${Version}\n"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        packages = dict(line.split(" ", 1) for line in listing.splitlines())
        facts = {"engine": engine, "identity": digest(folder.name, listing), "packages": packages}
        (new / "image.json").write_text(json.dumps(facts, indent=1, sort_keys=True))
    say(f"lab image {engine}: ready")
