"""The two lanes from worker to window, both safe to use from any thread.

``Latest`` holds one value and forgets the older ones: snapshots and progress. ``Log`` forgets nothing:
scalars and marks. The reader comes when it likes, so a slow window never holds a fast worker up.
"""

from __future__ import annotations

import threading
from typing import Generic, TypeVar

T = TypeVar("T")


class Latest(Generic[T]):
    """The newest of many values."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._value: T | None = None
        self._count = 0

    def put(self, value: T) -> None:
        """Replace the value."""
        with self._lock:
            self._value = value
            self._count += 1

    @property
    def value(self) -> T | None:
        """The newest value, None before the first."""
        return self._value

    @property
    def count(self) -> int:
        """How many values there have been: a reader that remembers it sees whether there is a new one."""
        return self._count

    def newer_than(self, count: int) -> tuple[T | None, int]:
        """The newest value and its count, or ``(None, count)`` if there is none after number ``count``."""
        with self._lock:
            if self._count <= count:
                return None, count
            return self._value, self._count


class Log(Generic[T]):
    """An append-only list. What has been appended stays at its index for good."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._items: list[T] = []

    def __len__(self) -> int:
        return len(self._items)

    def append(self, item: T) -> None:
        """Add one item at the end."""
        with self._lock:
            self._items.append(item)

    def extend(self, items: list[T]) -> None:
        """Add several items at the end, with nothing of another thread between them."""
        with self._lock:
            self._items.extend(items)

    def read(self, start: int = 0) -> list[T]:
        """The items from index ``start`` on; the next call starts at ``start + len(result)``."""
        with self._lock:
            return self._items[start:]
