"""Locally connected 2D: a convolution whose weights are not shared."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from cnnstudio.nn.arrays import Floats, Shape
from cnnstudio.nn.explaining.accounts import weighted_window
from cnnstudio.nn.explaining.backward import one_product
from cnnstudio.nn.explaining.dependence import Cell, Dependence, everything
from cnnstudio.nn.explaining.parts import LedgerPart, Part, Site
from cnnstudio.nn.graph.initializers import initializer_setting
from cnnstudio.nn.graph.layer import Initializer, ParameterSpec
from cnnstudio.nn.layers._bias import added_up, bias_spec, parameters_formula
from cnnstudio.nn.layers.convolution._sliding import Convolving, Filters, cost_reason, filters_summary
from cnnstudio.nn.ops.convolution import locally_connected
from cnnstudio.nn.ops.operation import Binding, Operation
from cnnstudio.nn.ops.windows import size_reason
from cnnstudio.nn.sliding_window import Reason
from cnnstudio.nn.telling.told import Sentence, told


@dataclass(frozen=True)
class LocallyConnected2D(Convolving, Filters):
    """(H, W, C) → (H′, W′, filters), H′ = ⌊(H + p₁ + p₂ − d(k − 1) − 1) / s⌋ + 1.

    Weights (H′, W′, filters, kernel height, kernel width, C), bias (H′, W′, filters), if any.
    """

    kind: ClassVar[str] = "locally_connected2d"
    title: ClassVar[str] = "Locally connected 2D"
    sentence: ClassVar[str] = (
        "Looks through windows like a convolution, but with other weights at every position. Shows what sharing saves."
    )
    algorithms: ClassVar[tuple[str, ...]] = ("rows", "reference")

    initializer: Initializer = initializer_setting()

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        return (*self.positions(inputs), self.filters)

    def parameters(self, inputs: Sequence[Shape]) -> tuple[ParameterSpec, ...]:
        output = self.output_shape(inputs)
        seen = (*self.kernel, inputs[0][2])
        fan_out = math.prod(self.kernel) * self.filters
        return (
            ParameterSpec("weights", (*output, *seen), self.initializer, math.prod(seen), True, fan_out),
            *bias_spec(self.bias, output),
        )

    def macs(self, inputs: Sequence[Shape]) -> int:
        return math.prod(self.output_shape(inputs)) * math.prod(self.kernel) * inputs[0][2]

    def summary(self) -> Sentence:
        return filters_summary(self.filters, self.kernel, self.steps())

    def brief(self) -> Sentence:
        return filters_summary(self.filters, self.kernel, self.steps(brief=True), brief=True)

    def explanation(self, inputs: Sequence[Shape]) -> Sentence:
        rows, columns, filters = self.output_shape(inputs)
        seen = (*self.kernel, inputs[0][2])
        return Sentence(
            "{positions:The only position|Each of the # positions} has its own {filters:filter|# filters} of "
            "{seen:shape}: "
            "{cells:# weight is|# weights are} multiplied with the {cells:number|# numbers} below and {added}. "
            "They learn from this position alone.",
            positions=(rows, columns),
            filters=filters,
            seen=seen,
            cells=math.prod(seen),
            added=added_up(self.bias),
        )

    def reasons(self, inputs: Sequence[Shape]) -> tuple[Reason, ...]:
        rows, columns, filters = self.output_shape(inputs)
        height, width, channels = inputs[0]
        kernel_y, kernel_x = self.kernel
        shared = filters * (kernel_y * kernel_x * channels + self.bias)
        times, seen = f"{rows}·{columns}·{filters}", f"{kernel_y}·{kernel_x}·{channels}"
        return (
            size_reason(self.window(inputs), (height, width), (rows, columns)),
            Reason(
                "parameters",
                parameters_formula(times, seen, rows * columns * shared, self.bias),
                (told("shared-instead", parameters=shared),),
            ),
            cost_reason((rows, columns, filters), (kernel_y, kernel_x, channels), self.macs(inputs)),
        )

    def dependence(self, inputs: Sequence[Shape]) -> tuple[Dependence, ...]:
        (seen,) = super().dependence(inputs)
        return (replace(seen, channels=everything(inputs[0][2])),)

    def parts(self, site: Site, cell: Cell) -> tuple[Part, ...]:
        (seen,) = self.dependence(site.shapes)
        return (weighted_window(site, seen.sources(cell), cell, cell[2], listed=self.kernel == (1, 1)),)

    def weight_account(self, site: Site, gradient: Floats, index: tuple[int, ...]) -> LedgerPart | None:
        (seen,) = self.dependence(site.shapes)
        row, column, number, ky, kx, channel = index
        value = seen.value(site.inputs[0], row, column, ky, kx, channel)
        return one_product(value, float(gradient[row, column, number]), Sentence("at this one position"))

    def operation(self, binding: Binding) -> Operation:
        kinds = {"rows": locally_connected.Rows, "reference": locally_connected.Reference}
        height, channels, width, _ = binding.inputs[0].shape
        return kinds[binding.algorithm](binding, self.window([(height, width, channels)]))
