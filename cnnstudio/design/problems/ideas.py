"""The edits that most repairs are made of, with what is to be said of them."""

from __future__ import annotations

from typing import Any

from cnnstudio.design.edits import edits
from cnnstudio.design.problems.kind import Idea
from cnnstudio.design.problems.paths import takes
from cnnstudio.design.value.design import Design
from cnnstudio.nn.graph.graph import Edge
from cnnstudio.nn.graph.layer import Layer, layer_kinds
from cnnstudio.nn.telling.told import NodeId, Told, told


def change(design: Design, node_id: str, means: Told, **settings: Any) -> Idea:
    """Give a layer other settings: “Max pooling: stride 3 → 2”. Other numbers for the same setting are the same way;
    paddings by name are ways of their own."""
    layer = design.graph[node_id].layer

    def edit(before: Design) -> Design:
        return edits.configure(before, node_id, before.graph[node_id].layer.replace(**settings))

    what = told("change", node=NodeId(node_id), layer=layer, changes=tuple(settings.items()))
    first = next(iter(settings))
    return Idea(what, means, edit, None if first == "padding" else (node_id, first))


def put_before(edge: Edge, means: Told, *layers: Layer) -> Idea:
    """Put layers into a wire, the first nearest to its source."""
    what = told("insert", layers=layers, target=NodeId(edge.target))
    return Idea(what, means, lambda before: insert_all(before, edge, *layers))


def insert_all(design: Design, edge: Edge, *layers: Layer) -> Design:
    """Put layers into one wire, one behind the other, and into the block of the layer they lead to; cards downstream
    make room."""
    for layer in layers:
        design, node = edits.insert_before(design, edge, layer)
        edge = Edge(node, edge.target, edge.port)
    return design


def pool_before(design: Design, edge: Edge, size: int) -> Idea:
    """Put max pooling of size×size into a wire."""
    pool = made("max_pool2d", kernel=(size, size), stride=(size, size))
    given = design.graph.inferred[edge.source].output or ()
    left = pool.output_shape((given,)) if takes(pool, given) else ()
    return put_before(edge, told("shrunk-first", given=given, left=left), pool)


def take_out(node_id: str, means: Told = told("does-without")) -> Idea:  # noqa: B008 - a constant
    """Remove a layer and wire its neighbours to each other."""
    what = told("remove", node=NodeId(node_id))
    return Idea(what, means, lambda before: edits.remove(before, [node_id], rejoin=True))


def with_batch_size(design: Design, batch: int) -> Design:
    """The same design, so many images learned from at once."""
    return design.with_changes(recipe=design.recipe.replace(batch_size=batch))


def made(kind: str, **settings: Any) -> Layer:
    """A new layer of a kind."""
    return layer_kinds()[kind](**settings)
