"""What every benchmark prints: rows with a goal, and whether it holds."""

from __future__ import annotations

import json
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
        return self.value >= float(bound) if relation == "≥" else self.value <= float(bound)


def report(rows: list[Row], as_json: bool) -> None:
    """Print all rows: one JSON list, or a table for people."""
    if as_json:
        print(json.dumps([{**asdict(row), "holds": row.holds} for row in rows], ensure_ascii=False, indent=1))
        return
    width = max((len(row.name) for row in rows), default=0)
    for row in rows:
        verdict = {True: "holds", False: "DOES NOT HOLD", None: ""}[row.holds]
        print(f"{row.name:<{width}}  {row.value:>10.4g} {row.unit:<10} {row.goal:<10} {verdict}")
