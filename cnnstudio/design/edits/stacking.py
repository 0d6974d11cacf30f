"""Designs of networks that are written down in code."""

from __future__ import annotations

from collections.abc import Iterable

from cnnstudio.design.edits import edits
from cnnstudio.design.value.design import Card, Design
from cnnstudio.design.value.first_recipe import first_recipe
from cnnstudio.nn.graph.graph import Graph, GraphError
from cnnstudio.nn.graph.layer import Layer


def stacked(layers: Iterable[object]) -> Design:
    """Layers one after the other, the first an Input layer.

    Raises:
        GraphError: they make no stack.
        TypeError: something is no layer.
    """
    if isinstance(layers, str):
        raise TypeError(f"A model is made of layers or a Graph; cs.template(“{layers}”) gives a network by its name.")
    design = Design()
    for place, layer in enumerate(layers, 1):
        if not isinstance(layer, Layer):
            hint = f"; write {layer.__name__}()" if isinstance(layer, type) and issubclass(layer, Layer) else ""
            raise TypeError(f"What is given as layer {place} is no layer, but {layer!r}{hint}.")
        if place == 1 and layer.category != "input":
            raise GraphError(
                "A network begins with an Input layer, for example cs.Input(28, 28, 1), not with {layer}.",
                layer=layer.title,
            )
        if place > 1 and layer.category == "input":
            raise GraphError("A network has one Input layer; layer {place} is another.", place=place)
        if layer.fewest_inputs > 1:
            raise GraphError(
                "{layer} has several inputs, and in a stack there is one: give Model a cs.Graph.", layer=layer.title
            )
        design, _ = edits.append(design, layer)
    if not design.graph.order:
        raise GraphError("A network begins with an Input layer, for example cs.Input(28, 28, 1); here are no layers.")
    return design


def of_graph(graph: Graph) -> Design:
    """A graph whose cards lie in a row and are called by their ids."""
    cards = {node.id: Card(node.id, edits.COLUMN * place, 0.0) for place, node in enumerate(graph)}
    return Design(graph, cards, first_recipe(graph))
