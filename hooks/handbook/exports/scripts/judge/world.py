"""What is known of the script's own folder while its commands are judged, one after another."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection
from dataclasses import dataclass, field

from handbook.exports.scripts.judge.paths import lies_in, own_path, readable_path, shown
from handbook.exports.scripts.judge.values import HOME, Refused, State

COMPOSE_FILE = re.compile(r"(docker-)?compose(\.override)?\.ya?ml")
# Python takes modules from the folder in which it starts, so a file there could stand in for one of its own.
PYTHON_FILE = re.compile(r".*\.(py|pyc|so|pth)")
# Busybox's httpd runs what lies in cgi-bin, and what its settings name.
SERVED = re.compile(r"/cgi-bin(/|$)|/httpd\.conf$")
# Images that every lab holds: what runs in them is known. No scenario may give their names to others.
BASE_IMAGES = frozenset(
    [
        "busybox",
        "busybox:latest",
        "debian:bookworm",
        "nginx",
        "nginx:latest",
        "redis",
        "redis:latest",
        "registry",
        "registry:latest",
    ]
)


@dataclass
class World:
    """Files that the script made, with their text where it is known; folders that containers may write to."""

    files: dict[str, str | None] = field(default_factory=dict)
    shared: set[str] = field(default_factory=set)  # a container may write there
    foreign: set[str] = field(default_factory=set)  # … with a program that nobody judged: a link may lie there
    certain: bool = True  # the command runs once, whatever happens
    background: bool = False  # a command went on while others ran
    replaced: bool = False  # a container got something in the place of its own programs
    moved: bool = False  # folders were renamed or copied, so that a Compose file may lie where nobody looked

    def write(self, text: str, folder: str, content: str | None = None) -> str:
        """Note that a file of the script is written. Raises Refused where it is not its own."""
        path = own_path(text, folder)
        self._not_foreign(path)
        self.files[path] = content if self.certain else None
        self._served()
        return path

    def enter(self, text: str, folder: str) -> str:
        """The folder to which ``cd`` leads. Raises Refused where it is not the script's own."""
        path = own_path(text, folder, below=False)
        self._not_foreign(path)
        return path

    def read(self, text: str, folder: str) -> str:
        """Note that a file is read. Raises Refused where it is not for everybody's eyes."""
        path = readable_path(text, folder)
        self._not_foreign(path)
        return path

    def remove(self, path: str) -> None:
        """Forget what lies at a path and below it."""
        for known in [f for f in self.files if lies_in(f, [path])]:
            del self.files[known]

    def copy(self, source: str, target: str, folder: str) -> None:
        """Note that a file or a folder is copied or renamed. Raises Refused."""
        path = self.read(source, folder)
        for name in (target, posixpath.join(target, posixpath.basename(path.removeprefix(HOME)) or ".")):
            if own_path(name, folder, below=False) != HOME:
                self.write(name, folder)
        if path not in self.files and path.startswith(HOME):
            self.moved = True

    def share(self, path: str, *, known: bool) -> None:
        """Note that a container may write to an own folder, with a ``known`` program or with any. Raises Refused."""
        self._not_foreign(path)
        self.shared.add(path)
        self._served()
        if not known:
            self.distrust()

    def distrust(self) -> None:
        """A program that nobody judged runs in a container of this script: it may leave links where it can write."""
        self.foreign |= self.shared
        if HOME in self.foreign:
            raise Refused("lets a container do as it likes in the script's whole folder")

    def _served(self) -> None:
        """A server in a container takes these files for programs or settings."""
        if any(SERVED.search(path) and lies_in(path, self.shared) for path in self.files):
            self.distrust()

    def starts_python(self, known: Collection[str] = ()) -> None:
        """Raises Refused where a file, other than the ``known`` ones, could stand in for a module."""
        if self.foreign or any(PYTHON_FILE.fullmatch(path) for path in self.files if path not in known):
            raise Refused("starts python3 beside files that it would take for modules")

    def compose_files(self, named: list[str], folder: str) -> dict[str, str]:
        """The text of every Compose file that may be read, by path. Raises Refused where one is not known."""
        found = {own_path(name, folder): None for name in named}
        found |= {path: None for path in self.files if COMPOSE_FILE.fullmatch(posixpath.basename(path))}
        if self.moved or self.foreign:
            raise Refused("uses Compose in folders of which the contents cannot be foreseen")
        texts: dict[str, str] = {}
        for path in found:
            content = self.files.get(path)
            if content is None:
                raise Refused(f"uses a Compose file that cannot be foreseen: {shown(path)}")
            texts[path] = content
        for path, content in self.files.items():
            if posixpath.basename(path) == ".env" and not _harmless_settings(content):
                raise Refused(f"has settings for Compose that nobody judged: {shown(path)}")
        return texts

    def _not_foreign(self, path: str) -> None:
        if lies_in(path, self.foreign):
            raise Refused(f"works on {shown(path)}, where a container may have left a link")


def _harmless_settings(content: str | None) -> bool:
    """True for lines of ``NAME=value`` that name nothing of docker's own."""
    line = re.compile(r"(#.*|(?!COMPOSE_|DOCKER_|BUILDX_|BUILDKIT_)[A-Za-z]\w*=[\w.:-]*)?")
    return content is not None and all(line.fullmatch(text) for text in content.split("\n"))


@dataclass(frozen=True)
class Surroundings:
    """Where a command runs: what is known of the folder, the state of the shell, what is fed to the command."""

    world: World
    state: State
    feed: str | None = None  # what the pipe gives, where that is known
