"""The draws of a training as NumPy makes them: what comes along as ``keyed.py``, so that another engine draws the same.

Order, validation, augmentation and dropout depend on seed, epoch, step and place alone, never on what was drawn before.
"""

from __future__ import annotations

import math
import sys

import numpy as np
from numpy.typing import NDArray

from cnnstudio.data import dataset
from cnnstudio.data.dataset import keyed
from cnnstudio.data.preparation import augmentation, equal, transforms
from cnnstudio.data.preparation.augmentation import Augmentation
from cnnstudio.data.preparation.equal import first_equal, sums
from cnnstudio.data.preparation.split import TOGETHER
from cnnstudio.exchange.code.sources import sources
from cnnstudio.exchange.code.spelling import spelt
from cnnstudio.exchange.exportable import Exportable
from cnnstudio.nn import randomness
from cnnstudio.nn.layers.normalization._leaving_out import LeavingOut
from cnnstudio.nn.randomness import bit_stream, draws
from cnnstudio.nn.training import order as training_order
from cnnstudio.nn.training.order import BALANCED

_HEAD = '''
"""The random numbers of a training, each keyed by what it is for: the same as in CNN Studio, whatever trains."""

from __future__ import annotations

import hashlib
{imports}
import numpy as np
from numpy.typing import NDArray
'''

_AUGMENTATION = '''
@dataclass(frozen=True)
class Augmentation:
    """By how much training images are varied."""

{fields}
'''


def order(seed: int, epoch: int, count: int) -> NDArray[np.int64]:
    """In which order an epoch, from 1, goes through so many training images."""
    return draws(seed, "order", epoch).permutation(count)


def held_back(seed: int, count: int, share: int) -> NDArray[np.bool_]:
    """Which of so many training images are kept for validation: a share of a hundred, at least one."""
    shuffled = keyed(seed, "validation split").permutation(count)
    kept = np.zeros(count, np.bool_)
    kept[shuffled[count - max(1, count * share // 100) :]] = True
    return kept


def together(images: NDArray[np.uint8], kept: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The same where equal images are all on one side: each goes where the first goes that is equal to it, as far as
    that leaves something on both."""
    found: NDArray[np.bool_] = kept[first_equal(sums(images))]
    return found if found.any() and not found.all() else kept


def kept(seed: int, step: int, node: str, shape: tuple[int, ...], rate: float) -> NDArray[np.float32]:
    """What dropout multiplies with at a step, from 0: 0 or 1 / (1 - rate). ``shape`` is (N, H, W, C), (N, units) or,
    for whole maps, (N, 1, 1, C); every image has draws of its own."""
    count, *place = shape
    numbers = math.prod(place)
    generator = np.random.Generator(bit_stream(seed, "dropout", step, node))
    # a count of the generator yields eight numbers, and each image begins with a new one
    drawn = generator.random((count, math.ceil(numbers / 8) * 8), np.float32)[:, :numbers]
    return (drawn >= rate).astype(np.float32).reshape(shape) * np.float32(1 / (1 - rate))


def keyed_for(network: Exportable) -> str:
    """``keyed.py`` for the recipe and the layers of a network."""
    recipe = network.design.recipe
    return keyed_code(
        recipe.augmentation,
        dropout=any(isinstance(node.layer, LeavingOut) for node in network.nodes),
        balanced=recipe.drawing == BALANCED,
        equal_together=recipe.data.split.equal == TOGETHER,
    )


def keyed_code(settings: Augmentation, *, dropout: bool, balanced: bool = False, equal_together: bool = False) -> str:
    """``keyed.py``: as much of it as a recipe with this augmentation and drawing, and a network with ``dropout`` or
    not, needs."""
    own = {"held_back", *(["kept"] if dropout else []), *([] if balanced else ["order"])}
    own |= {"together"} if equal_together else set()
    parts = [*sources(randomness, {"draws"}), *sources(dataset, {"keyed"})]
    parts += sources(equal, {"sums", "first_equal"}) if equal_together else []
    parts += sources(sys.modules[__name__], own)
    if balanced:
        parts += sources(training_order, {"balanced_order"})
    if settings.changes:
        fields = (f"    {name}: {type(value).__name__} = {spelt(value)}" for name, value in settings.to_json().items())
        parts.append(_AUGMENTATION.format(fields="\n".join(fields)))
        parts += sources(transforms, {"shifted", "warped", "brightened"})
        parts += sources(augmentation, {"Augmenter"}, without={"Augmentation"})
    imports = ["import math"] if dropout or settings.changes or balanced else []
    imports += ["from dataclasses import dataclass", "from typing import Any"] if settings.changes else []
    head = _HEAD.format(imports="\n".join([*imports, ""]))
    return "\n\n\n".join(part.strip() for part in (head, *parts)) + "\n"
