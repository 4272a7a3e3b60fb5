"""A page as a script to download: does what the page does, checks exit codes, and cleans up at the end."""

from __future__ import annotations

from collections.abc import Sequence

from snippetlab.model import Scenario, Track

from handbook.exports.scripts.judge import why_left_out
from handbook.exports.scripts.python_text import python_text
from handbook.exports.scripts.shell_text import shell_text
from handbook.library import Library
from handbook.pages.sources import PageSource


def scenarios_of(page: PageSource, library: Library, track: Track = "shell") -> tuple[list[Scenario], list[str]]:
    """The scenarios of a page's script, in the page's order; and a line for each that is left out, with the reason."""
    ids = dict.fromkeys(step_id.partition("#")[0] for step_id, _ in page.step_ids())
    scenarios: list[Scenario] = []
    left_out: list[str] = []
    for scenario in (s for i in ids if (s := library.scenarios.get(i))):
        reason = why_left_out(scenario, track) if track in scenario.tracks else "has no docker-py"
        if reason:
            left_out.append(f"- {scenario.title}: {reason}")
        else:
            scenarios.append(scenario)
    return scenarios, ["", "Parts of the page that are left out, and why:", *left_out] if left_out else []


def shell_download(page: PageSource, library: Library) -> str | None:
    """The page as a shell script; None when none of its scenarios can run on a reader's machine."""
    scenarios, missing = scenarios_of(page, library)
    return shell_text(page.title, scenarios, missing) if scenarios else None


def python_download(page: PageSource, library: Library) -> str | None:
    """The page as a Python script; None when it has no docker-py, or none of its scenarios can run."""
    scenarios, missing = scenarios_of(page, library, "python")
    if not any(step.of_kind("pycon") for s in scenarios for step in s.steps):
        return None
    return python_text(page.title, scenarios, missing)


def downloads_of(pages: Sequence[PageSource], library: Library) -> dict[str, str]:
    """Every page's scripts by path below the site: ``networking/networking.sh``."""
    files: dict[str, str] = {}
    for page in pages:
        if not page.front.download:
            continue
        name = script_name(page)
        for suffix, text in ((".sh", shell_download(page, library)), (".py", python_download(page, library))):
            if text is not None:
                files[f"{page.url}{name}{suffix}"] = text
    return files


def script_name(page: PageSource) -> str:
    """The name of a page's scripts, without suffix: the last word of its address."""
    return page.url.rstrip("/").rpartition("/")[2] or "docker"
