"""``snippetlab doctor``: what this machine can do, what is missing, and the command that mends it."""

from __future__ import annotations

import platform
import shutil
from pathlib import Path

import typer
from rich.console import Console
from rich.text import Text

from snippetlab.check import Silent, default_provider, each_provider
from snippetlab.cli.common import Root, app, project_here
from snippetlab.errors import LabError, SnippetLabError
from snippetlab.lab import Provider
from snippetlab.lab.choice import Nowhere
from snippetlab.lab.stock.cache import cache_root, in_use
from snippetlab.packs import find_pack

_GB = 1e9
_DISK_NEEDED, _MEMORY_NEEDED = 2.5 * _GB, 2 * _GB


@app.command()
def doctor(root: Root = None) -> None:
    """Say what this machine can do. Exit code 0: labs can run; 2: they cannot."""
    console = Console()
    project = project_here(root)
    console.print(f"machine    {platform.system()} {platform.release()} {platform.machine()}, {_cgroups()}")
    console.print(
        f"project    {project.folder.resolve()}, settings in {project.file or 'no file: all at their defaults'}"
    )
    try:
        pack = find_pack(project)
        console.print(f"pack       {pack.name}, baseline {pack.baseline}, {len(pack.engines)} engines in all")
    except SnippetLabError as error:
        console.print(Text(f"pack       {error}", style="red"), soft_wrap=True)
        raise typer.Exit(2) from None
    limits = pack.settings.limits
    console.print(
        f"one lab    may take {limits.memory} of memory, {limits.disk} for its files, {limits.pids} processes"
    )
    no_cache = _print_disk(console)
    _print_memory(console)
    for provider in each_provider(pack):
        _print_provider(console, provider)
    chosen = default_provider(pack, Silent())
    if problem := chosen.problem():
        # What each of them lacks was told above.
        why = (
            "with no provider"
            if isinstance(chosen, Nowhere)
            else f"with {chosen.name}, which is asked for: {problem.what}"
        )
        console.print(Text(f"labs       cannot run here {why}", style="red"), soft_wrap=True)
        raise typer.Exit(2)
    if no_cache:
        console.print(Text("labs       cannot run here without a place for the cache", style="red"), soft_wrap=True)
        raise typer.Exit(2)
    console.print(Text(f"labs       run by {chosen.name}, {chosen.at_once()} at once", style="green"))


def _print_provider(console: Console, provider: Provider) -> None:
    label = f"{provider.name:<11}"
    if problem := provider.problem():
        console.print(Text(f"{label}{problem.what}", style="yellow"), soft_wrap=True)
        if problem.hint:
            console.print(Text(f"           → {problem.hint}"), soft_wrap=True)
        return
    console.print(Text(f"{label}can run labs: {provider.describe()}, {provider.at_once()} at once"), soft_wrap=True)


def _cgroups() -> str:
    if Path("/sys/fs/cgroup/cgroup.controllers").exists():
        return "cgroup v2"
    return "cgroup v1" if Path("/sys/fs/cgroup").is_dir() else "no cgroups"


def _print_disk(console: Console) -> bool:
    """Say how much room the cache has; True where there is no place for one."""
    try:
        with in_use():
            cache = cache_root()
        free = shutil.disk_usage(cache).free
    except LabError as error:
        console.print(Text(f"disk       {error.what}", style="red"), soft_wrap=True)
        console.print(Text(f"           → {error.hint}"), soft_wrap=True)
        return True
    console.print(f"disk       {free / _GB:.1f} GB free where the cache lies ({cache})", soft_wrap=True)
    if free < _DISK_NEEDED:
        console.print(Text(f"           lab images need {_DISK_NEEDED / _GB} GB: set XDG_CACHE_HOME to a larger disk"))
    return False


def _print_memory(console: Console) -> None:
    if memory := _memory():
        console.print(f"memory     {memory / _GB:.1f} GB available")
        if memory < _MEMORY_NEEDED:
            console.print(Text("           labs hold their files in memory: run fewer at once with --jobs 1"))


def _memory() -> int:
    """Bytes of memory that are available; 0 where the machine does not tell."""
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:")), 0)
