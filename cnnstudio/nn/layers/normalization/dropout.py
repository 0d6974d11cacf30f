"""Dropout: some numbers are left out while training."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from cnnstudio.nn.arrays import Shape, to_public
from cnnstudio.nn.layers.normalization._leaving_out import LeavingOut
from cnnstudio.nn.ops.normalization.leaving_out import leave_out
from cnnstudio.nn.ops.operation import Binding, Operation
from cnnstudio.nn.settings import setting
from cnnstudio.nn.telling.told import Sentence


@dataclass(frozen=True)
class Dropout(LeavingOut):
    """Inverted dropout (Srivastava et al., 2014): each number is set to 0 with probability ``rate``, the others are
    divided by 1 − rate, while training; otherwise nothing happens."""

    kind: ClassVar[str] = "dropout"
    title: ClassVar[str] = "Dropout"
    common: ClassVar[bool] = True
    sentence: ClassVar[str] = (
        "While training, leaves out numbers at random, so that no unit can rely on a single other one."
    )
    piece: ClassVar[Sentence] = Sentence("number")

    rate: float = setting(0.5, "Rate", "The part of the numbers that is left out.", type="real", low=0.0, high=0.99)

    def summary(self) -> Sentence:
        return Sentence("{rate:.0%} left out", rate=self.rate)

    def all_pieces(self, inputs: Sequence[Shape]) -> Sentence:
        return Sentence("{input:×the number|every one of the # numbers}", input=inputs[0])

    def operation(self, binding: Binding) -> Operation:
        return leave_out(binding, self.rate, to_public(binding.output).shape[1:])
