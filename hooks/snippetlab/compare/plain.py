"""Kinds of values that are volatile in any shell on Linux: times, processes, ports, what measures a machine."""

from __future__ import annotations

import re

from snippetlab.compare.vocabulary import Kind, Vocabulary, column, measured

_DAY = r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_MONTHS = tuple(_MONTH[3:-1].split("|"))
_CLOCK = r"\d{2}:\d{2}:\d{2}(?:[.,]\d+)?"
_DATE = r"\b(?!0001-01-01)\d{4}[-/]\d{2}[-/]\d{2}"  # year 1 is Go's word for "never"
# Ports that the kernel takes for the near end of a connection (net.ipv4.ip_local_port_range), up to 60999.
_LOCAL = r"(?:3276[89]|327[7-9]\d|32[89]\d\d|3[3-9]\d{3}|[45]\d{4}|60\d{3})"
WIDE = "-----BEGIN "  # without it no value has more than one line

# Commands that ask for the time, for a process, for an account of the machine.
_NOW = re.compile(
    r"(?<![\w-])date\b(?!.*(?: -d| --date| -r| --reference))|EPOCH|\btime\.|datetime|printf '?%\(|\bstat\b"
)
_PROCESS = re.compile(r"\$!|\$\$|BASHPID|PPID|\bpidof\b|\bpgrep\b|getpid|\.pid\b|\bjobs -[lp]")

HOST = (
    # uname and /proc/version, before the times, because they hold one.
    measured("host", r"^Linux \S+ (?P<v>\d+\.\d+\S* #\d+.*?)(?= \w+ GNU/Linux$)", ("Linux ",)),
    measured("host", r"^Linux version (?P<v>\d+\.\d+\S* \(.*\) #\d+ .*)$", ("Linux ",)),
    # A lab has the kernel of its machine: another one in each, and the same wherever it is told.
    measured("kernel", r"^Linux (?:\S+ )?(?P<v>\d+\.\d+\.\d+\S*)(?: \w+)?$", ("Linux ",), "identity"),
    # Certificates and keys, as they are, and with their newlines written as \n, as Python and JSON do.
    Kind("certificate", "any", r"(?<=-----\n)(?:[A-Za-z0-9+/=]+\n)+(?=-----END [A-Z ]+-----)", (WIDE,)),
    Kind("certificate", "any", r"(?<=-----)\\n(?:[A-Za-z0-9+/=]+\\n)+(?=-----END [A-Z ]+-----)", (WIDE,)),
)

TIMES = (
    # Times to the nanosecond say which event is meant: what was not restarted
    # still has the start that it had.
    Kind("time", "identity", rf"{_DATE}T\d{{2}}:\d{{2}}:\d{{2}}\.\d{{7,9}}(?:Z|[+-]\d{{2}}:?\d{{2}})", ("-",)),
    Kind(
        "time",
        "any",
        rf"{_DATE}[T ]\d{{2}}:\d{{2}}(?::\d{{2}}(?:[.,]\d+)?)?(?: ?(?:Z\b|[+-]\d{{2}}:?\d{{2}}\b|UTC\b))*",
        (":",),
    ),
    Kind(
        "time",
        "any",
        rf"\b{_DAY},? (?:\d{{1,2}}[ -]{_MONTH}[ -]\d{{4}}|{_MONTH} +\d{{1,2}}) {_CLOCK}"
        r"(?: (?:[+-]\d{4}|[A-Z]{3,4})\b)?(?: \d{4}\b)?",
        _MONTHS,
    ),
    Kind("time", "any", rf"\b\d{{1,2}}[/ ]{_MONTH}[/ ]\d{{4}}[: ]{_CLOCK}(?: [+-]\d{{4}})?", _MONTHS),
    Kind(
        "time",
        "any",
        rf"\b{_MONTH} [ \d]\d (?:\d{{2}}:\d{{2}}(?::\d{{2}}(?:\.\d+)?)?| \d{{4}})(?: \d{{4}}\b)?(?: GMT\b)?",
        _MONTHS,
    ),
    # What a command that asks for the time prints: seconds, a date alone, a clock alone.
    Kind("time", "any", r"(?<![\w.-])[12]\d{9}(?:\d{9}|\.\d+)?(?![\w-])", asked=_NOW),
    Kind("time", "any", rf"{_DATE}\b|\b\d{{2}}[./]\d{{2}}[./](?:20)?\d{{2}}\b|(?<![\w:]){_CLOCK}(?![\w:])", asked=_NOW),
)

IDENTITIES = (
    Kind("uuid", "identity", r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", ("-",)),
    Kind(
        "mac",
        "identity",
        r"\b(?!ff(?::ff){5}|00(?::00){5})(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\b(?!:)",
        (":",),
    ),
    Kind("link-local", "identity", r"\bfe80::[0-9a-f][0-9a-f:]*", ("fe80::",)),
    # The near end of a connection: behind an address that is one machine's.
    Kind("port", "identity", rf"(?<=\d\.\d:|\.\d\d:|\d\d\d:)(?<!0\.0\.0\.0:){_LOCAL}\b(?![.:\d])", (":",)),
    Kind("temporary", "identity", r"(?<=/tmp/tmp\.)[A-Za-z0-9]{10}\b|(?<=/tmp/tmp)[a-z0-9_]{8}\b", ("/tmp/tmp",)),
)

MEASURES = (
    # Interface numbers go up with every container that a lab ever had; lo is always 1.
    measured("index", r"^(?!1:)[1-9]\d*(?=: [\w.@-]+(?:: <| +inet6? ))", (": ",)),
    measured("index", r"(?<=@if)[1-9]\d*\b", ("@if",)),
    measured("index", r"(?<=link-netnsid )\d+\b", ("link-netnsid",)),
    measured("device", r"(?<=Device: )[\da-f]+(?:h/\d+d|,\d+)(?=\s+Inode)|(?<=Inode: )\d+", ("Inode: ",)),
    # For a second or two, until nobody has objected to the address.
    measured("state", r"(?<= scope link) tentative\b", (" tentative",), "absent"),
    Kind("duration", "any", r"(?<== )\d+\.\d+(?:/\d+\.\d+)+(?= ms)", (" ms",)),
    Kind("duration", "any", r"\b(?:(?:\d+h)?\d+m)?\d+\.\d+ ?(?:ns|µs|us|ms|s|sec|seconds)\b", ("s",)),
    Kind("duration", "any", r"\b\d+ ?(?:ms|µs|us)\b|(?<=\bin )(?:\d+m)?\d+s\b", ("s",)),
    Kind("rate", "any", r"\b\d[\d.]* ?[kKMGT]?i?B/s\b", ("B/s",)),
    measured("memory", r"^\w+(?:\(\w+\))?: +(?P<v>[1-9]\d*)(?= kB$)", (" kB",)),
    measured("memory", r"^(?:Mem|-/\+ buffers/cache): +(?P<v>\d[\d. KMGTi]*)$", ("Mem:",)),
    measured("memory", r"^Swap: +(?P<v>(?!0B? +0B? +0B?$)\d[\d. KMGTi]*)$", ("Mem:",)),
    measured("memory", r"^[KMG]iB (?:Mem|Swap) *: *(?P<v>\d.*?)(?: avail Mem ?)?$", ("iB Mem",)),
    column("memory", "VSZ", "RSS", cell=r"[1-9][\d.]*[kmg]?"),
    column("memory", "%MEM", "%VSZ", cell=r"\d+(?:\.\d+)?%?"),
    measured("traffic", r"\b[1-9]\d*[KMG]?(?= packets, [1-9]\d*[KMG]? bytes\b)", (" packets, ",)),
    measured("traffic", r"(?<= packets, )[1-9]\d*[KMG]?(?= bytes\b)", (" packets, ",)),
    column("traffic", "pkts", "bytes", cell=r"[1-9]\d*[KMG]?"),
    measured("cpu", r"^(?:CPU|%Cpu\(s\)): +(?P<v>[\d.]+%? ?us.*)$", ("CPU:", "Cpu")),
    measured("cpu", r"^Load average: (?P<v>\d+\.\d\d \d+\.\d\d \d+\.\d\d)", ("Load",)),
    measured("cpu", r"(?<=load average: )\d+\.\d\d, \d+\.\d\d, \d+\.\d\d$", ("load",)),
    measured("cpu", r"^\d+\.\d\d \d+\.\d\d \d+\.\d\d \d+/\d+ \d+$"),  # /proc/loadavg
    measured("time", r"^ ?(?:top - )?(?P<v>\d\d:\d\d:\d\d)(?= up )", (" up ",)),
    measured("ago", r"(?<=\d\d:\d\d:\d\d up )\s*(?:\d+ days?, +)?(?:\d+:\d\d|\d+ min)(?=, )", (" up ",)),
    column("cpu", "CPU", "C", cell=r"\d+"),
    column("cpu", "TIME", cell=r"(?:\d+-)?\d+:\d\d(?::\d\d)?(?:\.\d+)?"),
    column("cpu", "%CPU", cell=r"\d+(?:\.\d+)?%?"),
    column("state", "STAT", cell=r"[RSDI][<NLsl+]*"),  # a zombie or a stopped process is no accident
    column("time", "STIME", "START", "STARTED", cell=r"\d\d:\d\d(?::\d\d)?|[A-Z][a-z]{2} ?\d\d|20\d\d"),
    column("time", "ELAPSED", cell=r"(?:\d+-)?(?:\d\d:)?\d\d:\d\d"),
    # Number 1 is no accident: it is the process that a container is about.
    column("pid", "PID", "PPID", cell=r"(?![01]\b)\d+"),
    measured("pid", r"(?<=\b[Pp][Ii][Dd][ =])(?![01]\b)\d+\b|(?<=\bP[Ii][Dd]: )(?![01]\b)\d+\b", ("id", "ID")),
    measured("pid", r"^\[\d+\][+-]? +(?P<v>\d+)(?=$| )", ("] ", "]+", "]-")),
    Kind("pid", "any", r"^(?!1$)[1-9]\d*$", asked=_PROCESS, measured=True),
    # A message as syslog gets it: <30>Nov 23 23:10:45 web[41]: one
    measured("pid", r"^<\d+>.*?\w\[(?P<v>\d+)\]: ", ("]: ",)),
    # The links of /proc are one for each process.
    measured("pid", r"^dr-xr-xr-x +(?P<v>\d+)(?= .* proc$)", (" proc",)),
    measured("etag", r"^\W*[Ee][Tt]ag: (?P<v>(?:W/)?\"[\w.:/+-]+\")", ("tag: ", "Tag: ")),
)

PLAIN = Vocabulary((*HOST, *TIMES, *IDENTITIES, *MEASURES), single_titles=frozenset({"PID"}), wide=(WIDE,))
