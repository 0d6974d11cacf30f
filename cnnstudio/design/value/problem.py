"""A problem as data: what is wrong or worth a thought, where, and in which words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "advice"]


@dataclass(frozen=True)
class Problem:
    """Something that cannot be computed (error), or something to consider (advice).

    ``code`` names its kind, ``node`` the layer where it shows, None for the whole design. Advice stops nobody, unless
    it ``stops_training``: the network can be computed then, but it cannot learn from its data.
    """

    severity: Severity
    code: str
    node: str | None
    title: str
    sentence: str
    stops_training: bool = False

    @property
    def grave(self) -> bool:
        """Whether Train waits until it is solved."""
        return self.severity == "error" or self.stops_training
