"""The terminal of a person in a lab: `snippetlab shell` and `check --debug` by each provider."""

from __future__ import annotations

import pytest
from snippetlab.lab import Provider
from snippetlab.lab.providers.engine import EngineProvider

from tests.tool.lab.project import Project
from tests.tool.lab.terminal import Terminal
from tests.tool.runs import console

pytestmark = pytest.mark.usefixtures("leaves_nothing")


@pytest.fixture
def of_provider(provider: Provider, own: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project whose labs the provider runs."""
    monkeypatch.setenv("SNIPPETLAB_PROVIDER", provider.name)
    if isinstance(provider, EngineProvider):
        monkeypatch.setenv("DOCKER_HOST", provider.url)
    return own


def test_a_shell_in_a_lab_is_one_on_this_terminal(of_provider: Project) -> None:
    of_provider.scenario("test/it", console("$ x=seven; mkdir deep; cd deep"))
    shell = Terminal(of_provider, "snippetlab", "shell", "test/it#a")
    shell.until("~/deep # ")
    shell.types('echo "<$x $(hostname)>"\n')
    shell.until("<seven lab>")
    shell.until("~/deep # ")
    shell.size(31, 99)
    shell.types("stty size\n")
    shell.until("31 99")
    shell.until("~/deep # ")
    # Ctrl-C is for what runs in the shell; the shell goes on.
    shell.types("sh -c 'echo sleep\"\"ing; exec sleep 1000'\n")
    shell.until("sleeping")
    shell.types("\x03")
    shell.until("~/deep # ")
    shell.types("echo still $((6 * 7))\n")
    shell.until("still 42")
    shell.until("~/deep # ")  # typed before, a Ctrl-D may be lost
    shell.types("\x04")
    assert shell.end() == 0


def test_debug_gives_a_shell_in_the_lab_of_the_first_drift(of_provider: Project) -> None:
    of_provider.scenario("test/it", console("$ docker volume create kept", "kept", "$ echo six", "seven"))
    shell = Terminal(of_provider, "snippetlab", "check", "--debug", "test/it")
    shell.until("- seven")
    shell.until("~ # ")
    shell.types("docker volume ls -q | tr k K\n")
    shell.until("Kept")
    shell.types("exit\n")
    assert shell.end() == 1
