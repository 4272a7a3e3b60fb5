"""The volatile values in what Docker prints, and how its structures and tables are laid out."""

from __future__ import annotations

import re
from collections.abc import Mapping

from snippetlab.compare.git import COMMIT, GIT
from snippetlab.compare.plain import HOST, IDENTITIES, MEASURES, RELEASE, TIMES, WIDE
from snippetlab.compare.vocabulary import Figures, Kind, Masked, Vocabulary, column, key, measured
from snippetlab.packs.docker.belongings import BELONGINGS, HELD
from snippetlab.packs.docker.fields import BETWEEN_TRACKS
from snippetlab.packs.docker.logs import arranged
from snippetlab.packs.docker.tracks import by_any_client
from snippetlab.packs.docker.words import GENERATED

# Of a container in a lab, which is minutes old at most.


# How Docker tells a time that has passed: 59 seconds, and then about a minute (go-units, HumanDuration).
_UP = (
    r"(?:[Ll]ess than a second|1 second|(?:[2-9]|[1-5]\d) (?:second|minute)s"
    r"|[Aa]bout (?:a minute|an hour)|(?:[2-9]|[1-3]\d|4[0-7]) hours)"
)
_SPAN = rf"(?:{_UP}|(?:[2-9]|1[0-3]) days|[2-8] weeks|(?:[2-9]|1\d|2[0-4]) months|(?:[2-9]|[1-9]\d+) years)"
# Ports that Docker publishes where nobody says which: one after the other, from 32768 on
# (net.ipv4.ip_local_port_range) or from 49153 on (where that cannot be read).
_PUBLISHED = r"(?:3276[89]|327[7-9]\d|32[89]\d\d|33\d{3}|4915[3-9]|491[6-9]\d|49[2-9]\d\d)"
_START, _END = r"(?<![0-9a-zA-Z])", r"(?![0-9a-zA-Z])"

_BASE64 = r"[A-Za-z0-9+/]{20,}={0,2}"

_SWARM = (
    Kind("token", "identity", r"\bSWMTKN-1-[0-9a-z]{50}-[0-9a-z]{25}\b", ("SWMTKN-",)),
    Kind("key", "identity", r"SWMKEY-1-[0-9A-Za-z+/]{43}", ("SWMKEY-1-",)),
    Kind("token", "identity", r"\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,}", ("eyJ",)),
    Kind("token", "identity", r"\bdckr_pat_[\w-]{20,}", ("dckr_pat_",)),
    Kind("certificate", "any", rf"^ *Issuer Public Key:\s+(?P<v>{_BASE64})(?!\S)", ("Issuer Public Key:",)),
    key("certificate", "CertIssuerPublicKey", value=_BASE64),
)

_LONG_IDS = (
    # The id of an engine.
    Kind("uuid", "identity", r"\b[A-Z0-9]{4}(?::[A-Z0-9]{4}){11}\b", (":",)),
    # But for what sha256sum prints: a checksum, and the name of a file.
    Kind("id", "identity", rf"(?:\bsha256:)?{_START}(?!^[0-9a-f]{{64}} [ *]\S)[0-9a-f]{{64}}{_END}"),
    Kind("id", "identity", rf"\bsha256:[0-9a-f]{{7,63}}{_END}", ("sha256:",)),
    Kind("id", "identity", rf"{_START}[0-9a-f]{{6,63}}(?=…)", ("…",)),
    Kind("id", "identity", r"(?<=^run_id:)[0-9a-f]{40}$", ("run_id:",)),
)

_SHORT_IDS = (
    # One short id in 280 has only digits. Docker prints no other numbers of twelve
    # digits in text, and numbers of JSON do not come here.
    Kind("id", "identity", rf"(?<![0-9a-zA-Z.])[0-9a-f]{{12}}{_END}(?!\.\d)"),
    Kind("id", "identity", rf"{_START}(?=[a-z]*[0-9])(?=[0-9]*[a-z])[a-z0-9]{{25}}{_END}"),
    # A task in the log of its service: name, slot, the beginning of its id, node.
    Kind("id", "identity", r"^[\w.-]+\.\d+\.(?P<v>[a-z0-9]{12})@[\w.-]+ +\|", ("@",)),
    column("id", "CONTAINER ID", "IMAGE ID", how="identity", cell=r"[0-9a-f]{64}|[0-9a-f]{12}"),
    column("id", "ID", "NETWORK ID", how="identity", cell=r"[0-9a-f]{64}|[a-z0-9]{25}|[a-z0-9]{12}"),
    Kind("interface", "identity", r"\bveth[0-9a-f]{7}\b", ("veth",)),
    Kind("layer", "identity", r"(?<=/overlay2/l/)[A-Z0-9]{26}", ("/overlay2/l/",)),
    Kind("name", "identity", GENERATED.pattern, ("_",)),
)


def _seconds(pattern: str, *hints: str) -> Kind:
    """A duration that is told in seconds however short it is, as BuildKit and Compose do."""
    return Kind("duration", "any", pattern, hints, measured=True, form=lambda _: "seconds")


_BUILDS = (
    # Steps that do not wait for each other are numbered as they come, and what is
    # quick enough has no time.
    measured("number", r"^#(?P<v>[1-9]\d*) ", ("#",)),
    measured("duration", r"^#\d+ .*?(?P<v> \d+\.\d+s)(?= done$)", ("#",), "absent"),
    _seconds(r"^#\d+ DONE (?P<v>\d+\.\d+s)$", "#"),
    measured("duration", r"^#\d+ (?P<v>\d+\.\d+)(?= |$)", ("#",)),
    measured("duration", r"^(?P<v>\d+\.\d{3})(?= |$)", ("------\n > [",)),
    _seconds(r"^(?:#\d+ |\[\+\] | => ).*?(?P<v>\b(?:\d+h)?\d+m\d+(?:\.\d+)?s)\b", "#", "[+]", "=>"),
    _seconds(r"^(?:\[\+\] | => | ✔ ).*?(?P<v>\b\d+\.\d+s)$", "[+]", "=>", " ✔ "),
    # The builder and its client both say that a build failed, and what is heard first is printed.
    Kind(
        "failed", "any", r"^ERROR: (?:failed to build: )?(?P<v>failed to (?:solve|run Build function)): ", ("ERROR: ",)
    ),
)

_EPOCH = r"(?:1[5-9]|2\d)\d{8}(?:\d{9})?"  # in seconds, or in nanoseconds
_AMOUNT = r"\d[\d.]*[kMGT]?B"
_STATS = re.compile(r"\bdocker (?:container )?stats\b")
_FIGURE = r"(?<![\w.:+-])(?![01]\b)\d+(?![\w.:+-])"  # a number by itself, beyond none and one

_MEASURES = (
    measured("ago", rf"\b{_SPAN}(?= ago\b)", (" ago",)),
    measured("ago", rf"(?<=\bUp ){_UP}\b", ("Up ",)),
    Kind("port", "identity", rf"(?<=[\w\].:*]:){_PUBLISHED}\b(?![.:\d])", (":",)),
    key("port", "HostPort", "PublicPort", value=_PUBLISHED, how="identity"),
    key("time", "Created", "Updated", "time", "timeNano", value=_EPOCH, typed=True),
    measured("duration", r"(?<=\bexecDuration=)\d+\b", ("execDuration",)),
    # Of memory and its limit, traffic in and out, or what a build has fetched. A limit
    # that somebody set is round and stays; what the host has is not.
    column("cpu", "CPU %", "MEM %", cell=r"\d+\.\d\d%"),
    # What a container sends is its own doing. What it receives may be zero: not every
    # kernel looks for neighbours by itself.
    column(
        "traffic",
        "NET I/O",
        cell=rf"{_AMOUNT} / {_AMOUNT}",
        inside=rf"{_AMOUNT}(?= / )|(?<=/ )(?!0B){_AMOUNT}",
    ),
    # Whether a program is read from a disk, or is in memory already, is a matter of luck: these may be zero.
    column("traffic", "BLOCK I/O", cell=rf"{_AMOUNT} / {_AMOUNT}", inside=_AMOUNT),
    measured("traffic", rf"[\"']BlockIO[\"']: ?[\"'](?P<v>{_AMOUNT} / {_AMOUNT})", ("BlockIO",), inside=_AMOUNT),
    measured("cpu", r"[\"'](?:CPUPerc|MemPerc)[\"']: ?[\"'](?P<v>\d+\.\d\d%)", ("Perc",)),
    # By a template of the reader's own: what was asked for tells what the figure is, where a line has no other one.
    Kind("cpu", "any", r"(?<![\w.])\d+\.\d\d%(?![\w%])", ("%",), asked=_STATS, measured=True),
    Kind(
        "pid",
        "any",
        rf"^(?!.*{_FIGURE}.*{_FIGURE}).*?(?P<v>{_FIGURE})",
        asked=re.compile(r"\{\{[^}]*\.(?:Pid|PIDs)\b"),
        measured=True,
    ),
    measured("path", r"(?<=/tmp/docker-import-)\d+\b", ("docker-import-",)),
    measured("usage", r"\b(?!0B)\d[\d.]*[kKMGT]?i?B(?= / \d)", ("B / ",)),
    Kind("usage", "any", r"(?<=B / )(?!0B)(?:\d+\.\d+[KMGT]iB|\d[\d.]*[kMGT]?B)\b", ("B / ",)),
    key("traffic", *(f"{way}_{what}" for way in ("rx", "tx") for what in ("bytes", "packets"))),
    column("pid", "PIDS", cell=r"[1-9]\d*"),
    key("pid", "PIDs", value=r"[1-9]\d*"),
    key("pid", "Pid", "PID", "pid", "ShimPid", value=r"(?![01]\b)\d+"),
)

_HOST = (
    measured("kernel", rf"(?<=\bKernel Version: ){RELEASE}$", (": ",), "identity"),
    measured("host", r"(?<=\bTotal Memory: )[\d.]+[KMGT]iB", (": ",)),
    measured("host", r"^ *CPUs:\s+(?P<v>[1-9]\d*)$", ("CPUs:",)),
    measured("host", r"^ Memory:\s+(?P<v>\d+\.\d+[KMGT]iB)$", ("Memory:",)),
    measured("kernel", rf"(?:(?<=^os:Linux )|(?<= kernel/)){RELEASE}", ("os:", " kernel/"), "identity"),
    key("kernel", "KernelVersion", value=RELEASE, how="identity"),
    key("host", "MemTotal", "NCPU", "NFd", "NGoroutines"),
    # Whoever looks on while a scenario runs listens most of the time, and not all of it.
    key("host", "NEventsListener", value=r"\d+"),
)

_KINDS = (
    *HOST,
    *_SWARM,
    *_LONG_IDS,
    *TIMES,
    *IDENTITIES,
    *GIT,
    *_SHORT_IDS,
    *_BUILDS,
    *_MEASURES,
    *_HOST,
    *MEASURES,
)
_COLUMNS: Mapping[str, Kind] = {title: kind for kind in _KINDS for title in kind.columns}


def _adapted(key: str, value: Mapping[str, object]) -> Mapping[str, object]:
    """What ``docker top`` gives through the API judged by its columns' names, and a node's resources as the host's."""
    titles, rows = value.get("Titles"), value.get("Processes")
    if isinstance(titles, list) and isinstance(rows, list):
        value = {**value, "Processes": [_process(titles, row) for row in rows]}
    if key == "Resources" and isinstance(value.get("MemoryBytes"), int):
        value = {
            **value,
            "MemoryBytes": Masked("host"),
            "NanoCPUs": Masked("host"),
        }  # a swarm node's, not a service's limits
    return value


def _process(titles: list[object], row: object) -> object:
    if not isinstance(row, list):
        return row
    kinds = [_COLUMNS.get(str(title)) for title in titles] + [None] * (len(row) - len(titles))
    return [
        Masked(kind.name, _left(kind, cell))
        if kind and isinstance(cell, str) and kind.cell_regex.fullmatch(cell)
        else cell
        for kind, cell in zip(kinds, row, strict=False)
    ]


def _left(kind: Kind, cell: str) -> str:
    """What of a cell is compared: all but the values in it."""
    return kind.inside_regex.sub("", cell) if kind.inside else ""


VOCABULARY = Vocabulary(
    _KINDS,
    abbreviated={"id": "sha256:", COMMIT: ""},
    # What measures a container: no number in there is the same twice, but for limits.
    figures={
        "cpu_stats": Figures("cpu", zero=True),
        "precpu_stats": Figures("cpu", zero=True),
        "memory_stats": Figures("memory", frozenset({"limit", "failcnt"})),
        "stats": Figures("memory", zero=True),
        "blkio_stats": Figures("traffic", zero=True),
        "pids_stats": Figures("pid", frozenset({"limit"})),
    },
    unordered=frozenset({"Mounts", "Binds"}),  # made from Go maps, in another order each time
    adapted=_adapted,
    arranged=arranged,
    single_titles=frozenset({"ID", "CONTAINER ID", "IMAGE ID", "NETWORK ID", "NAME", "NAMES", "PID"}),
    wide=(WIDE,),
    between_tracks=BETWEEN_TRACKS,
    by_any_client=by_any_client,
    held=HELD,
    belongings=BELONGINGS,
)
