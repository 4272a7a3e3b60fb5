"""What labs start from is made anew as soon as anything that makes it is another."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest
from snippetlab.lab import Builder, LabSpec
from snippetlab.packs.docker import seed
from snippetlab.packs.docker.base_images import Recipes
from snippetlab.settings import EngineSettings

ENGINE = EngineSettings(name="26.1", suite="trixie", packages=("docker.io",))


class Nothing:
    """A builder that builds nothing, and notes what it is asked to keep."""

    def __init__(self) -> None:
        self.stocks: list[str] = []

    def image(self, recipe: object) -> str:
        return "an image"

    def stock(self, name: str, *_: object) -> None:
        self.stocks.append(name)


def stock_of(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(seed, "docker_py_folder", lambda say: Path("/none"))
    builder = Nothing()
    recipes = Recipes((), Path("/none"))
    base = seed.base_for(LabSpec("26.1"), ENGINE, ENGINE, recipes, cast(Builder, builder), print, print)
    assert builder.stocks == [base.stock]
    return base.identity


@pytest.mark.parametrize("text", ["_STOP", "_PREPARE", "_COMPILE"])
def test_a_data_root_is_another_one_where_a_text_that_makes_it_is(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = stock_of(monkeypatch)
    assert stock_of(monkeypatch) == before
    monkeypatch.setattr(seed, text, getattr(seed, text) + "true\n")
    assert stock_of(monkeypatch) != before
