"""Identity: the same value in the same places, whatever it is called in a run."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from snippetlab.compare.normalise import Identities, identity_marks
from snippetlab.compare.normalise.names import readable
from snippetlab.packs.docker.kinds import VOCABULARY

from tests.tool.runs import DOCKER, normal

WEB = "3efd115129ac12a3ec4260a9edfdfb9dcce17741b751b274abc9a0082ffc5575"
DB = "7aa0d8e7a8bd0a0a7e2e6d1cc9d0a1b4f1d1e3f0a9b8c7d6e5f4a3b2c1d0e9f8"


def test_ids_are_numbered_in_order_of_first_sight() -> None:
    assert normal(f"{DB} {WEB} {DB}", Identities(VOCABULARY)) == "<id-1> <id-2> <id-1>"


def test_a_short_id_is_the_long_one_that_it_begins() -> None:
    known = Identities(VOCABULARY)
    assert normal(WEB, known) == "<id-1>"
    assert normal(DB, known) == "<id-2>"
    assert normal(f"{WEB[:12]} {DB[:12]}", known) == "<id-1> <id-2>"


def test_a_long_id_is_the_short_one_that_was_seen_before() -> None:
    known = Identities(VOCABULARY)
    assert normal(f"{DB[:12]} {WEB[:12]}", known) == "<id-1> <id-2>"
    assert normal(f"{WEB} sha256:{DB}", known) == "<id-2> <id-1>"


def test_other_beginnings_of_a_known_id_are_that_id() -> None:
    known = Identities(VOCABULARY)
    assert normal(WEB[:20], known) == WEB[:20]
    normal(WEB, known)
    assert normal(f"{WEB[:20]} {WEB[:10]} {WEB[:9]}", known) == f"<id-1> <id-1> {WEB[:9]}"
    assert normal(f"{WEB[:13]}x", known) == f"{WEB[:13]}x"


def test_the_short_form_of_a_swarm_id_is_known_by_the_long_one() -> None:
    known = Identities(VOCABULARY)
    assert normal("t2wk4pgwkgwmfx0cari0v2jb2", known) == "<id-1>"
    assert normal("t2wk4pgwkgwm\n", known) == "<id-1>\n"
    assert normal("hetnsvfot5mp\n", known) == "hetnsvfot5mp\n"


def test_in_a_column_of_ids_the_short_form_needs_no_long_one() -> None:
    table = "ID             NAME\nt2wk4pgwkgwm   svc.1\nhetnsvfot5mp   svc.2\n"
    assert normal(table, Identities(VOCABULARY)) == "ID │ NAME\n<id-1> │ svc.1\n<id-2> │ svc.2\n"


def test_kinds_are_numbered_apart() -> None:
    text = f"{WEB} 02:42:ac:11:00:02 0.0.0.0:32768 veth3954d33 admiring_curie"
    assert normal(text, Identities(VOCABULARY)) == "<id-1> <mac-1> 0.0.0.0:<port-1> <interface-1> <name-1>"


def test_times_to_the_nanosecond_say_which_event_is_meant() -> None:
    known = Identities(VOCABULARY)
    first = "2026-11-23T22:34:44.307980814Z restarts: 0"
    assert normal(first, known) == normal(first, known) == "<time-1> restarts: 0"
    assert normal("2026-11-23T22:34:45.307980814Z restarts: 0", known) == "<time-2> restarts: 0"
    assert normal("2026-11-23T22:34:45Z", known) == "<time>"


def test_asking_for_a_name_gives_none() -> None:
    known = Identities(VOCABULARY)
    assert known.known("id", WEB) is None
    assert readable(known.name("id", WEB)) == "<id-1>"
    assert known.known("id", f"sha256:{WEB}") == 1
    assert known.values("id", 1) == [WEB]
    known.name("id", WEB[:12])
    assert known.values("id", 1) == [WEB, WEB[:12]]


def test_marks_of_identities_only() -> None:
    text = f"{WEB} 3 seconds ago"
    assert [(m.kind, text[m.start : m.end]) for m in identity_marks(text, Identities(VOCABULARY), DOCKER)] == [
        ("id", WEB)
    ]


ids = st.text("0123456789abcdef", min_size=64, max_size=64)


@given(st.lists(ids, min_size=1, max_size=6, unique_by=lambda i: i[:10]), st.data())
def test_renaming_every_id_changes_nothing(first: list[str], data: st.DataObject) -> None:
    """However ids are spread over a scenario, another run's ids at the same places give the same text."""
    unique = st.lists(ids, min_size=len(first), max_size=len(first), unique_by=lambda i: i[:10])
    second = data.draw(unique)
    places = data.draw(st.lists(st.tuples(st.integers(0, len(first) - 1), st.sampled_from((12, 64))), max_size=12))
    texts = [[f"{run[i][:length]} is up" for i, length in places] for run in (first, second)]
    known = Identities(VOCABULARY), Identities(VOCABULARY)
    for a, b in zip(*texts, strict=True):
        assert normal(a, known[0]) == normal(b, known[1])
