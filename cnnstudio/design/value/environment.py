"""What lies around a design and decides whether it can be trained: its data, its batch size, the machine."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from functools import lru_cache

from cnnstudio.data.library import BUILTIN
from cnnstudio.design.value.design import Design
from cnnstudio.nn.graph.graph import Graph
from cnnstudio.nn.parameters.locks import Locks, trainable
from cnnstudio.nn.parameters.parameters import layouts


@dataclass(frozen=True)
class Environment:
    """``image_shape`` (height, width, channels) and ``classes`` of the data, ``memory`` of the machine in bytes; empty
    or 0 where unknown. ``slots`` is how many numbers the optimizer keeps for each weight; ``all_locked`` says that
    nothing of what could learn may, ``missing_data`` what the data is called that could not be opened;
    ``source`` is that of the data it tells of, so that a design with another one misses nothing;
    ``class_weights`` are those of the loss that somebody has chosen one by one; ``images`` is how many there are to
    learn from, 0 where unknown; ``taught`` says that the weights hold what was learned, here or elsewhere."""

    image_shape: tuple[int, ...] = ()
    classes: int = 0
    batch_size: int = 64
    slots: int = 2
    memory: int = 0
    all_locked: bool = False
    missing_data: str = ""
    source: str = ""
    class_weights: tuple[float, ...] = ()
    images: int = 0
    taught: bool = False


#: a design by itself
NOTHING_KNOWN = Environment()


def environment(
    design: Design,
    image_shape: tuple[int, ...] = (),
    classes: int = 0,
    missing_data: str = "",
    *,
    images: int = 0,
    taught: bool = False,
) -> Environment:
    """The environment of a design on this machine, with what is known of its data: shape of an image, number of
    classes, and how many images there are to learn from; and whether its weights hold what was learned."""
    memory = machine_memory()
    around = Environment(
        tuple(image_shape), classes, memory=memory, missing_data=missing_data, images=images, taught=taught
    )
    return environment_after(design, around)


def environment_after(design: Design, around: Environment) -> Environment:
    """The same environment with what a design's recipe and locks say."""
    recipe = design.recipe
    same, drawn = around.source in ("", recipe.data.source), BUILTIN.get(recipe.data.source)
    if not same and drawn is not None:
        around = replace(around, image_shape=drawn.image_shape, classes=len(drawn.classes), images=0)
    if (same or drawn is not None) and around.image_shape and recipe.data.made:
        around = replace(around, image_shape=recipe.data.made)
    chosen = recipe.loss.class_weights
    return replace(
        around,
        batch_size=recipe.batch_size,
        slots=len(recipe.optimizer.memory),
        all_locked=_all_locked(design.graph, design.locks),
        missing_data=around.missing_data if same else "",
        source=recipe.data.source,
        class_weights=chosen if isinstance(chosen, tuple) else (),
    )


@lru_cache(maxsize=16)  # asked for many times an edit
def _all_locked(graph: Graph, locks: Locks) -> bool:
    layout, _ = layouts(graph)
    return layout.size > 0 and not trainable(layout, locks)


def machine_memory() -> int:
    """The machine's memory in bytes; 0 where it does not say."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):  # Windows has no sysconf, some systems do not know these names
        return 0
