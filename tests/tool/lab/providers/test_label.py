"""A lab that holds another engine than its name says, for real."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from snippetlab.check import absent
from snippetlab.errors import WrongEngine
from snippetlab.lab import LabSpec, Provider

from tests.tool.lab.conftest import BOOK

BASELINE = BOOK.engines[BOOK.baseline]
NAME = "25.0"
# As if its suite had moved on: what comes from there is the baseline.
MOVED = BASELINE.model_copy(update={"name": NAME, "version": NAME, "image": BASELINE.name, "role": "other"})


@pytest.mark.xdist_group("engine")
def test_a_lab_with_a_wrong_label_says_which_engine_is_there(provider: Provider) -> None:
    pack: Any = BOOK
    changed: Any = replace(provider, pack=replace(pack, engines={**pack.engines, NAME: MOVED}))  # type: ignore[type-var]
    why = absent([NAME, BASELINE.name], changed).pop(NAME)
    assert isinstance(why, WrongEngine)
    assert why.what.startswith("the lab called 25.0 runs version 26.1.5") and why.what.endswith("does not say")
    moved = "the packages of trixie have moved on"
    assert why.hint == f"{moved}: a new engine 26.1 is there, and in the settings already"
    with pytest.raises(WrongEngine):
        changed.identity(LabSpec(NAME))
