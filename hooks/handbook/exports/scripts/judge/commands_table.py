"""Commands beside docker that a script may hold, and their options, as data."""

from __future__ import annotations

import re

from handbook.exports.scripts.judge.shapes import shape

COMMANDS = {
    ":": shape("", "TEXT*", free=True),
    "base64": shape("-d --decode -w=TEXT", "READ?"),
    "cat": shape("-A -n", "READ*"),
    "chmod": shape("-R -v", "MODE OWN+"),
    "curl": shape(
        "-d=DATA -f -H=TEXT -I -i -m=TEXT --max-time=TEXT -o=OUT -s -S --unix-socket=SOCKET -u=TEXT --user=TEXT"
        " -w=FORMAT -X=TEXT",
        "URL",
    ),
    "cut": shape("-b=TEXT -c=TEXT -d=TEXT -f=TEXT -s", "READ*"),
    "date": shape("-u", "DATE?"),
    "diff": shape("-r -u -q", "READ READ"),
    "du": shape("-h -s -b", "READ*"),
    "echo": shape("-e -n", "TEXT*", free=True),
    "false": shape("", "TEXT*"),
    "grep": shape(
        "-A=TEXT -B=TEXT -C=TEXT -c -E -e=TEXT -F -i -l -m=TEXT -n --no-group-separator -o -q -r -v -w -x", "TEXT READ*"
    ),
    "head": shape("-c=TEXT -n=TEXT -q", "READ*"),
    "hostname": shape("-f -I -i -s"),
    "id": shape("-g -G -n -u", "TEXT?"),
    "ls": shape("-1 -A -a -d -h -l -R -t", "READ*"),
    "mkdir": shape("-p -v", "OWN+"),
    "nc": shape("-d -k -l -N -n -u -U=SOCKET -v -w=TEXT -z", "HOST? TEXT?"),
    "nslookup": shape("", "TEXT"),
    "od": shape("-A=TEXT -c -t=TEXT -N=TEXT", "READ*"),
    "ping": shape("-c=TEXT -q -W=TEXT", "HOST"),
    "printf": shape("", "TEXT*", stops=True),
    "ps": shape("-A -a -C=TEXT -e -f -o=TEXT -p=TEXT --sort=TEXT"),
    "pwd": shape(),
    "readlink": shape("-f", "READ+"),
    "rm": shape("-f -r -R -v", "REMOVE+"),
    "rmdir": shape("", "REMOVE+"),
    "seq": shape("", "TEXT*"),
    "sha256sum": shape("-b", "READ*"),
    "sleep": shape("", "TEXT"),
    "sort": shape("-b -h -k=TEXT -n -r -t=TEXT -u -V --version-sort", "READ*"),
    "ss": shape("-H -l -n -p -t -u -x", "TEXT*"),
    "stat": shape("-c=TEXT --format=TEXT", "READ+"),
    "tail": shape("-c=TEXT -f -n=TEXT", "READ*"),
    "tee": shape("-a", "OUT*"),
    "touch": shape("-c", "OWN+"),
    "tr": shape("-c -d -s", "TEXT TEXT?"),
    "true": shape("", "TEXT*"),
    "uname": shape("-a -m -n -r -s"),
    "uniq": shape("-c -d -u", "READ?"),
    "wait": shape("", "JOB*"),
    "wc": shape("-c -l -w", "READ*"),
    "wget": shape("-q -O=OUT -T=TEXT", "URL"),
    "kill": shape("-9 -INT -KILL -TERM -HUP -USR1 -s=TEXT", "JOB*"),
}
CP = shape("-a -f -p -R -r", "TEXT+ TEXT")
MV = shape("-f", "TEXT+ TEXT")
SED = shape("-E -e=SED -i -n -r", "TEXT*")
TAR = shape("-C=READOWN -c -f=TEXT -J -t -v -z", "READOWN*")
TIMEOUT = shape("--foreground -k=TEXT --kill-after=TEXT --preserve-status -s=TEXT --signal=TEXT", "TEXT", stops=True)
XARGS = shape("-r --no-run-if-empty -n=TEXT", "TEXT", stops=True)

# Commands that only tell something in these forms. The rest of the line is compared as a whole.
_DEVICE = r"[\w.:-]+"
READING = {
    "apt-key": re.compile(r"list"),
    "docker-componse": re.compile(r".*"),
    "dockerd": re.compile(r"--(help|version)"),
    "ifconfig": re.compile(r""),
    "ip": re.compile(
        r"((-brief|-oneline|-4|-6|-d|-family inet) )*(addr|link|route|neigh)"
        rf"( show( (dev )?{_DEVICE}| master {_DEVICE}| type \w+)?)?"
    ),
    "iptables": re.compile(r"((-t \w+|-[nvx]+) )*(-[nvx]*[SL]|--list|--list-rules|-nvL)( [A-Z][\w-]*)?"),
    "mount": re.compile(r"(-l)?( ?-t [\w.,]+)?"),
    "service": re.compile(r"\w+ status"),
    "systemctl": re.compile(r"(--no-pager )?(status|is-active|is-enabled) \w+"),
    "find": re.compile(r"(?!-)[\w./-]+( -name [\w.*-]+| -type [dfl]| -maxdepth \d+| -mindepth \d+| -empty| -print)*"),
}
PYTHON = {
    "json.tool": shape("--indent=TEXT --sort-keys --compact"),
    "http.server": shape("--bind=HOST -b=HOST --directory=READOWN -d=READOWN", "TEXT"),
    "tarfile": shape("-c", "OWN READOWN+"),
}
# Programs of pages that a person has read, by the SHA-256 of their text.
PROGRAMS = {
    # images/search: answers on 127.0.0.1 as Docker Hub's search does
    "de1bf003d7a3c5a1eec5c13a41a14979afe785b4298f8fc0c2d7c616dce4007e",
}
# Why a command stays out, where it is known.
REASONS = {
    ".": "runs what cannot be foreseen",
    "apt-get": "installs packages",
    "cd": "moves in a way that nobody judged",
    "dockerd": "works on the engine itself",
    "eval": "runs what cannot be foreseen",
    "exec": "replaces the script's shell",
    "ip": "changes the machine's network",
    "iptables": "changes the machine's firewall",
    "kill": "ends a process of the machine",
    "killall": "ends processes of the machine",
    "ln": "makes a link, behind which may lie anything",
    "mount": "mounts file systems",
    "nsenter": "enters the machine's namespaces",
    "pkill": "ends processes of the machine",
    "service": "starts and stops the engine",
    "source": "runs what cannot be foreseen",
    "su": "works as another user of the machine",
    "sudo": "works as another user of the machine",
    "systemctl": "starts and stops the engine",
    "umount": "mounts file systems",
    "useradd": "changes the machine's users",
    "usermod": "changes the machine's users",
}
