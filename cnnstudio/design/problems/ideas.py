"""The edits that most repairs are made of, with their titles."""

from __future__ import annotations

from typing import Any

from cnnstudio.design.edits import edits
from cnnstudio.design.facts.windows import changed_words
from cnnstudio.design.problems.kind import Idea
from cnnstudio.design.value.design import Design
from cnnstudio.nn.graph import Edge
from cnnstudio.nn.layer import Layer, layer_kinds


def change(design: Design, node_id: str, sentence: str, **settings: Any) -> Idea:
    """Give a layer other settings: “Max pooling: stride 3 → 2”."""
    layer = design.graph[node_id].layer
    title = f"{design.cards[node_id].name}: {changed_words(layer, settings)}"

    def edit(before: Design) -> Design:
        return edits.configure(before, node_id, before.graph[node_id].layer.replace(**settings))

    return Idea(title, sentence, edit)


def put_before(design: Design, edge: Edge, sentence: str, *layers: Layer) -> Idea:
    """Put layers into a wire, the first nearest to its source."""
    names = " and ".join(f"{layer.title} ({layer.summary()})" if layer.summary() else layer.title for layer in layers)
    names = names if len(layers) > 1 or layers[0].settings() else layers[0].title
    title = f"Insert {names} before {design.cards[edge.target].name}"
    return Idea(title, sentence, lambda before: insert_all(before, edge, *layers))


def insert_all(design: Design, edge: Edge, *layers: Layer) -> Design:
    """Put layers into a wire one behind the other; cards downstream make room."""
    for layer in layers:
        card = design.cards[edge.target]
        design, node = edits.insert(design, edge, layer, (card.x, card.y))
        edge = Edge(node, edge.target, edge.port)
    return design


def take_out(design: Design, node_id: str, sentence: str) -> Idea:
    """Remove a layer and wire its neighbours to each other."""
    title = f"Remove {design.cards[node_id].name}"
    return Idea(title, sentence, lambda before: edits.remove(before, [node_id], rejoin=True))


def made(kind: str, **settings: Any) -> Layer:
    """A new layer of a kind."""
    return layer_kinds()[kind](**settings)
