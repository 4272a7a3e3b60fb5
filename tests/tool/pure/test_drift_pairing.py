"""What is written into a file fits what stands there from former runs."""

from __future__ import annotations

from snippetlab.compare import Pairing
from snippetlab.packs.docker.kinds import VOCABULARY

from tests.tool.runs import DOCKER

OLD = "3efd115129ac12a3ec4260a9edfdfb9dcce17741b751b274abc9a0082ffc5575"
NEW = "0b4c1f2d3e4a5b6c7d8e9fa0b1c2d3e4f5a6b7c8d9eafb0c1d2e3f4a5b6c7d8e"


def paired(recorded: str, captured: str) -> Pairing:
    pairing = Pairing(VOCABULARY)
    assert pairing.differ(recorded, captured, DOCKER) is None
    return pairing


def test_paired_ids_are_written_as_they_are_recorded_as_long_as_they_were_printed() -> None:
    pairing = paired(f"{OLD}\n", f"{NEW}\n")
    text = f"$ docker ps -q\n{NEW[:12]}\nsha256:{NEW} and {NEW[:20]}\n"
    assert pairing.in_recorded_terms(text, DOCKER) == f"$ docker ps -q\n{OLD[:12]}\nsha256:{OLD} and {OLD[:20]}\n"


def test_what_is_new_is_written_as_it_is() -> None:
    pairing = paired(f"{OLD}\n", f"{NEW}\n")
    other = "f" * 63 + "0"
    assert pairing.in_recorded_terms(f"{other}\n", DOCKER) == f"{other}\n"


def test_of_an_id_of_which_only_the_beginning_is_recorded() -> None:
    pairing = paired(f"{OLD[:12]}\n", f"{NEW[:12]}\n")
    assert pairing.in_recorded_terms(f"{NEW}\n", DOCKER) == f"{OLD[:12]}{NEW[12:]}\n"


def test_other_kinds_are_written_whole() -> None:
    was = "2026-11-23T22:34:44.307980814Z 0.0.0.0:32768 admiring_curie 02:42:ac:11:00:02"
    now = "2026-11-24T01:02:03.12345678Z 0.0.0.0:49153 wonderful_blackwell 3a:42:ac:11:00:02"
    assert paired(was, now).in_recorded_terms(f"{now}", DOCKER) == was


def test_a_new_recording_in_old_terms_is_equal_to_the_next_run() -> None:
    """After an update of one output only, the whole file still says the same of each id."""
    pairing = paired(f"{OLD}\n", f"{NEW}\n")
    assert pairing.differ("web\n", f"{NEW[:12]} web\n", DOCKER) is not None
    written = pairing.in_recorded_terms(f"{NEW[:12]} web\n", DOCKER)
    third = "5e1f2a3b4c5d" + "6" * 52
    again = Pairing(VOCABULARY)
    assert again.differ(f"{OLD}\n", f"{third}\n", DOCKER) is None
    assert again.differ(written, f"{third[:12]} web\n", DOCKER) is None
