"""The kinds of volatile values: one table that drives both comparing and marking."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from snippetlab.compare.normalise.words import ADJECTIVES

How = Literal["identity", "any", "absent"]


@dataclass(frozen=True)
class Kind:
    """One form of volatile value.

    Values of an ``identity`` kind are told apart: the same value must stand in
    the same places. Of ``any`` kind only the presence counts, and ``absent``
    ones need not even be there. ``pattern`` matches the value, or, where the
    value is known by what stands around it, holds it as the group ``v``. Unless
    a text holds one of ``hints`` (plain strings, for speed) the pattern is not
    tried. In tables, ``cell`` matches the value at the start of a cell of
    ``columns``. ``keys`` are those of JSON in whose values the pattern looks.
    """

    name: str
    how: How
    pattern: str = ""
    hints: tuple[str, ...] = ()
    columns: frozenset[str] = frozenset()
    cell: str = r".+"
    keys: frozenset[str] = frozenset()
    regex: re.Pattern[str] = field(init=False, repr=False)
    cell_regex: re.Pattern[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "regex", re.compile(self.pattern, re.MULTILINE))
        object.__setattr__(self, "cell_regex", re.compile(self.cell))


def _column(name: str, *columns: str, how: How = "any", cell: str = r".+") -> Kind:
    return Kind(name, how, columns=frozenset(columns), cell=cell)


def _key(name: str, *keys: str, value: str = r"(?!0\b)\d[\d.]*", how: How = "any") -> Kind:
    """A value that is volatile under these keys of JSON or of a Python dict."""
    pattern = rf"""["'](?:{"|".join(keys)})["']: ?["']?(?P<v>(?:{value})(?=["',}}\]\s]|$))"""
    return Kind(name, how, pattern, keys, keys=frozenset(keys))


_DAY = r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_MONTHS = tuple(_MONTH[3:-1].split("|"))
_CLOCK = r"\d{2}:\d{2}:\d{2}(?:[.,]\d+)?"
_DATE = r"\b(?!0001-01-01)\d{4}[-/]\d{2}[-/]\d{2}"  # year 1 is Docker's word for "never"
_SPAN = r"(?:[Ll]ess than a second|[Aa]bout an? (?:minute|hour)|\d+ (?:second|minute|hour|day|week|month|year)s?)"
_EPHEMERAL = r"(?:3276[89]|327[7-9]\d|32[89]\d\d|3[3-9]\d{3}|[45]\d{4}|6[0-4]\d{3}|65[0-4]\d\d|655[0-2]\d|6553[0-5])"
_START, _END = r"(?<![0-9a-zA-Z])", r"(?![0-9a-zA-Z])"
WIDE = "-----BEGIN "  # without it no value has more than one line

# Where two kinds could match in one place, the one that stands first here has it.
KINDS: tuple[Kind, ...] = (
    # First, because it holds a time.
    Kind("host", "any", r"^Linux (?:version )?(?:\S+ )??(?P<v>\d+\.\d+.*?)(?= \w+ GNU/Linux$|$)", ("Linux ",)),
    Kind("token", "identity", r"SWMTKN-1-[0-9a-z]+-[0-9a-z]+", ("SWMTKN-",)),
    Kind("certificate", "any", r"-----BEGIN [A-Z ]+-----[\s\S]+?-----END [A-Z ]+-----", (WIDE,)),
    Kind("certificate", "any", r"^ *Issuer Public Key:\s+(?P<v>\S+)", ("Issuer Public Key:",)),
    _key("certificate", "CertIssuerPublicKey", value=r"[\w+/=]+"),
    Kind("uuid", "identity", r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", ("-",)),
    Kind("uuid", "identity", r"\b[A-Z0-9]{4}(?::[A-Z0-9]{4}){11}\b", (":",)),
    Kind("id", "identity", rf"(?:\bsha256:)?{_START}[0-9a-f]{{64}}{_END}"),
    Kind("id", "identity", rf"\bsha256:[0-9a-f]{{7,63}}{_END}", ("sha256:",)),
    Kind("id", "identity", rf"{_START}[0-9a-f]{{6,63}}(?=…)", ("…",)),
    Kind("id", "identity", r"(?<=^run_id:)[0-9a-f]{40}$", ("run_id:",)),
    # Times to the nanosecond say which event is meant: a container that was not
    # restarted still has the StartedAt that it had.
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
    _key("time", "Created", "Updated", "time", "timeNano"),
    Kind(
        "mac",
        "identity",
        r"\b(?!ff(?::ff){5}|00(?::00){5})(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\b(?!:)",
        (":",),
    ),
    Kind("link-local", "identity", r"\bfe80::[0-9a-f][0-9a-f:]*", ("fe80::",)),
    # One short id in 280 has only digits. Docker prints no other numbers of twelve
    # digits in text, and numbers of JSON do not come here.
    Kind("id", "identity", rf"(?<![0-9a-zA-Z.])[0-9a-f]{{12}}{_END}(?!\.\d)"),
    Kind("id", "identity", rf"{_START}(?=[a-z]*[0-9])(?=[0-9]*[a-z])[a-z0-9]{{25}}{_END}"),
    # A task in the log of its service: name, slot, the beginning of its id, node.
    Kind("id", "identity", r"^[\w.-]+\.\d+\.(?P<v>[a-z0-9]{12})@[\w.-]+ +\|", ("@",)),
    _column("id", "ID", "CONTAINER ID", "IMAGE ID", "NETWORK ID", how="identity", cell=rf"[a-z0-9]{{12,25}}{_END}"),
    Kind("interface", "identity", r"\bveth[0-9a-f]{7}\b", ("veth",)),
    Kind("layer", "identity", r"(?<=/overlay2/l/)[A-Z0-9]{26}", ("/overlay2/l/",)),
    Kind("name", "identity", rf"(?<![\w-])(?:{'|'.join(ADJECTIVES)})_[a-z]+\d?(?![\w-])", ("_",)),
    # Interface numbers go up with every container that a lab ever had; lo is always 1.
    Kind("index", "any", r"^(?!1:)\d+(?=: [\w.@-]+(?:: <| +inet6? ))", (": ",)),
    Kind("index", "any", r"(?<=@if)\d+\b", ("@if",)),
    Kind("index", "any", r"(?<=link-netnsid )\d+\b", ("link-netnsid",)),
    # For a second or two, until nobody has objected to the address.
    Kind("state", "absent", r"(?<= scope link) tentative\b", (" tentative",)),
    Kind("ago", "any", rf"\b{_SPAN}(?= ago\b)", (" ago",)),
    Kind("ago", "any", rf"(?<=\bUp ){_SPAN}\b", ("Up ",)),
    Kind("port", "identity", rf"(?<=[\w\].:*]:){_EPHEMERAL}\b(?![.:\d])", (":",)),
    _key("port", "HostPort", "PublicPort", value=_EPHEMERAL, how="identity"),
    # Build logs: steps that do not wait for each other are numbered as they come, and
    # what is quick enough has no time.
    Kind("number", "any", r"^#(?P<v>\d+) ", ("#",)),
    Kind("duration", "absent", r"^#\d+ .*?(?P<v> \d+\.\d+s)(?= done$)", ("#",)),
    Kind("duration", "any", r"^#\d+ (?P<v>\d+\.\d+)(?= |$)", ("#",)),
    Kind("duration", "any", r"^(?P<v>\d+\.\d{3})(?= |$)", ("------\n > [",)),
    Kind("duration", "any", r"^(?:#\d+ |\[\+\] | => ).*?(?P<v>\b(?:\d+h)?\d+m\d+(?:\.\d+)?s)\b", ("#", "[+]", "=>")),
    Kind("duration", "any", r"(?<== )\d+\.\d+(?:/\d+\.\d+)+(?= ms)", (" ms",)),
    Kind("duration", "any", r"\b(?:(?:\d+h)?\d+m)?\d+\.\d+ ?(?:ns|µs|us|ms|s|sec|seconds)\b", ("s",)),
    Kind("duration", "any", r"\b\d+ ?(?:ms|µs|us)\b|(?<=\bin )(?:\d+m)?\d+s\b|(?<=\bexecDuration=)\d+\b", ("s",)),
    Kind("rate", "any", r"\b\d[\d.]* ?[kKMGT]?i?B/s\b", ("B/s",)),
    # Of memory and its limit, traffic in and out, or what a build has fetched. A limit
    # that somebody set is round and stays; what the host has is not.
    Kind("usage", "any", r"\b\d[\d.]*[kKMGT]?i?B(?= / \d)", ("B / ",)),
    Kind("usage", "any", r"(?<=B / )(?:\d+\.\d+[KMGT]iB|\d[\d.]*[kMGT]?B)\b", ("B / ",)),
    Kind("memory", "any", r"^\w+(?:\(\w+\))?:(?P<v> +\d+)(?= kB$)", (" kB",)),
    Kind("memory", "any", r"^(?:Mem|Swap|-/\+ buffers/cache): +(?P<v>\d.*)$", ("Mem:",)),
    Kind("memory", "any", r"^[KMG]iB (?:Mem|Swap) *: *(?P<v>.*)$", ("iB Mem",)),
    _column("memory", "VSZ", "RSS", "%MEM", "%VSZ"),
    Kind("traffic", "any", r"\b\d+[KMG]? packets, \d+[KMG]? bytes\b", (" packets, ",)),
    _column("traffic", "pkts", "bytes"),
    _key("traffic", *(f"{way}_{what}" for way in ("rx", "tx") for what in ("bytes", "packets"))),
    Kind("cpu", "any", r"(?<![\d.])\d+\.\d\d%", ("%",)),
    Kind("cpu", "any", r"^(?:CPU|%Cpu\(s\)|Load average): +(?P<v>\d.*)$", ("CPU:", "Cpu", "Load")),
    Kind("cpu", "any", r"^ ?(?:top - )?(?P<v>\d\d:\d\d:\d\d up .*)$", (" up ",)),
    _column("cpu", "CPU", "C", "TIME", "%CPU", "STAT"),
    _column("time", "STIME", "START", "STARTED", "ELAPSED"),
    # Number 1 is no accident: it is the process that a container is about.
    _column("pid", "PID", "PPID", cell=r"(?!1$)\d+$"),
    _column("pid", "PIDS"),
    Kind("pid", "any", r"(?<=\b[Pp][Ii][Dd][ =])(?!1\b)\d+\b|(?<=\bP[Ii][Dd]: )(?!1\b)\d+\b", ("id", "ID")),
    Kind("pid", "any", r"^\[\d+\] (?P<v>\d+)$", ("] ",)),
    # A message as syslog gets it: <30>Nov 23 23:10:45 web[41]: one
    Kind("pid", "any", r"^<\d+>.*?\w\[(?P<v>\d+)\]: ", ("]: ",)),
    _key("pid", "PIDs", value=r"\d+"),
    # The links of /proc are one for each process.
    Kind("pid", "any", r"^dr-xr-xr-x +(?P<v>\d+)(?= .* proc$)", (" proc",)),
    _key("pid", "Pid", "PID", "pid", "ShimPid", value=r"(?![01]\b)\d+"),
    Kind("host", "any", r"(?<=\bKernel Version: ).+|(?<=\bTotal Memory: ).+", (": ",)),
    Kind("host", "any", r"^ *CPUs:\s+(?P<v>\d+)$", ("CPUs:",)),
    Kind("host", "any", r"^ Memory:\s+(?P<v>\d+\.\d+[KMGT]iB)$", ("Memory:",)),
    Kind("host", "any", r"(?<=^os:Linux )\S+|(?<= kernel/)\S+", ("os:", " kernel/")),
    _key("host", "KernelVersion", value=r"[^\"']+"),
    _key("host", "MemTotal", "NCPU", "NFd", "NGoroutines", "NEventsListener"),
    Kind("etag", "any", r"^\W*[Ee][Tt]ag: (?P<v>.+)", ("tag: ", "Tag: ")),
)

COLUMNS: Mapping[str, Kind] = {column: kind for kind in KINDS for column in kind.columns}
KEYS: frozenset[str] = frozenset(key for kind in KINDS for key in kind.keys)
# Keys of what measures a container: nothing in there is the same twice.
FIGURES: Mapping[str, str] = {
    "cpu_stats": "cpu",
    "precpu_stats": "cpu",
    "memory_stats": "memory",
    "blkio_stats": "traffic",
    "pids_stats": "pid",
}
