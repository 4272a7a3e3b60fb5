"""A value that a command printed is copied into a later one, as a reader copies it."""

from __future__ import annotations

from pathlib import Path

import pytest
from snippetlab.accept.secrets import StandIns
from snippetlab.check import drifts_of
from snippetlab.compare import Pairing
from snippetlab.compare.reading import readings
from snippetlab.errors import ScenarioError
from snippetlab.model import Block, BlockCapture, CommandCapture, Scenario
from snippetlab.run.copying import Copying

from tests.tool.runs import PACK, console, run, written

TOKEN = f"SWMTKN-1-{'0' * 50}-{'0' * 24}1"
REAL = "SWMTKN-1-4m1pz4ol7se9z6e4c94mjm41nebc50glxz0e6x9f08rjlk0di2-epse6n5brvwmo1dw9cvz1h3av"
WEB = "3efd115129ac12a3ec4260a9edfdfb9dcce17741b751b274abc9a0082ffc5575"
NEW_WEB = "0b4c1f2d3e4a5b6c7d8e9fa0b1c2d3e4f5a6b7c8d9eafb0c1d2e3f4a5b6c7d8e"
JOIN = f"docker swarm join --token {TOKEN} 192.168.65.2:2377"


def copies(*lines: str, kind: str = "console", step: str = "z") -> str:
    return console(*lines, step=step).replace("```console", f"```{kind} copied")


def typed_after(scenario: Scenario, *printed: str) -> list[str]:
    """What is typed in the last block when the commands before it printed this."""
    copying = Copying(scenario, PACK.vocabulary)
    left = list(printed)
    blocks = [(step, block) for step in scenario.steps for block in step.blocks]
    for step, block in blocks[:-1]:
        copying.saw(step, answered(block, left))
    return [copying.typed(blocks[-1][1], command) for command in blocks[-1][1].commands]


def answered(block: Block, left: list[str]) -> BlockCapture:
    return BlockCapture(block, tuple(CommandCapture(left.pop(0), 0) for _ in block.commands))


def test_a_token_that_was_printed_is_typed_in_this_runs_words(tmp_path: Path) -> None:
    scenario = written(
        tmp_path,
        "a/b",
        console("$ docker swarm join-token -q worker", TOKEN) + copies(f"$ {JOIN}", "This node joined."),
    )
    assert typed_after(scenario, f"{REAL}\n") == [JOIN.replace(TOKEN, REAL)]


def test_a_block_that_copies_nothing_is_typed_as_it_stands(tmp_path: Path) -> None:
    scenario = written(
        tmp_path, "a/b", console("$ docker swarm join-token -q worker", TOKEN) + console(f"$ {JOIN}", "no", step="z")
    )
    assert typed_after(scenario, f"{REAL}\n") == [JOIN]


def test_the_beginning_of_an_id_is_copied_as_long_as_it_stands(tmp_path: Path) -> None:
    body = console("$ docker run -d busybox", WEB) + copies(f"$ docker rm {WEB[:12]} {WEB}", WEB[:12], WEB)
    assert typed_after(written(tmp_path, "a/b", body), f"{NEW_WEB}\n") == [f"docker rm {NEW_WEB[:12]} {NEW_WEB}"]


def test_a_value_is_found_in_an_output_of_which_another_line_differs(tmp_path: Path) -> None:
    body = console("$ docker swarm init", "Swarm initialized", f"    {JOIN}", "", "old") + copies(f"$ {JOIN}", "joined")
    printed = f"Swarm initialized\n    {JOIN.replace(TOKEN, REAL)}\n\nnew words\n"
    assert typed_after(written(tmp_path, "a/b", body), printed) == [JOIN.replace(TOKEN, REAL)]


def test_a_value_of_which_nobody_knows_what_it_is_now_is_typed_as_it_stands(tmp_path: Path) -> None:
    body = console("$ docker run -d busybox", WEB) + copies(f"$ docker rm {WEB}", WEB)
    assert typed_after(written(tmp_path, "a/b", body), "no such image\n") == [f"docker rm {WEB}"]


KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBU4ItW5Gw2INzdZhrKdGn+AmLb0vvghcUhFBL/7CqE+"
NEW_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHk3/2Vd0wL1b+Qm9Jr5sT7uXyZaBcDeFgHiJkLmNoPq"


def test_a_public_key_is_copied_to_the_machine_that_shall_know_it(tmp_path: Path) -> None:
    body = console("$ cat key.pub", f"{KEY} you") + copies(f"$ echo '{KEY} you' >> authorized_keys")
    scenario = written(tmp_path, "a/b", body)
    assert typed_after(scenario, f"{NEW_KEY} you\n") == [f"echo '{NEW_KEY} you' >> authorized_keys"]
    # Another kind of key, or a longer one, is no other value of the same key.
    for other in (NEW_KEY.replace("ed25519", "rsa"), f"{NEW_KEY}A", NEW_KEY[:-1]):
        assert drifts_of(scenario, [run(scenario, [f"{other} you\n", ""])], PACK.vocabulary) != []


def test_docker_py_copies_what_a_shell_printed(tmp_path: Path) -> None:
    body = console("$ docker swarm join-token -q worker", TOKEN) + copies(
        f'>>> client.swarm.join(["a"], "{TOKEN}")', "True", kind="pycon"
    )
    scenario = written(tmp_path, "a/b", body, "tracks: [python]\n")
    assert typed_after(scenario, f"{REAL}\n") == [f'client.swarm.join(["a"], "{REAL}")']


def test_a_copied_value_is_no_typed_one(tmp_path: Path) -> None:
    """It is another one in each run, so that it must not be compared as it stands."""
    body = console("$ docker run -d busybox", WEB) + copies(f"$ docker rm {WEB}", WEB)
    scenario = written(tmp_path, "a/b", body)
    assert drifts_of(scenario, [run(scenario, [f"{NEW_WEB}\n", f"{NEW_WEB}\n"])], PACK.vocabulary) == []
    # It is still the same one in both places.
    other = NEW_WEB[::-1]
    assert len(drifts_of(scenario, [run(scenario, [f"{NEW_WEB}\n", f"{other}\n"])], PACK.vocabulary)) == 1


def test_what_else_stands_in_a_copying_block_is_typed(tmp_path: Path) -> None:
    body = console("$ docker run -d busybox", WEB) + copies(f"$ docker update -m 1536m {WEB}", WEB, "1.5GiB")
    (reading, _) = readings([written(tmp_path, "a/b", body)], PACK.vocabulary).values()
    assert reading.typed.holds("1.5GiB") and not reading.typed.holds(WEB)
    assert Pairing(PACK.vocabulary).differ("1MiB / 1.5GiB\n", "1MiB / 2.5GiB\n", reading) is not None


def test_a_value_that_another_block_types_stays_typed(tmp_path: Path) -> None:
    body = (
        console(f"$ docker rm {WEB}", f"No such container: {WEB}")
        + console("$ docker run -d busybox", WEB, step="b")
        + copies(f"$ docker rm {WEB}", WEB)
    )
    reading = next(iter(readings([written(tmp_path, "a/b", body)], PACK.vocabulary).values()))
    assert reading.typed.holds(WEB)


def test_a_block_that_copies_what_nothing_above_printed_is_an_error(tmp_path: Path) -> None:
    body = copies(f"$ docker rm {WEB}", WEB, step="a") + console("$ docker run -d busybox", WEB, step="b")
    with pytest.raises(ScenarioError, match="nothing that an output above holds") as raised:
        written(tmp_path, "a/b", body)
    assert raised.value.where.endswith("b.md:8")


def test_a_secret_in_a_new_output_keeps_the_stand_in_of_its_place() -> None:
    """The output of another engine differs, and a later command copies the stand-in that stands in the scenario."""
    stand_ins = StandIns([TOKEN])
    assert stand_ins.instead(f"now: {REAL}\n", f"then: {TOKEN}\n") == f"now: {TOKEN}\n"
    assert stand_ins.instead(REAL) == TOKEN
    assert StandIns([TOKEN]).instead(f"{REAL}\n", "none\n") != f"{TOKEN}\n"
