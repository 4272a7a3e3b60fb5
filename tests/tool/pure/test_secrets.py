"""No recording holds a token or a key that a run made."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from snippetlab.accept.secrets import SECRET, StandIns, is_stand_in
from snippetlab.accept.update import new_bodies, what_changes
from snippetlab.compare import Difference, Pairing, Reading, readings
from snippetlab.model import Drift, DriftKind, Place

from tests.tool.runs import DOCKER, PACK, console, result, run, written


def differ(recorded: str, captured: str, reading: Reading = DOCKER) -> Difference | None:
    return Pairing(PACK.vocabulary).differ(recorded, captured, reading)


DIGEST = "4m1pz4ol7se9z6e4c94mjm41nebc50glxz0e6x9f08rjlk0di2"
WORKER, MANAGER = "epse6n5brvwmo1dw9cvz1h3av", "8y6en51da7oe0f2awua28xbbc"
TOKEN = f"SWMTKN-1-{DIGEST}-{WORKER}"
PEM = "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIJ4k\nAb+/==\n-----END EC PRIVATE KEY-----"
ESCAPED = PEM.replace("\n", "\\n")
SECRETS = [
    TOKEN,
    "SWMKEY-1-7c37Cc8654o6p38HnroywCi19pllOnGtbdZEgtKxZu8",
    PEM,
    ESCAPED,
    "eyJhbGciOiJSUzI1NiIs.eyJpc3MiOiJhdXRoLmRvY2tlci.c2lnbmF0dXJlMTIz-_4",
    "dckr_pat_Jq1x0bZkTQ2mVn8rLw4yCe6sHd",
]


@pytest.mark.parametrize("secret", SECRETS)
def test_a_stand_in_has_the_shape_and_nothing_of_the_secret(secret: str) -> None:
    made = StandIns([]).instead(f"a {secret} b")
    assert made.startswith("a ") and made.endswith(" b")
    made = made[2:-2]
    assert len(made) == len(secret)
    assert SECRET.fullmatch(made) and is_stand_in(made) and not is_stand_in(secret)


def test_the_stand_in_of_a_join_token() -> None:
    assert StandIns([]).instead(TOKEN) == f"SWMTKN-1-{'0' * 50}-{'0' * 24}1"


def test_what_differs_differs_and_what_is_the_same_is_the_same() -> None:
    stand_ins = StandIns([])
    other = f"SWMTKN-1-{DIGEST}-{MANAGER}"
    one, two, again = (stand_ins.instead(text) for text in (TOKEN, other, TOKEN))
    assert one == again != two


def test_a_stand_in_that_is_recorded_already_is_not_given_twice() -> None:
    recorded = StandIns([]).instead(TOKEN)
    assert StandIns([recorded]).instead(f"SWMTKN-1-{DIGEST}-{MANAGER}").endswith("2")
    assert StandIns([recorded]).instead(recorded) == recorded


def test_an_update_writes_stand_ins(tmp_path: Path) -> None:
    scenario = written(tmp_path, "test/a", console("$ docker swarm join-token -q worker"))
    ((_, body),) = new_bodies(result(scenario, run(scenario, [f"{TOKEN}\n"])), PACK.vocabulary)
    assert DIGEST not in str(body) and "SWMTKN-1-0000" in str(body)


OTHERS = {
    secret: secret[:-7] + secret[-7:].translate(str.maketrans("hndKZu8tc-4", "jpqLYv9sd_5")) for secret in SECRETS
}
OTHERS |= {pem: pem.replace("MHcCAQ", "NIdDBR") for pem in (PEM, ESCAPED)}


@pytest.mark.parametrize("secret", SECRETS)
def test_another_run_has_another_secret(secret: str) -> None:
    """The recorded stand-in and the secret of any run are the same to a comparison; what is no secret is not."""
    made, other = StandIns([]).instead(secret), OTHERS[secret]
    assert other != secret and SECRET.fullmatch(other)
    assert differ(f"{made}\n", f"{secret}\n") is differ(f"{secret}\n", f"{other}\n") is None
    assert differ(f"{made}\n", "none\n") is not None
    assert differ(f"{made}\n", f"{secret[: len(secret) // 2]}\n") is not None


@pytest.mark.parametrize("secret", [s for s in SECRETS if not s.startswith("-----")])
def test_two_places_with_one_secret_keep_it(secret: str) -> None:
    assert differ(f"{secret} {secret}\n", f"{OTHERS[secret]} {OTHERS[secret]}\n") is None
    assert differ(f"{secret} {secret}\n", f"{OTHERS[secret]} {secret}\n") is not None


@pytest.mark.parametrize("secret", SECRETS)
def test_a_secret_that_somebody_typed_is_compared(tmp_path: Path, secret: str) -> None:
    scenario = written(tmp_path, "test/a", f'## a\n\n```text file="key"\n{secret}\n```\n\n```console\n$ cat key\n```\n')
    (reading,) = readings([scenario], PACK.vocabulary).values()
    assert differ(f"{secret}\n", f"{secret}\n", reading) is None
    assert differ(f"{secret}\n", f"{OTHERS[secret]}\n", reading) is not None


def test_a_key_in_a_structure(tmp_path: Path) -> None:
    one, two = ({"Key": PEM, "Name": "web"}, {"Key": OTHERS[PEM], "Name": "web"})
    assert differ(f"{json.dumps(one)}\n", f"{json.dumps(two)}\n") is None
    assert differ(f"{one!r}\n", f"{two!r}\n") is None
    assert differ(f"{json.dumps(one)}\n", json.dumps({**two, "Name": "db"}) + "\n") is not None


@pytest.mark.parametrize(
    ("kind", "recorded", "captured", "values", "words"),
    [
        (DriftKind.OUTPUT, "", "a\n", (), "a new output"),
        (DriftKind.OUTPUT, "a\n", "", (), "an output is lost"),
        (DriftKind.OUTPUT, "a\n", "b\n", (), "another output"),
        (DriftKind.OUTPUT, "a\n", "b\n", ("a", "b"), "another identity"),
        (DriftKind.EXIT_CODE, "a\n", "", (), "another outcome"),
        (DriftKind.EXCEPTION, "", "b\n", (), "another outcome"),
    ],
)
def test_an_update_says_what_it_accepts(
    kind: DriftKind, recorded: str, captured: str, values: tuple[str, ...], words: str
) -> None:
    drift = Drift(kind, "a/b#c", Place(Path("a"), 1), recorded, captured, "", values=values)
    assert what_changes(drift) == words
