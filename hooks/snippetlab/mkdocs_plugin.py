"""The MkDocs plugin ``snippetlab``: a build checks the pages first, and fails when their commands no longer hold.

It changes nothing on the pages. ``plugins: [snippetlab]`` is all that a project writes.
"""

from __future__ import annotations

import logging
from pathlib import Path

from mkdocs.config import base, config_options
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin
from rich.console import Console

from snippetlab.check import Silent, check_scenarios
from snippetlab.errors import LabUnavailable, ScenarioError, SnippetLabError, of_machine
from snippetlab.packs import find_pack, known_to
from snippetlab.report.terminal import print_drifts, summary
from snippetlab.scenario.finding import find
from snippetlab.settings import find_project

log = logging.getLogger("mkdocs.plugins.snippetlab")


class Options(base.Config):  # type: ignore[no-untyped-call]
    """What mkdocs.yml may say: ``required`` makes it an error that no lab can run; else it is a warning."""

    required = config_options.Type(bool, default=False)


class SnippetlabPlugin(BasePlugin[Options]):  # type: ignore[no-untyped-call]
    """Checks the pages of a site before they are rendered."""

    def on_pre_build(self, *, config: MkDocsConfig) -> None:
        """Check every page below the docs folder. Raises PluginError for what cannot be read, and for drift."""
        project = find_project(Path(config.config_file_path or ".").parent)
        try:
            pack = find_pack(project)
            found = find(project, [config.docs_dir], known_to(pack))
            ScenarioError.raise_all(found.errors)
            for one in found.not_run:
                log.info("%s: %s not run: %s", one.place, one.what, one.reason)
            results = check_scenarios(found.scenarios, pack=pack, progress=Silent()) if found.scenarios else []
        except LabUnavailable as error:
            if self.config.required:
                raise PluginError(str(error)) from error
            log.warning("Nothing was checked: %s", error.what)
            return
        except (SnippetLabError, OSError) as error:
            raise PluginError(str(of_machine(error) or error)) from error
        if not all(result.ok for result in results):
            print_drifts(Console(stderr=True), results, pack.vocabulary)
            raise PluginError(summary(results, found.not_run))
        log.info("Checked: %s", summary(results, found.not_run))
