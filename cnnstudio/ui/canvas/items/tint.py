"""How heavy each card is: its share of what all layers cost, by one measure. Values in, values out."""

from __future__ import annotations

import math
from collections.abc import Mapping

from cnnstudio.design.analysis.analysis import LayerFacts, analyse
from cnnstudio.design.value.design import Design
from cnnstudio.nn.graph.layer import Layer

#: what cards can be tinted by, and what it is called in a legend
MEASURES: dict[str, str] = {
    "parameters": "parameters",
    "macs": "MACs per image",
    "memory": "memory in training",
    "time": "time per image",
}

#: how long one number written takes beside one multiply-accumulate: a relu of n numbers is about n × this many MACs
_TOUCH = 8


#: seconds that a layer takes for one image in training, by node id
Times = Mapping[str, float]


def costs_of(design: Design, measure: str, times: Times | None = None) -> Mapping[str, float]:
    """What every card that is shown costs; a block costs what its layers cost. Layers without a shape cost nothing.
    Time is that of ``times`` in milliseconds where layers were timed, else an estimate to compare layers by."""
    facts, shown = analyse(design.graph).layers, design.folding.shown
    found: dict[str, float] = {}
    for node in design.graph:
        if measure == "time" and times:
            cost = 1000 * times.get(node.id, 0.0)
        else:
            cost = _cost(node.layer, facts[node.id], measure, design.recipe.batch_size)
        found[shown(node.id)] = found.get(shown(node.id), 0.0) + cost
    return found


def heat_of(design: Design, measure: str, times: Times | None = None) -> Mapping[str, float]:
    """Each card's cost as a share (0…1) of the heaviest card's."""
    costs = costs_of(design, measure, times)
    most = max(costs.values(), default=0.0)
    return {shown: cost / most if most else 0.0 for shown, cost in costs.items()}


def _cost(layer: Layer, facts: LayerFacts, measure: str, batch: int) -> float:
    if facts.shape is None:
        return 0.0
    numbers = math.prod(facts.shape)
    match measure:
        case "parameters":
            return facts.parameters
        case "macs":
            return facts.macs
        case "memory":  # the output and its gradient for the batch; parameters, gradients, two numbers of Adam
            return 4.0 * (2 * batch * numbers + 4 * facts.parameters)
        case _:
            return 0.0 if layer.category == "input" else facts.macs + _TOUCH * numbers
