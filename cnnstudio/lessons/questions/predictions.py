"""What to predict of a layer of somebody's own network before its numbers are shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from cnnstudio.lessons.questions.parameters import about_the_parameters
from cnnstudio.lessons.questions.question import Drawn
from cnnstudio.lessons.questions.shapes import about_the_size
from cnnstudio.lessons.questions.values import about_the_value
from cnnstudio.nn.explaining.dependence import Cell
from cnnstudio.nn.looking.probed import Probed

#: what a prediction is about, and so what is hidden until it has been made; the account of a value lies open where the
#: question is only what becomes of the sum
Hides = Literal["shape", "parameters", "value", "account"]
_OF_SUMS = ("bias", "added")


@dataclass(frozen=True)
class Prediction:
    """A question, and what it is about. Predictions with one ``key`` ask for the same."""

    hides: Hides
    drawn: Drawn
    key: tuple[object, ...]

    @property
    def hidden(self) -> frozenset[Hides]:
        """What would give the answer away."""
        account = self.hides == "value" and self.drawn.id not in _OF_SUMS
        return frozenset({self.hides, "account"}) if account else frozenset({self.hides})


def predictions(probed: Probed, node: str, cell: Cell) -> tuple[Prediction, ...]:
    """What can be asked of a layer and of one of its output cells (from 0), in the order in which it is asked."""
    layer, site = probed.graph[node].layer, probed.site(node)
    parameters = about_the_parameters(layer, site.shapes, site.output.shape)
    value = about_the_value(probed, node, cell)
    found = [size_asked(probed, node)]
    if parameters is not None:
        found.append(Prediction("parameters", parameters, ("parameters", node, layer, site.shapes)))
    if value is not None:
        found.append(Prediction("value", value, ("value", node, layer, site.shapes, cell)))
    return tuple(prediction for prediction in found if prediction is not None)


def size_asked(probed: Probed, node: str) -> Prediction | None:
    """What can be asked of the size of what a layer makes."""
    layer, site = probed.graph[node].layer, probed.site(node)
    drawn = about_the_size(layer, site.shapes, site.output.shape)
    return None if drawn is None else Prediction("shape", drawn, ("shape", node, layer, site.shapes))
