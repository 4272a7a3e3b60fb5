"""The verification page: every step with who ran it and when, every exemption with its reason, the totals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from snippetlab.model import BlockKind, Scenario, Step

from handbook.chapters import Chapter
from handbook.html.strip import count_of, steps_of
from handbook.library import Library, command_count, executed_blocks, exempt_blocks
from handbook.pages.embed import anchor_of
from handbook.pages.sources import PageSource
from handbook.pages.spots import Spot, link
from handbook.verdict import Verdict


@dataclass(frozen=True)
class Totals:
    """The sums of a build, for the home page and the verification page."""

    commands: int
    verified: int
    steps: int
    python_steps: int
    scenarios: int
    exempt: int
    captures: int
    engine: str
    cli: str
    docker_py: str
    when: str


def totals_of(library: Library) -> Totals:
    """The totals over every step."""
    steps = library.steps()
    count = count_of(steps, library)
    proof = count.proof
    return Totals(
        count.commands,
        count.verified,
        len(steps),
        sum(_has(s, "pycon") for s in steps),
        len(library.scenarios),
        count.exempt,
        sum(len(s.of_kind("capture")) for s in steps),
        proof.engine if proof else "",
        proof.cli if proof else "",
        proof.docker_py if proof else "",
        proof.when if proof else "",
    )


def _has(step: Step, kind: BlockKind) -> bool:
    return any(b.kind == kind for b in executed_blocks(step))


def verification_page(
    library: Library,
    verdict: Verdict,
    chapters: Sequence[Chapter],
    pages: Sequence[PageSource],
    spots: Mapping[str, Sequence[Spot]],
) -> str:
    """The page as Markdown with HTML tables. Seconds are filled in from a file of their own, so that
    a rebuild in which nothing changed gives the same page."""
    totals = totals_of(library)
    parts = [
        "---\ndescription: What this build ran, on which engine, how long each step took, and what was not run.\n"
        "search:\n  boost: 0.2\n---\n",
        "# Verification\n",
    ]
    if verdict.live:
        parts.append(
            f"**{totals.verified} of {totals.commands} commands** in {totals.steps} steps ran on Engine "
            f"{totals.engine} with CLI {totals.cli} and docker-py {totals.docker_py}; the oldest "
            f"of these runs is of {totals.when}. "
            "Each printed what its page shows, but for values that differ on every machine.\n"
        )
    else:
        parts.append(
            f'!!! warning "Nothing was verified in this build"\n    The {totals.commands} commands in {totals.steps} '
            f"steps are shown with the outputs of an earlier run: {verdict.reason}.\n"
        )
    parts.append(
        f"{totals.python_steps} steps also ran with docker-py; both ways must leave the same containers, networks, "
        f"volumes and images. {_blocks(totals.exempt)} shown and not executed. All captures are in "
        '<a href="../captures.json">one JSON file</a>.\n'
    )
    parts.append(_exemptions(library, spots))
    parts.append("## Pages\n")
    parts.append(_pages(library, pages))
    titles = {chapter.folder: chapter.title for chapter in chapters}
    folders = dict.fromkeys(s.id.partition("/")[0] for s in library.scenarios.values())
    order = [*titles, *(f for f in folders if f not in titles)]
    for folder in (f for f in order if f in folders):
        parts.append(f"## {titles.get(folder, folder)} {{ #steps-{folder} }}\n")
        for scenario in library.scenarios.values():
            if scenario.id.startswith(f"{folder}/"):
                parts.append(_scenario(scenario, library, spots))
    return "\n".join(parts)


def _blocks(number: int) -> str:
    return "1 block is" if number == 1 else f"{number} blocks are"


def _exemptions(library: Library, spots: Mapping[str, Sequence[Spot]]) -> str:
    rows = "".join(
        f"<tr><td>{_page_links(step, spots)}</td><td>{escape(block.exempt or '')}</td></tr>"
        for step in library.steps()
        for block in exempt_blocks(step)
    )
    if not rows:
        return "## Shown, not executed { #exempt }\n\nNothing: every block on this site was executed.\n"
    return (
        "## Shown, not executed { #exempt }\n\n"
        '<table class="data"><thead><tr><th scope="col">Step</th><th scope="col">Why</th></tr></thead>'
        f"<tbody>{rows}</tbody></table>\n"
    )


def _pages(library: Library, pages: Sequence[PageSource]) -> str:
    rows = ""
    for page in pages:
        steps = steps_of(page, library)
        if not steps:
            continue
        count = count_of(steps, library)
        anchor = page.uri.removesuffix(".md").replace("/", "-")
        rows += (
            f'<tr id="page-{anchor}"><td><a href="../{escape(page.url)}">{escape(page.title)}</a></td>'
            f'<td class="num">{count.verified} of {count.commands}</td><td class="num">{count.exempt}</td>'
            f"<td>{escape(count.proof.when) if count.proof else '–'}</td></tr>"
        )
    return (
        '<table class="data"><thead><tr><th scope="col">Page</th><th scope="col">Commands verified</th>'
        f'<th scope="col">Not executed</th><th scope="col">Date</th></tr></thead><tbody>{rows}</tbody></table>\n'
    )


def _scenario(scenario: Scenario, library: Library, spots: Mapping[str, Sequence[Spot]]) -> str:
    proof = library.proofs.get(scenario.id)
    how = (
        f"Engine {escape(proof.engine)}, CLI {escape(proof.cli)}, docker-py {escape(proof.docker_py)}, {proof.when}"
        if proof
        else "recorded, not verified in this build"
    )
    rows = "".join(_row(step, library, spots) for step in scenario.steps)
    return (
        f'<div class="wide"><table class="data steps"><caption><b>{escape(scenario.title)}</b> '
        f'<span class="soft"><code>{escape(scenario.id)}</code> · {how}</span></caption>'
        '<thead class="quiet"><tr><th scope="col">Step</th><th scope="col">On page</th><th scope="col">Commands</th>'
        '<th scope="col">Tracks</th><th scope="col">State</th><th scope="col">Seconds</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></div>\n"
    )


def _row(step: Step, library: Library, spots: Mapping[str, Sequence[Spot]]) -> str:
    tracks = [n for kind, n in (("console", "Shell"), ("pycon", "Python")) if _has(step, kind)]  # type: ignore[arg-type]
    if not executed_blocks(step):
        state = "exempt" if exempt_blocks(step) else "captured" if step.of_kind("capture") else "files"
    else:
        proof = library.proof(step.id)
        again = proof is not None and step.id in proof.unsteady
        state = "verified in a second run" if again else "verified" if proof else "recorded"
    capture = f"../captures/{step.id.partition('#')[0]}.json"
    return (
        f'<tr id="{anchor_of(step.id)}"><td><a href="{escape(capture)}"><code>{escape(step.name)}</code></a></td>'
        f'<td>{_page_links(step, spots)}</td><td class="num">{command_count(step)}</td><td>{", ".join(tracks)}</td>'
        f'<td><span class="state state--{state.partition(" ")[0]}">{state}</span></td>'
        f'<td class="num" data-seconds="{escape(step.id)}"></td></tr>'
    )


def _page_links(step: Step, spots: Mapping[str, Sequence[Spot]]) -> str:
    found = spots.get(step.id, ())
    return ", ".join(link(spot) for spot in found) if found else '<span class="soft">set-up or check</span>'
