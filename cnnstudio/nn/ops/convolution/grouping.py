"""Convolution in groups: the channels fall into equal parts, and each filter sees one of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from cnnstudio.nn.ops.operation import Binding, Operation


class Grouped(Operation):
    """One convolution for each group, on slices of the arrays."""

    def __init__(self, binding: Binding, groups: int, operation: Callable[[Binding], Operation]) -> None:
        self.operations = [operation(_part(binding, group, groups)) for group in range(groups)]

    def forward(self) -> None:
        for operation in self.operations:
            operation.forward()

    def backward(self) -> None:
        for operation in self.operations:
            operation.backward()


def _part(binding: Binding, group: int, groups: int) -> Binding:
    """The arrays of one group, as views."""
    size, filters = binding.inputs[0].shape[1] // groups, binding.output.shape[1] // groups
    channels = slice(group * size, (group + 1) * size)
    chosen = slice(group * filters, (group + 1) * filters)
    target = binding.input_gradients[0]
    return replace(
        binding,
        inputs=(binding.inputs[0][:, channels],),
        output=binding.output[:, chosen],
        input_gradients=(None if target is None else target[:, channels],),
        output_gradient=binding.output_gradient[:, chosen] if binding.learns else binding.output_gradient,
        parameters={name: array[chosen] for name, array in binding.parameters.items()},
        gradients={name: array[chosen] for name, array in binding.gradients.items()},
    )
