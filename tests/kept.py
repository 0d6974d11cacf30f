"""What checks of the program's own source make once for many tests, and let go after the last of their module: trees of
syntax are so many objects that every later search for garbage would take a second."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TypeVar

Made = TypeVar("Made", bound=Callable[..., object])
_LET_GO: list[Callable[[], None]] = []


def kept(make: Made) -> Made:
    """As ``functools.cache``, until the module of tests ends."""
    cached = cache(make)
    _LET_GO.append(cached.cache_clear)
    return cached  # type: ignore[return-value]  # a cache calls what it is of


def let_go() -> None:
    for clear in _LET_GO:
        clear()
