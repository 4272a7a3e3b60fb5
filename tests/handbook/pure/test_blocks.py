"""What goes wrong in a Python block of a page is told with the page's line; what the machine refuses is no block's fault."""

from __future__ import annotations

from pathlib import Path

import pytest
from handbook.build.blocks import BlockError, run_block


def test_what_the_machine_refuses_to_a_block_is_told_with_what_to_do() -> None:
    code = "import errno\nraise BlockingIOError(errno.EAGAIN, 'Resource temporarily unavailable')"
    with pytest.raises(BlockError) as raised:
        run_block(code, Path("page.md"), 7)
    assert raised.value.where == "page.md:9"
    assert raised.value.what.endswith("the machine refuses: Resource temporarily unavailable")
    assert str(raised.value.hint).startswith("raise the limit")
