"""Edits along a chain, as a list of layers offers them: put a layer behind another, move one up or down."""

from __future__ import annotations

from cnnstudio.design.edits import edits
from cnnstudio.design.edits.edits import EditRefused
from cnnstudio.design.value.design import Card, Design
from cnnstudio.nn.graph.graph import Graph, Node
from cnnstudio.nn.graph.layer import Layer


def add_after(design: Design, node_id: str, layer: Layer) -> tuple[Design, str]:
    """Put a new layer behind another: whoever read that one reads the new one. Cards in the row make room.

    Raises:
        EditRefused: the layer takes no input.
    """
    if layer.most_inputs == 0:
        raise EditRefused("{layer} has no input, so it cannot follow another layer.", layer=layer.title)
    readers = [edge for edge in design.graph.edges if edge.source == node_id]
    card = design.cards[node_id]
    if len(readers) == 1:
        target = design.cards[readers[0].target]
        beside = abs(target.y - card.y) < edits.ROW / 2 and target.x > card.x
        place = (target.x, target.y) if beside else (card.x + edits.COLUMN, card.y)
        return edits.insert(design, readers[0], layer, place)
    design, new = edits.add(design, layer, edits.free_place(design, card.x + edits.COLUMN, card.y))
    design = edits.connect(design, node_id, new)
    for edge in readers:
        design = edits.connect(design, new, edge.target, edge.port)
    return design, new


def move_up(design: Design, node_id: str) -> Design:
    """Change places with the layer before, wires and cards alike.

    Raises:
        EditRefused: the two are no plain piece of a chain; the sentence says why.
    """
    graph, name = design.graph, design.cards[node_id].name
    node = graph[node_id]
    if len(node.inputs) != 1:
        raise EditRefused(
            "{name} reads {inputs:# layer|# layers}, so it has no one place before it."
            if node.inputs
            else "{name} reads no layers, so it has no one place before it.",
            name=name,
            inputs=len(node.inputs),
        )
    before = graph[node.inputs[0]]
    other = design.cards[before.id].name
    if not before.inputs:
        raise EditRefused("{name} is the first layer behind {other}.", name=name, other=other)
    if len(before.inputs) != 1:
        raise EditRefused(
            "{other} before it brings {inputs:# branch|# branches} together.", other=other, inputs=len(before.inputs)
        )
    if graph.consumers[before.id] != (node_id,):
        raise EditRefused("{other} before it is read by other layers as well.", other=other)
    swapped: list[Node] = []
    for one in graph:
        if one.id == node_id:
            swapped.append(one.reading(before.inputs))
        elif one.id == before.id:
            swapped.append(one.reading((node_id,)))
        else:
            inputs = tuple(before.id if source == node_id else source for source in one.inputs)
            swapped.append(one.reading(inputs))
    cards = dict(design.cards)
    ours, theirs = cards[node_id], cards[before.id]
    cards[node_id] = Card(ours.name, theirs.x, theirs.y)
    cards[before.id] = Card(theirs.name, ours.x, ours.y)
    return design.with_changes(graph=Graph(tuple(swapped)), cards=cards)


def move_down(design: Design, node_id: str) -> Design:
    """Change places with the layer behind.

    Raises:
        EditRefused: there is not exactly one, or the two are no plain piece of a chain.
    """
    readers = design.graph.consumers[node_id]
    name = design.cards[node_id].name
    if len(readers) != 1:
        raise EditRefused(
            "{name} is read by {readers:# layer|# layers}, so it has no one place behind it."
            if readers
            else "{name} is read by no layers, so it has no one place behind it.",
            name=name,
            readers=len(readers),
        )
    if not design.graph[node_id].inputs:
        raise EditRefused("{name} is where the images come in; nothing can stand before it.", name=name)
    return move_up(design, readers[0])
