"""Each kind of volatile value in the forms in which Docker and its neighbours print it, and what is none."""

from __future__ import annotations

import pytest
from snippetlab.compare.normalise import Blind, Identities, spans
from snippetlab.packs.docker.kinds import VOCABULARY

from tests.tool.runs import DOCKER, normal

LONG = "3efd115129ac12a3ec4260a9edfdfb9dcce17741b751b274abc9a0082ffc5575"

# Of a swarm's join token: the certificate's digest, and the secret (swarmkit, ca.GenerateJoinToken).
DIGEST, SECRET = "5y5g0vbgu5v8r2h4v1vo0nqy7g3j8kz5m6f1d2s3a4q5w6e7r8", "3n4b5v6c7x8z9l0k1j2h3g4f5"

VOLATILE = [
    # ids
    (LONG, "<id>"),
    (f"sha256:{LONG}", "<id>"),
    (f"busybox@sha256:{LONG}", "busybox@<id>"),
    (f"/var/lib/docker/overlay2/{LONG}-init/diff", "/var/lib/docker/overlay2/<id>-init/diff"),
    ("3efd115129ac", "<id>"),
    ("root@3efd115129ac:/#", "root@<id>:/#"),
    ("172.17.0.2\t3efd115129ac", "172.17.0.2\t<id>"),
    ("br-3efd115129ac", "br-<id>"),
    ("<Image: 'sha256:3efd115129'>", "<Image: '<id>'>"),
    ("123456789012", "<id>"),  # one short id in 280 has only digits
    ("ks9uxeaodlqhogn2t2kck58i2", "<id>"),
    ("svc.1.ks9uxeaodlqhogn2t2kck58i2", "svc.1.<id>"),
    ("volume 4b93467130dd19…", "volume <id>…"),
    ("8d4e8fa8-31ec-4c1c-a4ac-0c9d4c5a2a5e", "<uuid>"),
    ("ID: N4HQ:LLWN:5R3F:6ZDM:3Y5D:M6CK:TTIF:ZTHK:6YQS:U4HB:TK4R:ZC4H", "ID: <uuid>"),
    (f"SWMTKN-1-{DIGEST}-{SECRET}", "<token>"),
    (
        "open /var/lib/docker/tmp/docker-import-1951854738/bin/json",
        "open /var/lib/docker/tmp/docker-import-<path>/bin/json",
    ),
    # where an object of Python's lies in memory
    ("<function f at 0x7f643d47c7c0>", "<function f at <address>>"),
    # times
    ("2026-11-23T21:33:00.123456789Z", "<time>"),
    ("2026-11-23T21:33:00Z", "<time>"),
    ("2026-11-23T21:33:00+00:00", "<time>"),
    ("2026-11-23 21:33:00 +0000 UTC", "<time>"),
    ("2026-11-23 21:33:00.123456789 +0000 UTC", "<time>"),
    ("2026/11/23 21:33:05 [notice] 1#1: start", "<time> [notice] 1#1: start"),
    ("drwxr-xr-x root/root 0 2026-11-23 21:33 bin/", "drwxr-xr-x root/root 0 <time> bin/"),
    ("Mon Nov 23 21:33:05 2026", "<time>"),
    ("Sun Nov  9 12:33:41 2025", "<time>"),
    ("Mon Nov 23 21:33:05 UTC 2026", "<time>"),
    ("Date: Mon, 23 Nov 2026 21:33:05 GMT", "Date: <time>"),
    ("[23/Nov/2026:21:33:05 +0000]", "[<time>]"),
    ("1:M 23 Nov 2026 21:33:05.123 * Ready", "1:M <time> * Ready"),
    ("Nov 23 21:33:05 lab web[12]: hello", "<time> lab web[<pid>]: hello"),
    ("notAfter=Nov 23 21:33:05 2027 GMT", "notAfter=<time>"),
    ("12 Nov  3 21:33 index.html", "12 <time> index.html"),
    ("12 Nov 23  2025 index.html", "12 <time> index.html"),
    # relative times
    ("3 seconds ago", "<ago> ago"),
    ("Less than a second ago", "<ago> ago"),
    ("Running less than a second ago", "Running <ago> ago"),
    ("About a minute ago", "<ago> ago"),
    ("About an hour ago", "<ago> ago"),
    ("2 weeks ago", "<ago> ago"),
    ("Up 2 minutes", "Up <ago>"),
    ("Up Less than a second", "Up <ago>"),
    ("Up About an hour (healthy)", "Up <ago> (healthy)"),
    ("Up 3 seconds (health: starting)", "Up <ago> (health: starting)"),
    ("Exited (137) 3 seconds ago", "Exited (137) <ago> ago"),
    ("Restarting (3) 1 second ago", "Restarting (3) <ago> ago"),
    # durations
    ("#5 DONE 0.2s", "#<number> DONE <duration>"),
    ("ERROR: failed to solve: no", "ERROR: <failed>: no"),
    ("ERROR: failed to build: failed to run Build function: no", "ERROR: failed to build: <failed>: no"),
    ("#5 0.123 hello", "#<number> <duration> hello"),
    ("#5 DONE 1m2s", "#<number> DONE <duration>"),
    ("[+] Building 12.3s (8/8) FINISHED", "[+] Building <duration> (8/8) FINISHED"),
    (" => [internal] load build context   0.0s", " => [internal] load build context <duration>"),
    (" ✔ Container site-web-1  Started    10.5s", " ✔ Container site-web-1  Started <duration>"),
    ("time=0.065 ms", "time=<duration>"),
    ("rtt min/avg/max/mdev = 0.045/0.045/0.045/0.000 ms", "rtt min/avg/max/mdev = <duration> ms"),
    ("1 received, 0% packet loss, time 1001ms", "1 received, 0% packet loss, time <duration>"),
    ("real\t0m0.123s", "real\t<duration>"),
    (
        "1048576 bytes (1.0MB) copied, 0.000612 seconds, 1.6GB/s",
        "1048576 bytes (1.0MB) copied, <duration>, <rate>",
    ),
    ("Fetched 1234 kB in 2s (600 kB/s)", "Fetched 1234 kB in <duration> (<rate>)"),
    # ports, links, names
    ("0.0.0.0:32768->80/tcp", "0.0.0.0:<port>->80/tcp"),
    ("[::]:49153", "[::]:<port>"),
    (":::49160->80/tcp", ":::<port>->80/tcp"),
    ("http://localhost:32769/", "http://localhost:<port>/"),
    ("Accepted 172.17.0.3:48412", "Accepted 172.17.0.3:<port>"),
    ('"HostPort": "32768"', '"HostPort": "<port>"'),
    ("link/ether 02:42:ac:11:00:02 brd ff:ff:ff:ff:ff:ff", "link/ether <mac> brd ff:ff:ff:ff:ff:ff"),
    ("inet6 fe80::42:53ff:fe6a:af7b/64 scope link", "inet6 <link-local>/64 scope link"),
    ("veth3954d33@if3", "<interface>@if<index>"),
    ("admiring_curie", "<name>"),
    ("/wonderful_blackwell", "/<name>"),
    ("angry_wozniak3", "<name>"),
    # figures and the host
    ("1.332MiB / 23.54GiB", "<usage> / <usage>"),
    ("332KiB / 64MiB", "<usage> / 64MiB"),  # somebody set that
    ("1.2kB / 0B", "<usage> / 0B"),
    ('"Pid": 2620,', '"Pid": <pid>,'),
    ("pid=2620", "pid=<pid>"),
    ("[1] 2620", "[1] <pid>"),
    ("<30>Nov 23 23:10:45 web[41]: one", "<30><time> web[<pid>]: one"),
    ("services.web.ports[41]: one", "services.web.ports[41]: one"),
    (" Kernel Version: 6.18.44", " Kernel Version: <kernel>"),
    (" CPUs: 2", " CPUs: <host>"),
    (" Total Memory: 23.54GiB", " Total Memory: <host>"),
    ('"NCPU": 2,"MemTotal":25276510208', '"NCPU": <host>,"MemTotal":<host>'),
    ('"NFd":28,"NEventsListener":0', '"NFd":<host>,"NEventsListener":<host>'),
    (
        "Linux 3efd115129ac 6.1.0 #1 SMP Mon Nov 23 21:33:05 UTC 2026 x86_64 GNU/Linux",
        None,
    ),
    ("MemTotal:       24684096 kB", "MemTotal: <memory> kB"),
    ('< ETag: "6924a1c1-267"', '< ETag: "<etag>-267"'),
]

STEADY = [
    f"SWMTKN-1-{DIGEST}-{SECRET}0",
    "hello",
    '"NFd":0,"NGoroutines":0',
    "failed to solve: no",
    "ERROR: failed to build: failed to resolve: no",
    "172.17.0.2",
    "172.17.0.0/16",
    "0.0.0.0:8080->80/tcp",
    "0.0.0.0:32767->80/tcp",
    "redis:7.0.15",
    "EXPOSE 50000",
    "exit code: 137",
    "1.98MB",
    "Content-Length: 40000",
    "2014-07-01",  # a date without a time is written by a person
    "REFRESHED_AT 2026-11-23",
    "0001-01-01T00:00:00Z",  # Docker's word for never
    "0% packet loss",
    "135MB (98%)",
    "my_web",
    "not_admiring_anyone",
    "admiring-curie",
    "deadbeef",  # too short for an id
    "a72d7cd",  # the commit of a version
    "v0.0.0-3efd115129ac12",
    "1.123456789012",
    "x3efd115129ac",
    "3efd115129acx",
    "3efd115129ac1",  # 13 characters, and nothing known begins so
    "00:00:00:00:00:00",
    "ff:ff:ff:ff:ff:ff",
    "fe80::/64",
    "interval 30s",
    "timeout 2m30s",
    "1: lo: <LOOPBACK,UP> mtu 65536",
    "12: server {",
    '"Pid": 0',
    '"Pid": 1',
    "aaaaaaaaaaaaaaaaaaaaaaaaa",  # 25 letters are a word
    "7.0.15",
    "5 seconds",
    "Up and running",
    "go1.24.4",
    "# 1 comment",
    "5d41402abc4b2a76b9719d911017c592  index.html",  # what md5sum says is content
]


@pytest.mark.parametrize(("text", "masked"), [(t, n) for t, n in VOLATILE if n is not None])
def test_volatile_values_are_replaced(text: str, masked: str) -> None:
    assert normal(text, Blind(VOCABULARY), DOCKER) == masked


@pytest.mark.parametrize("text", STEADY)
def test_what_is_of_no_kind_stays(text: str) -> None:
    assert normal(text, Identities(VOCABULARY), DOCKER) == text
    assert spans(text, DOCKER) == []


def test_the_kernel_in_uname() -> None:
    one = "Linux web 6.18.44-fc #1 SMP PREEMPT_DYNAMIC Tue Oct 6 10:00:00 UTC 2026 x86_64 GNU/Linux"
    other = "Linux web 5.10.0-33-cloud-amd64 #1 SMP Debian 5.10.226-1 (2024-10-03) x86_64 GNU/Linux"
    assert (
        normal(one, Blind(VOCABULARY), DOCKER)
        == normal(other, Blind(VOCABULARY), DOCKER)
        == "Linux web <host> x86_64 GNU/Linux"
    )


def test_the_number_one_is_no_accident_among_pids() -> None:
    table = "PID   USER     COMMAND\n    1 root     sleep 1000\n   17 root     ps\n"
    assert (
        normal(table, Blind(VOCABULARY), DOCKER) == "PID │ USER │ COMMAND\n1 │ root │ sleep 1000\n<pid> │ root │ ps\n"
    )


def test_a_certificate_is_one_value_however_long() -> None:
    short = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\nrest\n"
    long = "-----BEGIN CERTIFICATE-----\nMIIC\nabcd\nA==\n-----END CERTIFICATE-----\nrest\n"
    masked = "-----BEGIN CERTIFICATE-----\n<certificate>-----END CERTIFICATE-----\nrest\n"
    assert normal(short, Blind(VOCABULARY), DOCKER) == normal(long, Blind(VOCABULARY), DOCKER) == masked


@pytest.mark.parametrize("text", [text for text, _ in VOLATILE] + ["", "no hint", "Up 3 seconds, #7 DONE 0.3s"])
def test_a_kind_is_tried_where_a_text_holds_one_of_its_hints_and_in_its_turn(text: str) -> None:
    assert VOCABULARY.in_this(text) == [
        kind for kind in VOCABULARY.in_text if not kind.hints or any(hint in text for hint in kind.hints)
    ]


@pytest.mark.parametrize(("text", "masked"), VOLATILE)
def test_marks_are_what_is_replaced(text: str, masked: str | None) -> None:
    """One table drives both: what is marked for the reader is what comparing leaves out."""
    parts, last = [], 0
    for start, end, kind in spans(text, DOCKER):
        parts += [text[last:start], f"<{kind}>"]
        last = end
    marked = "".join([*parts, text[last:]])
    assert " ".join(marked.split()) == " ".join((masked or normal(text, Blind(VOCABULARY), DOCKER)).split())


def test_marks_in_tables_and_under_keys() -> None:
    table = "PID   USER     TIME  COMMAND\n   17 root      0:01 ps\n"
    assert [(table[a:b], kind) for a, b, kind in spans(table, DOCKER)] == [("17", "pid"), ("0:01", "cpu")]
    structure = '{"Pid": 17, "State": {"HostPort": "32768"}}'
    assert [(structure[a:b], kind) for a, b, kind in spans(structure, DOCKER)] == [("17", "pid"), ("32768", "port")]
