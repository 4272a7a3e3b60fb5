"""Stand-ins for the tokens and keys that a run makes: of the same shape, so that a recording reads as it should,
and so plain that nobody, and no scanner of secrets, takes them for real ones."""

from __future__ import annotations

import re
from collections.abc import Iterable

# Swarm's join tokens and unlock keys (swarmkit's ca/config.go and manager/encryption), PEM blocks (RFC 7468;
# their newlines may be written as \n, as JSON and Python do), JSON Web Tokens (RFC 7519), personal access tokens of
# Docker Hub.
SECRET = re.compile(
    r"SWMTKN-1-[0-9a-z]{50}-[0-9a-z]{25}"
    r"|SWMKEY-1-[0-9A-Za-z+/]{43}"
    r"|-----BEGIN (?P<pem>[A-Z ]+)-----(?P<end>\n|\\n)(?:[0-9A-Za-z+/=]+(?P=end))+-----END (?P=pem)-----"
    r"|\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,}"
    r"|\bdckr_pat_[\w-]{20,}"
)
_HEAD = re.compile(r"SWMTKN-1-|SWMKEY-1-|-----(?:BEGIN|END) [A-Z ]+-----|eyJ|dckr_pat_|\\n|[-.+/=\n]")


def is_stand_in(secret: str) -> bool:
    """True when a secret is one of ours: nothing but zeros and a number at its end."""
    return re.fullmatch(r"0*[0-9]{1,4}", _HEAD.sub("", secret)) is not None


class StandIns:
    """The stand-ins of one scenario; ``texts`` are those in which some stand already."""

    def __init__(self, texts: Iterable[str]) -> None:
        found = (match.group() for text in texts for match in SECRET.finditer(text))
        self._given: dict[str, str] = {}
        self._taken = {secret for secret in found if is_stand_in(secret)}

    def instead(self, text: str, recorded: str = "") -> str:
        """``text`` with a stand-in for each secret; the same one wherever the same secret stands.

        Where ``recorded``, which it replaces, holds as many, each takes the place of a stand-in there: later commands
        may hold a copy of it.
        """
        new, old = ([found.group() for found in SECRET.finditer(side)] for side in (text, recorded))
        if len(new) == len(old):
            for secret, stand_in in zip(new, old, strict=True):
                if is_stand_in(stand_in) and not is_stand_in(secret) and stand_in not in self._given.values():
                    self._given.setdefault(secret, stand_in)
        return SECRET.sub(lambda found: self._for(found.group()), text)

    def _for(self, secret: str) -> str:
        if is_stand_in(secret):
            return secret
        if secret not in self._given:
            number = 1
            while (made := _made(secret, number)) in self._taken:
                number += 1
            self._given[secret] = made
            self._taken.add(made)
        return self._given[secret]


def _made(secret: str, number: int) -> str:
    """The secret's shape in zeros, with the number at its end."""
    heads = [match.span() for match in _HEAD.finditer(secret)]
    kept = {position for start, end in heads for position in range(start, end)}
    free = [position for position in range(len(secret)) if position not in kept]
    zeros = ["0"] * (len(free) - len(str(number))) + list(str(number))
    return "".join(secret[p] if p in kept else zeros[free.index(p)] for p in range(len(secret)))
