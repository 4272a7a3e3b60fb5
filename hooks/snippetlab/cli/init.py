"""``snippetlab init``: settings, a first page and a workflow for a project that has none."""

from __future__ import annotations

import os
from importlib import resources
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from snippetlab.cli.common import app
from snippetlab.errors import UsageError
from snippetlab.files import write_atomically
from snippetlab.packs import pack_names
from snippetlab.settings import find_project

# What is written, and from which template.
FILES = {
    "snippetlab.toml": "settings.toml",
    "docs/first.md": "first-{pack}.md",
    ".github/workflows/snippets.yml": "workflow.yml",
}


@app.command()
def init(
    pack: Annotated[str, typer.Option(help="the subject of the pages: docker, plain, or an installed pack")] = "plain",
) -> None:
    """Write settings, a first page and a CI workflow into the current folder. What is there already stays as it is."""
    console = Console()
    if pack not in pack_names():
        raise UsageError(f"there is no pack {pack!r}", hint=f"installed packs: {', '.join(pack_names())}")
    here = Path.cwd()
    repository = next((folder for folder in (here, *here.parents) if (folder / ".git").exists()), here)
    for name, template in FILES.items():
        # GitHub looks for workflows at the top of a repository alone.
        path = Path(os.path.relpath(repository / name, here)) if name.startswith(".github/") else Path(name)
        own = find_project(here).file if template == "settings.toml" else None
        if path.exists() or (own and own.parent.resolve() == here):
            why = "it is there already" if path.exists() else f"{own} holds the settings"
            console.print(Text(f"kept:    {path} ({why})", style="dim"), soft_wrap=True)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        text = _template(template.format(pack=pack)).replace("PACK", pack)
        write_atomically(path, text.replace("FOLDER", here.relative_to(repository).as_posix()))
        console.print(f"written: {path}")
    console.print("Next: `snippetlab check docs/first.md` runs the page. It drifts at one line, which you mend.")
    told = (
        "The workflow must know where snippetlab is: set the repository's variable SNIPPETLAB to the address of a wheel"
    )
    console.print(Text(f"{told}, or to git+https://..."), soft_wrap=True)


def _template(name: str) -> str:
    folder = resources.files("snippetlab.cli").joinpath("templates")
    file = folder.joinpath(name)
    # A pack of somebody else's has no page of its own here.
    return (file if file.is_file() else folder.joinpath("first-plain.md")).read_text(encoding="utf-8")
