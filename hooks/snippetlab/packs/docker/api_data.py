"""The forms in which Docker's API describes objects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Data = dict[str, Any]
Objects = Mapping[str, Sequence[Data]]
