"""What a layer kind says of itself, and the registry of all kinds.

A layer is a value: its settings and nothing else. It holds no weights and no inputs, so it is comparable,
hashable and safe in two threads. Everything else in the program that knows a layer kind reads it from here.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, ClassVar, Literal

import numpy as np

from cnnstudio.nn.arrays import Doubles, Floats, Shape, shape_text
from cnnstudio.nn.explaining.dependence import Cell, Dependence, on_all, same
from cnnstudio.nn.explaining.parts import BackPart, LedgerPart, Part, Site
from cnnstudio.nn.ops.workspace import Workspace
from cnnstudio.nn.settings import Described

Category = Literal["input", "convolution", "pooling", "activation", "normalization", "dense", "merge", "output"]
Mode = Literal["train", "eval", "probe"]
Initializer = Literal["he", "glorot", "normal", "zeros", "ones"]

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


class ShapeError(ValueError):
    """A layer cannot take the volume it is given.

    ``str()`` is the sentence with the numbers; ``title`` is its short form for a heading.
    """

    def __init__(self, title: str, sentence: str) -> None:
        super().__init__(sentence)
        self.title = title


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


@dataclass(frozen=True)
class Window:
    """How an output cell looks at its input: (vertical, horizontal) sizes; padding (top, bottom, left, right).

    In a layer that enlarges it ``spreads``: it lies on the output, and each input cell adds to such a window of it.
    """

    kernel: tuple[int, int]
    stride: tuple[int, int] = (1, 1)
    padding: tuple[int, int, int, int] = (0, 0, 0, 0)
    dilation: tuple[int, int] = (1, 1)
    spreads: bool = False


#: how one output cell depends on the input: the same cell, a window in all or its own channel, or everything
Reach = Literal["cell", "window", "all"]


@dataclass(frozen=True)
class Reason:
    """An answer to “why this number?”: a question, the formula with this layer's numbers, and a remark."""

    question: str
    formula: str
    remark: str = ""


@dataclass
class Binding:
    """The arrays that one layer of a compiled network reads and writes, in the inner layout.

    ``batch`` images of the ``whole`` batch, which processes share between them and each computes in parts.
    ``parameters``, ``gradients`` and ``state`` are views in the public layout; a gradient is written, not added.
    ``input_gradients`` holds None where nobody needs it; ``output_gradient`` is empty where none will be computed.
    ``clock`` tells seed, step and first image, for keyed draws. ``algorithm`` is the plan's choice for this layer.
    ``workspace`` holds scratch arrays until the next operation runs. ``share`` numbers the processes that share the
    batch; ``common`` has a row of figures for each of them. ``locked`` tells that state and parameters stand
    still, so a layer that trains with other figures than it is used with trains with the latter.
    """

    node: str
    mode: Mode
    algorithm: str
    batch: int
    whole: int
    inputs: tuple[Floats, ...]
    output: Floats
    input_gradients: tuple[Floats | None, ...] = ()
    output_gradient: Floats = field(default_factory=lambda: np.empty(0))
    parameters: Mapping[str, Floats] = field(default_factory=dict)
    gradients: Mapping[str, Floats] = field(default_factory=dict)
    state: Mapping[str, Floats] = field(default_factory=dict)
    clock: StepClock = field(default_factory=lambda: StepClock())
    workspace: Workspace = field(default_factory=Workspace)
    share: int = 0
    common: Doubles = field(default_factory=lambda: np.zeros((1, 0)))
    locked: bool = False

    @property
    def learns(self) -> bool:
        """Whether ``backward`` will be called."""
        return self.output_gradient.size > 0


@dataclass
class StepClock:
    """Which step of which seed is being computed, and which image of the whole batch comes first; the network sets
    it before each forward pass."""

    seed: int = 0
    step: int = 0
    first: int = 0


class Operation:
    """A layer bound to arrays. Its methods write into the binding's arrays and allocate nothing large.

    An operation that needs figures of the whole batch (batch norm) sets ``meets``: it puts its share into
    ``binding.common[binding.share]`` in ``forward`` or ``backward``, and once all shares are there ``forward_rest`` or
    ``backward_rest`` is called, which adds them up in their order.
    """

    meets: ClassVar[bool] = False

    def forward(self) -> None:
        """Compute the output from the inputs."""
        raise NotImplementedError

    def backward(self) -> None:
        """Compute input and parameter gradients from the output's gradient (which it may overwrite)."""
        raise NotImplementedError

    def forward_rest(self) -> None:
        """The part of ``forward`` after the shares have met."""

    def backward_rest(self) -> None:
        """The part of ``backward`` after the shares have met."""

    def parts(self) -> tuple[Callable[[], None], ...]:
        """The parts of the work that a plan may give to different algorithms, in the order in which it names them,
        after a forward pass or without; none where there is nothing to choose."""
        return ()

    def commit(self) -> None:
        """Write what this step makes of the state (running statistics); called once, for the first share only, when
        the step is sure to count."""


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

    def summary(self) -> str:
        """Its settings in a few words, for the card."""
        return ""

    def explanation(self, inputs: Sequence[Shape]) -> str:
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
        raise ShapeError(
            f"{layer.title} needs a volume",
            f"{layer.title} works on height × width × channels, but its input is a vector of "
            f"{shape_text(shape)} numbers. Place it before the Flatten layer.",
        )
    height, width, channels = shape
    return height, width, channels


def vector(layer: Layer, inputs: Sequence[Shape]) -> int:
    """The single input as a number of units.

    Raises:
        ShapeError: the input is a volume.
    """
    shape = inputs[0]
    if len(shape) != 1:
        raise ShapeError(
            f"{layer.title} needs a vector",
            f"{layer.title} works on a plain list of numbers, but its input is a volume of "
            f"{shape_text(shape)}. Insert a Flatten layer before it.",
        )
    return shape[0]


@cache
def layer_kinds() -> Mapping[str, type[Layer]]:
    """Every layer kind by name, in palette order. Each module in ``nn/layers`` defines one."""
    package = importlib.import_module("cnnstudio.nn.layers")
    found: dict[str, type[Layer]] = {}
    for module_info in pkgutil.iter_modules(package.__path__):
        module = importlib.import_module(f"{package.__name__}.{module_info.name}")
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
