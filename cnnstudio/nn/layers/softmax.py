"""Softmax: numbers become probabilities."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from cnnstudio.nn.arrays import Floats, Shape
from cnnstudio.nn.explaining.accounts import PROBABILITY, column
from cnnstudio.nn.explaining.dependence import Cell
from cnnstudio.nn.explaining.parts import BackPart, BarsPart, LedgerPart, Part, Site, Step
from cnnstudio.nn.graph.layer import Category, Layer, Reach, vector
from cnnstudio.nn.ops.operation import Binding, Operation
from cnnstudio.nn.telling.told import Sentence


@dataclass(frozen=True)
class Softmax(Layer):
    """(classes,) → (classes,): exp(xᵢ) / Σ exp(xⱼ). While training, the loss is computed from its input, the logits."""

    kind: ClassVar[str] = "softmax"
    title: ClassVar[str] = "Softmax"
    category: ClassVar[Category] = "output"
    sentence: ClassVar[str] = "Turns the last layer's numbers into probabilities that add up to 1, one for each class."
    reach: ClassVar[Reach] = "all"

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        return (vector(self, inputs),)

    def summary(self) -> Sentence:
        return Sentence("probabilities")

    def explanation(self, inputs: Sequence[Shape]) -> Sentence:
        return Sentence(
            "e is raised to {count:the number|each of the # numbers}, and each power is divided by the sum of all: "
            "{count:# probability|# probabilities that add up to 1}. The largest is the network's answer.",
            count=inputs[0][0],
        )

    def parts(self, site: Site, cell: Cell) -> tuple[Part, ...]:
        logits = site.inputs[0].astype(np.float64)
        raised = np.exp(logits - logits.max())
        caption = Sentence(
            "e is raised to each logit (less the largest, {largest:.4g}, which changes no quotient but keeps the "
            "numbers small), and divided by the sum of all of them.",
            largest=float(logits.max()),
        )
        probabilities = raised / raised.sum()
        names = (Sentence("logit"), Sentence("e^(logit − largest)"), PROBABILITY)
        columns = (column(names[0], logits), column(names[1], raised, total=True))
        return (BarsPart(caption, (*columns, column(names[2], probabilities, total=True)), cell[0]),)

    def back_account(self, site: Site, gradient: Floats, cell: Cell, label: int) -> BackPart | None:
        target = Step("−", Sentence("target"), float(cell[0] == label))
        steps = (Step("", PROBABILITY, float(site.output[cell])), target)
        caption = Sentence(
            "The gradient of a logit is the probability less the target: 1 for the right class, 0 for the others."
        )
        return BackPart(0, cell, LedgerPart(caption, steps))

    def operation(self, binding: Binding) -> Operation:
        return _Probabilities(binding)


class _Probabilities(Operation):
    def __init__(self, binding: Binding) -> None:
        self.binding = binding

    def forward(self) -> None:
        softmax(self.binding.inputs[0], self.binding.output)

    def backward(self) -> None:
        gradient, target, output = (
            self.binding.output_gradient,
            self.binding.input_gradients[0],
            self.binding.output,
        )
        if target is not None:
            np.multiply(gradient, output, out=target)
            target -= output * target.sum(0)


def softmax(logits: Floats, out: Floats) -> None:
    """Probabilities over the first axis; the largest logit is subtracted first, so that nothing overflows."""
    np.subtract(logits, logits.max(0), out=out)
    np.exp(out, out=out)
    out /= out.sum(0)
