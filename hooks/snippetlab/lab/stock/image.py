"""Lab images: Debian root filesystems that labs start from, built once by mmdebstrap."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from snippetlab.errors import LabError
from snippetlab.files import digest
from snippetlab.lab.stock.cache import MORE_SPACE, Say, cache_root, cached, require_space
from snippetlab.lab.stock.undertakings import Undertakings

# What every lab holds: what the tool itself runs inside (python3, ip, ps, find), and what people type.
_COMMON = (
    "ca-certificates",
    "curl",
    "iproute2",
    "netcat-openbsd",
    "openssl",
    "procps",
    "python3",
    # For readers: what pages use beside their own subject.
    "git",
    "iputils-ping",
    "jq",
    "less",
    "nano",
    "openssh-client",
    "sudo",
)
_HOOKS = (
    """rm -rf "$1/root" && mkdir -m 700 "$1/root" """,
    """test -L "$1/var/run" || ln -sfn /run "$1/var/run" """,
)
# No translations of descriptions, as in the images on Docker Hub: a third of what `apt-get update` costs.
_APT = '--aptopt=Acquire::Languages "none"'
NO_DOCS = ("--dpkgopt=path-exclude=/usr/share/man/*", "--dpkgopt=path-exclude=/usr/share/doc/*")
STAGES = tuple(f"I: {word}" for word in ("running apt-get", "downloading", "extracting", "installing", "creating"))
PROGRAMS = "programs.tar"  # those of an image, on their way
_AGES = ("oldstable", "stable", "testing", "unstable")
_SIGN = "E: snippetlab:"  # what a check of ours begins its complaint with
# Of the versions that apt knows, the one that is installed is marked, and below it stand the suites that have it.
_OF_SUITE = """
for package in {packages}; do
  chroot "$1" apt-cache policy "$package" | awk -v suite=' {suite}/' '
    /^ [*][*][*]/ {{ own = 1; next }} /^     [^ ]/ {{ own = 0 }} own && index($0, suite) {{ found = 1 }}
    END {{ exit !found }}' ||
    {{ echo "{sign} {suite} has no package $package, and that of another suite came in its place" >&2; exit 1; }}
done
"""
# Where mmdebstrap sees the folder of what it makes, whose own path may hold what apt cannot read. Its temporary files
# lie there, too: a tree that it unpacks for a tar archive it cannot remove when it is killed, and the next build does.
_WORK = "/mnt"
_AT_WORK = f'mount --bind "$1" {_WORK} && shift && exec "$@"'
SPACE_NEEDED = 2_500_000_000  # bytes: a root filesystem, its download, a seed


@dataclass(frozen=True)
class Taken:
    """Programs out of an image of a registry, which stand in for those that packages brought.

    ``name`` is that of the lab image then, ``programs`` are pairs of a program's
    name, wherever it lies in ``image``, and its path in the lab image.
    """

    name: str
    image: str
    programs: tuple[tuple[str, str], ...]


# Writes the programs as a tar archive with their new paths; gives the digest of the image.
Fetch = Callable[[Taken, Path], str]


@dataclass(frozen=True)
class Recipe:
    """How a lab image is made: a Debian suite, and what is wanted beyond what every lab holds.

    ``packages`` come from ``suite``; ``newer`` come, with what they need, from
    the suite ``newer_from``. ``hooks`` are shell texts that mmdebstrap runs at
    the end, with the root filesystem as ``$1``. ``taken`` are programs that are
    put over those of packages at last. ``name`` is for messages.
    """

    name: str
    suite: str
    packages: tuple[str, ...] = ()
    newer: tuple[str, ...] = ()
    newer_from: str = ""
    options: tuple[str, ...] = ()
    hooks: tuple[str, ...] = ()
    taken: Taken | None = None

    @property
    def title(self) -> str:
        """The name of what comes out."""
        return self.taken.name if self.taken else self.name

    @property
    def below(self) -> Recipe:
        """The recipe of what programs are put over."""
        return replace(self, taken=None)

    def arguments(self) -> list[str]:
        """The arguments for mmdebstrap, but for what only says how much it tells."""
        wanted = ",".join((*_COMMON, *self.packages, *self.newer))
        hooks = (f"--customize-hook={hook}" for hook in (*_HOOKS, *self.hooks))
        options = (*self._second_suite(), *self.options, _APT, *NO_DOCS)
        return ["--variant=minbase", f"--include={wanted}", *options, *hooks]

    def checks(self) -> list[str]:
        """Arguments for mmdebstrap that end it where the second suite lacks a package: apt would take the one of the
        first suite, without a word. They change nothing in what is made."""
        if not self.newer_from:
            return []
        hook = _OF_SUITE.format(packages=" ".join(self.newer), suite=self.newer_from, sign=_SIGN)
        return [f"--customize-hook={hook}"]

    def _second_suite(self) -> list[str]:
        if not self.newer_from:
            return []
        # The second suite stands at the mirror where the first one stands, whichever that is. A suite that moves may
        # have a Release file of some age.
        source = f"sed -n 's/ {self.suite} / {self.newer_from} /p' \"$1/etc/apt/sources.list\""
        # A suite has a name of its own, and may be called after its age, too.
        release = f"{'a' if self.newer_from in _AGES else 'n'}={self.newer_from}"
        pins = f"Package: *\nPin: release {release}\nPin-Priority: 100\n\n" + "".join(
            f"Package: {name}\nPin: release {release}\nPin-Priority: 990\n\n" for name in self.newer
        )
        return [
            '--aptopt=Acquire::Check-Valid-Until "false"',
            f'--setup-hook={source} > "$1/etc/apt/sources.list.d/newer.list"',
            f"--setup-hook=printf '{pins}' > \"$1/etc/apt/preferences.d/newer\"".replace("\n", "\\n"),
        ]


@dataclass(frozen=True)
class LabImage:
    """A built lab image. ``identity`` is a digest over its recipe and its packages' versions."""

    name: str
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


def mmdebstrap(
    suite: str, target: Path, options: Sequence[str], say: Say, what: str, undertakings: Undertakings | None = None
) -> None:
    """Run mmdebstrap, as one of ``undertakings``. ``SNIPPETLAB_DEBIAN_MIRROR`` overrides its default mirror.

    Raises LabError when it is missing, when no mirror answers, or when it fails.
    """
    undertakings = undertakings or Undertakings()
    tool = shutil.which("mmdebstrap")
    if tool is None:
        raise LabError("mmdebstrap is not installed", hint="apt-get install mmdebstrap (or run `make site` as root)")
    mirror = os.environ.get("SNIPPETLAB_DEBIAN_MIRROR")
    # In namespaces and a session of its own: what it mounts is not seen on the machine, and what it starts ends with
    # it. It ends with this process (setpriv), however that ends.
    apart = ["unshare", "--mount", "--propagation", "private", "--pid", "--fork", "--kill-child=KILL", "--mount-proc"]
    command = ["setpriv", "--pdeathsig", "KILL", *apart, "sh", "-c", _AT_WORK, "sh", str(target.parent)]
    command += [tool, *options, suite, f"{_WORK}/{target.name}", *([mirror] if mirror else [])]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "1700000000", "LC_ALL": "C.UTF-8", "TMPDIR": _WORK}
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        env=environment,
        umask=0o022,
        start_new_session=True,
    ) as process:
        assert process.stderr is not None
        lines = []
        try:
            with undertakings.one(process.kill):
                for line in process.stderr:
                    lines.append(line)
                    if line.startswith(STAGES):
                        say(f"{what}: {line[3:].strip()}")
        except BaseException:
            process.kill()
            raise
    if process.returncode != 0:
        raise build_failure(what, "".join(lines))


_MEND = "mend `packages` or the suites of this engine in the settings"


def build_failure(what: str, log: str) -> LabError:
    """What to say when mmdebstrap has failed: ``log`` is what it printed."""
    if "No space left on device" in log:
        return LabError(
            f"{what}: no disk space left while building it",
            hint=MORE_SPACE,
        )
    if found := re.search(rf"^{_SIGN} (.*)$", log, re.MULTILINE):
        return LabError(f"{what}: {found[1]}", hint=_MEND)
    if found := re.search(r"^E: (Unable to locate package \S+|Package '\S+' has no installation candidate)", log, re.M):
        return LabError(f"{what}: {found[1][0].lower()}{found[1][1:]}", hint=_MEND)
    if found := re.search(r"^E: The repository '\S+ (\S+) Release' does not have a Release file", log, re.MULTILINE):
        return LabError(f"{what}: the Debian mirror has no suite {found[1]}", hint=_MEND)
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


def image_folder(recipe: Recipe) -> Path:
    """Where the lab image of a recipe lies; a changed recipe gives another folder."""
    taken = (repr(recipe.taken),) if recipe.taken else ()
    return cache_root() / "images" / f"{recipe.title}-{digest(recipe.suite, *recipe.arguments(), *taken)}"


def lab_image(
    recipe: Recipe, fetch: Fetch | None = None, *, say: Say = print, undertakings: Undertakings | None = None
) -> LabImage:
    """The lab image of ``recipe``, built now, as one of ``undertakings``, when it is not in the cache; ``fetch`` gets
    programs out of images.

    Raises LabError: no disk space, mirror not reachable, mmdebstrap missing or failed, no such image.
    """
    under = undertakings or Undertakings()
    folder = image_folder(recipe)
    cached(folder.parent.name, folder.name, lambda new: _build(recipe, new, fetch, say, under), say, under.go_on)
    facts = json.loads((folder / "image.json").read_text())
    return LabImage(recipe.title, folder, facts["identity"], facts["packages"])


def _build(recipe: Recipe, new: Path, fetch: Fetch | None, say: Say, undertakings: Undertakings) -> None:
    what = f"lab image {recipe.title}"
    require_space(new.parent, SPACE_NEEDED)
    if recipe.taken:
        assert fetch is not None
        below = lab_image(recipe.below, say=say, undertakings=undertakings)
        say(f"{what}: taking programs out of {recipe.taken.image}")
        found = fetch(recipe.taken, new / PROGRAMS)
        (new / "mnt").mkdir()
        _put_over(below.rootfs, new / PROGRAMS, new / "rootfs")
        write_facts(recipe, new, {**below.packages, recipe.taken.image: found})
        say(f"{what}: ready")
        return
    say(f"{what}: building from Debian {recipe.suite}, once (about half a minute)")
    (new / "mnt").mkdir()
    options = ["--quiet", "--verbose", "--format=directory", *recipe.arguments(), *recipe.checks()]
    mmdebstrap(recipe.suite, new / "rootfs", options, say, what, undertakings)
    write_facts(recipe, new, installed((new / "rootfs/var/lib/dpkg/status").read_text(encoding="utf-8")))
    say(f"{what}: ready")


def _put_over(rootfs: Path, programs: Path, new: Path) -> None:
    """A root filesystem with other programs. What stays is shared with the first one: nothing writes to either."""
    try:
        subprocess.run(["cp", "-al", rootfs, new], check=True, capture_output=True, text=True)
        # A file that is replaced must be another one, and where a link stood, a file comes.
        unpack = ["tar", "--extract", "--unlink-first", "--file", str(programs), "--directory", str(new)]
        subprocess.run(unpack, check=True, capture_output=True, text=True)
    except subprocess.CalledProcessError as error:
        raise LabError(f"the programs could not be put into {new}: {error.stderr.strip()}", hint=MORE_SPACE) from error
    programs.unlink()


def installed(status: str) -> dict[str, str]:
    """The versions of the packages that dpkg's status file tells of, by name."""
    packages = {}
    for paragraph in status.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in paragraph.splitlines() if ": " in line and line[0] != " ")
        if "Version" in fields:
            packages[fields["Package"]] = fields["Version"]
    return packages


def write_facts(recipe: Recipe, folder: Path, packages: dict[str, str]) -> None:
    """Write down what a lab image in ``folder`` holds."""
    listing = "".join(f"{name} {version}\n" for name, version in sorted(packages.items()))
    facts = {"name": recipe.title, "identity": digest(image_folder(recipe).name, listing), "packages": packages}
    (folder / "image.json").write_text(json.dumps(facts, indent=1, sort_keys=True))


def mmdebstrap_runs_here() -> bool:
    """Whether this machine can make Debian's trees by itself: Linux, root, and the tools are there."""
    root = sys.platform == "linux" and os.geteuid() == 0
    return root and all(shutil.which(tool) for tool in ("mmdebstrap", "unshare", "setpriv"))
