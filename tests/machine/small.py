"""``python -m tests.machine.small FOLDER ID…``: makes a book of a few scenarios out of a checkout of the whole one.

A machine that takes hours for the handbook builds this one by the same commands.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from snippetlab.scenario import discover

# Of all scenarios, what belongs to none of them: which engines there are, and what these set.
_SHARED = ("defaults.*state.yml", "engines.yml")


def make_small(folder: Path, scenario_ids: Sequence[str]) -> None:
    """Let a checkout hold these scenarios alone, with a page for each chapter that shows all steps of them.

    Raises KeyError for a scenario that is not there; nothing is changed then.
    """
    snippets, docs = folder / "snippets", folder / "docs/en"
    known = {scenario.id: scenario for scenario in discover(snippets)}
    steps = [step.id for scenario_id in scenario_ids for step in known[scenario_id].steps]
    kept = {file for scenario in scenario_ids for file in snippets.glob(f"{scenario}.*")}
    kept |= {file for pattern in _SHARED for file in snippets.glob(pattern)}
    kept |= set((snippets / "images").glob("*/**/*"))  # recipes of base images
    for file in [file for file in snippets.rglob("*") if file.is_file() and file not in kept]:
        file.unlink()
    (snippets / "notes.tsv").touch()
    shutil.rmtree(docs)
    docs.mkdir()
    (docs / "index.md").write_text(_page("A small book", []))
    for chapter in dict.fromkeys(scenario.split("/")[0] for scenario in scenario_ids):
        (docs / chapter).mkdir()
        own = [step for step in steps if step.startswith(f"{chapter}/")]
        (docs / chapter / "index.md").write_text(_page(chapter.capitalize(), own))
    settings = folder / "mkdocs.yml"
    # Nothing of the notes is told in it.
    settings.write_text(settings.read_text().replace("coverage: strict", "coverage: draft"))


def _page(title: str, steps: Sequence[str]) -> str:
    fences = "".join(f"\n```step\n{step}\n```\n" for step in steps)
    return f"---\ndescription: {title}, for a machine with little time.\n---\n\n# {title}\n{fences}"


if __name__ == "__main__":
    make_small(Path(sys.argv[1]), sys.argv[2:])
