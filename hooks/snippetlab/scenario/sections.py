"""From headings, blocks and comments to sections: what stands below one heading."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from snippetlab.errors import ScenarioError
from snippetlab.model import Place
from snippetlab.scenario.headings import slug
from snippetlab.scenario.markdown import Comment, Fence, Heading, Part

TOP = "top"  # the section above the first heading


@dataclass(frozen=True)
class Placed:
    """A block, the options that a comment above it gives, and whether it stands in a comment itself."""

    fence: Fence
    options: Mapping[str, str] = field(default_factory=dict)
    hidden: bool = False


@dataclass(frozen=True)
class Section:
    """A heading with what stands below it, up to the next one of its kind."""

    name: str
    place: Place
    blocks: tuple[Placed, ...]


def scenario_sections(
    parts: Iterable[Part], first: Place, options: Mapping[int, Mapping[str, str]] = MappingProxyType({})
) -> list[Section]:
    """The steps of a scenario file: its level-2 headings. Raises ScenarioError with all that is wrong.

    ``options`` are those that a comment on a line gives the block below it.
    """
    errors: list[ScenarioError] = []
    places: dict[str, Place] = {}

    def named(heading: Heading) -> str | None:
        if heading.level != 2:
            return None
        name = heading.id or slug(heading.text)
        if not name:
            hint = "name the step: ## create"
            errors.append(ScenarioError("a heading without a name", where=str(heading.place), hint=hint))
        elif name in places:
            what = f"there are two steps {name!r}: one begins at line {places[name].line}"
            errors.append(ScenarioError(what, where=str(heading.place), hint="rename one"))
        places.setdefault(name, heading.place)
        return name

    above, *found = _gathered(parts, Section(TOP, first, ()), named, options, errors)
    for placed in above.blocks:
        hint = "begin a step above it: ## name"
        errors.append(ScenarioError("a block before the first step", where=str(placed.fence.place), hint=hint))
    if not found and not errors:
        errors.append(ScenarioError("there is no step", where=str(first), hint="begin one: ## name"))
    ScenarioError.raise_all(errors)
    return found


def page_sections(parts: Iterable[Part], first: Place, options: Mapping[int, Mapping[str, str]]) -> list[Section]:
    """The sections of a page: every heading begins one. A name that stands there already gets a number.

    ``options`` are those that a comment on a line gives the block below it. Raises ScenarioError for a comment that
    has none.
    """
    names = {TOP: 0}
    errors: list[ScenarioError] = []

    def named(heading: Heading) -> str:
        return _numbered(heading.id or slug(heading.text) or "section", names)

    found = _gathered(parts, Section(TOP, first, ()), named, options, errors)
    ScenarioError.raise_all(errors)
    return found


def _gathered(
    parts: Iterable[Part],
    top: Section,
    named: Callable[[Heading], str | None],
    options: Mapping[int, Mapping[str, str]],
    errors: list[ScenarioError],
) -> list[Section]:
    """``top`` with what stands above the first heading, then a section for each heading that ``named`` names.

    What a comment says of a block that does not come is added to ``errors``.
    """
    found = [top]
    waiting: Mapping[str, str] = {}
    where = top.place
    for part in [*parts, None]:
        if waiting and (part is None or isinstance(part, Heading)):
            errors.append(_no_block_below(where, waiting))
            waiting = {}
        if isinstance(part, Heading):
            if (name := named(part)) is not None:
                found.append(Section(name, part.place, ()))
        elif isinstance(part, Comment):
            for fence in part.fences:
                found[-1] = _with(found[-1], Placed(fence, hidden=True))
            if own := options.get(part.place.line):
                waiting, where = {**waiting, **own}, part.place
        elif isinstance(part, Fence):
            found[-1] = _with(found[-1], Placed(part, waiting))
            waiting = {}
    return found


def _no_block_below(comment: Place, options: Mapping[str, str]) -> ScenarioError:
    what = f"no block stands below this comment ({', '.join(options)}) before the next heading"
    hint = "put it right above its block; a whole page is skipped by its front matter, snippetlab: {skip: …}, or by "
    return ScenarioError(what, where=str(comment), hint=f"{hint}`overrides` in the settings")


def _numbered(name: str, names: dict[str, int]) -> str:
    """``name``, or the first of ``name-1``, ``name-2`` … that no heading has."""
    while name in names:
        names[name] += 1
        candidate = f"{name}-{names[name]}"
        if candidate not in names:
            name = candidate
            break
    names[name] = 0
    return name


def _with(section: Section, block: Placed) -> Section:
    return Section(section.name, section.place, (*section.blocks, block))
