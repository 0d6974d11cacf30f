"""What every trial of the program's robustness ends with: how often something was tried, and how often it failed."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Row:
    """Something that was ``tried`` and shall never fail; ``goal`` are the tries of the long run. ``failures`` tell of
    each failure, ``remark`` of what else was seen."""

    name: str
    tried: int
    goal: int
    failures: tuple[str, ...] = field(default=())
    remark: str = ""

    @property
    def failed(self) -> int:
        """How often it failed."""
        return len(self.failures)

    @property
    def holds(self) -> bool:
        """Whether it was tried at all and never failed; figures of several runs with other seeds add up."""
        return self.tried > 0 and not self.failures

    def __str__(self) -> str:
        verdict = "holds" if self.holds else "DOES NOT HOLD"
        goal = f"0 failed of {self.goal:,}"
        return f"{self.name:<62} {self.tried:>8,} tried {self.failed:>5,} failed   {goal:<22} {verdict}  {self.remark}"


#: failures of one row that are told in full
SHOWN = 8


def report(rows: list[Row]) -> bool:
    """Print all rows, their failures and how many of them hold; whether all do."""
    for row in rows:
        print(str(row).rstrip())
    for row in rows:
        for failure in row.failures[:SHOWN]:
            print(f"\n{row.name}: {failure}")
    holding = sum(row.holds for row in rows)
    print(f"\n{holding} of {len(rows)} rows hold")
    return holding == len(rows)
