"""A value that somebody typed is compared as it is, however it is written where it is typed and where it is printed."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from snippetlab.compare import Pairing
from snippetlab.compare.reading import Reading, readings
from snippetlab.packs.docker.kinds import VOCABULARY

from tests.tool.runs import written

STATS = "NAME   CPU %   MEM USAGE / LIMIT   MEM %   NET I/O   BLOCK I/O   PIDS\n"
OTHER = "7aa0d8e7a8bd0a0a7e2e6d1cc9d0a1b4f1d1e3f0a9b8c7d6e5f4a3b2c1d0e9f8"
UUID = "8d4e8fa8-31ec-4c1c-a4ac-0c9d4c5a2a5"


def sha256(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()


def stats(limit: str) -> str:
    return f"{STATS}web    0.10%   1MiB / {limit:<12}1.00%   1B / 0B   0B / 0B     1\n"


def typed(folder: Path, body: str, front: str = "tracks: [shell]\n") -> Reading:
    (reading,) = readings([written(folder, "a/b", body, front)], VOCABULARY).values()
    return reading


def shell(folder: Path, command: str) -> Reading:
    lines = command.replace("\n", "\n> ")
    return typed(folder, f"## s\n\n```console\n$ {lines}\n```\n").of(command)


def python(folder: Path, command: str) -> Reading:
    return typed(folder, f"## s\n\n```pycon\n>>> {command}\n```\n", "tracks: [python]\n").of(command)


def seen(reading: Reading, printed: str, other: str) -> bool:
    """Whether each of two outputs would be drift from the other, and none from itself."""
    assert Pairing(VOCABULARY).differ(printed, printed, reading) is None
    assert Pairing(VOCABULARY).differ(other, other, reading) is None
    found = [Pairing(VOCABULARY).differ(*sides, reading) for sides in ((printed, other), (other, printed))]
    assert bool(found[0]) == bool(found[1])
    return bool(found[0])


@pytest.mark.parametrize(
    ("content", "printed", "other"),
    [
        (b"FROM web\nHEALTHCHECK --interval=1.5s CMD true\n", "1.5s\n", "2.5s\n"),
        (
            b"services: {web: {ports: ['40000:80']}}\n",
            "0.0.0.0:40000->80/tcp\n",
            "0.0.0.0:40001->80/tcp\n",
        ),
        (f"id {UUID}0\n".encode(), f"{UUID}0\n", f"{UUID}1\n"),
        (b"\xff\0\x01", f"{hashlib.sha256(bytes([255, 0, 1])).hexdigest()}  site/f\n", f"{OTHER}  site/f\n"),
    ],
)
def test_what_stands_in_a_copied_file_is_typed(tmp_path: Path, content: bytes, printed: str, other: str) -> None:
    files = tmp_path / "a" / "site"
    files.mkdir(parents=True)
    (files / "f").write_bytes(content)
    body = "## s\n\n```console\n$ sha256sum site/f\n```\n"
    assert seen(typed(tmp_path, body, "tracks: [shell]\ncontext: [site]\n").of("sha256sum site/f"), printed, other)


SHELL = [
    # sizes
    ("docker run -m 1.5g web", "1MiB / 1.5GiB\n", "1MiB / 2.5GiB\n"),
    ("docker run -m 1.5g web", '"Memory": 1610612736\n', '"Memory": 1610612737\n'),
    ("docker run -m 64m web", stats("64MiB"), stats("65MiB")),
    ("docker run -m 512k web", stats("512KiB"), stats("513KiB")),
    ("docker run -m 1500m web", stats("1.465GiB"), stats("1.466GiB")),
    ("docker run -m 70000000 web", stats("66.76MiB"), stats("66.77MiB")),
    ("docker run -m $((48 * 1000 * 1000)) web", stats("45.78MiB"), stats("45.79MiB")),
    ("docker run -m 1536MiB web", stats("1.5GiB"), stats("1.6GiB")),
    ("docker run -m 1536MB web", stats("1.5GiB"), stats("1.6GiB")),
    # durations
    ("docker run --health-interval 1.5s web", "1.5s\n", "2.5s\n"),
    ("docker run --health-interval 1.5s web", "1500000000\n", "1600000000\n"),
    ("docker run --health-interval 500ms web", "500ms\n", "600ms\n"),
    ("docker run --health-interval 500ms web", "0.5s\n", "0.6s\n"),
    ("docker run --health-interval 2500ms web", "2.5s\n", "2.6s\n"),
    ("docker run --health-interval 90s web", "in 1m30s\n", "in 1m31s\n"),
    ("docker run --health-interval 1h30m web", "1h30m0s\n", "1h31m0s\n"),
    ("echo 0.25ms", "250µs\n", "251µs\n"),
    # ports
    ("docker run -p 33000:80 web", "0.0.0.0:33000->80/tcp\n", "0.0.0.0:33001->80/tcp\n"),
    ("docker run -p 33000:80 web", "[::]:33000->80/tcp\n", "[::]:33001->80/tcp\n"),
    ("docker run -p 33000:80 web", '{"HostPort": "33000"}\n', '{"HostPort": "33001"}\n'),
    ("docker run -p 33000:80 web", '{"PublicPort": 33000}\n', '{"PublicPort": 33001}\n'),
    ("docker run -p 127.0.0.1:33000:80/udp web", "127.0.0.1:33000->80/udp\n", "127.0.0.1:33001->80/udp\n"),
    ("docker run -p 33000-33010:80 web", "0.0.0.0:33005->80/tcp\n", "0.0.0.0:33011->80/tcp\n"),
    ("docker service create --publish published=33000,target=80 web", "*:33000->80/tcp\n", "*:33001->80/tcp\n"),
    # over quotes and variables
    ('docker run -p 330""00:80 web', "0.0.0.0:33000->80/tcp\n", "0.0.0.0:33001->80/tcp\n"),
    ("P=00; docker run -p 330$P:80 web", "0.0.0.0:33000->80/tcp\n", "0.0.0.0:33001->80/tcp\n"),
    ('for i in 1 2; do docker run -p "3300$i:80" web; done', "0.0.0.0:33002->80/tcp\n", "0.0.0.0:33003->80/tcp\n"),
    ("export SIZE=1.5; docker run -m ${SIZE}g web", stats("1.5GiB"), stats("1.6GiB")),
    # hardware addresses
    ("docker run --mac-address 02:42:ac:11:00:99 web", "02:42:ac:11:00:99\n", "02:42:ac:11:00:98\n"),
    ("docker run --mac-address 02:42:AC:11:00:99 web", "02:42:ac:11:00:99\n", "02:42:ac:11:00:98\n"),
    ("docker run --mac-address 02-42-ac-11-00-99 web", "02:42:ac:11:00:99\n", "02:42:ac:11:00:98\n"),
    ("docker run --mac-address 0242.ac11.0099 web", "02:42:ac:11:00:99\n", "02:42:ac:11:00:98\n"),
    # The address that a kernel makes of a hardware address (RFC 4291, appendix A).
    ("docker run --mac-address 02:42:ac:11:00:99 web", "fe80::42:acff:fe11:99/64\n", "fe80::42:acff:fe11:98/64\n"),
    # addresses
    ("docker run --ip 172.30.0.10 web", "172.30.0.10/16\n", "172.30.0.11/16\n"),
    ("docker run --ip6 fe80::10 web", "inet6 fe80::10/64\n", "inet6 fe80::11/64\n"),
    ("docker run --ip6 FE80:0:0::ABCD web", "inet6 fe80::abcd/64\n", "inet6 fe80::abce/64\n"),
    # dates
    ("docker run -l at=2024-01-15T10:00:00Z web", "2024-01-15T10:00:00Z\n", "2024-01-16T10:00:00Z\n"),
    ("docker run -l at=2024-01-15T10:00:00+02:00 web", "2024-01-15T08:00:00Z\n", "2024-01-16T08:00:00Z\n"),
    ("docker run -l 'at=Mon Jan 15 10:00:00 2024' web", "Mon Jan 15 10:00:00 2024\n", "Mon Jan 16 10:00:00 2024\n"),
    ("touch -d '2024-01-15 10:00' f", "2024-01-15 10:00:00.000000000 +0000\n", "2024-01-16 10:00:00.000000000 +0000\n"),
    ("touch -t 202401151000 f; ls -l f", "Jan 15  2024 f\n", "Jan 16  2024 f\n"),
    ("touch -t 202401151000.30 f", "2024-01-15 10:00:30.000000000 +0000\n", "2024-01-16 10:00:30.000000000 +0000\n"),
    ("touch -d 'Jan 15 2024' f; ls -l f", "Jan 15  2024 f\n", "Jan 16  2024 f\n"),
    ("touch -d '15 Jan 2024' f; ls -l f", "Jan 15  2024 f\n", "Jan 16  2024 f\n"),
    ("touch -d @1705312800 f; ls -l f", "Jan 15  2024 f\n", "Jan 16  2024 f\n"),
    ("SOURCE_DATE_EPOCH=0 docker build .", "1970-01-01T00:00:00Z\n", "1970-01-02T00:00:00Z\n"),
    ("SOURCE_DATE_EPOCH=1705312800 docker build .", '{"Created": 1705312800}\n', '{"Created": 1705312801}\n'),
    # names and ids
    ("docker run --name brave_web web", "/brave_web\n", "/brave_curie\n"),
    ("docker run --name 'brave'_web web", "brave_web\n", "brave_curie\n"),
    ("N=web; docker run --name brave_$N web", "brave_web\n", "brave_curie\n"),
    ("docker build -t brave_web .", "docker.io/library/brave_web:latest\n", "docker.io/library/brave_curie:latest\n"),
    ("docker run --hostname 3efd115129ac web", "3efd115129ac\n", "3efd115129ad\n"),
    (f"docker run -l rev={OTHER[:40]} web", f"{OTHER[:12]}\n", f"{sha256('')[:12]}\n"),
    (f"docker pull web@sha256:{OTHER}", f"web@sha256:{OTHER}\n", f"web@sha256:{sha256('')}\n"),
    (f"echo {UUID.upper()}E", f"{UUID}e\n", f"{UUID}f\n"),
    # checksums of what is fixed
    ("printf 'hello\\n' | sha256sum | cut -c1-64", f"{sha256('hello' + chr(10))}\n", f"{OTHER}\n"),
    ("printf 'hello\\n' | sha256sum | cut -c1-12", f"{sha256('hello' + chr(10))[:12]}\n", f"{OTHER[:12]}\n"),
    ("echo hello world | sha256sum | cut -c1-64", f"{sha256('hello world' + chr(10))}\n", f"{OTHER}\n"),
    ("echo -n hello | sha256sum | cut -c1-64", f"{sha256('hello')}\n", f"{OTHER}\n"),
    ("printf '%s\\n' one two | sha256sum | cut -c1-64", f"{sha256('one' + chr(10) + 'two' + chr(10))}\n", f"{OTHER}\n"),
    (
        "cat > f <<'E'\none\ntwo\nE\nsha256sum f | cut -c1-64",
        f"{sha256('one' + chr(10) + 'two' + chr(10))}\n",
        f"{OTHER}\n",
    ),
    # what is measured elsewhere, where it stands as it was typed, with the word beside it
    ("docker run -l age='3 days ago' web", "3 days ago\n", "4 days ago\n"),
    ("docker run -l age='Up 2 minutes' web", "Up 2 minutes\n", "Up 3 minutes\n"),
    ("echo '#5 DONE 3.2s'", "#5 DONE 3.2s\n", "#5 DONE 3.3s\n"),
    ("echo '[1] 2620'", "[1] 2620\n", "[1] 2621\n"),
    ("echo ' Total Memory: 23.54GiB'", " Total Memory: 23.54GiB\n", " Total Memory: 23.55GiB\n"),
    ("curl -H 'ETag: \"abc\"' web", 'ETag: "abc"\n', 'ETag: "abd"\n'),
    ("echo 5MB/s", "5MB/s\n", "6MB/s\n"),
]


@pytest.mark.parametrize(("command", "printed", "other"), SHELL)
def test_a_value_in_a_command_is_steady(tmp_path: Path, command: str, printed: str, other: str) -> None:
    assert seen(shell(tmp_path, command), printed, other)


PYTHON = [
    ("client.containers.run('web', mem_limit='64m')", stats("64MiB"), stats("65MiB")),
    ("client.containers.run('web', mem_limit=64 * 1024 * 1024)", stats("64MiB"), stats("65MiB")),
    ("client.containers.run('web', mem_limit=64 * 2**20)", stats("64MiB"), stats("65MiB")),
    ("client.containers.run('web', healthcheck={'interval': 1500000000})", "1.5s\n", "2.5s\n"),
    ("client.containers.run('web', healthcheck={'interval': 1_500_000_000})", "1.5s\n", "2.5s\n"),
    ("client.containers.run('web', healthcheck={'interval': 500 * 10**6})", "500ms\n", "600ms\n"),
    ("client.containers.run('web', ports={80: 33000})", '{"HostPort": "33000"}\n', '{"HostPort": "33001"}\n'),
    ("client.containers.run('web', ports={80: ('127.0.0.1', 33000)})", "127.0.0.1:33000\n", "127.0.0.1:33001\n"),
]


@pytest.mark.parametrize(("command", "printed", "other"), PYTHON)
def test_a_value_in_a_call_is_steady(tmp_path: Path, command: str, printed: str, other: str) -> None:
    assert seen(python(tmp_path, command), printed, other)


def test_a_value_in_a_file_is_steady(tmp_path: Path) -> None:
    compose = (
        "services:\n  web:\n    mem_limit: 70000000\n    mac_address: 02-42-AC-11-00-99\n    ports: ['33000:80']\n"
    )
    reading = typed(tmp_path, f'## s\n\n```yaml file="compose.yaml"\n{compose}```\n')
    assert seen(reading, stats("66.76MiB"), stats("66.77MiB"))
    assert seen(reading, "02:42:ac:11:00:99\n", "02:42:ac:11:00:98\n")
    assert seen(reading, "0.0.0.0:33000->80/tcp\n", "0.0.0.0:33001->80/tcp\n")


def test_a_value_in_the_front_matter_is_steady(tmp_path: Path) -> None:
    front = (
        'tracks: [shell]\ndaemon:\n  shutdown-timeout: 90\n  fixed-cidr-v6: "FE80:0::/64"\n  labels: ["brave_lab"]\n'
    )
    reading = typed(tmp_path, "## s\n\n```console\n$ true\n```\n", front)
    assert seen(reading, "brave_lab\n", "brave_curie\n")


def test_a_value_typed_in_a_terminal_is_steady(tmp_path: Path) -> None:
    body = '## s\n\n```console tty prompt="/ # "\n$ sh\n/ # hostname brave_web\n/ # exit\n```\n'
    assert seen(typed(tmp_path, body), "brave_web\n", "brave_curie\n")


# A clock or a counter may give what somebody typed: that is an accident, and no value of theirs.
ACCIDENTS = [
    ("sleep 0.1s; docker build .", "#5 DONE 0.1s\n", "#5 DONE 0.2s\n"),
    ("sleep 1.5; time true", "real\t0m1.50s\n", "real\t0m1.51s\n"),
    (
        "kill 42",
        "PID   USER     TIME  COMMAND\n   42 root      0:01 sh\n",
        "PID   USER     TIME  COMMAND\n   43 root      0:01 sh\n",
    ),
    ("kill 42", '{"Pid": 42}\n', '{"Pid": 43}\n'),
    ("docker run --cpus 2 web", '{"NCPU": 2, "MemTotal": 64}\n', '{"NCPU": 4, "MemTotal": 65}\n'),
    ("head -c 420 f", '{"rx_bytes": 420}\n', '{"rx_bytes": 421}\n'),
    ("sleep 2; docker ps", "Up 2 seconds\n", "Up 3 seconds\n"),
    ("docker run -l x=web@2 web", "3efd115129ac\n", f"{OTHER[:12]}\n"),
    ("docker rm 3efd", "3efd115129ac\n", f"{OTHER[:12]}\n"),
]


@pytest.mark.parametrize(("command", "printed", "other"), ACCIDENTS)
def test_what_is_equal_to_a_typed_value_by_accident_is_none(
    tmp_path: Path, command: str, printed: str, other: str
) -> None:
    assert not seen(shell(tmp_path, command), printed, other)


def test_a_variable_of_many_values_takes_no_time(tmp_path: Path) -> None:
    words = " ".join(map(str, range(1000)))
    command = f"for a in {words}; do for b in {words}; do echo $a$b$a$b; done; done"
    assert not seen(shell(tmp_path, command), "3efd115129ac\n", f"{OTHER[:12]}\n")
