"""How a design is trained until somebody says otherwise: a rule of its network, as was measured.

``benchmarks/first_recipe.py`` measures it and ``docs/first-recipe.md`` has the figures.
"""

from __future__ import annotations

from typing import NamedTuple

from cnnstudio.design.value.recipe import DEEP_RATE, FIRST_RECIPE, POOLED_RATE, Recipe
from cnnstudio.nn.graph import Graph
from cnnstudio.nn.layer import Layer
from cnnstudio.nn.told import Sentence

#: a network of so many layers with weights is deep
DEEP = 10
#: so many of them without normalization behind them make it one that high rates break
BARE = 3
#: a network of at most so many is small
SMALL = 5


class Reason(NamedTuple):
    """Why a network's rule differs from that of most: the settings of the recipe it changes, and the words."""

    settings: frozenset[str]
    sentence: Sentence


#: a high rate breaks deep networks whose values nothing keeps in bounds; low ones lose nothing there
_DEEP_RATE = Reason(
    frozenset({"learning_rate"}),
    Sentence("Low, since the network is deep and normalization is missing behind many of its layers."),
)
#: a mean of each map tells the layers before it little about where to look: they learn slowly
_POOLED = Reason(
    frozenset({"learning_rate", "epochs"}),
    Sentence("High, since small networks that end in global pooling learn slowly."),
)


def first_recipe(graph: Graph) -> Recipe:
    """The recipe of a new design with this network."""
    reason = why(graph)
    if reason is _DEEP_RATE:
        return FIRST_RECIPE.choose(learning_rate=DEEP_RATE)
    if reason is _POOLED:
        return FIRST_RECIPE.choose(learning_rate=POOLED_RATE, epochs=18)
    return FIRST_RECIPE


def why(graph: Graph) -> Reason | None:
    """Why the rule for this network differs from that for most; None where it does not."""
    weighing = [node.id for node in graph if _weighs(node.layer)]
    if len(weighing) >= DEEP and sum(_is_bare(graph, node) for node in weighing) >= BARE:
        return _DEEP_RATE
    if len(weighing) <= SMALL and any(node.layer.kind.startswith("global_") for node in graph):
        return _POOLED
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


def _is_bare(graph: Graph, node: str) -> bool:
    """Whether nothing normalizes what a layer makes before others read it."""
    readers = graph.consumers[node]
    return not readers or any(graph[reader].layer.kind not in ("batch_norm", "layer_norm") for reader in readers)
