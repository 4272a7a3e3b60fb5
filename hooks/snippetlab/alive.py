"""Asks a Docker Engine whether it is there: one that hangs would be waited for at each of many questions."""

from __future__ import annotations

from typing import Any

import docker
from docker.errors import DockerException
from requests.exceptions import RequestException


def answers(api: docker.APIClient, within: float) -> bool:
    """Whether the engine that ``api`` asks says within so many seconds that it is there. Raises nothing."""
    own: Any = api  # docker-py's types leave out what it has for itself
    try:
        return bool(own._get(own._url("/_ping"), timeout=within).ok)
    except (DockerException, RequestException, OSError):
        return False
