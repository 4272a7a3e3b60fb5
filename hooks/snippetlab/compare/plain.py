"""Kinds of values that are volatile in any shell on Linux: times, processes, ports, what measures a machine."""

from __future__ import annotations

import re
from dataclasses import replace

from snippetlab.compare.forms import form_of_duration, form_of_time
from snippetlab.compare.git import COMMIT, GIT
from snippetlab.compare.vocabulary import How, Kind, Vocabulary, column, key, measured

_DAY = r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_MONTHS = tuple(_MONTH[3:-1].split("|"))
_WEEKDAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_MONTH_NAME = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_HOUR = r"(?:[01]\d|2[0-3]):[0-5]\d"
_CLOCK = rf"{_HOUR}:(?:[0-5]\d|60)(?:[.,]\d+)?"
# Go's word for "never" is a time of the year 1, and a clock that nobody has set says 1970: neither is an accident.
_DATE = r"\b20\d\d[-/](?:0[1-9]|1[0-2])[-/](?:0[1-9]|[12]\d|3[01])"
_ZONE = r"[+-](?:0\d|1[0-4]):?[0-5]\d"
# Ports that the kernel takes for the near end of a connection (net.ipv4.ip_local_port_range), up to 60999.
_LOCAL = r"(?:3276[89]|327[7-9]\d|32[89]\d\d|3[3-9]\d{3}|[45]\d{4}|60\d{3})"
# A kernel's version, 6.1.0-18-amd64, and what it says of how it was built, cut at 64 characters.
RELEASE = r"\d+\.\d+\.\d+(?:[-+.~][\w.+~-]*)?"
_BUILT = (
    r"#\d+\S*(?: (?:SMP|PREEMPT\S*))*"
    rf" (?:[A-Z]\w+ \d\S* \(20\d\d-\d\d-\d\d\)|{_DAY} {_MONTH} +\d{{1,2}} {_CLOCK}(?: [A-Z]{{3,4}})?(?: \d{{1,4}})?)"
)
WIDE = "-----BEGIN "  # without it no value has more than one line

# Commands that ask for the time, for a process, for an account of the machine.
_NOW = re.compile(
    r"(?<![\w-])date\b(?!.*(?: -[uRI]*[dr]| --date| --reference))|EPOCH|\btime\.|datetime|printf '?%\(|--time-style"
    r"|\bstat\b(?!.* (?:-c|--format|--printf)\b[^XYZW]*$)"  # a size may look like seconds
)
_PROCESS = re.compile(r"\$!|\$\$|BASHPID|PPID|\bpidof\b|\bpgrep\b|getpid|\.pid\b|\bjobs -[lp]")

HOST = (
    # uname and /proc/version, before the times, because they hold one.
    measured("host", rf"^Linux \S+ (?P<v>{RELEASE} {_BUILT})(?= \w+ GNU/Linux$)", ("Linux ",)),
    measured("host", rf"^Linux version (?P<v>{RELEASE} \([^\n]*\) {_BUILT})$", ("Linux ",)),
    # A lab has the kernel of its machine: another one in each, and the same wherever it is told.
    measured("kernel", rf"^Linux (?:\S+ )?(?P<v>{RELEASE})(?: \w+)?$", ("Linux ",), "identity"),
    # Debian's own revision of a package, which security updates raise: 2+b4 in 1.1.15+ds1-2+b4. The version stays.
    Kind(
        "revision",
        "any",
        r"(?:\(Debian |^ *GitCommit: +)[\w.:+~]*\d-(?P<v>[1-9]\d*(?:\+deb\d+u\d+)?(?:\+b\d+)?)(?=\)|$)",
        ("(Debian ", "GitCommit:"),
    ),
    # Certificates and keys, as they are, and with their newlines written as \n, as Python and JSON do.
    Kind("certificate", "any", r"(?<=-----\n)(?:[A-Za-z0-9+/]+={0,2}\n)+(?=-----END [A-Z ]+-----)", (WIDE,)),
    Kind("certificate", "any", r"(?<=-----)\\n(?:[A-Za-z0-9+/]+={0,2}\\n)+(?=-----END [A-Z ]+-----)", (WIDE,)),
)


def _time(pattern: str, hints: tuple[str, ...] = (), how: How = "any", asked: re.Pattern[str] | None = None) -> Kind:
    return Kind("time", how, pattern, hints, asked=asked, form=form_of_time)


TIMES = (
    # Times to the nanosecond say which event is meant: what was not restarted
    # still has the start that it had.
    _time(rf"{_DATE}T{_HOUR}:[0-5]\d\.\d{{7,9}}(?:Z|{_ZONE})", ("-",), "identity"),
    _time(rf"{_DATE}[T ]{_HOUR}(?!\d)(?::[0-5]\d(?:[.,]\d+)?)?(?: ?(?:Z\b|{_ZONE}\b|UTC\b))*", (":",)),
    _time(
        rf"\b{_DAY},? (?:\d{{1,2}}[ -]{_MONTH}[ -]20\d\d|{_MONTH} +\d{{1,2}}) {_CLOCK}"
        rf"(?: (?:{_ZONE}|[A-Z]{{3,4}})\b)?(?: 20\d\d\b)?",
        _MONTHS,
    ),
    _time(rf"\b\d{{1,2}}[/ ]{_MONTH}[/ ]20\d\d[: ]{_CLOCK}(?: {_ZONE})?", _MONTHS),
    _time(rf"\b{_MONTH} [ \d]\d (?:{_HOUR}(?!\d)(?::[0-5]\d(?:\.\d+)?)?| 20\d\d)(?: 20\d\d\b)?(?: GMT\b)?", _MONTHS),
    # What a command that asks for the time prints: seconds, a date alone, a clock alone.
    _time(r"(?<![\w.-])(?:1[5-9]|2\d)\d{8}(?:\d{3}|\d{6}|\d{9}|\.\d+)?(?![\w-])", asked=_NOW),
    _time(rf"{_DATE}\b|\b\d{{2}}[./]\d{{2}}[./](?:20)?\d{{2}}\b|(?<![\w:]){_CLOCK}(?![\w:])", asked=_NOW),
    _time(rf"(?<![\w:]){_HOUR}(?![\w:])", asked=_NOW),
    # What stands in the name of a file that was made today, 20261123 or 20261123-101112, and days in words.
    Kind(
        "time",
        "any",
        r"(?<![\d.])20\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
        r"(?:[-_T]?(?:[01]\d|2[0-3])[0-5]\d(?:[0-5]\d)?)?(?![\d.]*\d)",
        asked=_NOW,
        form=lambda value: re.sub(r"\d", "0", value),
    ),
    Kind("time", "any", rf"\b{_WEEKDAY}\b|\b\d\d? {_MONTH_NAME} 20\d\d\b|\b{_MONTH_NAME}\b", asked=_NOW),
    # What a program writes into its log as JSON: seconds or milliseconds since 1970.
    replace(
        key("time", "time", "ts", "timestamp", value=r"(?:1[5-9]|2\d)\d{8}(?:\d{3}|\.\d+)?", typed=True),
        form=form_of_time,
    ),
)

IDENTITIES = (
    Kind("uuid", "identity", r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", ("-",)),
    Kind(
        "mac",
        "identity",
        r"\b(?!ff(?::ff){5}|00(?::00){5})(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\b(?!:)",
        (":",),
    ),
    Kind("link-local", "identity", r"\bfe80::(?:[0-9a-f]{1,4}:){2,3}[0-9a-f]{1,4}\b(?!:)", ("fe80::",)),
    # Where an object of Python's lies in memory: <object object at 0x7f451c1c06b0>
    Kind("address", "identity", r"(?<= at )0x[0-9a-f]{8,16}(?=>)", (" at 0x",)),
    # The near end of a connection: behind an address that is one machine's.
    Kind("port", "identity", rf"(?<=\d\.\d:|\.\d\d:|\d\d\d:)(?<!0\.0\.0\.0:){_LOCAL}\b(?![.:\d])", (":",)),
    # A public key of SSH: what stands before it is the same in each (RFC 8709, section 4).
    Kind(
        "public key", "identity", r"\bAAAAC3NzaC1lZDI1NTE5AAAAI[0-9A-Za-z+/]{43}(?![0-9A-Za-z+/=])", ("AAAAC3NzaC1l",)
    ),
    Kind("fingerprint", "identity", r"\bSHA256:[0-9A-Za-z+/]{43}(?![0-9A-Za-z+/=])", ("SHA256:",)),
    Kind("temporary", "identity", r"(?<=/tmp/tmp\.)[A-Za-z0-9]{10}\b|(?<=/tmp/tmp)[a-z0-9_]{8}\b", ("/tmp/tmp",)),
)

_LOAD = r"\d+\.\d\d"
_SOME = r"(?<![\d.])(?=[\d.]*[1-9])\d[\d.]*(?:[KMGT]i?|B)?"  # a figure that is not zero
_JOB = "Running|Done|Exit|Stopped|Killed|Terminated|Hangup|Interrupt|Quit|Aborted"
# The kernel's own names for parts of the memory, in /proc/meminfo and /proc/PID/status.
_MEMORY = (
    r"(?:Mem|Swap|Vm|Rss|Anon|Shmem|Commit|Kernel|Page|DirectMap|Write|Active|Inactive)\w*(?:\(\w+\))?"
    "|Buffers|Cached|Unevictable|Mlocked|Dirty|Mapped|KReclaimable|Slab|SReclaimable|SUnreclaim|Percpu|SecPageTables"
)


def _duration(pattern: str) -> Kind:
    return Kind("duration", "any", pattern, ("s",), form=form_of_duration)


MEASURES = (
    # Interface numbers go up with every container that a lab ever had; lo is always 1.
    measured("index", r"^(?!1:)[1-9]\d*(?=: [\w.@-]+(?:: <| +inet6? ))", (": ",)),
    measured("index", r"(?<=@if)[1-9]\d*\b", ("@if",)),
    measured("index", r"(?<=link-netnsid )\d+\b", ("link-netnsid",)),
    measured("device", r"(?<=Device: )[\da-f]+(?:h/\d+d|,\d+)(?=\s+Inode)|(?<=Inode: )\d+", ("Inode: ",)),
    # For a second or two, until nobody has objected to the address.
    measured("state", r"(?<= scope link) tentative\b", (" tentative",), "absent"),
    Kind("duration", "any", r"(?<== )\d+\.\d+(?:/\d+\.\d+)+(?= ms)", (" ms",)),
    _duration(r"\b(?:(?:\d+h)?\d+m)?\d+\.\d+ ?(?:ns|µs|us|ms|s|sec|seconds)\b"),
    _duration(r"\b\d+ ?(?:ms|µs|us)\b|(?<=\bin )(?:\d+m)?\d+s\b"),
    measured("duration", r"^(?:real|user|sys) (?P<v>\d+\.\d\d)$", ("real ",)),  # of time -p
    Kind("rate", "any", r"\b(?!0(?:\.0+)? ?[kKMGT]?i?B)\d[\d.]* ?[kKMGT]?i?B/s\b", ("B/s",)),
    measured("memory", rf"^(?:{_MEMORY}): +(?P<v>[1-9]\d*)(?= kB$)", (" kB",)),
    measured("memory", r"^(?:Mem|-/\+ buffers/cache|Swap): +(?P<v>\d[\d. KMGTBi]*)$", ("Mem:",), inside=_SOME),
    measured("memory", r"^Mem: (?P<v>\d+K used, .*)$", ("Mem:",), inside=_SOME),
    measured("memory", r"^[KMG]iB (?:Mem|Swap) *: *(?P<v>\d.*)$", ("iB Mem",), inside=_SOME),
    column("memory", "VSZ", "RSS", cell=r"[1-9][\d.]*[kmg]?"),
    column("memory", "%MEM", "%VSZ", cell=r"\d+(?:\.\d+)?%?"),
    measured("traffic", r"\b[1-9]\d*[KMG]?(?= packets, [1-9]\d*[KMG]? bytes\b)", (" packets, ",)),
    measured("traffic", r"(?<= packets, )[1-9]\d*[KMG]?(?= bytes\b)", (" packets, ",)),
    column("traffic", "pkts", "bytes", cell=r"[1-9]\d*[KMG]?"),
    # How much of a moment a processor did nothing is a matter of luck: these figures may be zero.
    measured("cpu", r"^(?:CPU|%Cpu\(s\)): +(?P<v>[\d.]+%? ?us.*)$", ("CPU:", "Cpu"), inside=r"\d+(?:\.\d+)?"),
    measured("cpu", r"^Load average: (?P<v>\d+\.\d\d \d+\.\d\d \d+\.\d\d)", ("Load",)),
    measured("cpu", r"(?<=load average: )\d+\.\d\d, \d+\.\d\d, \d+\.\d\d$", ("load",)),
    # /proc/loadavg: there is a process, and it is the one that reads this.
    measured("cpu", rf"^(?:{_LOAD} ){{3}}[1-9]\d*/[1-9]\d* [1-9]\d*$", inside=r"\d+(?:\.\d+)?"),
    measured("time", r"^ ?(?:top - )?(?P<v>\d\d:\d\d:\d\d)(?= up )", (" up ",)),
    measured("ago", r"(?<=\d\d:\d\d:\d\d up )\s*(?:\d+ days?, +)?(?:\d+:\d\d|\d+ min)(?=, )", (" up ",)),
    column("cpu", "CPU", "C", cell=r"\d+"),
    column("cpu", "TIME", cell=r"(?:\d+-)?\d+:[0-5]\d(?::[0-5]\d)?(?:\.\d+)?"),
    column("cpu", "%CPU", cell=r"\d+(?:\.\d+)?%?"),
    # Whether a process runs, sleeps or waits for a disk is a matter of luck. That it is a zombie or stopped is none,
    # nor is what stands behind: it leads a session, has several threads, is in the foreground.
    column("state", "STAT", cell=r"[RSD][<NLsl+]*(?!\S)", inside=r"[RSD]"),
    column("time", "STIME", "START", "STARTED", cell=rf"{_HOUR}(?::[0-5]\d)?|{_MONTH} ?\d\d|20\d\d"),
    column("time", "ELAPSED", cell=r"(?:\d+-)?(?:\d\d:)?[0-5]\d:[0-5]\d"),
    # Number 1 is no accident: it is the process that a container is about.
    column("pid", "PID", "PPID", cell=r"(?![01]\b)\d+"),
    measured("pid", r"(?<=\b[Pp][Ii][Dd][ =])(?![01]\b)\d+\b|(?<=\bP[Ii][Dd]: )(?![01]\b)\d+\b", ("id", "ID")),
    measured("pid", rf"^\[\d+\][+-]? +(?P<v>(?![01]\b)\d+)(?=$| +(?:{_JOB})\b)", ("] ", "]+", "]-")),
    Kind("pid", "any", r"^(?!1$)[1-9]\d*$", asked=_PROCESS, measured=True),
    # A message as syslog gets it, and as it writes it down: <30>Nov 23 23:10:45 web[41]: one
    measured("pid", r"^<\d+>.*?\w\[(?P<v>\d+)\]: ", ("]: ",)),
    measured("pid", rf"^(?:{_MONTH} [ \d]\d {_CLOCK}|{_DATE}T\S+) \S+ [\w./-]+\[(?P<v>(?!1\])\d+)\]: ", ("]: ",)),
    measured("pid", r"(?<=:tid )(?!1\b)\d+(?=\])", (":tid ",)),
    # The links of /proc are one for each process.
    measured("pid", r"^dr-xr-xr-x +(?P<v>\d+)(?= .* proc$)", (" proc",)),
    # The time of a file and its size, or the other way round: the size is compared. A tag of another form is one of
    # what is in the file.
    measured("etag", r"^\W*[Ee][Tt]ag: (?:W/)?\"(?P<v>[0-9a-f]{8})(?=-[0-9a-f]+\")", ("tag: ", "Tag: ")),
    measured("etag", r"^\W*[Ee][Tt]ag: (?:W/)?\"[0-9a-f]+-(?P<v>[0-9a-f]{11,16})(?=\")", ("tag: ", "Tag: ")),
)

PLAIN = Vocabulary(
    (*HOST, *TIMES, *IDENTITIES, *GIT, *MEASURES, key("pid", "pid", "ppid", value=r"(?![01]\b)\d+")),
    abbreviated={COMMIT: ""},
    single_titles=frozenset({"PID"}),
    wide=(WIDE,),
)
