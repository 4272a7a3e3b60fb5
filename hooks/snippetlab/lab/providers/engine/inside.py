"""What a lab that is a container holds beside its image: the programs that run in it, and folders that it is shown."""

from __future__ import annotations

import io
import json
import tarfile
from functools import cache
from pathlib import Path

from snippetlab.lab import RESOLV, LabBase, LabSpec, Limits
from snippetlab.lab.providers.first import writing

_PROVIDERS = Path(__file__).parent.parent
_AT = "/opt/lab"
STOCK = "/srv"


def program(name: str) -> tuple[str, ...]:
    """The command line of one of our programs in a lab: nothing of the environment, no site packages, no cache."""
    return ("python3", "-I", "-S", "-B", f"{_AT}/{name}")


def as_json(spec: LabSpec, base: LabBase, limits: Limits, *, filling: bool) -> str:
    """What a lab's first process is told (see ``lab/inside/machine.py``); one that fills a stock begins with none."""
    told = {
        "name": spec.name,
        "disks": base.disks,
        "shared": base.shared,
        "stock": STOCK if base.stock and not filling else "",
        "disk": limits.disk,
        "start": writing(spec.files) + base.start,
        "resolv": RESOLV,
    }
    return json.dumps(told)


@cache
def files(shown: tuple[tuple[Path, str], ...]) -> bytes:
    """A tar archive of everything, with paths from the root; the folders do not change while this process runs."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        _add(archive, _PROVIDERS.parent / "inside", _AT)
        _add(archive, _PROVIDERS / "keeper", f"{_AT}/keeper")
        for name in ("boundary.py", "memory_watch.py"):
            archive.add(_PROVIDERS / name, f"{_AT}/{name}", filter=_owned)
        for folder, path in shown:
            _add(archive, folder, path)
    return packed.getvalue()


def _add(archive: tarfile.TarFile, folder: Path, path: str) -> None:
    archive.add(folder, path, filter=_owned)


def _owned(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
    if "__pycache__" in member.name:
        return None
    member.uid = member.gid = 0
    member.uname = member.gname = "root"
    member.mode = 0o755 if member.isdir() or member.mode & 0o100 else 0o644
    return member
