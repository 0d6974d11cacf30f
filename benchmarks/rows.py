"""What every benchmark prints: rows with a goal, and whether it holds."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Row:
    """One measured figure. ``goal`` reads like “≥ 1.0” or “≤ 200”, or is empty where nothing is promised."""

    name: str
    value: float
    unit: str
    goal: str = ""

    @property
    def holds(self) -> bool | None:
        """Whether the goal is reached; None without one."""
        if not self.goal:
            return None
        relation, bound = self.goal.split()
        return bool(self.value >= float(bound) if relation == "≥" else self.value <= float(bound))


def report(rows: list[Row], as_json: bool) -> None:
    """Print all rows: one JSON list, in which a value that is no finite number is null, or a table for people."""
    if as_json:
        found = [{**asdict(row), "value": row.value if math.isfinite(row.value) else None} for row in rows]
        told = [{**fields, "holds": row.holds} for fields, row in zip(found, rows, strict=True)]
        print(json.dumps(told, ensure_ascii=False, indent=1, allow_nan=False))
        return
    width = max((len(row.name) for row in rows), default=0)
    for row in rows:
        verdict = {True: "holds", False: "DOES NOT HOLD", None: ""}[row.holds]
        print(f"{row.name:<{width}}  {row.value:>10.4g} {row.unit:<10} {row.goal:<10} {verdict}")
