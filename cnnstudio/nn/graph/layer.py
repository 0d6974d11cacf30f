"""What a layer kind says of itself, and the registry of all kinds.

A layer is a value: its settings and nothing else. It holds no weights and no inputs, so it is comparable,
hashable and safe in two threads. Everything else in the program that knows a layer kind reads it from here.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar, Literal

from cnnstudio.nn.arrays import Floats, Shape
from cnnstudio.nn.explaining.dependence import Cell, Dependence, on_all, same
from cnnstudio.nn.explaining.parts import BackPart, LedgerPart, Part, Site
from cnnstudio.nn.ops.operation import Binding, Operation
from cnnstudio.nn.settings import Described
from cnnstudio.nn.sliding_window import Reason, ShapeError, Window
from cnnstudio.nn.telling.told import Sentence

Category = Literal["input", "convolution", "pooling", "activation", "normalization", "dense", "merge", "output"]
Initializer = Literal["he", "glorot", "normal", "zeros", "ones", "quarters"]

CATEGORY_TITLES: dict[Category, str] = {
    "input": "Input",
    "convolution": "Convolution",
    "pooling": "Pooling",
    "activation": "Activation",
    "normalization": "Normalization & dropout",
    "dense": "Dense & shape",
    "merge": "Merge",
    "output": "Output",
}


@dataclass(frozen=True)
class ParameterSpec:
    """One named array that a layer learns (or, as state, keeps): public shape and how it begins.

    ``fan_in`` is the number of inputs of one unit, ``fan_out`` the number of outputs one input goes to: the scale of
    the first weights depends on them.
    """

    name: str
    shape: Shape
    initializer: Initializer = "zeros"
    fan_in: int = 1
    decayed: bool = False
    fan_out: int = 1


#: how one output cell depends on the input: the same cell, a window in all or its own channel, or everything
Reach = Literal["cell", "window", "all"]


@dataclass(frozen=True)
class Layer(Described):
    """Base of all layer kinds: a frozen dataclass with its settings as fields.

    Shapes are public and without the batch: (height, width, channels) or (units,).
    """

    kind: ClassVar[str]
    title: ClassVar[str]
    category: ClassVar[Category]
    #: what most designs take of its category: comes first in lists
    common: ClassVar[bool] = False
    #: one sentence for palette and inspector
    sentence: ClassVar[str]
    fewest_inputs: ClassVar[int] = 1
    most_inputs: ClassVar[int] = 1
    reach: ClassVar[Reach] = "cell"
    #: settings that training may change on its way: shapes, weights and what is computed otherwise stay the same
    adjustable: ClassVar[frozenset[str]] = frozenset()
    #: its operation may write its output over its first input, and that input's gradient over its output's
    in_place: ClassVar[bool] = False
    #: its operation may write at least its first input's gradient over its output's
    gradient_in_place: ClassVar[bool] = False
    #: its backward pass reads its own output, so nobody may write over that
    rereads_output: ClassVar[bool] = True
    #: never falls as its input rises, cell by cell: the largest value stays the largest, so pooling may come first
    rises: ClassVar[bool] = False
    #: once trained, its output is a weighted sum of its inputs plus a constant: two in a row are no more than one
    linear: ClassVar[bool] = False
    #: in training it needs figures of the whole batch, so all of it must be in memory at once
    whole_batch: ClassVar[bool] = False
    #: ways to compute it; "reference" is the slow and obvious one
    algorithms: ClassVar[tuple[str, ...]] = ("reference",)

    def goes_on_as(self, other: Layer) -> bool:
        """Whether it differs from another at most in what is ``adjustable``."""
        if self == other or type(self) is not type(other) or not self.adjustable:
            return self == other
        return self.replace(**{name: getattr(other, name) for name in self.adjustable}) == other

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        """The shape of the output.

        Raises:
            ShapeError: the layer cannot take these inputs; the sentence has the numbers.
        """
        return inputs[0]

    def parameters(self, inputs: Sequence[Shape]) -> tuple[ParameterSpec, ...]:
        """The arrays it learns."""
        return ()

    def state(self, inputs: Sequence[Shape]) -> tuple[ParameterSpec, ...]:
        """The arrays it keeps without learning them (running statistics)."""
        return ()

    def shared_figures(self, inputs: Sequence[Shape]) -> int:
        """How many figures each share of a batch lets the others know."""
        return 0

    def macs(self, inputs: Sequence[Shape]) -> int:
        """Multiply-accumulate operations for one image."""
        return 0

    def window(self, inputs: Sequence[Shape]) -> Window | None:
        """The sliding window with its resolved padding, for layers that have one."""
        return None

    def summary(self) -> Sentence:
        """Its settings in a few words, for the card."""
        raise NotImplementedError

    def brief(self) -> Sentence:
        """The same in fewer signs, for a card that is too narrow for it."""
        return self.summary()

    def explanation(self, inputs: Sequence[Shape]) -> Sentence:
        """What it does here, in a sentence or two with this layer's real numbers."""
        raise NotImplementedError

    def reasons(self, inputs: Sequence[Shape]) -> tuple[Reason, ...]:
        """Where its output size, parameters and cost come from."""
        return ()

    def knows_algorithm(self, name: str) -> bool:
        """Whether a plan may say this: one algorithm, or one for each part of the work, with slashes between."""
        return set(name.split("/")) <= set(self.algorithms)

    def dependence(self, inputs: Sequence[Shape]) -> tuple[Dependence, ...]:
        """Which cells of each input an output cell depends on; exact, padding included."""
        return tuple(on_all(shape) if self.reach == "all" else same(shape) for shape in inputs)

    def parts(self, site: Site, cell: Cell) -> tuple[Part, ...]:
        """How the number in one output cell came about, in numbers: each part accounts for it."""
        raise NotImplementedError

    def weight_account(self, site: Site, gradient: Floats, index: tuple[int, ...]) -> LedgerPart | None:
        """How the gradient of one weight adds up; ``gradient`` is that of the output. None for layers without any."""
        return None

    def back_account(self, site: Site, gradient: Floats, cell: Cell, label: int) -> BackPart | None:
        """What becomes of an output cell's gradient on its way back to the input, for an image of class ``label``;
        None where it goes to many cells in many parts."""
        return None

    def usual_algorithm(self, inputs: Sequence[Shape]) -> str:
        """The algorithm to take where nothing has been timed."""
        return self.algorithms[0]

    def operation(self, binding: Binding) -> Operation:
        """The layer bound to arrays, computed by ``binding.algorithm``."""
        raise NotImplementedError


def volume(layer: Layer, inputs: Sequence[Shape]) -> tuple[int, int, int]:
    """The single input as height, width, channels.

    Raises:
        ShapeError: the input is a vector.
    """
    shape = inputs[0]
    if len(shape) != 3:
        raise ShapeError("needs-volume", layer=layer.title, input=shape)
    height, width, channels = shape
    return height, width, channels


def vector(layer: Layer, inputs: Sequence[Shape]) -> int:
    """The single input as a number of units.

    Raises:
        ShapeError: the input is a volume.
    """
    shape = inputs[0]
    if len(shape) != 1:
        raise ShapeError("needs-vector", layer=layer.title, input=shape)
    return shape[0]


@cache
def layer_kinds() -> Mapping[str, type[Layer]]:
    """Every layer kind by name, in palette order. Each module in ``nn/layers`` and its folders defines one, but for
    those whose names begin with _: they hold what several kinds have in common."""
    package = importlib.import_module("cnnstudio.nn.layers")
    found: dict[str, type[Layer]] = {}
    for module_info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if module_info.ispkg or module_info.name.rpartition(".")[2].startswith("_"):
            continue
        module = importlib.import_module(module_info.name)
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, Layer) and value.__module__ == module.__name__:
                found[value.kind] = value
    categories = list(CATEGORY_TITLES)

    def order(item: tuple[str, type[Layer]]) -> tuple[int, bool, str]:
        return categories.index(item[1].category), not item[1].common, item[1].title

    return dict(sorted(found.items(), key=order))


def layer_from_json(kind: str, settings: dict[str, Any]) -> Layer:
    """The layer that a file describes.

    Raises:
        SettingError: a setting is unknown or out of its limits.
        KeyError: there is no such kind.
    """
    return layer_kinds()[kind].from_json(settings)
