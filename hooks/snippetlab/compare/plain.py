"""Kinds of values that are volatile in any shell on Linux: times, processes, ports, what measures a machine."""

from __future__ import annotations

from snippetlab.compare.vocabulary import Kind, Vocabulary, column

_DAY = r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_MONTHS = tuple(_MONTH[3:-1].split("|"))
_CLOCK = r"\d{2}:\d{2}:\d{2}(?:[.,]\d+)?"
_DATE = r"\b(?!0001-01-01)\d{4}[-/]\d{2}[-/]\d{2}"  # year 1 is Go's word for "never"
# Ports that the kernel or an engine chooses: 32768 and up.
EPHEMERAL = r"(?:3276[89]|327[7-9]\d|32[89]\d\d|3[3-9]\d{3}|[45]\d{4}|6[0-4]\d{3}|65[0-4]\d\d|655[0-2]\d|6553[0-5])"
WIDE = "-----BEGIN "  # without it no value has more than one line

HOST = (
    # Before the times, because it holds one.
    Kind("host", "any", r"^Linux (?:version )?(?:\S+ )??(?P<v>\d+\.\d+.*?)(?= \w+ GNU/Linux$|$)", ("Linux ",)),
    Kind("certificate", "any", r"-----BEGIN [A-Z ]+-----[\s\S]+?-----END [A-Z ]+-----", (WIDE,)),
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
    Kind("port", "identity", rf"(?<=[\w\].:*]:){EPHEMERAL}\b(?![.:\d])", (":",)),
)

MEASURES = (
    # Interface numbers go up with every container that a lab ever had; lo is always 1.
    Kind("index", "any", r"^(?!1:)\d+(?=: [\w.@-]+(?:: <| +inet6? ))", (": ",)),
    Kind("index", "any", r"(?<=@if)\d+\b", ("@if",)),
    Kind("index", "any", r"(?<=link-netnsid )\d+\b", ("link-netnsid",)),
    # For a second or two, until nobody has objected to the address.
    Kind("state", "absent", r"(?<= scope link) tentative\b", (" tentative",)),
    Kind("duration", "any", r"(?<== )\d+\.\d+(?:/\d+\.\d+)+(?= ms)", (" ms",)),
    Kind("duration", "any", r"\b(?:(?:\d+h)?\d+m)?\d+\.\d+ ?(?:ns|µs|us|ms|s|sec|seconds)\b", ("s",)),
    Kind("duration", "any", r"\b\d+ ?(?:ms|µs|us)\b|(?<=\bin )(?:\d+m)?\d+s\b", ("s",)),
    Kind("rate", "any", r"\b\d[\d.]* ?[kKMGT]?i?B/s\b", ("B/s",)),
    Kind("memory", "any", r"^\w+(?:\(\w+\))?:(?P<v> +\d+)(?= kB$)", (" kB",)),
    Kind("memory", "any", r"^(?:Mem|Swap|-/\+ buffers/cache): +(?P<v>\d.*)$", ("Mem:",)),
    Kind("memory", "any", r"^[KMG]iB (?:Mem|Swap) *: *(?P<v>.*)$", ("iB Mem",)),
    column("memory", "VSZ", "RSS", "%MEM", "%VSZ"),
    Kind("traffic", "any", r"\b\d+[KMG]? packets, \d+[KMG]? bytes\b", (" packets, ",)),
    column("traffic", "pkts", "bytes"),
    Kind("cpu", "any", r"(?<![\d.])\d+\.\d\d%", ("%",)),
    Kind("cpu", "any", r"^(?:CPU|%Cpu\(s\)|Load average): +(?P<v>\d.*)$", ("CPU:", "Cpu", "Load")),
    Kind("cpu", "any", r"^ ?(?:top - )?(?P<v>\d\d:\d\d:\d\d up .*)$", (" up ",)),
    column("cpu", "CPU", "C", "TIME", "%CPU", "STAT"),
    column("time", "STIME", "START", "STARTED", "ELAPSED"),
    # Number 1 is no accident: it is the process that a container is about.
    column("pid", "PID", "PPID", cell=r"(?!1$)\d+$"),
    Kind("pid", "any", r"(?<=\b[Pp][Ii][Dd][ =])(?!1\b)\d+\b|(?<=\bP[Ii][Dd]: )(?!1\b)\d+\b", ("id", "ID")),
    Kind("pid", "any", r"^\[\d+\] (?P<v>\d+)$", ("] ",)),
    # A message as syslog gets it: <30>Nov 23 23:10:45 web[41]: one
    Kind("pid", "any", r"^<\d+>.*?\w\[(?P<v>\d+)\]: ", ("]: ",)),
    # The links of /proc are one for each process.
    Kind("pid", "any", r"^dr-xr-xr-x +(?P<v>\d+)(?= .* proc$)", (" proc",)),
    Kind("etag", "any", r"^\W*[Ee][Tt]ag: (?P<v>.+)", ("tag: ", "Tag: ")),
)

PLAIN = Vocabulary((*HOST, *TIMES, *IDENTITIES, *MEASURES), single_titles=frozenset({"PID"}), wide=(WIDE,))
