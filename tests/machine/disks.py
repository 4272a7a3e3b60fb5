"""What the machine boots from: a kernel, the disk of the system, and the disk with what labs start from.

Each is a folder in the user's cache that appears whole or not at all. Nothing is downloaded but Debian's packages, by
mmdebstrap as for lab images, and the Python packages that pyproject.toml names, by pip.
"""

from __future__ import annotations

import platform
import shlex
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from snippetlab.check import lab_specs
from snippetlab.cli.common import chosen
from snippetlab.errors import LabError
from snippetlab.files import digest
from snippetlab.lab import LabBase
from snippetlab.lab.providers.bubblewrap import Bubblewrap
from snippetlab.lab.providers.bubblewrap_lab import stock_folder
from snippetlab.lab.stock.cache import Say, cached, mark_whole, require_space
from snippetlab.lab.stock.image import NO_DOCS, image_folder, mmdebstrap
from snippetlab.packs.docker import make
from snippetlab.packs.docker.base_images import folder_of

CHECKOUT = Path(__file__).parents[2]
INSIDE = Path(__file__).parent / "inside"
SUITE = "trixie"
PYTHON = "3.13"  # of that suite
USER = "reader"  # an ordinary user, in the group docker
_KERNEL_PACKAGES = ("user-mode-linux", "slirp", "libc6")
# systemd as on a stock machine, what `make` and both providers need, and an engine for the second one.
_PACKAGES = (
    "systemd-sysv", "dbus", "udev", "kmod", "procps", "ca-certificates", "git", "make",
    "python3", "python3-venv", "graphviz",
    "bubblewrap", "mmdebstrap", "slirp4netns", "iproute2", "util-linux",
    "docker.io", "docker-cli", "iptables",
)  # fmt: skip
_ALTERNATIVES = ("iptables", "ip6tables", "iptables-save", "ip6tables-save", "iptables-restore", "ip6tables-restore")
_SYSTEM_SIZE, _STOCK_SIZE = "16G", "16G"  # of files with holes: what is not written takes no room
_SPACE = 6_000_000_000


@dataclass(frozen=True)
class Disks:
    """Where they lie: ``kernel`` is a folder with a root file system that the kernel is run in."""

    kernel: Path
    system: Path
    stock: Path


def needed(scenarios: Sequence[str], say: Say) -> Disks:
    """Everything that a machine needs for checks of ``scenarios`` on the baseline; built where the cache lacks it."""
    project, selection = chosen(list(scenarios), None, None)
    pack = make(project)
    provider = Bubblewrap(pack, say)
    if problem := provider.problem():
        raise problem
    bases = [provider._base(spec) for scenario in selection.scenarios for spec in lab_specs(scenario, pack)]
    images = {name for scenario in selection.scenarios for name in scenario.images}
    images |= {recipe.name for recipe in pack.recipes.built_in}
    own_kernel = kernel(say)
    own_stock = stock(bases, {folder_of(name, pack.recipes) for name in images}, say)
    return Disks(own_kernel, system(own_kernel, say), own_stock)


def kernel(say: Say) -> Path:
    """The kernel and the program that is its network, with the libraries that they need."""

    def build(new: Path) -> None:
        say("test machine: fetching its kernel, once")
        options = ["--quiet", "--verbose", "--format=directory", "--variant=extract"]
        options.append(f"--include={','.join(_KERNEL_PACKAGES)}")
        mmdebstrap(SUITE, new / "tree", [*options, *NO_DOCS], say, "test machine: kernel")

    return cached("machine", f"kernel-{digest(SUITE, *_KERNEL_PACKAGES)}", build, say) / "tree"


def system(kernel: Path, say: Say) -> Path:
    """The disk of the system: Debian with systemd, an engine, and the Python packages of this checkout."""
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())
    wanted = [*project["project"]["dependencies"], *project["project"]["optional-dependencies"]["book"]]
    wanted += project["build-system"]["requires"]

    def build(new: Path) -> None:
        require_space(new, _SPACE)
        say("test machine: building its system, once (some two minutes)")
        with tempfile.TemporaryDirectory(dir=new.parent, prefix=".machine-") as folder:
            parts = Path(folder)
            _wheels(wanted, parts / "wheels")
            # What an installation of the project needs to see of it; the checkout itself comes with each run.
            (parts / "checkout" / "hooks" / "snippetlab").mkdir(parents=True)
            (parts / "checkout" / "hooks" / "snippetlab" / "__init__.py").touch()
            for name in ("pyproject.toml", "README.md", "LICENSE"):
                shutil.copy(CHECKOUT / name, parts / "checkout" / name)
            shutil.copytree(kernel / "usr/lib/uml/modules", parts / "modules")
            shutil.copytree(INSIDE, parts / "inside")
            hook = f'sh {shlex.quote(str(parts / "inside/install.sh"))} "$1" {shlex.quote(str(parts))}'
            options = ["--quiet", "--verbose", "--format=directory", "--variant=minbase", *NO_DOCS]
            options += [f"--include={','.join(_PACKAGES)}", f"--customize-hook={hook}"]
            mmdebstrap(SUITE, parts / "tree", options, say, "test machine: system")
            _ext4(parts / "tree", new / "disk", _SYSTEM_SIZE)

    inside = ((INSIDE / name).read_text() for name in ("install.sh", "serve.service"))
    key = digest(SUITE, *_PACKAGES, *wanted, *inside, kernel.parent.name)
    return cached("machine", f"system-{key}", build, say) / "disk"


def stock(bases: Iterable[LabBase], base_images: Iterable[Path], say: Say) -> Path:
    """The disk with what labs of ``bases`` start from, out of this user's cache: as root's cache in the machine, and
    as that of the ordinary user, who can read a lab image as an archive alone."""
    images = {image_folder(base.image) for base in bases}
    stocks = {stock_folder(base.stock) for base in bases if base.stock}
    base_folders = set(base_images)

    def build(new: Path) -> None:
        require_space(new, _SPACE)
        say("test machine: packing what labs start from")
        with tempfile.TemporaryDirectory(dir=new.parent, prefix=".machine-") as folder:
            root, user = Path(folder, "root"), Path(folder, "user")
            for source in (*images, *stocks, *base_folders):
                _link(source, root / source.parent.name / source.name)
            for source in base_folders:
                _link(source, user / source.parent.name / source.name)
            for source in images:
                legacy(root / source.parent.name / source.name / "rootfs")
                mark_whole(root / source.parent.name / source.name)
                _as_archive(root / source.parent.name / source.name, user / "archives" / source.name)
            _ext4(Path(folder), new / "disk", _STOCK_SIZE)

    key = digest(*sorted(str(path) for path in (*images, *stocks, *base_folders)))
    return cached("machine", f"stock-{key}", build, say) / "disk"


def _link(source: Path, target: Path) -> None:
    """The same files under another name, so that nothing is copied."""
    target.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["cp", "-al", str(source), str(target)], check=True)


def legacy(rootfs: Path) -> None:
    """Let a lab image use the older kind of iptables: this kernel has no nf_tables for IPv4."""
    for name in _ALTERNATIVES:
        link = rootfs / "etc/alternatives" / name
        kind = name.replace("tables", "tables-legacy")
        link.unlink()
        link.symlink_to(f"/usr/sbin/{kind}")


def _as_archive(image: Path, target: Path) -> None:
    """A lab image as one who is not root has it in the cache."""
    target.mkdir(parents=True)
    shutil.copy(image / "image.json", target / "image.json")
    words = ["tar", "--directory", str(image / "rootfs"), "--numeric-owner", "--create"]
    subprocess.run([*words, f"--file={target / 'rootfs.tar'}", "."], check=True)
    mark_whole(target)


def _wheels(wanted: Iterable[str], target: Path) -> None:
    """Download Python packages for the machine's own Python."""
    words = [sys.executable, "-m", "pip", "download", "--quiet", "--dest", str(target), "--only-binary=:all:"]
    words += ["--python-version", PYTHON, "--implementation", "cp"]
    for glibc in ("2_17", "2_28", "2_34", "2014"):
        words += ["--platform", f"manylinux{'' if glibc == '2014' else '_'}{glibc}_{platform.machine()}"]
    done = subprocess.run([*words, *wanted], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode != 0:
        raise LabError(f"test machine: no Python packages: {done.stderr.strip()}", hint="`pip download` says why")


def _ext4(tree: Path, disk: Path, size: str) -> None:
    words = [
        "mke2fs",
        "-q",
        "-t",
        "ext4",
        "-d",
        str(tree),
        "-m",
        "0",
        "-E",
        "lazy_itable_init=1,root_owner=0:0",
        str(disk),
        size,
    ]
    done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode != 0:
        raise LabError(f"test machine: no disk was made of {tree}: {done.stderr.strip()}")
