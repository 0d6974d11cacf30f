"""What the kinds of dropout have in common."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from cnnstudio.nn.arrays import Floats, Shape
from cnnstudio.nn.explaining.accounts import carried
from cnnstudio.nn.explaining.backward import passed_back
from cnnstudio.nn.explaining.dependence import Cell, same
from cnnstudio.nn.explaining.parts import BackPart, Part, Site
from cnnstudio.nn.graph.layer import Category, Layer
from cnnstudio.nn.telling.told import Sentence


@dataclass(frozen=True)
class LeavingOut(Layer):
    """While training, each ``piece`` is set to 0 with probability ``rate`` and the others are divided by 1 − rate;
    otherwise nothing happens."""

    category: ClassVar[Category] = "normalization"
    linear: ClassVar[bool] = True
    adjustable: ClassVar[frozenset[str]] = frozenset({"rate"})
    in_place: ClassVar[bool] = True
    rereads_output: ClassVar[bool] = False
    #: what is left out or not, as one word
    piece: ClassVar[Sentence]

    rate: float

    def all_pieces(self, inputs: Sequence[Shape]) -> Sentence:
        """“every one of the 28×28×6 numbers”."""
        raise NotImplementedError

    def explanation(self, inputs: Sequence[Shape]) -> Sentence:
        return Sentence(
            "At each training step {pieces} becomes 0 with probability {rate:g}; the others are divided "
            "by {kept:g}, so that the sum stays the same on average. Outside training nothing is left out.",
            pieces=self.all_pieces(inputs),
            rate=self.rate,
            kept=1 - self.rate,
        )

    def parts(self, site: Site, cell: Cell) -> tuple[Part, ...]:
        caption = Sentence(
            "Outside training every number passes unchanged. At a training step this {piece} would be 0 with "
            "probability {rate:g}, and otherwise divided by {kept:g}.",
            piece=self.piece,
            rate=self.rate,
            kept=1 - self.rate,
        )
        scale = 1 / (1 - self.rate)
        rule = Sentence("training: × 0 or × 1 / (1 − {rate:g}) = {scale:.4g}; now: × 1", rate=self.rate, scale=scale)
        return (carried(site, cell, [same(site.shapes[0]).sources(cell)], rule, caption),)

    def back_account(self, site: Site, gradient: Floats, cell: Cell, label: int) -> BackPart | None:
        return passed_back(site, self.dependence(site.shapes), gradient, cell)
