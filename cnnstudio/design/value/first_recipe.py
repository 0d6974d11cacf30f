"""How a design is trained until somebody says otherwise: a rule of its network, as was measured.

``benchmarks/first_recipe.py`` measures it and ``docs/first-recipe.md`` has the figures.
"""

from __future__ import annotations

from typing import NamedTuple

from cnnstudio.design.value.recipe import DEEP_RATE, FIRST_RECIPE, POOLED_RATE, Recipe
from cnnstudio.nn.graph.graph import Graph
from cnnstudio.nn.graph.layer import Layer
from cnnstudio.nn.telling.told import Sentence

#: a network of so many layers with weights is deep, one of at most so many small
DEEP, SMALL = 10, 5
#: a deep network breaks at high rates with so many layers with weights and no normalization behind them or more; a
#: small one does not with so many or fewer
BARE = 3
#: how often a network that learns slowly sees the training images
LONG = 18


class Reason(NamedTuple):
    """Why the rule for a network differs from that for most: the settings of the recipe it changes, and the words."""

    settings: frozenset[str]
    sentence: Sentence


#: what nothing keeps in bounds grows from layer to layer; low rates lose nothing there
_DEEP = Reason(
    frozenset({"learning_rate"}),
    Sentence("Low, since the network is deep and normalization is missing behind many of its layers."),
)
#: a mean of each map tells the layers before it little of where to look
_POOLED = Reason(
    frozenset({"learning_rate", "epochs"}), Sentence("High, since small networks with global pooling learn slowly.")
)
_POOLED_AND_BARE = _POOLED._replace(settings=frozenset({"epochs"}))


def first_recipe(graph: Graph) -> Recipe:
    """The recipe of a new design with this network."""
    reason = why(graph)
    if reason is _DEEP:
        return FIRST_RECIPE.choose(learning_rate=DEEP_RATE)
    if reason is _POOLED:
        return FIRST_RECIPE.choose(learning_rate=POOLED_RATE, epochs=LONG)
    if reason is _POOLED_AND_BARE:
        return FIRST_RECIPE.choose(epochs=LONG)
    return FIRST_RECIPE


def why(graph: Graph) -> Reason | None:
    """Why the rule for this network differs from that for most; None where it does not."""
    weighing = {node.id for node in graph if _weighs(node.layer)}
    bare = len(weighing - _normalized(graph))
    if len(weighing) >= DEEP and bare >= BARE:
        return _DEEP
    if len(weighing) <= SMALL and any(node.layer.kind.startswith("global_") for node in graph):
        return _POOLED if bare <= BARE else _POOLED_AND_BARE
    return None


def followed(recipe: Recipe, graph: Graph) -> frozenset[str]:
    """Which of ``epochs`` and ``learning_rate`` are still what the rule says, and so follow the network."""
    rule = first_recipe(graph)
    names = {"epochs"} if recipe.epochs == rule.epochs else set()
    if (recipe.optimizer, recipe.schedule) == (rule.optimizer, rule.schedule):
        names.add("learning_rate")
    return frozenset(names)


def following(recipe: Recipe, before: Graph, after: Graph) -> Recipe:
    """The recipe once the network has changed: what somebody has chosen stays."""
    rule = first_recipe(after)
    if rule == first_recipe(before):
        return recipe
    values = {"epochs": rule.epochs, "learning_rate": rule.optimizer.learning_rate}
    return recipe.choose(**{name: values[name] for name in followed(recipe, before)})


def _weighs(layer: Layer) -> bool:
    return layer.category in ("convolution", "dense") and hasattr(layer, "bias")


def _normalized(graph: Graph) -> set[str]:
    """The layers behind which values are normalized."""
    return {source for node in graph if node.layer.kind in ("batch_norm", "layer_norm") for source in node.inputs}
