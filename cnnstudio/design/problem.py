"""A problem as data: what is wrong or worth a thought, where, and in which words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "advice"]


@dataclass(frozen=True)
class Problem:
    """Something that cannot be computed (error), or something to consider (advice), which stops nobody.

    ``code`` names its kind, ``node`` the layer where it shows, None for the whole design.
    """

    severity: Severity
    code: str
    node: str | None
    title: str
    sentence: str
