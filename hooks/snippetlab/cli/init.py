"""``snippetlab init``: settings, a first page and a workflow for a project that has none."""

from __future__ import annotations

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
    for name, template in FILES.items():
        path = Path(name)
        if path.exists():
            console.print(Text(f"kept:    {name} (it is there already)", style="dim"))
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, _template(template.format(pack=pack)).replace("PACK", pack))
        console.print(f"written: {name}")
    console.print("Next: `snippetlab check docs/first.md` runs the page. It drifts at one line, which you mend.")


def _template(name: str) -> str:
    folder = resources.files("snippetlab.cli").joinpath("templates")
    file = folder.joinpath(name)
    # A pack of somebody else's has no page of its own here.
    return (file if file.is_file() else folder.joinpath("first-plain.md")).read_text(encoding="utf-8")
