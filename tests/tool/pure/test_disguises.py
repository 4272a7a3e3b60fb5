"""What looks the same, or nearly so, and is not: blanks, tabs, characters that nobody sees, beside values and in tables."""

from __future__ import annotations

import pytest
from snippetlab.compare import Pairing
from snippetlab.packs.docker.kinds import VOCABULARY

from tests.tool.runs import DOCKER

ID = "3efd115129ac"
PS = f"CONTAINER ID   IMAGE     STATUS         NAMES\n{ID}   busybox   Up 2 minutes   web\n"
PROCESSES = "    PID COMMAND\n     27 containerd\n     58 dockerd\n"
TOP = "PID   USER     COMMAND\n    1 root     httpd -f\n   12 root     ps\n"


@pytest.mark.parametrize(
    ("true", "disguised"),
    [
        (f"Deleted: sha256:{ID * 5}abcd\n", f"Deleted:  sha256:{ID * 5}abcd\n"),
        (f"[<Container: {ID}>]\n", f"[<Container:  {ID}>]\n"),
        (f"{ID} here\n", f"{ID}  here\n"),
        ("#6 [2/4] RUN true\n#6 CACHED\n", "#6 [2/4] RUN true\n#6  CACHED\n"),
        ("2026-11-23T23:10:33.990740648Z one\n", "2026-11-23T23:10:33.990740648Z  one\n"),
        ("[b'one']\n", "[B'one']\n"),
        (PS, PS.replace("web\n", "web\r\n")),
        (PS, PS.replace("Up 2 minutes   ", "Up 2 minutes\xa0  ")),
        (PS, PS.replace("busybox ", "busybox\xa0")),
        (PS, PS.replace("2 minutes", "1 minutes")),
        (PS, PS.replace("2 minutes", "2 minute")),
        (PROCESSES, PROCESSES.replace("PID COMMAND", "PID  COMMAND")),
        (PROCESSES, PROCESSES.replace("  PID", "   PID")),
        (PROCESSES, PROCESSES.replace("  27", "   27")),
        (PROCESSES, PROCESSES.replace("PID COMMAND", "PID\tCOMMAND")),
        (TOP, TOP.replace("1 root", "1\xa0root")),
        (TOP, TOP.replace("1 root", "1\troot")),
        (TOP, TOP.replace("root     ps", "root\tps")),
    ],
)
def test_a_disguise_is_seen(true: str, disguised: str) -> None:
    assert true != disguised
    for recorded, captured in ((true, disguised), (disguised, true)):
        assert Pairing(VOCABULARY).differ(recorded, captured, DOCKER) is not None
    assert Pairing(VOCABULARY).differ(true, true, DOCKER) is None


def test_what_moves_with_a_value_is_none() -> None:
    later = PS.replace("Up 2 minutes   web", "Up 11 minutes   web").replace("STATUS         ", "STATUS          ")
    longer = TOP.replace("   12 root     ps", "  123 root     ps")
    for recorded, captured in ((PS, later), (TOP, longer)):
        assert Pairing(VOCABULARY).differ(recorded, captured, DOCKER) is None
