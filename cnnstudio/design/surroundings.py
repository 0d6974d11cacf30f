"""What lies around a design and decides whether it can be trained: its data, its batch size, the machine."""

from __future__ import annotations

import os
from dataclasses import dataclass

from cnnstudio.design.design import Design


@dataclass(frozen=True)
class Surroundings:
    """``image_shape`` (height, width, channels) and ``classes`` of the data, ``memory`` of the machine in bytes; empty
    or 0 where unknown. ``slots`` is how many numbers the optimizer keeps for each weight."""

    image_shape: tuple[int, ...] = ()
    classes: int = 0
    batch_size: int = 64
    slots: int = 2
    memory: int = 0


#: a design by itself
NOTHING_KNOWN = Surroundings()


def surroundings(design: Design, image_shape: tuple[int, ...] = (), classes: int = 0) -> Surroundings:
    """The surroundings of a design on this machine, with the shape and number of classes of its data if known."""
    recipe = design.recipe
    return Surroundings(tuple(image_shape), classes, recipe.batch_size, recipe.memory_slots, machine_memory())


def machine_memory() -> int:
    """The machine's memory in bytes; 0 where it does not say."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):  # Windows has no sysconf, some systems do not know these names
        return 0
