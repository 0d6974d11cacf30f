"""Where a window can lie along one side, and what it never sees."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Positions:
    """A window of ``kernel`` cells, ``dilation`` apart, moved by ``stride`` over ``extent`` cells with ``before`` and
    ``after`` cells of padding at the ends. Places count from 0 at the first cell that is no padding. Where the count is
    rounded up, the last window has ``overhang`` places behind the padding, with no cells."""

    extent: int
    kernel: int
    stride: int = 1
    before: int = 0
    after: int = 0
    dilation: int = 1
    overhang: int = 0

    @property
    def reach(self) -> int:
        """From the window's first cell to its last: d·(k − 1) + 1."""
        return self.dilation * (self.kernel - 1) + 1

    @property
    def padded(self) -> int:
        """All cells there are, padding included."""
        return self.extent + self.before + self.after

    @property
    def count(self) -> int:
        """How many positions there are; 0 where the window does not fit."""
        return max(0, (self.padded + self.overhang - self.reach) // self.stride + 1)

    def cells(self, position: int) -> range:
        """The places under the window at one position (from 0)."""
        first = position * self.stride - self.before
        return range(first, min(first + self.reach, self.extent + self.after), self.dilation)

    @property
    def dropped(self) -> int:
        """How many padded cells lie behind the last position because the stride does not divide."""
        if self.overhang:
            return 0
        return (self.padded - self.reach) % self.stride if self.count else self.padded

    @property
    def unseen(self) -> tuple[int, ...]:
        """The image's own cells that lie under no position: behind the last one, or between two."""
        seen = {place for position in range(self.count) for place in self.cells(position)}
        return tuple(place for place in range(self.extent) if place not in seen)

    @property
    def formula(self) -> str:
        """Where the count comes from, with these numbers."""
        padding = f" + {self.before} + {self.after}" if self.before or self.after else ""
        reach = f"{self.dilation}·({self.kernel} − 1) − 1" if self.dilation > 1 else f"{self.kernel}"
        quotient = f"({self.extent}{padding} − {reach}) / {self.stride}"
        return f"{f'⌈{quotient}⌉' if self.overhang else f'⌊{quotient}⌋'} + 1 = {self.count}"
