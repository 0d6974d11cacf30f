"""How a design is trained until somebody says otherwise: a rule of its network, as was measured.

``benchmarks/first_recipe.py`` measures it and ``docs/first-recipe.md`` has the figures.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
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


class Rule(NamedTuple):
    """How the networks of one kind are trained at first, and why: a sentence for each setting that differs from those
    of most networks."""

    recipe: Recipe = FIRST_RECIPE
    reasons: Mapping[str, Sentence] = MappingProxyType({})

    def followed(self, recipe: Recipe) -> frozenset[str]:
        """Which of ``epochs`` and ``learning_rate`` are in a recipe what the rule says, and so follow the network."""
        names = {"epochs"} if recipe.epochs == self.recipe.epochs else set()
        if (recipe.optimizer, recipe.schedule) == (self.recipe.optimizer, self.recipe.schedule):
            names.add("learning_rate")
        return frozenset(names)


_SLOW = Sentence("High, since small networks with global pooling learn slowly.")
_MOST = Rule()
#: what nothing keeps in bounds grows from layer to layer; low rates lose nothing there
_DEEP = Rule(
    FIRST_RECIPE.choose(learning_rate=DEEP_RATE),
    {
        "learning_rate": Sentence(
            "Low, since the network is deep and normalization is missing behind many of its layers."
        )
    },
)
#: a mean of each map tells the layers before it little of where to look
_POOLED = Rule(FIRST_RECIPE.choose(learning_rate=POOLED_RATE, epochs=LONG), {"learning_rate": _SLOW, "epochs": _SLOW})
_POOLED_AND_BARE = Rule(FIRST_RECIPE.choose(epochs=LONG), {"epochs": _SLOW})


def rule(graph: Graph) -> Rule:
    """The rule for this network."""
    weighing = {node.id for node in graph if _weighs(node.layer)}
    bare = len(weighing - _normalized(graph))
    if len(weighing) >= DEEP and bare >= BARE:
        return _DEEP
    if len(weighing) <= SMALL and any(node.layer.kind.startswith("global_") for node in graph):
        return _POOLED if bare <= BARE else _POOLED_AND_BARE
    return _MOST


def first_recipe(graph: Graph) -> Recipe:
    """The recipe of a new design with this network."""
    return rule(graph).recipe


def following(recipe: Recipe, before: Graph, after: Graph) -> Recipe:
    """The recipe once the network has changed: what somebody has chosen stays."""
    old, new = rule(before), rule(after)
    if new is old:
        return recipe
    values = {"epochs": new.recipe.epochs, "learning_rate": new.recipe.optimizer.learning_rate}
    return recipe.choose(**{name: values[name] for name in old.followed(recipe)})


def _weighs(layer: Layer) -> bool:
    return layer.category in ("convolution", "dense") and hasattr(layer, "bias")


def _normalized(graph: Graph) -> set[str]:
    """The layers behind which values are normalized."""
    return {
        source
        for node in graph
        if node.layer.kind in ("batch_norm", "group_norm", "layer_norm")
        for source in node.inputs
    }
