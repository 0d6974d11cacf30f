"""An operation: a layer bound to the arrays of a compiled network. Whoever writes one needs to know no layer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal

import numpy as np

from cnnstudio.nn.arrays import Doubles, Floats
from cnnstudio.nn.ops.workspace import Workspace

#: how a network is compiled: to learn, to answer, or to keep every number, with the slow algorithms that judge the rest
Mode = Literal["train", "eval", "probe"]


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
