"""The volatile values in what Docker prints, and how its structures and tables are laid out."""

from __future__ import annotations

from collections.abc import Mapping

from snippetlab.compare.plain import EPHEMERAL, HOST, IDENTITIES, MEASURES, TIMES, WIDE
from snippetlab.compare.vocabulary import Kind, Vocabulary, column, key
from snippetlab.packs.docker.logs import arranged
from snippetlab.packs.docker.words import ADJECTIVES

_SPAN = r"(?:[Ll]ess than a second|[Aa]bout an? (?:minute|hour)|\d+ (?:second|minute|hour|day|week|month|year)s?)"
_START, _END = r"(?<![0-9a-zA-Z])", r"(?![0-9a-zA-Z])"

_SWARM = (
    Kind("token", "identity", r"SWMTKN-1-[0-9a-z]+-[0-9a-z]+", ("SWMTKN-",)),
    Kind("certificate", "any", r"^ *Issuer Public Key:\s+(?P<v>\S+)", ("Issuer Public Key:",)),
    key("certificate", "CertIssuerPublicKey", value=r"[\w+/=]+"),
)

_LONG_IDS = (
    # The id of an engine.
    Kind("uuid", "identity", r"\b[A-Z0-9]{4}(?::[A-Z0-9]{4}){11}\b", (":",)),
    Kind("id", "identity", rf"(?:\bsha256:)?{_START}[0-9a-f]{{64}}{_END}"),
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
    column("id", "ID", "CONTAINER ID", "IMAGE ID", "NETWORK ID", how="identity", cell=rf"[a-z0-9]{{12,25}}{_END}"),
    Kind("interface", "identity", r"\bveth[0-9a-f]{7}\b", ("veth",)),
    Kind("layer", "identity", r"(?<=/overlay2/l/)[A-Z0-9]{26}", ("/overlay2/l/",)),
    Kind("name", "identity", rf"(?<![\w-])(?:{'|'.join(ADJECTIVES)})_[a-z]+\d?(?![\w-])", ("_",)),
)

_BUILDS = (
    # Steps that do not wait for each other are numbered as they come, and what is
    # quick enough has no time.
    Kind("number", "any", r"^#(?P<v>\d+) ", ("#",)),
    Kind("duration", "absent", r"^#\d+ .*?(?P<v> \d+\.\d+s)(?= done$)", ("#",)),
    Kind("duration", "any", r"^#\d+ (?P<v>\d+\.\d+)(?= |$)", ("#",)),
    Kind("duration", "any", r"^(?P<v>\d+\.\d{3})(?= |$)", ("------\n > [",)),
    Kind("duration", "any", r"^(?:#\d+ |\[\+\] | => ).*?(?P<v>\b(?:\d+h)?\d+m\d+(?:\.\d+)?s)\b", ("#", "[+]", "=>")),
)

_MEASURES = (
    Kind("ago", "any", rf"\b{_SPAN}(?= ago\b)", (" ago",)),
    Kind("ago", "any", rf"(?<=\bUp ){_SPAN}\b", ("Up ",)),
    key("port", "HostPort", "PublicPort", value=EPHEMERAL, how="identity"),
    key("time", "Created", "Updated", "time", "timeNano"),
    Kind("duration", "any", r"(?<=\bexecDuration=)\d+\b", ("execDuration",)),
    # Of memory and its limit, traffic in and out, or what a build has fetched. A limit
    # that somebody set is round and stays; what the host has is not.
    Kind("usage", "any", r"\b\d[\d.]*[kKMGT]?i?B(?= / \d)", ("B / ",)),
    Kind("usage", "any", r"(?<=B / )(?:\d+\.\d+[KMGT]iB|\d[\d.]*[kMGT]?B)\b", ("B / ",)),
    key("traffic", *(f"{way}_{what}" for way in ("rx", "tx") for what in ("bytes", "packets"))),
    column("pid", "PIDS"),
    key("pid", "PIDs", value=r"\d+"),
    key("pid", "Pid", "PID", "pid", "ShimPid", value=r"(?![01]\b)\d+"),
)

_HOST = (
    Kind("host", "any", r"(?<=\bKernel Version: ).+|(?<=\bTotal Memory: ).+", (": ",)),
    Kind("host", "any", r"^ *CPUs:\s+(?P<v>\d+)$", ("CPUs:",)),
    Kind("host", "any", r"^ Memory:\s+(?P<v>\d+\.\d+[KMGT]iB)$", ("Memory:",)),
    Kind("host", "any", r"(?<=^os:Linux )\S+|(?<= kernel/)\S+", ("os:", " kernel/")),
    key("host", "KernelVersion", value=r"[^\"']+"),
    key("host", "MemTotal", "NCPU", "NFd", "NGoroutines", "NEventsListener"),
)

_KINDS = (
    *HOST,
    *_SWARM,
    *_LONG_IDS,
    *TIMES,
    *IDENTITIES,
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
        value = {**value, "MemoryBytes": "<host>", "NanoCPUs": "<host>"}  # a swarm node's, not a service's limits
    return value


def _process(titles: list[object], row: object) -> object:
    if not isinstance(row, list):
        return row
    kinds = [_COLUMNS.get(str(title)) for title in titles]
    return [
        f"<{kind.name}>" if kind and kind.cell_regex.match(str(cell)) else cell
        for kind, cell in zip(kinds, row, strict=False)
    ]


VOCABULARY = Vocabulary(
    _KINDS,
    abbreviated={"id": "sha256:"},
    # What measures a container: nothing in there is the same twice.
    figures={
        "cpu_stats": "cpu",
        "precpu_stats": "cpu",
        "memory_stats": "memory",
        "blkio_stats": "traffic",
        "pids_stats": "pid",
    },
    unordered=frozenset({"Mounts", "Binds"}),  # made from Go maps, in another order each time
    adapted=_adapted,
    arranged=arranged,
    single_titles=frozenset({"ID", "CONTAINER ID", "IMAGE ID", "NETWORK ID", "NAME", "NAMES", "PID"}),
    wide=(WIDE,),
)
