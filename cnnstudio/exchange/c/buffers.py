"""Where the layers of a network written in C write to: few static buffers, each used again once nobody reads what is in
it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass
class Buffers:
    """``sizes`` by name, in numbers. Names that are no buffer's are left alone."""

    sizes: dict[str, int] = field(default_factory=dict)
    _readers: dict[str, int] = field(default_factory=dict)  # that wait for what is in each

    def take(self, size: int, readers: int) -> str:
        """The free buffer that needs to grow the least, or a new one, for what so many will read."""
        free = [name for name, waiting in self._readers.items() if not waiting]
        name = min(free, key=lambda name: (max(0, size - self.sizes[name]), self.sizes[name]), default=self._new())
        self.sizes[name] = max(size, self.sizes.get(name, 0))
        self._readers[name] = readers
        return name

    def done(self, names: Iterable[str]) -> None:
        """Somebody has read them."""
        for name in names:
            if name in self._readers:
                self._readers[name] -= 1

    def hand_on(self, name: str, readers: int) -> None:
        """In place of one reader there are so many others."""
        if name in self._readers:
            self._readers[name] += readers - 1

    def has_one_reader(self, name: str) -> bool:
        """Whether it is a buffer that nobody else waits for."""
        return self._readers.get(name) == 1

    def _new(self) -> str:
        number = len(self.sizes)
        return "abcdefghijklmnopqrstuvw"[number] if number < 23 else f"a{number}"
