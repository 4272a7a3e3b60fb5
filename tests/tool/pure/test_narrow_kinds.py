"""What stands beside a volatile value, or in its place without being one, is compared: no kind takes more than it must."""

from __future__ import annotations

import pytest
from snippetlab.compare import Pairing
from snippetlab.packs.docker.kinds import VOCABULARY

from tests.tool.runs import DOCKER

PS = "USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND\n"
STATS = "NAME      CPU %     MEM USAGE / LIMIT   MEM %     NET I/O         BLOCK I/O        PIDS\n"
FREE = "              total        used        free      shared  buff/cache   available\n"


def process(stat: str = "S", time: str = "0:00", cpu: str = "0.0", rss: str = "100", start: str = "10:00") -> str:
    return f"{PS}root          12  {cpu:>4}  0.0   1000 {rss:>5} ?        {stat:<4} {start}   {time} sh\n"


def stats(cpu: str = "0.10%", net: str = "1.2kB / 126B", block: str = "0B / 0B") -> str:
    return f"{STATS}web       {cpu:<9} 1MiB / 64MiB        1.56%     {net:<15} {block:<16} 1\n"


Outputs = tuple[str, str, str]  # the command, what is recorded, what is printed now

_PRINT = "SHA256:Lm3nV0tQ9cXyZ2aB4dE6fG8hJ1kM5pR7sT+uW/iY0oU"

WIDE: dict[str, Outputs] = {
    # of commands that ask for the time
    "a size that looks like seconds": ("stat -c %s x", "1790000000\n", "1790000022\n"),
    "seconds that are milliseconds": ("date +%s", "1790000000\n", "1790000000123\n"),
    "a day of a date that stands there": ("date -ud 2026-11-30 +%A", "Monday\n", "Sunday\n"),
    "a clock with seconds": ("date +%H:%M", "10:11\n", "10:11:12\n"),
    "a clock that nobody asked for": ("cat x", "10:11\n", "11:12\n"),
    "a day that nobody asked for": ("cat x", "Monday\n", "Tuesday\n"),
    "a stamp without its hour": ("date +%Y%m%d-%H%M", "20261123-1011\n", "20261123\n"),
    "a stamp of a month that is none": ("date +%Y%m%d", "20261123\n", "20261323\n"),
    "seconds of a log that are milliseconds": ("", '{"ts": 1790000000}\n', '{"ts": 1790000000123}\n'),
    "what is no process of a log": ("", "Nov 23 10:11:12 a b[12]: hi\n", "Nov 23 10:11:12 a b[x]: hi\n"),
    "another thing that time measured": ("time -p x", "real 0.01\n", "rael 0.01\n"),
    "a share that nobody measured": ("docker images", "1.01%\n", "1.03%\n"),
    "a share without its digits": ("docker stats --format '{{.MemPerc}}'", "1.01%\n", "1.1%\n"),
    "a process and what it ended with": (
        "docker inspect -f '{{.State.Pid}} {{.State.ExitCode}}'",
        "214 0\n",
        "200 3\n",
    ),
    "two figures of which one is a process": ("docker inspect -f '{{.State.Pid}} {{.X}}'", "214 17\n", "200 18\n"),
    "no process": ("docker inspect -f '{{.State.Pid}}'", "214\n", "0\n"),
    "a figure that is no process": ("docker inspect -f '{{.RestartCount}}'", "2\n", "3\n"),
    # keys
    "a fingerprint of another kind": (
        "",
        f"256 {_PRINT} (ED25519)\n",
        f"256 {_PRINT.replace('SHA256', 'MD5')} (ED25519)\n",
    ),
    "a fingerprint that is cut": ("", f"256 {_PRINT} (ED25519)\n", f"256 {_PRINT[:-1]} (ED25519)\n"),
    "a fingerprint and a stranger's": ("", f"{_PRINT} {_PRINT}\n", f"{_PRINT} {_PRINT[:-1]}X\n"),
    # times
    "a month that is none": ("", "2026-11-23T21:33:00Z\n", "2026-13-23T21:33:00Z\n"),
    "a day that is none": ("", "2026-11-23T21:33:00Z\n", "2026-11-00T21:33:00Z\n"),
    "an hour that is none": ("", "2026-11-23T21:33:00Z\n", "2026-11-23T25:33:00Z\n"),
    "minutes that are none": ("", "2026-11-23 21:33\n", "2026-11-23 21:73\n"),
    "a time to the nanosecond that is none": (
        "",
        "2026-11-23T21:33:00.123456789Z\n",
        "2026-11-23T21:99:00.123456789Z\n",
    ),
    "a day that February has not": ("", "2026-02-28T21:33:00Z\n", "2026-02-30T21:33:00Z\n"),
    "a Monday that was a Tuesday": ("", "Tue Nov 24 10:26:34 UTC 2026\n", "Mon Nov 24 10:26:34 UTC 2026\n"),
    "digits of another script": ("", "2026-11-23T21:33:00Z\n", "2026-11-23T21:３３:00Z\n"),
    "an age in digits of another script": ("", "Up 3 seconds\n", "Up ３ seconds\n"),
    "no seconds that have passed": ("", "Up 3 seconds\n", "Up 0 seconds\n"),
    "seconds that are minutes": ("", "3 seconds ago\n", "99 seconds ago\n"),
    "minutes that are hours": ("", "3 minutes ago\n", "60 minutes ago\n"),
    "days that are weeks": ("", "3 days ago\n", "99 days ago\n"),
    "milliseconds of a build": ("", "#5 DONE 0.1s\n", "#5 DONE 0.1ms\n"),
    "a tab behind titles": ("", "NAME   SIZE\na      b\n", "NAME   SIZE\t\na      b\n"),
    "a blank of another kind behind titles": ("", "NAME   SIZE\na      b\n", "NAME   SIZE\xa0\na      b\n"),
    "a number of JSON with a zero more": ("", '{"a": 1.5}\n', '{"a": 1.50}\n'),
    "a number of JSON with other digits": ("", '{"a": 12345678901234567890.0}\n', '{"a": 12345678901234567891.0}\n'),
    "a number in hexadecimal": ("", "[16, 'a']\n", "[0x10, 'a']\n"),
    "a number with an underscore": ("", "[1000, 'a']\n", "[1_000, 'a']\n"),
    "a number with a plus": ("", "[1000, 'a']\n", "[+1000, 'a']\n"),
    "never": ("", "2026-11-23T21:33:00Z\n", "0001-01-01T00:00:00Z\n"),
    "the beginning of all clocks": ("", "2026-11-23T21:33:00Z\n", "1970-01-01T00:00:00Z\n"),
    "another century": ("", "2026-11-23 21:33\n", "1926-11-23 21:33\n"),
    "a blank for the T": ("", "2026-11-23T21:33:00Z\n", "2026-11-23 21:33:00Z\n"),
    "no zone": ("", "2026-11-23T21:33:00Z\n", "2026-11-23T21:33:00\n"),
    "another zone": ("", "2026-11-23T21:33:00+00:00\n", "2026-11-23T21:33:00+02:00\n"),
    "another zone to the nanosecond": (
        "",
        "2026-11-23T21:33:00.123456789Z\n",
        "2026-11-23T21:33:00.123456789+02:00\n",
    ),
    "no seconds": ("", "2026-11-23 21:33:00\n", "2026-11-23 21:33\n"),
    "slashes": ("", "2026-11-23 21:33:00\n", "2026/11/23 21:33:00\n"),
    "another zone in a log": ("", "[23/Nov/2026:21:33:05 +0000]\n", "[23/Nov/2026:21:33:05 +0900]\n"),
    "a local time": ("", "Date: Mon, 23 Nov 2026 21:33:05 GMT\n", "Date: Mon, 23 Nov 2026 21:33:05 CET\n"),
    "a number for seconds": ("date +%s", "1700000000\n", "1\n"),
    "nanoseconds for seconds": ("date +%s", "1700000000\n", "1700000000123456789\n"),
    "a date in another order": ("date +%F", "2026-11-23\n", "23.11.2026\n"),
    "a number under Created": ("", '{"Created": 1700000000}\n', '{"Created": 5}\n'),
    "never under Created": ("", '{"Created": 1700000000}\n', '{"Created": 0}\n'),
    # relative times
    "up for weeks": ("", "Up 2 minutes\n", "Up 2 weeks\n"),
    "up for a year": ("", "Up 2 minutes\n", "Up 1 year\n"),
    # durations
    "seconds for milliseconds": ("", "time=0.065 ms\n", "time=0.065 s\n"),
    "a word for a letter": ("", "copied, 0.5 seconds\n", "copied, 0.5 s\n"),
    "no rate": ("", "1048576 bytes copied at 1.6GB/s\n", "1048576 bytes copied at 0B/s\n"),
    # processes
    "a leader of its session": ("", process("S"), process("Ss")),
    "many threads": ("", process("Ss"), process("Ssl")),
    "in the foreground": ("", process("S"), process("S+")),
    "low priority": ("", process("S"), process("SN")),
    "stopped": ("", process("S"), process("T")),
    "a zombie": ("", process("S"), process("Z")),
    "dead": ("", process("S"), process("X")),
    "more than all of a processor": ("", process(cpu="0.0"), process(cpu="x")),
    "no resident memory": ("", process(rss="100"), process(rss="0")),
    "minutes that no clock has": ("", process(start="10:00"), process(start="10:77")),
    "seconds that no clock has": ("", process(time="0:01"), process(time="0:81")),
    "the first process as a job": ("sleep 9 &", "[1] 2620\n", "[1] 1\n"),
    "a footnote": ("", "[1] 2014 was a year\n", "[1] 2015 was a year\n"),
    # figures of the machine
    "no load at all": ("", "0.10 0.20 0.30 1/100 4242\n", "0.10 0.20 0.30 0/0 0\n"),
    "a load of more than one figure": ("", "0.10 0.20 0.30 1/100 4242\n", "0.10 0.20 1/100 4242\n"),
    "no free memory": (
        "",
        f"{FREE}Mem:         100000       20000       80000         100       30000       70000\n",
        f"{FREE}Mem:         100000       20000           0         100       30000       70000\n",
    ),
    "a column less": (
        "",
        f"{FREE}Mem:         100000       20000       80000         100       30000       70000\n",
        f"{FREE}Mem:         100000       20000       80000         100       30000\n",
    ),
    "no swap used": (
        "",
        f"{FREE}Swap:          1000         200         800\n",
        f"{FREE}Swap:          1000           0        1000\n",
    ),
    "a size of a program's own": ("", "Size:    64 kB\n", "Size:    65 kB\n"),
    "another word in the line of processors": (
        "",
        "CPU:   0% usr   1% sys   0% nic  98% idle   0% io   0% irq   0% sirq\n",
        "CPU:   0% usr   1% sys   0% nic  98% idle   0% io   0% irq   0% gone\n",
    ),
    "no memory in top": (
        "",
        "Mem: 1000K used, 2000K free, 30K shrd, 40K buff, 50K cached\n",
        "Mem: 1000K used, 0K free, 30K shrd, 40K buff, 50K cached\n",
    ),
    "no processors": ("docker info", " CPUs: 2\n", " CPUs: 0\n"),
    # containers
    "more than a hundred percent of a word": ("", stats(cpu="0.10%"), stats(cpu="--")),
    "nothing sent": ("", stats(net="1.2kB / 126B"), stats(net="1.2kB / 0B")),
    # names of versions
    "what a kernel is not": ("", "Linux 6.18.44\n", "Linux 6.18.44: not found\n"),
    "a kernel with blanks": ("", " Kernel Version: 6.18.44\n", " Kernel Version: 6.18.44 is old\n"),
    "a kernel with a sign": ("", '{"KernelVersion": "6.18.44"}\n', '{"KernelVersion": "6.18.44?"}\n'),
    "the machine's words": (
        "uname -a",
        "Linux web 6.18.44 #1 SMP PREEMPT_DYNAMIC Tue Oct 6 10:00:00 UTC 2026 x86_64 GNU/Linux\n",
        "Linux web 6.18.44 #1 was removed x86_64 GNU/Linux\n",
    ),
    "the compiler's words": (
        "cat /proc/version",
        "Linux version 6.1.0 (root@b) (gcc 12.2.0) #1 SMP Tue Oct 6 10:00:00 UTC 2026\n",
        "Linux version 6.1.0 (root@b) (gcc 12.2.0) #1 and nothing more\n",
    ),
    # identities
    "a gateway that somebody chose": ("", "fe80::1\n", "fe80::42:53ff:fe6a:af7b\n"),
    "a name that no engine draws": ("", "brave_wescoff\n", "brave_wescof\n"),
    "a name of two words": ("", "brave_wescoff\n", "brave_web\n"),
    "a weak tag": ("", 'ETag: "6924a1c1-267"\n', 'ETag: W/"6924a1c1-267"\n'),
    "a tag of another length": ("", 'ETag: "6924a1c1-267"\n', 'ETag: "6924a1c1-268"\n'),
    "a tag of nothing": ("", 'ETag: "6924a1c1-267"\n', 'ETag: "-"\n'),
    "no certificate": (
        "",
        "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE-----\n====\n-----END CERTIFICATE-----\n",
    ),
}


def differ(outputs: Outputs) -> list[str]:
    source, *sides = outputs
    reading = DOCKER.of(source)
    found = [Pairing(VOCABULARY).differ(*pair, reading) for pair in (sides, sides[::-1])]
    return [difference.message for difference in found if difference]


@pytest.mark.parametrize("outputs", WIDE.values(), ids=WIDE)
def test_what_is_no_other_value_of_the_kind_is_seen(outputs: Outputs) -> None:
    assert len(differ(outputs)) == 2
    source, recorded, printed = outputs
    assert differ((source, recorded, recorded)) == differ((source, printed, printed)) == []


ALIKE: dict[str, Outputs] = {
    # A column of process numbers is as wide as the highest one that the kernel gives: 32768 or 4194304.
    "narrower numbers of processes": (
        "",
        "    PID    PPID COMMAND\n     27       1 sleep\n",
        "  PID  PPID COMMAND\n   27     1 sleep\n",
    ),
    "a time": ("", "2026-11-23T21:33:00Z\n", "2027-01-01T00:00:59Z\n"),
    "a share that a template asks for": ("docker stats --format '{{.MemPerc}}'", "aa: 1.01%\n", "aa: 0.97%\n"),
    "a process that a template asks for": (
        "docker inspect -f '{{.State.StartedAt}} {{.State.Pid}} {{.State.ExitCode}}'",
        "2026-11-30T15:11:43.413610805Z 214 0\n",
        "2026-11-30T15:12:21.533147826Z 1200 0\n",
    ),
    "an hour that was asked for": ("date +%H:%M", "10:11\n", "11:12\n"),
    "a day by its name": ("date +%A", "Monday\n", "Sunday\n"),
    "a day in words": ("date '+%d %B %Y'", "23 November 2026\n", "1 January 2027\n"),
    "milliseconds": ("date +%s%3N", "1790000000123\n", "1790000011001\n"),
    "a stamp in a name": ("touch x-$(date +%Y%m%d-%H%M); ls", "x-20261123-1011\n", "x-20270101-0000\n"),
    "seconds of a file": ("stat -c %Y x", "1790000000\n", "1790000011\n"),
    "a log as JSON": ("", '{"ts": 1790000000.12, "pid": 12}\n', '{"ts": 1790000011.9, "pid": 345}\n'),
    "a process of a log": ("", "Nov 23 10:11:12 a b[12]: hi\n", "Nov 24 10:11:12 a b[345]: hi\n"),
    "a process of a log as systemd writes it": (
        "",
        "2026-11-23T10:11:12.123456+00:00 a b[12]: hi\n",
        "2026-11-24T10:11:12.5+00:00 a b[345]: hi\n",
    ),
    "a thread of Apache's": ("", "[core:notice] [pid 12:tid 140] hi\n", "[core:notice] [pid 345:tid 1401] hi\n"),
    "what time measured": ("time -p x", "real 0.00\nuser 0.01\n", "real 1.20\nuser 0.00\n"),
    "a time with fewer digits": ("", "2026-11-23T21:33:00.123456789Z\n", "2026-11-23T21:33:00.12345Z\n"),
    "a time without any": ("", "2026-11-23T21:33:00.123456789Z\n", "2026-11-23T21:33:00Z\n"),
    "one digit for the day": ("", "Mon Nov 23 21:33:05 2026\n", "Sun Nov  1 01:02:03 2026\n"),
    "a file that has become old": ("", "12 Nov 23 21:33 index.html\n", "12 Nov 23  2025 index.html\n"),
    "one digit before the month": (
        "",
        "1:M 23 Nov 2026 21:33:05.123 * Ready\n",
        "1:M 03 Jan 2027 21:33:05.001 * Ready\n",
    ),
    "a load": ("", "0.10 0.20 0.30 1/100 4242\n", "0.00 0.00 0.00 2/101 17\n"),
    "what waits and what runs": ("", process("Ss+"), process("Rs+")),
    "what reads": ("", process("Sl"), process("Dl")),
    "a machine that was idle": ("", stats(cpu="0.10%"), stats(cpu="0.00%")),
    "another amount": ("", stats(net="1.2kB / 126B"), stats(net="996B / 1.01kB")),
    # Whether the kernel of a machine looks for neighbours is not the container's affair, what it sends is.
    "what came by itself": ("", stats(net="1.2kB / 126B"), stats(net="0B / 126B")),
    # Whether a program is read from a disk or is in memory already is not its own affair.
    "what the disk gave": ("", stats(block="0B / 0B"), stats(block="8.19kB / 4.1kB")),
    "memory": (
        "",
        f"{FREE}Mem:         100000       20000       80000         100       30000       70000\nSwap:             0           0           0\n",
        f"{FREE}Mem:       24684096      120000    20080000        1100     3000000    17000000\nSwap:             0           0           0\n",
    ),
    "processors": (
        "",
        "CPU:   0% usr   1% sys   0% nic  98% idle   0% io   0% irq   0% sirq\n",
        "CPU:   7% usr   0% sys   0% nic 100% idle   0% io   1% irq   0% sirq\n",
    ),
    "the whole of a machine": (
        "",
        "Linux web 6.18.44-fc #1 SMP PREEMPT_DYNAMIC Tue Oct 6 10:00:00 UTC 2026 x86_64 GNU/Linux\n",
        "Linux web 6.8.0-45-generic #45~22.04.1-Ubuntu SMP PREEMPT_DYNAMIC Wed Sep 11 15:25:05 UTC 2 x86_64 GNU/Linux\n",
    ),
    "a kernel of another maker": (
        "",
        "Linux version 6.1.0-18-amd64 (debian-kernel@lists.debian.org) (gcc-12 (Debian 12.2.0-14) 12.2.0, GNU ld (GNU "
        "Binutils for Debian) 2.40) #1 SMP PREEMPT_DYNAMIC Debian 6.1.76-1 (2024-02-01)\n",
        "Linux version 6.18.44 (root@build) (gcc 13) #1 SMP Tue Oct 6 10:00:00 UTC 2026\n",
    ),
    "a generated name": ("", "brave_wescoff\n", "sharp_curie\n"),
    "one with a figure": ("", "brave_wescoff3\n", "sharp_curie8\n"),
    "a tag": ("", 'ETag: "6924a1c1-267"\n', 'ETag: "70000000-267"\n'),
    "the kernel's names": ("", "MemFree:  24684096 kB\nVmRSS:  12 kB\n", "MemFree:  4684096 kB\nVmRSS:  1200 kB\n"),
    "an address of the kernel's making": ("", "fe80::42:53ff:fe6a:af7b\n", "fe80::2:acff:fe11:99\n"),
    "a job": ("sleep 9 &", "[1] 2620\n", "[1] 17\n"),
    "a job that is listed": ("jobs -l", "[1]+ 2620 Running    sleep 9 &\n", "[1]+   17 Running    sleep 9 &\n"),
}


@pytest.mark.parametrize("outputs", ALIKE.values(), ids=ALIKE)
def test_another_value_of_the_kind_is_the_same(outputs: Outputs) -> None:
    assert differ(outputs) == []


@pytest.mark.parametrize("date", ["{}-11-23T21:33:00Z", "[23/Nov/{}:21:33:05 +0000]", "24 Dec {} 10:26:34 GMT"])
def test_a_recording_is_of_no_year_to_come(date: str) -> None:
    [found] = differ(("", f"{date.format(2026)}\n", f"{date.format(2037)}\n"))
    assert found == "a recorded date lies in 2037, years ahead of this run"
    # What tells of a day to come tells of a later one in a later run.
    assert (
        differ(("", f"{date.format(2026)} {date.format(2037)}\n", f"{date.format(2027)} {date.format(2038)}\n")) == []
    )


# Lines in which nothing is volatile, though they hold numbers, words and signs that look a little like it.
STEADY = [
    "Linux was written in 1991",
    "Mem: full",
    "CPU: ARM64",
    "Swap: off",
    "Size:    64 kB",
    "version 6.18.44",
    "[12] 13 and 14",
    "[1] 1991 Linus Torvalds",
    "2026-13-45T99:99:99Z",
    "brave_new_world",
    "brave_newworld",
    "Up 3 weeks",
    "STAT Ss",
    'ETag: "unknown"',
    "0 B/s",
    "pid 1",
    "pid=0",
    "#0 building",
    "fe80::1",
    "1970-01-01T00:00:00Z",
    "0.10 0.20 0.30",
    "17 of 18 kB",
    "exit status 12.5",
    "took long (12 of 13 steps)",
]


@pytest.mark.parametrize("line", STEADY)
def test_a_line_without_a_volatile_value_is_compared_as_it_is(line: str) -> None:
    for other in (line.replace("1", "7", 1), f"{line}x", f"x{line}"):
        if other != line:
            assert len(differ(("", f"{line}\n", f"{other}\n"))) == 2, other
