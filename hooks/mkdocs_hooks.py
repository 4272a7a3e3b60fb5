"""The MkDocs events of the verified build: what MkDocs gives goes to snippetlab, what comes back is put in place.

The order matters. Scenarios run before anything is rendered. Pages are rendered
into a folder beside the site, which takes the site's place only at the very end
of a build without a fault: a build that fails leaves the former site as it was
and nothing new.
"""

from __future__ import annotations

import logging
import os
import shutil
from functools import partial
from pathlib import Path
from typing import Any

from handbook.build.site import Site, load_site
from handbook.build.swap import staging_of, swap_in
from handbook.pages.fence import format_fence, validate
from handbook.pages.sources import url_of
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import event_priority
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from mkdocs.utils import CountHandler, get_relative_url, write_file
from rich.console import Console
from snippetlab.errors import SnippetLabError

log = logging.getLogger("mkdocs.hooks.snippetlab")


class _State:
    """What one build keeps between events. MkDocs calls plain functions, so it stands at module level."""

    site: Site
    page: Page
    problems: list[str]
    target: Path | None = None
    serving = False


state = _State()


def on_startup(command: str, dirty: bool) -> None:
    """Remember what MkDocs was asked for; a preview renders into a folder of MkDocs' own."""
    state.serving = command == "serve"


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Run the scenarios, then tell MkDocs about the step fence, the chapters and where to render."""
    state.problems = []
    root = _from_here(Path(config.config_file_path).parent)
    settings = config.extra.get("snippetlab", {})
    try:
        state.site = load_site(
            root,
            _from_here(Path(config.docs_dir)),
            settings,
            os.environ,
            Console(stderr=True),
            strict=config.strict,
            trust=state.serving,
        )
    except SnippetLabError as error:
        raise PluginError(str(error)) from error
    if not state.site.verdict.live:
        log.warning("Nothing was verified in this build: %s", state.site.verdict.reason)
    fences = config.mdx_configs.setdefault("pymdownx.superfences", {}).setdefault("custom_fences", [])
    fences[:] = [f for f in fences if f["name"] != "step"]
    fences.append({"name": "step", "class": "step", "validator": validate, "format": _format})
    config.nav = state.site.parts.nav
    if not state.serving:
        state.target = Path(config.site_dir)
        config.site_dir = str(staging_of(state.target))
    return config


def _from_here(path: Path) -> Path:
    """The path as a person in the current folder would write it: messages are read, and logs are passed on."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages and the files that are made from data; give pages their addresses."""
    for file in files.documentation_pages():
        url = url_of(file.src_uri)
        # MkDocs derives the address once, from where the page is written to.
        file.dest_uri = f"{url}index.html"
        file.url = url or "./"
    for path, content in state.site.parts.files.items():
        if (old := files.get_file_from_path(path)) is not None:
            files.remove(old)
        files.append(File.generated(config, path, content=content))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Tell each step fence its line."""
    state.page = page
    return state.site.prepare(page.file.src_uri, markdown)


def _format(source: str, language: str, css_class: str, options: dict[str, Any], md: Any, **_: Any) -> str:
    """SuperFences' formatter. It swallows exceptions, so each is kept for ``on_env``."""
    page = state.page
    verification = get_relative_url("verification/", page.url)
    render = partial(state.site.render, page.file.src_uri, verification)
    try:
        return format_fence(source, options, md, page=state.site.path_of(page.file.src_uri), render=render)
    except SnippetLabError as error:
        state.problems.append(str(error))
    except Exception as error:
        log.debug("a step fence could not be rendered", exc_info=error)
        place = f"{page.file.src_uri}:{options.get('line', '?')}"
        state.problems.append(f"{place}: a step fence could not be rendered: {error!r}")
    return "<p>This step could not be shown.</p>"


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Put the verification strip under the title."""
    try:
        return state.site.dress(page.file.src_uri, html, partial(get_relative_url, other=page.url))
    except SnippetLabError as error:
        state.problems.append(str(error))
        return html


def on_page_context(context: dict[str, Any], page: Page, config: MkDocsConfig, nav: Any) -> dict[str, Any]:
    """Give the template what stands over the title: there it is not part of the text that is searched."""
    context["eyebrow"] = state.site.eyebrow(page.file.src_uri)
    return context


def on_env(env: Any, config: MkDocsConfig, files: Files) -> Any:
    """All pages are read and none is written: the last moment to stop without a trace."""
    state.problems += state.site.unread_fences()
    if state.problems:
        raise PluginError("\n".join(["The pages do not fit the steps:", *state.problems]))
    env.globals["lab"] = state.site.verdict
    return env


@event_priority(-100)
def on_post_build(config: MkDocsConfig) -> None:
    """Write what stands beside the pages; let the new site take its place, unless ``--strict`` will refuse it."""
    late = state.site.late_files(config.site_name, config.site_description or "", config.site_url or "")
    for path, text in late.items():
        write_file(text.encode(), str(Path(config.site_dir) / path))
    index = Path(config.site_dir) / "search" / "search_index.json"
    if index.exists():
        write_file(state.site.search_index(index.read_text(encoding="utf-8")).encode(), str(index))
    if state.target is None:
        return
    counters = [h for h in logging.getLogger("mkdocs").handlers if isinstance(h, CountHandler)]
    staging, config.site_dir = Path(config.site_dir), str(state.target)
    if any(h.get_counts() for h in counters):
        shutil.rmtree(staging, ignore_errors=True)
        return
    swap_in(staging, state.target)
    log.info("The new site is in %s", state.target)


def on_build_error(error: Exception) -> None:
    """Leave nothing of a failed build behind."""
    if state.target is not None:
        shutil.rmtree(staging_of(state.target), ignore_errors=True)
