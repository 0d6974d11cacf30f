"""What checks of the program's own source make once for many tests, and let go after the last of their module: trees of
syntax are so many objects that every search for garbage among them would take a second. As long as they are there none
is made."""

from __future__ import annotations

import gc
from collections.abc import Callable
from functools import cache
from typing import TypeVar

Made = TypeVar("Made", bound=Callable[..., object])
_LET_GO: list[Callable[[], None]] = []


def kept(make: Made) -> Made:
    """As ``functools.cache``, until the module of tests ends."""

    @cache
    def made(*arguments: object) -> object:
        gc.disable()
        return make(*arguments)

    _LET_GO.append(made.cache_clear)
    return made  # type: ignore[return-value]  # a cache calls what it is of


def let_go() -> None:
    for clear in _LET_GO:
        clear()
    gc.enable()
