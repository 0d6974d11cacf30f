"""Every way to change a design: functions from a design to a new one.

An edit that makes no sense is refused with an ``EditRefused`` that says why; one that merely leaves the
design with a problem is carried out, since people pass through such states while they build.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from cnnstudio.design.value.design import Card, Design
from cnnstudio.nn.graph.graph import Edge, Graph, Node
from cnnstudio.nn.graph.layer import Layer
from cnnstudio.nn.telling.told import WordedError

#: distance between neighbouring cards, from corner to corner, in scene units
COLUMN, ROW = 150.0, 190.0


class EditRefused(WordedError, ValueError):
    """The edit makes no sense here; ``str()`` is one sentence that says why."""


def add(design: Design, layer: Layer, position: tuple[float, float]) -> tuple[Design, str]:
    """Place a layer without wires. Returns the new design and the new node's id."""
    node_id = _fresh_id(design, layer)
    cards = {**design.cards, node_id: Card(_fresh_name(design, layer), *position)}
    graph = Graph((*design.graph.nodes, Node(node_id, layer)))
    return design.with_changes(graph=graph, cards=cards), node_id


def append(design: Design, layer: Layer) -> tuple[Design, str]:
    """Add a layer at the end of the stack and wire it to the last one."""
    last = end_of_stack(design)
    if last is None:
        return add(design, layer, (0.0, 0.0))
    x, y = design.place_of(last)
    design, node_id = add(design, layer, free_place(design, x + COLUMN, y))
    if layer.most_inputs > 0:
        design = connect(design, last, node_id)
    return design, node_id


def end_of_stack(design: Design) -> str | None:
    """The node to which the next layer is appended: the last one in order that nobody reads."""
    graph = design.graph
    ends = [node_id for node_id in graph.order if not graph.consumers[node_id]]
    return ends[-1] if ends else None


def insert(design: Design, edge: Edge, layer: Layer, position: tuple[float, float]) -> tuple[Design, str]:
    """Put a new layer into a wire; cards downstream in the same row make room. Wires that are drawn as one with this
    one, since they end in the same collapsed block, come from the new layer too.

    Raises:
        EditRefused: the layer takes no input.
    """
    if layer.most_inputs == 0:
        raise EditRefused("{layer} has no input, so it cannot sit on a wire.", layer=layer.title)
    design, node_id = add(design, layer, position)
    return splice(_with_room(design, node_id, edge.target), edge, node_id), node_id


def insert_before(design: Design, edge: Edge, layer: Layer) -> tuple[Design, str]:
    """Put a new layer into one wire alone, right before its target and in the same block; cards downstream in the same
    row make room, within a collapsed block those that it hides.

    Raises:
        EditRefused: the layer takes no input.
    """
    if layer.most_inputs == 0:
        raise EditRefused("{layer} has no input, so it cannot sit on a wire.", layer=layer.title)
    card, home = design.cards[edge.target], design.folding.owner.get(edge.target)
    hidden = design.folding.nodes_of(design.folding.shown(edge.target)) - {edge.target}
    design, node_id = add(design, layer, (card.x, card.y))
    if edge.target in design.folding.hidden:
        row = [design.graph[edge.target].id, *hidden]
        row = [i for i in row if design.cards[i].x >= card.x and abs(design.cards[i].y - card.y) <= ROW / 2]
        design = move(design, {i: (design.cards[i].x + COLUMN, design.cards[i].y) for i in row})
    else:
        design = _with_room(design, node_id, edge.target)
    inputs = list(design.graph[edge.target].inputs)
    inputs[edge.port] = node_id
    design = _with_inputs(design, {edge.target: tuple(inputs), node_id: (edge.source,)})
    if home is not None:
        joined = replace(design.blocks[home], members=design.blocks[home].members | {node_id})
        design = design.with_changes(blocks={**design.blocks, home: joined})
    return design, node_id


def splice(design: Design, edge: Edge, node_id: str, position: tuple[float, float] | None = None) -> Design:
    """Put a layer that is already on the canvas, unwired, into a wire; with ``position`` it moves there and cards
    downstream in the same row make room.

    Raises:
        EditRefused: the layer takes no input, or the wire is its own.
    """
    layer = design.graph[node_id].layer
    if layer.most_inputs == 0:
        raise EditRefused("{layer} has no input, so it cannot sit on a wire.", layer=layer.title)
    if node_id in (edge.source, edge.target):
        raise EditRefused("A layer cannot be put into its own wire.")
    if position is not None:
        design = _with_room(move(design, {node_id: position}), node_id, edge.target)
    changed: dict[str, list[str]] = {}
    for wire in design.folding.bundle(edge):
        changed.setdefault(wire.target, list(design.graph[wire.target].inputs))[wire.port] = node_id
    inputs = {target: tuple(sources) for target, sources in changed.items()}
    design = _with_inputs(design, {**inputs, node_id: (edge.source,)})
    owner = design.folding.owner
    if edge.source in owner and owner[edge.source] == owner.get(edge.target) and node_id not in owner:
        block = design.blocks[owner[edge.source]]
        joined = replace(block, members=block.members | {node_id})
        design = design.with_changes(blocks={**design.blocks, owner[edge.source]: joined})
    if design.graph.cyclic:
        raise EditRefused(
            "With {name} on this wire the network would run in a circle.", name=design.cards[node_id].name
        )
    return design


def remove(design: Design, nodes: Iterable[str], edges: Iterable[Edge] = (), rejoin: bool = False) -> Design:
    """Delete layers and wires. With ``rejoin`` the neighbours of each deleted layer are wired to each other; who reads
    a circle of deleted layers loses that wire, for nothing is left to come through it."""
    graph = design.graph
    gone = graph.ids.intersection(nodes)
    cut = set(edges)
    instead: Mapping[str, str | None] = _stand_ins(graph, gone) if rejoin else {}
    kept: list[Node] = []
    for node in graph:
        if node.id in gone:
            continue
        sources: list[str] = []
        for port, source in enumerate(node.inputs):
            if Edge(source, node.id, port) in cut:
                continue
            found = instead.get(source) if source in gone else source
            if found is not None:
                sources.append(found)
        kept.append(node.reading(tuple(sources)))
    cards = {node_id: card for node_id, card in design.cards.items() if node_id not in gone}
    return design.with_changes(graph=Graph(tuple(kept)), cards=cards)


def _stand_ins(graph: Graph, gone: frozenset[str]) -> Mapping[str, str | None]:
    """For each deleted node the kept one whose output takes the place of its own: the first up its first inputs, None
    where they end or run in a circle. Each node is visited once."""
    found: dict[str, str | None] = {}
    for node_id in gone:
        path: list[str] = []
        current: str | None = node_id
        while current in gone and current not in found:
            found[current] = None  # for a way that comes back here
            path.append(current)
            inputs = graph[current].inputs
            current = inputs[0] if inputs else None
        end = found[current] if current in gone else current
        found.update(dict.fromkeys(path, end))
    return found


def connect(design: Design, source: str, target: str, port: int | None = None) -> Design:
    """Draw a wire. A layer with one input drops the wire it had; a merging layer takes one more, unless ``port``
    names the wire to replace.

    Raises:
        EditRefused: the target takes no input or no further one, or the network would run in a circle.
    """
    layer = design.graph[target].layer
    inputs = list(design.graph[target].inputs)
    if source == target or source in _descendants(design.graph, target):
        raise EditRefused("This wire would make the network run in a circle.")
    if layer.most_inputs == 0:
        raise EditRefused("{layer} has no input: it is where the images come in.", layer=layer.title)
    if port is not None and port < len(inputs):
        inputs[port] = source
    elif layer.most_inputs == 1:
        inputs = [source]
    elif len(inputs) < layer.most_inputs:
        inputs.append(source)
    else:
        raise EditRefused("{layer} takes at most {most:# input|# inputs}.", layer=layer.title, most=layer.most_inputs)
    return _with_inputs(design, {target: tuple(inputs)})


def read_instead(design: Design, source: str, other: str) -> Design:
    """Let everything that reads one node read another, which depends on none of those.

    Raises:
        EditRefused: the network would run in a circle.
    """
    readers = set(design.graph.consumers[source])
    if not readers.isdisjoint(design.graph.ancestors(other)):
        raise EditRefused("These wires would make the network run in a circle.")
    inputs = {i: tuple(other if s == source else s for s in design.graph[i].inputs) for i in readers}
    return _with_inputs(design, inputs)


def disconnect(design: Design, edge: Edge) -> Design:
    """Remove one wire."""
    return remove(design, (), (edge,))


def move(design: Design, positions: Mapping[str, tuple[float, float]]) -> Design:
    """Put cards somewhere else."""
    moved = {i: Card(design.cards[i].name, *position) for i, position in positions.items()}
    return design.with_changes(cards={**design.cards, **moved})


def move_shown(design: Design, places: Mapping[str, tuple[float, float]]) -> Design:
    """Put cards that are shown somewhere else; with the card of a collapsed block go all its layers."""
    positions: dict[str, tuple[float, float]] = {}
    for shown, (x, y) in places.items():
        left, top = design.places[shown]
        for node_id in design.folding.nodes_of(shown):
            card = design.cards[node_id]
            positions[node_id] = card.x + x - left, card.y + y - top
    return move(design, positions)


def configure(design: Design, node_id: str, layer: Layer) -> Design:
    """Give a node other settings."""
    return configure_all(design, {node_id: layer})


def configure_all(design: Design, layers: Mapping[str, Layer]) -> Design:
    """Give several nodes other settings at once."""
    nodes = tuple(
        n if layers.get(n.id, n.layer) == n.layer else Node(n.id, layers[n.id], n.inputs) for n in design.graph
    )
    return design.with_changes(graph=Graph(nodes))


def rename(design: Design, node_id: str, name: str) -> Design:
    """Give a card another name.

    Raises:
        EditRefused: the name is empty or longer than 256 characters.
    """
    name = " ".join(name.split())
    if not 0 < len(name) <= 256:
        raise EditRefused("A layer's name has 1 to 256 characters.")
    card = design.cards[node_id]
    return design.with_changes(cards={**design.cards, node_id: Card(name, card.x, card.y)})


def _fresh_id(design: Design, layer: Layer) -> str:
    number = 1
    while f"{layer.kind}_{number}" in design.ids:
        number += 1
    return f"{layer.kind}_{number}"


def _fresh_name(design: Design, layer: Layer) -> str:
    taken = {card.name for card in design.cards.values()}
    if layer.title not in taken:
        return layer.title
    number = 2
    while f"{layer.title} {number}" in taken:
        number += 1
    return f"{layer.title} {number}"


def _with_inputs(design: Design, inputs: Mapping[str, tuple[str, ...]]) -> Design:
    nodes = tuple(node.reading(inputs.get(node.id, node.inputs)) for node in design.graph)
    return design.with_changes(graph=Graph(nodes))


def _descendants(graph: Graph, node_id: str) -> set[str]:
    found: set[str] = set()
    waiting = [node_id]
    while waiting:
        for target in graph.consumers[waiting.pop()]:
            if target not in found:
                found.add(target)
                waiting.append(target)
    return found


def free_place(design: Design, x: float, y: float) -> tuple[float, float]:
    """The first place to the right of (x, y) that no card covers."""
    places = design.places.values()
    while any(abs(left - x) < COLUMN * 0.9 and abs(top - y) < ROW * 0.8 for left, top in places):
        x += COLUMN
    return x, y


def _with_room(design: Design, node_id: str, target: str) -> Design:
    """Move the target and what follows it in its row to the right where the new card would cover it."""
    new_x, new_y = design.place_of(node_id)
    first_x, first_y = design.place_of(target)
    shift = new_x + COLUMN - first_x
    if abs(first_y - new_y) > ROW / 2 or not 0 < shift <= 2 * COLUMN:
        return design
    row = {
        shown: (x + shift, y)
        for shown, (x, y) in design.places.items()
        if shown != design.folding.shown(node_id) and x >= first_x and abs(y - first_y) <= ROW / 2
    }
    return move_shown(design, row)
