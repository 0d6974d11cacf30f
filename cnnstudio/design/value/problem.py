"""A problem as data: what is wrong or worth a thought, and where; its words are made where it is shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from cnnstudio.nn.telling.told import Told

Severity = Literal["error", "advice"]


@dataclass(frozen=True)
class Problem:
    """Something that cannot be computed (error), or something to consider (advice).

    ``code`` names its kind, ``node`` the layer where it shows, None for the whole design, ``told`` what is to be said
    of it. Advice stops nobody, unless it ``prevents_training``: the network can be computed then, but it cannot learn
    from its data. Every error does.
    """

    severity: Severity
    code: str
    node: str | None
    told: Told
    prevents_training: bool = False
