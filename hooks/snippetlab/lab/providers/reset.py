"""Bringing a used lab back to its beginning, and proving that it is there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from snippetlab.lab import Equipment, Lab

# A bridge keeps the link-local address that it got with its first container.
TIDY = "ip -6 addr flush dev docker0 scope link; conntrack -F 2>/dev/null; find /root /tmp -mindepth 1 -delete"

# What a scenario may change outside the engine: files beyond /root and /tmp (seen as what the
# overlay's upper layer holds), processes, the firewall, network devices, kernel settings.
_LOOK = r"""
find / -xdev \( -path /root -o -path /opt/docker-py -o -path /var/lib/containerd \
  -o -path /var/log/docker.log \) -prune -o -newercm /run/docker.pid \
  \( -type d ! -path / ! -path /run ! -path /tmp -printf '%p\n' -o ! -type d -printf '%p %s %y\n' \) | sort
echo --
ps -e -o args= | grep -v -e '^ps ' -e '^sh -c' -e '^sort' -e '^find' -e '^grep' | sort
echo --
iptables-save | grep -v '^#' | sed 's/\[[0-9:]*\]//'
echo --
ip -o link | awk '{print $2}'; ip -o addr | awk '{print $2,$3,$4}'
echo --
cat /run/docker.pid /proc/sys/net/ipv4/ip_forward /etc/hosts /etc/resolv.conf
ls -A /root /tmp
"""


@dataclass(frozen=True)
class Fingerprint:
    """All by which a fresh lab and a used one could differ, from inside and by what the pack tells."""

    inside: str
    contents: tuple[str, ...]


def fingerprint(lab: Lab, pack: Equipment) -> Fingerprint:
    """What the lab is now. Two fingerprints are equal when the lab may be used again."""
    return Fingerprint(lab.run(["sh", "-c", _LOOK]), pack.contents(lab))
