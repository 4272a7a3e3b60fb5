"""The command index: every docker command and flag of the executed steps."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from snippetlab.model import Command

from handbook.html.templates import render
from handbook.library import Library, executed_blocks
from handbook.pages.step_links import StepLink, StepLinks, main_link
from handbook.reference.docker_commands import Use, uses_of

MOST_OF_A_PAGE = 6  # links to one page, for one flag

# What docker says to a command or flag that it does not have: such typing errors are shown, but are no entries.
_REFUSED = re.compile(
    r"is not a docker command|unknown (shorthand )?flag|unknown command|flag provided but not defined"
)
# To an unknown word behind a group of commands, older clients answer with the help of the group.
_HELP_OF_A_GROUP = re.compile(r"\s*Usage:\s+docker [a-z]+ COMMAND$", re.MULTILINE)


def index_of(library: Library) -> dict[str, dict[str, list[str]]]:
    """Command → flag → ids of the executed steps that use it; the flag ``""`` holds every step of the command."""
    index: dict[str, dict[str, list[str]]] = {}
    for step in library.steps():
        for block in executed_blocks(step):
            if block.kind != "console":
                continue
            for use in (u for c in block.commands if not _REFUSED.search(c.output) for u in _used(c)):
                flags = index.setdefault(use.command, {})
                for flag in ("", *use.flags):
                    steps = flags.setdefault(flag, [])
                    if step.id not in steps:
                        steps.append(step.id)
    return {command: index[command] for command in sorted(index)}


def _used(command: Command) -> list[Use]:
    unknown = _HELP_OF_A_GROUP.match(command.output)
    return [use for use in uses_of(command.source) if not (unknown and " " in use.command)]


def command_anchor(command: str) -> str:
    """The id of a command on the index page: ``docker-network-create``."""
    return f"docker-{command.replace(' ', '-')}" if command else "docker"


def commands_page(index: Mapping[str, Mapping[str, Sequence[str]]], links: StepLinks) -> str:
    """The index as Markdown: a heading for each command, a row for each flag."""
    commands = [
        {
            "name": f"docker {command}".strip(),
            "anchor": command_anchor(command),
            "pages": _by_page(by_flag[""], links),
            "flags": [
                (flag, _by_page(by_flag[flag], links))
                for flag in sorted((f for f in by_flag if f), key=lambda f: f.lstrip("-").lower())
            ],
        }
        for command, by_flag in index.items()
    ]
    return str(render("commands.md", commands=commands, flags=sum(len(f) - 1 for f in index.values())))


def _by_page(step_ids: Iterable[str], links: StepLinks) -> dict[str, list[StepLink]]:
    """Links by the title of their page: a page with several of them is named once."""
    by_page: dict[str, list[StepLink]] = {}
    for step_id in step_ids:
        link = main_link(step_id, links)
        by_page.setdefault(link.title, []).append(link)
    return {title: found[:MOST_OF_A_PAGE] for title, found in by_page.items()}
