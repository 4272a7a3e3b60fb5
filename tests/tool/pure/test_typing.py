"""What is typed into a program at a terminal stands once, however many echo it."""

from __future__ import annotations

import pytest
from snippetlab.run.session import _joined


@pytest.mark.parametrize(
    "printed",
    [
        pytest.param([b"# ", b"colour=blue\r\n# "], id="the terminal echoes"),
        pytest.param([b"# ", b"# colour=blue\r\n# "], id="a shell draws its line again"),
        pytest.param([b"# ", b"colour=blue\r\n# colour=blue\r\n# "], id="both do"),
    ],
)
def test_a_typed_line_stands_once(printed: list[bytes]) -> None:
    assert _joined(printed, "# ", ["colour=blue"], enter=False) == "# colour=blue\n# "


def test_what_a_program_prints_stays_although_it_is_what_was_typed() -> None:
    assert _joined([b"# ", b"cat\r\ncat\r\n# "], "# ", ["cat"], enter=False) == "# cat\ncat\n# "
