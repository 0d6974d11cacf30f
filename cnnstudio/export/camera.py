"""Looking at boxes from some side without perspective: fronts stay upright and depth runs off at a slant, as in a
textbook. Each box turns about its own middle, so the network stays a row whichever way one looks at it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from cnnstudio.export.figure import Point

#: as far as one can turn, in degrees
MOST_YAW, MOST_PITCH = 70.0, 40.0


@dataclass(frozen=True)
class Camera:
    """Degrees to the right (``yaw``) and up (``pitch``) from which one looks at the front."""

    yaw: float = 35.0
    pitch: float = 22.0

    def turned(self, yaw: float, pitch: float) -> Camera:
        """Turned by so many degrees, within the limits."""
        return Camera(
            min(max(self.yaw + yaw, -MOST_YAW), MOST_YAW), min(max(self.pitch + pitch, -MOST_PITCH), MOST_PITCH)
        )

    @cached_property
    def slant(self) -> float:
        """How much of its length depth rises."""
        return math.sin(math.radians(self.pitch))

    def seen(self, right: float, up: float, away: float) -> Point:
        """Where a point beside a box's middle is seen: right and down of it."""
        along, across = self._turn
        return right * along + away * across, -(up + away * self.slant)

    def all_seen(self, points: Iterable[tuple[float, float, float]], middle: Point, scale: float) -> tuple[Point, ...]:
        """Where points beside a box's middle are seen, given where that is seen itself."""
        along, across = self._turn
        slant, (x, y) = self.slant, middle
        return tuple(
            (x + (right * along + away * across) * scale, y - (up + away * slant) * scale) for right, up, away in points
        )

    @cached_property
    def _turn(self) -> tuple[float, float]:
        return math.cos(math.radians(self.yaw)), math.sin(math.radians(self.yaw))
