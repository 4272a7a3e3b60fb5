"""What once passed as the same, one attack a line: each must be seen, and what really differs by nature must not."""

from __future__ import annotations

from pathlib import Path

import pytest
from snippetlab.compare import Pairing
from snippetlab.compare.reading import Reading, readings
from snippetlab.errors import ScenarioError
from snippetlab.packs.docker.kinds import VOCABULARY
from snippetlab.packs.docker.progress import dependencies

from tests.tool.runs import DOCKER, written

A = "3efd115129ac12a3ec4260a9edfdfb9dcce17741b751b274abc9a0082ffc5575"
B = "7aa0d8e7a8bd0a0a7e2e6d1cc9d0a1b4f1d1e3f0a9b8c7d6e5f4a3b2c1d0e9f8"
PS = "USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND\n"
TOP = "PID   USER     TIME  COMMAND\n"
STATS = "NAME      CPU %     MEM USAGE / LIMIT   MEM %     NET I/O     BLOCK I/O   PIDS\n"
IPTABLES = " pkts bytes target     prot opt in     out     source               destination\n"


def differ(recorded: str, captured: str, reading: Reading = DOCKER) -> str:
    found = Pairing(VOCABULARY).differ(recorded, captured, reading)
    return found.message if found else ""


ATTACKS = {
    "names of values": ("<app-1> <app-2>\n", "<app-1> <app-1>\n"),
    "numbered names": ("<step-1>\n", "<step-2>\n"),
    "a literal id": ("<id>\n", f"{A}\n"),
    "an id for a literal name": (f"{A}\n", "<id-1>\n"),
    "an id cut short": (f"{A}\n", f"{A[:63]}\n"),
    "a short id for a long one": (f"{A}\n", f"{A[:12]}\n"),
    "an id without its prefix": (f"sha256:{A}\n", f"{A}\n"),
    "a checksum of a file": (f"{A}  file\n", f"{B}  file\n"),
    "a list for a tuple": ("('a', 2)\n", "['a', 2]\n"),
    "a number as key": ("{80: 1}\n", "{'80': 1}\n"),
    "keys that normalise alike": ('{"2026-01-01 10:00": 1, "2026-01-01 11:00": 2}\n', '{"2026-01-01 10:00": 2}\n'),
    "a number as text": ("{'Pid': 812}\n", "{'Pid': '812'}\n"),
    "bytes as text": ("[b'x']\n", "[\"b'x'\"]\n"),
    "a set as object": ("{'a'}\n", "{'set': ['a']}\n"),
    "a key twice": ('{"a": 1, "a": 2}\n', '{"a": 2}\n'),
    "a row longer than its titles": (
        "{'Titles': ['PID'], 'Processes': [['812', 'x']]}\n",
        "{'Titles': ['PID'], 'Processes': [['812']]}\n",
    ),
    "a negative zero": ('{"a": 0}\n', '{"a": -0}\n'),
    "an empty cell between tabs": ("NAME\tPORTS\tID\nweb\t\tx\n", "NAME\tPORTS\tID\nweb\tx\t\n"),
    "prose under ps": (
        f"{PS}it took 12 of the 14 best men a day or so\n",
        f"{PS}it took 13 of the 99 best men a day or so\n",
    ),
    "no newline after JSON": ('{"a": 1}\n', '{"a": 1}'),
    "pretty JSON": ('{"a":1}\n', '{\n    "a": 1\n}\n'),
    "another indent": ('{\n  "a": 1\n}\n', '{\n    "a": 1\n}\n'),
    "an escape": ('{"a": "<"}\n', '{"a": "\\u003c"}\n'),
    "the order of keys": ('{"a": 1, "b": 2}\n', '{"b": 2, "a": 1}\n'),
    "a zombie": (
        f"{PS}root          12  0.0  0.0   1000   100 ?        S    10:00   0:00 sh\n",
        f"{PS}root          12  0.0  0.0   1000   100 ?        Z    10:00   0:00 sh\n",
    ),
    "n/a under TIME": (f"{TOP}   12 root      0:01 sh\n", f"{TOP}   12 root      n/a  sh\n"),
    "no process": (
        f"{STATS}web       0.00%     1MiB / 64MiB        0.00%     1B / 0B     0B / 0B     12\n",
        f"{STATS}web       0.00%     1MiB / 64MiB        0.00%     1B / 0B     0B / 0B     0\n",
    ),
    "another limit": (
        f"{STATS}web       0.00%     1MiB / 64MiB        0.00%     1B / 0B     0B / 0B     1\n",
        f"{STATS}web       0.00%     1MiB / 32MiB        0.00%     1B / 0B     0B / 0B     1\n",
    ),
    "no packet": (
        f"{IPTABLES}    0     0 DROP       all  --  *      *       0.0.0.0/0            0.0.0.0/0\n",
        f"{IPTABLES}    7   420 DROP       all  --  *      *       0.0.0.0/0            0.0.0.0/0\n",
    ),
    "no packet of a policy": (
        "Chain INPUT (policy DROP 0 packets, 0 bytes)\n",
        "Chain INPUT (policy DROP 7 packets, 9 bytes)\n",
    ),
    "a limit in memory_stats": (
        '{"memory_stats": {"usage": 1, "limit": 64}}\n',
        '{"memory_stats": {"usage": 1, "limit": 32}}\n',
    ),
    "no memory_stats": ('{"memory_stats": {"usage": 1}}\n', '{"memory_stats": {}}\n'),
    "a distribution": ("Linux distribution 12.5 is here\n", "Linux distribution 12.6 is gone\n"),
    "a percentage": ("50.00%\n", "10.00%\n"),
    "a port that nobody chose": ("listening on :50051\n", "listening on :50052\n"),
    "trailing blanks": ("x   \n", "x\n"),
    "blanks behind a header": ("NAME      IMAGE\nweb       busybox\n", "NAME      IMAGE \nweb       busybox\n"),
    "a tab": ("a\tb\n", "a       b\n"),
    "an accent": ("café\n", "cafe\u0301\n"),
    "an empty line": ("\n", ""),
    "a line of a build's step between those of another": (
        "#6 [2/3] RUN a\n#6 DONE 0.3s\n#7 [3/3] RUN b\n#7 DONE 0.1s\n",
        "#6 [2/3] RUN a\n#7 [3/3] RUN b\n#6 DONE 0.3s\n#7 DONE 0.1s\n",
    ),
    "the end of a build's step twice": (
        "#6 [2/3] RUN a\n#6 DONE 0.3s\n",
        "#6 [2/3] RUN a\n#6 DONE 0.3s\n#6 DONE 0.3s\n",
    ),
    "a part of a build's step behind its end": (
        "#1 [internal] load\n#1 transferring: 2B done\n#1 DONE 0.0s\n",
        "#1 [internal] load\n#1 DONE 0.0s\n#1 transferring: 2B done\n",
    ),
    "an empty line in a build's step": (
        "#6 [2/3] RUN a\n#6 DONE 0.3s\n\n#7 [3/3] RUN b\n#7 DONE 0.1s\n",
        "#6 [2/3] RUN a\n\n#6 DONE 0.3s\n\n#7 [3/3] RUN b\n#7 DONE 0.1s\n",
    ),
    "a blank between two steps of a build": (
        "#6 [2/3] RUN a\n#6 DONE 0.3s\n\n#7 [3/3] RUN b\n#7 DONE 0.1s\n",
        "#6 [2/3] RUN a\n#6 DONE 0.3s\n \n#7 [3/3] RUN b\n#7 DONE 0.1s\n",
    ),
    "a log that goes back in time": (
        "2026-11-23T23:16:53.411576835Z one\n2026-11-23T23:16:54.635896584Z one\n",
        "2026-11-23T23:16:54.635896584Z one\n2026-11-23T23:16:53.411576835Z one\n",
    ),
    "a parent that is younger than its child": (
        "UID    PID    PPID   C   STIME   TTY   TIME       CMD\nroot   1592   1570   1   23:11   ?     00:00:00   sh\n",
        "UID    PID    PPID   C   STIME   TTY   TIME       CMD\nroot   1570   1592   1   23:11   ?     00:00:00   sh\n",
    ),
    "one that the API tells": (
        "{'Processes': [['895', '872', 'sh']], 'Titles': ['PID', 'PPID', 'COMMAND']}\n",
        "{'Processes': [['872', '895', 'sh']], 'Titles': ['PID', 'PPID', 'COMMAND']}\n",
    ),
    "a process that is its own parent": (
        "PID   PPID  COMMAND\n   12     9 sh\n",
        "PID   PPID  COMMAND\n   12    12 sh\n",
    ),
    "two kernels in one lab": ("Linux 6.18.44\nLinux 6.18.44\n", "Linux 6.18.44\nLinux 6.1.0-word\n"),
    "a longer token": (f"SWMTKN-1-{'0' * 50}-{'0' * 25}\n", f"SWMTKN-1-{'0' * 50}-{'0' * 26}\n"),
    "another version of a package": ("  GitCommit:        1.1.15+ds1-2+b4\n", "  GitCommit:        1.1.16+ds1-2+b4\n"),
    "a commit that is no package": (
        "  GitCommit:        v1.1.15-0-gbc20cb4\n",
        "  GitCommit:        v1.1.15-1-gbc20cb4\n",
    ),
    "an invisible character": ("disk full\n", "disk\u200b full\n"),
}


@pytest.mark.parametrize(("recorded", "captured"), ATTACKS.values(), ids=ATTACKS)
def test_an_attack_is_seen_from_either_side(recorded: str, captured: str) -> None:
    assert differ(recorded, captured)
    assert differ(captured, recorded)
    assert not differ(recorded, recorded)
    assert not differ(captured, captured)


ALIKE = {
    "ids": (f"{A}\n{B}\n{A[:12]}\n", f"{B}\n{A}\n{B[:12]}\n"),
    "a process": (
        f"{PS}root          12  0.1  0.0   1000   100 ?        S    10:00   0:00 sh\n",
        f"{PS}root         412  0.0  0.1   2000    90 ?        R    11:00   0:01 sh\n",
    ),
    "numbers to the left": (
        "PID                 USER                COMMAND\n1592                root                httpd\n",
        "PID                 USER                COMMAND\n246                 root                httpd\n",
    ),
    "figures": ('{"memory_stats": {"usage": 1, "limit": 64}}\n', '{"memory_stats": {"usage": 9, "limit": 64}}\n'),
    "the load": ("0.10 0.20 0.30 1/100 4242\n", "1.00 0.20 0.30 2/101 17\n"),
    "temporary names": ("/tmp/tmp.AAAAAAAAAA\n", "/tmp/tmp.c7Xq0ZyB1k\n"),
    "the kernel": (
        "Linux lab 6.1.0-18-amd64 #1 SMP PREEMPT_DYNAMIC Debian 6.1.76-1 (2024-02-01) x86_64 GNU/Linux\n",
        "Linux lab 5.10.0 #9 SMP Wed Nov 25 01:00:00 UTC 2026 x86_64 GNU/Linux\n",
    ),
    "an update of the same version": (
        "  GitCommit:        1.1.15+ds1-2+b4\nBusyBox v1.35.0 (Debian 1:1.35.0-4+deb12u1+b1) built-in shell (ash)\n",
        "  GitCommit:        1.1.15+ds1-2+deb13u1\nBusyBox v1.35.0 (Debian 1:1.35.0-4) built-in shell (ash)\n",
    ),
    "an inode": ("Device: 0,52\tInode: 1234   Links: 1\n", "Device: 0,61\tInode: 99     Links: 1\n"),
    "layers that are pulled": (
        f"{A[:12]}: Pulling fs layer\n{B[:12]}: Pulling fs layer\n{A[:12]}: Pull complete\n{B[:12]}: Pull complete\n",
        f"{B[:12]}: Pulling fs layer\n{A[:12]}: Pulling fs layer\n{A[:12]}: Waiting\n{A[:12]}: Pull complete\n"
        f"{B[:12]}: Pull complete\n",
    ),
    "another kernel": ("Linux 6.18.44\nLinux 6.18.44\n", "Linux 6.1.0-18-amd64\nLinux 6.1.0-18-amd64\n"),
    "two streams at once": (
        "2026-11-23T23:16:53.411576835Z one\n2026-11-23T23:16:53.411580001Z two\n",
        "2026-11-23T23:16:53.411576835Z one\n2026-11-23T23:16:53.411570001Z two\n",
    ),
    "two services' logs": (
        "2026-11-23T23:16:53.411576835Z a.1.x@b | one\n2026-11-23T23:16:54.411580001Z a.2.y@c | one\n",
        "2026-11-23T23:16:54.411576835Z a.1.x@b | one\n2026-11-23T23:16:53.411570001Z a.2.y@c | one\n",
    ),
    "steps of a build at the same time": (
        "#6 [a 1/1] RUN a\n#6 0.1 x\n\n#7 [b 1/1] RUN b\n#7 DONE 0.1s\n\n#6 [a 1/1] RUN a\n#6 DONE 0.3s\n",
        "#7 [b 1/1] RUN b\n#7 DONE 0.1s\n\n#6 [a 1/1] RUN a\n#6 0.1 x\n#6 DONE 0.3s\n",
    ),
    "a build's step to which the log comes back": (
        "#6 [a 1/1] RUN a\n#6 DONE 0.3s\n\n#7 [b 1/1] RUN b\n#7 DONE 0.1s\n",
        "#6 [a 1/1] RUN a\n#6 DONE 0.0s\n\n#6 [a 1/1] RUN a\n#6 DONE 0.3s\n\n#7 [b 1/1] RUN b\n#7 DONE 0.1s\n",
    ),
    "one that was done, and then found in the cache": (
        "#6 [a 1/1] FROM a\n#6 CACHED\n\n#7 [b 1/1] RUN b\n#7 DONE 0.1s\n",
        "#6 [a 1/1] FROM a\n#6 DONE 0.0s\n\n#6 [a 1/1] FROM a\n#6 CACHED\n\n#7 [b 1/1] RUN b\n#7 DONE 0.1s\n",
    ),
    "parents and children": (
        "PID   PPID  COMMAND\n   12     9 sh\n  130    12 ps\n",
        "PID   PPID  COMMAND\n 4012  3009 sh\n 4013  4012 ps\n",
    ),
    "two short services": (
        "a-1  | one\na-1 exited with code 0\nb-1  | one\nb-1 exited with code 0\n",
        "b-1  | one\na-1  | one\nb-1 exited with code 0\na-1 exited with code 0\n",
    ),
}


@pytest.mark.parametrize(("recorded", "captured"), ALIKE.values(), ids=ALIKE)
def test_what_differs_by_nature_is_the_same(recorded: str, captured: str) -> None:
    assert differ(recorded, captured) == ""


ASKED = {
    "echo $!": ("4242\n", "17\n"),
    "date +%s": ("1700000000\n", "1800000000\n"),
    "date +%F": ("2024-01-01\n", "2026-11-25\n"),
    "date '+%d.%m.%Y'": ("01.01.2024\n", "25.11.2026\n"),
    "sleep 100 &": ("[1] 4242\n", "[1] 17\n"),
}


@pytest.mark.parametrize(("source", "outputs"), ASKED.items(), ids=ASKED)
def test_a_command_that_asks_for_what_is_new_each_time(source: str, outputs: tuple[str, str]) -> None:
    assert differ(*outputs, DOCKER.of(source)) == ""
    if source != "sleep 100 &":
        assert differ(*outputs, DOCKER.of("cat numbers"))


def test_a_date_that_was_asked_for_is_compared() -> None:
    assert differ("2024-01-01\n", "2024-01-02\n", DOCKER.of("date -d 2024-01-01 +%F"))


TYPED = [
    ("docker run -p 40000:80 web", "0.0.0.0:32768->80/tcp\n", "0.0.0.0:40000->80/tcp\n"),
    ("docker run -p 32768-32770:80 web", "0.0.0.0:32769->80/tcp\n", "0.0.0.0:32771->80/tcp\n"),
    ("docker run --mac-address 02:42:ac:11:00:99 web", "02:42:ac:11:00:99\n", "02:42:ac:11:00:98\n"),
    ("docker run --health-interval 1.5s web", "1.5s\n", "2.5s\n"),
    ("docker run --health-interval 500ms web", "500ms\n", "600ms\n"),
    ("docker run -m 1.5g web", "1MiB / 1.5GiB\n", "1MiB / 2.5GiB\n"),
    ("docker run --name brave_web web", "brave_web\n", "brave_curie\n"),
    ("docker run --label built='2024-01-15 10:00' web", "2024-01-15 10:00\n", "2024-01-16 10:00\n"),
    ("touch -d '2024-01-15 10:00' f; ls -l f", "Jan 15  2024 f\n", "Jan 16  2024 f\n"),
    ("printf 'hello\\n' | sha256sum | cut -c1-64", "", ""),
]
HELLO = "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03"  # sha256sum of "hello" and a newline


@pytest.mark.parametrize(("source", "printed", "other"), TYPED, ids=[t[0] for t in TYPED])
def test_a_value_that_somebody_typed_is_steady(tmp_path: Path, source: str, printed: str, other: str) -> None:
    scenario = written(tmp_path, "a/b", f"## s\n\n```console\n$ {source}\n```\n")
    (reading,) = readings([scenario], VOCABULARY).values()
    printed, other = printed or f"{HELLO}\n", other or f"{A}\n"
    assert differ(printed, other, reading)
    assert differ(other, printed, reading)
    assert not differ(printed, printed, reading)


@pytest.mark.parametrize(
    "value",
    [
        "SHA256:mmnU5C1aFyltZD3pM6fvHmYU3SHccH2ldvePMrMdExc",
        f"SWMTKN-1-{'1' * 50}-{'a' * 25}",
        f"SWMKEY-1-{'k' * 43}",
        "veth0a1b2c3",
        "ABCD:EFGH:" * 5 + "IJKL:MNOP",
    ],
)
def test_beside_a_value_that_is_always_as_long_every_blank_counts(value: str) -> None:
    assert differ(f"256 {value} root\n", f"256  {value} root\n")
    assert differ(f"256 {value} root\n", f"256 {value}  root\n")
    assert not differ(f"256 {value} root\n", f"256 {value} root\n")


def test_what_a_clock_gave_may_be_equal_to_a_typed_value(tmp_path: Path) -> None:
    scenario = written(tmp_path, "a/b", "## s\n\n```console\n$ sleep 0.1s; kill 42\n```\n")
    (reading,) = readings([scenario], VOCABULARY).values()
    assert not differ("#5 DONE 0.1s\n", "#5 DONE 0.2s\n", reading)
    assert not differ(f"{TOP}   42 root      0:01 sh\n", f"{TOP}   43 root      0:01 sh\n", reading)


COMPOSE = "services:\n  web:\n    depends_on:\n      db:\n        condition: service_healthy\n  db:\n    image: db\n  cache: {}\n"


def test_compose_keeps_the_order_that_dependencies_demand(tmp_path: Path) -> None:
    scenario = written(
        tmp_path, "a/b", f'## s\n\n```yaml file="compose.yaml"\n{COMPOSE}```\n\n```console\n$ true\n```\n'
    )
    (reading,) = readings([scenario], VOCABULARY).values()
    waits = " Container x-db-1  Started\n Container x-db-1  Healthy\n Container x-web-1  Started\n"
    early = " Container x-db-1  Started\n Container x-web-1  Started\n Container x-db-1  Healthy\n"
    assert differ(waits, early, reading)
    free = " Container x-cache-1  Started\n"
    assert not differ(free + waits, waits + free, reading)
    network = " Network x_default  Created\n"
    assert differ(network + waits, waits + network, reading)


def test_dependencies_are_read_from_compose_files() -> None:
    text = "services:\n  a:\n    depends_on: [b]\n  b:\n    depends_on:\n      - c\n    ports:\n      - 80\n  c:\n    image: x\n"
    assert dependencies(text) == {"a": frozenset("bc"), "b": frozenset("c")}
    assert dependencies("services:\n  a:\n    network_mode: service:b\n") == {"a": frozenset("b")}


@pytest.mark.parametrize("pattern", [".+", ".*x?.+", r"\S+", r"[^\n]+", "(?s).+", r"\w+|\W+", "(?:.|x)+", r"^.+$"])
def test_a_rule_that_matches_everything_is_refused(tmp_path: Path, pattern: str) -> None:
    rule = f"```yaml volatile\n- name: all\n  pattern: '{pattern}'\n  reason: it differs\n```\n"
    with pytest.raises(ScenarioError, match="the pattern matches whatever is printed"):
        written(tmp_path, "a/b", f"## s\n\n```console\n$ true\n```\n\n{rule}")


MESSAGES = {
    "only in blanks at the end": ("x  \n", "x\n"),
    "only in tabs and blanks": ("a\tb\n", "a       b\n"),
    "only in the form of accented letters": ("café\n", "cafe\u0301\n"),
    "only in upper and lower case": ("Error\n", "error\n"),
    "only in characters that are not seen": ("a\u200bb\n", "ab\n"),
    "a newline at the end is missing": ("x\n", "x"),
    "a newline at the end that is not recorded": ("x", "x\n"),
    "1 empty line more than recorded, after line 1": ("x\n", "x\n\n"),
    "nothing was printed": ("\n", ""),
    "laid out otherwise": ('{"a":1}\n', '{"a": 1}\n'),
}


@pytest.mark.parametrize(("words", "outputs"), MESSAGES.items(), ids=MESSAGES)
def test_differences_that_are_not_seen_are_named(words: str, outputs: tuple[str, str]) -> None:
    assert words in differ(*outputs)
