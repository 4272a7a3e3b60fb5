"""The events of MkDocs (or its successor ProperDocs): what it gives goes to the book, what comes back is put in place.

The order matters. Scenarios run before anything is rendered. Pages are rendered
into a folder beside the site, which takes the site's place only at the very end
of a build without a fault: a build that fails leaves the former site as it was
and nothing new.

ProperDocs answers imports of ``mkdocs`` with its own modules.
"""

from __future__ import annotations

import atexit
import logging
import os
import signal
import sys
import threading
from functools import partial
from pathlib import Path
from typing import Any

import markdown_exec
from handbook.build.book import book_files, edition_of
from handbook.build.fences import format_block, format_step, take_all_options
from handbook.build.site import Site, load_site
from handbook.build.staging import Staging, stage
from handbook.exports.book.browser import find_browser
from handbook.exports.search import lighter
from handbook.html.visible import visible
from handbook.pages.sources import url_of
from handbook.settings import mode_of, read_settings
from markupsafe import Markup, escape
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import event_priority
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from mkdocs.utils import CountHandler, get_relative_url, write_file
from rich.console import Console
from snippetlab.errors import SnippetLabError, of_machine

log = logging.getLogger("mkdocs.hooks.handbook")


class _Refused(PluginError):
    exit_code = 2


class _State:
    """What one build keeps between events. MkDocs calls plain functions, so it stands at module level."""

    site: Site
    page: Page
    problems: list[str]
    name = ""
    description = ""
    staging: Staging | None = None
    serving = False
    book = False


state = _State()


def on_startup(command: str, dirty: bool) -> None:
    """Remember what MkDocs was asked for; a preview renders into a folder of MkDocs' own."""
    state.serving = command == "serve"
    atexit.register(_drop)
    if not state.serving and threading.current_thread() is threading.main_thread():
        # In order, so that nothing of the build stays. What a caller ignores, as `nohup` does, is ignored.
        for number in (signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) is signal.SIG_DFL:
                signal.signal(number, lambda number, _: sys.exit(128 + number))


def _drop() -> None:
    if state.staging is not None:
        state.staging.drop()


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Run the scenarios, then tell MkDocs about the book's fences, the chapters and where to render."""
    state.problems = []
    state.staging = None
    state.book = not state.serving and _asked_for("BOOK")
    root = _from_here(Path(config.config_file_path).parent)
    try:
        settings = read_settings(config.extra.get("handbook"))
        if state.book:
            find_browser()
        if not state.serving:
            # First of all: whoever cannot write a site should not wait for labs to hear so.
            state.staging = stage(Path(config.site_dir))
            config.site_dir = str(state.staging.folder)
        state.site = load_site(
            root,
            _from_here(Path(config.docs_dir)),
            settings,
            mode_of(os.environ, settings.mode),
            Console(stderr=True),
            strict=config.strict,
            fresh=_asked_for("FRESH"),
            printed=config.site_name if state.book else "",
        )
    except (SnippetLabError, OSError) as error:
        raise PluginError(str(of_machine(error) or error)) from error
    if not state.site.verdict.live:
        log.warning("Nothing was verified in this build: %s", state.site.verdict.reason)
    fences = config.mdx_configs.setdefault("pymdownx.superfences", {}).setdefault("custom_fences", [])
    fences[:] = [f for f in fences if f["name"] not in ("step", "python")]
    fences.append({"name": "step", "class": "step", "validator": take_all_options, "format": _fill(format_step_here)})
    validator = markdown_exec.validator
    fences.append({"name": "python", "class": "python", "validator": validator, "format": _fill(format_block_here)})
    config.nav = _escaped(state.site.parts.nav)
    return config


def _asked_for(name: str) -> bool:
    return os.environ.get(name, "") not in ("", "0")


def _escaped(nav: Any) -> Any:
    """The navigation with its titles escaped: the theme puts them into pages as they stand."""
    if isinstance(nav, dict):
        return {escape(title): _escaped(below) for title, below in nav.items()}
    return [_escaped(item) for item in nav] if isinstance(nav, list) else nav


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
    try:
        state.site.check_addresses({file.dest_uri for file in files})
    except SnippetLabError as error:
        raise PluginError(str(error)) from error
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Tell each fence that the build fills its line; escape what the theme puts into pages as it stands."""
    state.page = page
    for key in ("title", "description", "author"):
        if key in page.meta:
            page.meta[key] = escape(str(page.meta[key]))
    try:
        return state.site.prepare(page.file.src_uri, markdown)
    except SnippetLabError as error:
        raise PluginError(str(error)) from error


def format_step_here(source: str, options: dict[str, Any], md: Any) -> str:
    """A step on the page that is being read."""
    page = state.page
    render = partial(state.site.render, page.file.src_uri, partial(get_relative_url, other=page.url))
    return format_step(source, options, md, page=state.site.path_of(page.file.src_uri), render=render)


def format_block_here(source: str, options: dict[str, Any], md: Any) -> str:
    """What a Python block on the page that is being read prints."""
    with state.site.answering_blocks():
        return format_block(source, options, md, page=state.site.path_of(state.page.file.src_uri))


def _fill(format_here: Any) -> Any:
    """A formatter for SuperFences. SuperFences swallows exceptions, so each is kept for ``on_env``."""

    def format_fence(source: str, language: str, css_class: str, options: dict[str, Any], md: Any, **_: Any) -> str:
        try:
            return str(format_here(source, options, md))
        except SnippetLabError as error:
            state.problems.append(str(error))
        except Exception as error:
            log.debug("a %s fence could not be rendered", language, exc_info=error)
            line = options.get("line") or options.get("extra", {}).get("line", "?")
            place = f"{state.page.file.src_uri}:{line}"
            state.problems.append(f"{place}: a {language} fence could not be rendered: {error!r}")
        return "<p>This could not be shown.</p>"

    return format_fence


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Put the verification strip under the title."""
    # From a heading MkDocs takes the title as HTML, and from the front matter as it is there: escaped above.
    page.title = Markup(page.title)
    # MkDocs reads the anchors of a page before a step's placeholder becomes HTML, and would warn of each link to one.
    page.present_anchor_ids = {*(page.present_anchor_ids or ()), *state.site.anchors(page.file.src_uri)}
    try:
        return state.site.with_head(page.file.src_uri, html, partial(get_relative_url, other=page.url))
    except SnippetLabError as error:
        state.problems.append(str(error))
        return html


def on_page_context(context: dict[str, Any], page: Page, config: MkDocsConfig, nav: Any) -> dict[str, Any]:
    """Give the template what stands over the title: there it is not part of the text that is searched."""
    context["eyebrow"] = state.site.eyebrow(page.file.src_uri)
    context["chapter"] = state.site.chapter(page.file.src_uri)
    return context


def on_env(env: Any, config: MkDocsConfig, files: Files) -> Any:
    """All pages are read and none is written: the last moment to stop without a trace."""
    state.problems += state.site.unread_fences()
    if state.problems:
        raise PluginError("\n".join(["The pages do not fit the steps:", *state.problems]))
    _lighten(config)
    # The theme's templates ask for it: without this hook there is no page (docs/overrides/main.html).
    env.globals["verdict"] = state.site.verdict
    state.name, state.description = config.site_name, config.site_description or ""
    config.site_name, config.site_description = escape(state.name), escape(state.description)
    return env


def _lighten(config: MkDocsConfig) -> None:
    """Give the theme's search, which the build made anew, less to read of each page."""
    index = getattr(config.plugins.get("material/search"), "search_index", None)
    if (add := getattr(index, "add_entry_from_context", None)) is None:
        return

    def add_lighter(page: Page) -> None:
        shown = page.content
        page.content = lighter(shown or "")
        try:
            add(page)
        finally:
            page.content = shown

    setattr(index, "add_entry_from_context", add_lighter)  # noqa: B010


def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:
    """Show what hides itself, wherever on the page it came from."""
    return visible(output)


@event_priority(-100)
def on_post_build(config: MkDocsConfig) -> None:
    """Write what stands beside the pages; let the new site take its place, unless ``--strict`` will refuse it."""
    try:
        _write_late_files(config)
        if state.staging is None:
            return
        target = state.staging.target
        config.site_dir = str(target)
        loggers = (logging.getLogger(name) for name in ("mkdocs", "properdocs"))
        counters = [h for logger in loggers for h in logger.handlers if isinstance(h, CountHandler)]
        if any(h.get_counts() for h in counters):
            state.staging.drop()
            return
        state.staging.swap_in()
        log.info("The new site is in %s", target)
    except SnippetLabError as error:
        raise PluginError(str(error)) from error
    except OSError as error:
        raise PluginError(f"The site could not be written: {error}") from error


def _write_late_files(config: MkDocsConfig) -> None:
    late = state.site.late_files(state.name, state.description, config.site_url or "")
    folder = Path(config.site_dir)
    for path, text in late.items():
        write_file(text.encode(), str(folder / path))
    index = folder / "search" / "search_index.json"
    if index.exists():
        write_file(state.site.search_index(index.read_text(encoding="utf-8")).encode(), str(index))
    if state.book:
        log.info("Printing the book")
        edition = edition_of(state.site, state.name, state.description, config.site_url or "")
        for path, content in book_files(edition, folder / "assets" / "fonts").items():
            write_file(content, str(folder / path))


def on_build_error(error: Exception) -> None:
    """Leave nothing of a failed build behind; what the machine refused is told in words, and is no drift."""
    _drop()
    if told := of_machine(error):
        raise _Refused(str(told)) from error
