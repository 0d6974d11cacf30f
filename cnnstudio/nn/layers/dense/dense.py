"""Dense: every unit reads every number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from cnnstudio.nn.arrays import Floats, Shape, thousands
from cnnstudio.nn.explaining.accounts import bias_at, sum_steps
from cnnstudio.nn.explaining.backward import one_product
from cnnstudio.nn.explaining.dependence import Cell
from cnnstudio.nn.explaining.parts import Block, LedgerPart, Part, Site
from cnnstudio.nn.graph.initializers import initializer_setting
from cnnstudio.nn.graph.layer import Category, Initializer, Layer, ParameterSpec, Reach, vector
from cnnstudio.nn.layers._bias import bias_setting, bias_spec, parameters_formula, without_bias
from cnnstudio.nn.ops.operation import Binding, Operation
from cnnstudio.nn.settings import setting
from cnnstudio.nn.sliding_window import Reason
from cnnstudio.nn.telling.told import Sentence, told


@dataclass(frozen=True)
class Dense(Layer):
    """(inputs,) → (units,). Weights (units, inputs), bias (units,), if any."""

    kind: ClassVar[str] = "dense"
    title: ClassVar[str] = "Dense"
    category: ClassVar[Category] = "dense"
    common: ClassVar[bool] = True
    sentence: ClassVar[str] = (
        "Fully connected: every unit adds up all the numbers before it, each times a weight of its own, and a bias."
    )
    linear: ClassVar[bool] = True
    rereads_output: ClassVar[bool] = False
    reach: ClassVar[Reach] = "all"

    units: int = setting(64, "Units", "How many numbers come out.", low=1, high=65_536)
    initializer: Initializer = initializer_setting()
    bias: bool = bias_setting()

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        vector(self, inputs)
        return (self.units,)

    def parameters(self, inputs: Sequence[Shape]) -> tuple[ParameterSpec, ...]:
        count = inputs[0][0]
        return (
            ParameterSpec("weights", (self.units, count), self.initializer, count, True, self.units),
            *bias_spec(self.bias, (self.units,)),
        )

    def macs(self, inputs: Sequence[Shape]) -> int:
        return self.units * inputs[0][0]

    def summary(self) -> Sentence:
        units = Sentence("{units:# unit|# units}", units=self.units)
        return Sentence("{parts:commas}", parts=(units, *without_bias(self.bias)))

    def explanation(self, inputs: Sequence[Shape]) -> Sentence:
        return Sentence(
            "{units:The unit|Each of the # units} has {count:# weight|# weights}{bias}, and looks at "
            "{count:the only number|all # numbers at once}.",
            units=self.units,
            bias=Sentence(" and a bias" if self.bias else ""),
            count=inputs[0][0],
        )

    def reasons(self, inputs: Sequence[Shape]) -> tuple[Reason, ...]:
        count = inputs[0][0]
        total = self.units * (count + self.bias)
        formula = parameters_formula(thousands(self.units), thousands(count), total, self.bias)
        return (Reason("parameters", formula, (told("unit-bias"),) if self.bias else ()),)

    def parts(self, site: Site, cell: Cell) -> tuple[Part, ...]:
        values = site.inputs[0].astype(np.float64)
        block = Block(Sentence("inputs"), values, site.arrays["weights"][cell[0]].astype(np.float64))
        steps = sum_steps(values.size, block.total, bias := bias_at(site, cell[0]))
        caption = Sentence(
            "{count:The only number is taken|All # numbers, each} times its weight in unit {unit}"
            "{count:|, are added up}."
            if bias is None
            else "{count:The only number,|All # numbers, each} times its weight in unit {unit}, "
            "{count:is added to|are added up with} the bias.",
            count=values.size,
            unit=cell[0] + 1,
        )
        places = tuple((i,) for i in range(values.size))
        weights = Sentence("weights of unit {unit}", unit=cell[0] + 1)
        return (LedgerPart(caption, steps, (block,), Sentence("numbers read"), weights, places),)

    def weight_account(self, site: Site, gradient: Floats, index: tuple[int, ...]) -> LedgerPart | None:
        where = Sentence("of unit {unit}", unit=index[0] + 1)
        return one_product(float(site.inputs[0][index[1]]), float(gradient[index[0]]), where)

    def operation(self, binding: Binding) -> Operation:
        return _WeightedSums(binding)


#: inputs that one product takes on the way back, if that divides them: so few need no packing
_INPUTS = range(256, 63, -1)


class _WeightedSums(Operation):
    def __init__(self, binding: Binding) -> None:
        self.binding = binding
        bias = binding.parameters.get("bias")
        self.bias = None if bias is None else bias[:, None]
        if not binding.learns:
            return
        weights, source = binding.parameters["weights"], binding.inputs[0]
        units, inputs = weights.shape
        count = next((count for count in _INPUTS if inputs % count == 0), inputs)
        # part by part: (count, units) of the weights, (N, count) of the input, and where their products go
        self.weights = weights.reshape(units, -1, count).transpose(1, 2, 0)
        self.source = source.reshape(-1, count, source.shape[1]).swapaxes(1, 2)
        self.weight_gradient = binding.gradients["weights"].reshape(units, -1, count).swapaxes(0, 1)
        target = binding.input_gradients[0]
        self.target = None if target is None else target.reshape(-1, count, target.shape[1])

    def forward(self) -> None:
        binding = self.binding
        np.matmul(binding.parameters["weights"], binding.inputs[0], out=binding.output)
        if self.bias is not None:
            np.add(binding.output, self.bias, out=binding.output)

    def backward(self) -> None:
        binding = self.binding
        gradient = binding.output_gradient
        np.matmul(gradient, self.source, out=self.weight_gradient)
        if self.bias is not None:
            np.add.reduce(gradient, axis=1, out=binding.gradients["bias"])
        if self.target is not None:
            np.matmul(self.weights, gradient, out=self.target)
