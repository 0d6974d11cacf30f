"""What accounts need to know of a window, without knowing layers."""

from __future__ import annotations

from typing import Protocol


class SlidingWindow(Protocol):
    """Sizes as (vertical, horizontal); padding (top, bottom, left, right)."""

    @property
    def kernel(self) -> tuple[int, int]: ...
    @property
    def stride(self) -> tuple[int, int]: ...
    @property
    def padding(self) -> tuple[int, int, int, int]: ...
    @property
    def dilation(self) -> tuple[int, int]: ...
    @property
    def spreads(self) -> bool: ...
