"""Edits about blocks: a selection under one name, folded to one card, repeated, kept for other designs.

The graph stays flat. A block says which nodes belong together; ``cnnstudio.design.value.folding`` says what is
shown.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from cnnstudio.design.edits import edits
from cnnstudio.design.edits.copies import merged, unused
from cnnstudio.design.edits.edits import COLUMN, ROW, EditRefused
from cnnstudio.design.value.design import DEEPEST, Card, Design
from cnnstudio.design.value.drawn import Block
from cnnstudio.design.value.folding import Entry
from cnnstudio.design.value.recipe import Recipe
from cnnstudio.nn.graph.graph import Edge
from cnnstudio.nn.layers.convolution.conv2d import Conv2D

MOST_NODES = 2_000
MOST_BLOCKS = 500
#: a block repeated more often is a slip of the hand
MOST_REPEATS = 50


def group(design: Design, nodes: Iterable[str], name: str = "Block") -> tuple[Design, str]:
    """Make a block of some layers. Blocks among them become blocks within it. Returns the new block's id.

    Raises:
        EditRefused: there are none, or only a part of another block is among them together with layers outside it.
    """
    chosen = frozenset(nodes)
    if not chosen:
        raise EditRefused("Select the layers that belong to the block.")
    if len(design.blocks) >= MOST_BLOCKS:
        raise EditRefused("A design has at most {most} blocks.", most=MOST_BLOCKS)
    folding = design.folding
    inner, loose = _parts(design, chosen)
    homes = {design.blocks[i].parent for i in inner} | {folding.owner.get(node, "") for node in loose}
    if len(homes) > 1:
        cut = next(home for home in homes if home)
        raise EditRefused(
            "Only a part of the block {name} is selected. Select all of it.", name=design.blocks[cut].name
        )
    (parent,) = homes
    if parent and folding.within[parent] == chosen and not loose and len(inner) == 1:
        raise EditRefused("These layers are a block already.")
    if not loose and len(inner) == 1 and not parent:
        raise EditRefused("These layers are a block already.")
    deepest = max((len(folding.around(i)) for i in design.blocks if folding.within[i] <= chosen), default=-1)
    if max(deepest + 1, len(folding.around(parent)) + 1 if parent else 0) >= DEEPEST:
        raise EditRefused("At most {deepest} blocks lie within each other.", deepest=DEEPEST)
    block_id = unused("block_1", design.ids, "_")
    blocks = dict(design.blocks)
    if parent:
        blocks[parent] = replace(blocks[parent], members=blocks[parent].members - loose)
    for child in inner:
        blocks[child] = replace(blocks[child], parent=block_id)
    blocks[block_id] = Block(_fresh_name(design, name), loose, parent)
    return design.with_changes(blocks=blocks), block_id


def ungroup(design: Design, block_id: str) -> Design:
    """Dissolve a block; its layers and the blocks in it stay, in the block around it."""
    gone = design.blocks[block_id]
    if gone.collapsed:
        design = expand(design, block_id)
    blocks = {i: b for i, b in design.blocks.items() if i != block_id}
    for child in design.folding.children[block_id]:
        blocks[child] = replace(blocks[child], parent=gone.parent)
    if gone.parent:
        around = blocks[gone.parent]
        blocks[gone.parent] = replace(around, members=around.members | gone.members)
    return design.with_changes(blocks=blocks)


def rename(design: Design, block_id: str, name: str) -> Design:
    """Give a block another name.

    Raises:
        EditRefused: the name is empty or longer than 256 characters.
    """
    name = " ".join(name.split())
    if not 0 < len(name) <= 256:
        raise EditRefused("A block's name has 1 to 256 characters.")
    return _with_block(design, block_id, replace(design.blocks[block_id], name=name))


def collapse(design: Design, block_id: str) -> Design:
    """Show a block as one card; what lies to the right of it in its rows moves up."""
    if design.blocks[block_id].collapsed:
        return design
    left, top, right, bottom = extent(design, block_id)
    folded = _with_block(design, block_id, replace(design.blocks[block_id], collapsed=True))
    return _shift(folded, block_id, right, top, bottom, left + COLUMN - right)


def expand(design: Design, block_id: str) -> Design:
    """Show the layers of a block again; what lies to the right of it makes room, and below where there is none."""
    if not design.blocks[block_id].collapsed:
        return design
    opened = _with_block(design, block_id, replace(design.blocks[block_id], collapsed=False))
    left, top, right, bottom = extent(opened, block_id)
    return _room_below(_shift(opened, block_id, left + COLUMN, top, bottom, right - left - COLUMN), block_id)


def toggle(design: Design, block_id: str) -> Design:
    """Collapse a block, or expand it."""
    return expand(design, block_id) if design.blocks[block_id].collapsed else collapse(design, block_id)


def connect_entry(design: Design, source: str, entry: Entry) -> Design:
    """Draw a wire to an input port of a card: every input behind it is fed by ``source``.

    Raises:
        EditRefused: as ``edits.connect``.
    """
    for node, port in entry.targets:
        design = edits.connect(design, source, node, port)
    return design


def repeat(design: Design, nodes: Iterable[str], times: int) -> tuple[Design, list[str]]:
    """Chain ``times`` of some layers, those there are included, one after the other: each copy reads what the one
    before it gives, and who read the first now reads the last. Returns the nodes of all copies.

    Raises:
        EditRefused: they have no single output, take no input, or would be too many.
    """
    chosen = frozenset(nodes)
    if not 2 <= times <= MOST_REPEATS:
        raise EditRefused("Repeat 2 to {most} times.", most=MOST_REPEATS)
    if not chosen:
        raise EditRefused("Select the layers to repeat.")
    if len(design.graph) + (times - 1) * len(chosen) > MOST_NODES:
        raise EditRefused("A design has at most {most:thousands} layers.", most=MOST_NODES)
    graph, order = design.graph, [node.id for node in design.graph if node.id in chosen]
    exits = [i for i in order if not graph.consumers[i] or any(c not in chosen for c in graph.consumers[i])]
    if len(exits) != 1:
        raise EditRefused(
            "To be repeated, layers need one output; these have {exits}: {names:commas}.",
            exits=len(exits),
            names=tuple(design.cards[i].name for i in exits[:3]),
        )
    entries = _ports_from_outside(design, chosen)
    if not entries:
        raise EditRefused("To be repeated, layers need an input from the layers before them.")
    readers = [e for e in graph.edges if e.source == exits[0] and e.target not in chosen]
    left, top, right, bottom = _box(design, chosen)
    step = right - left
    result = _shift_right_of(design, chosen, right, top, bottom, step * (times - 1))
    last, everything = exits[0], list(order)
    fed = {node: graph[node].inputs for node, _ in entries}
    for number in range(1, times):
        result, copies = merged(result, design, chosen, (step * number, 0.0), fed)
        twin = dict(zip(order, copies, strict=True))
        everything += copies
        for node, port in entries:
            result = edits.connect(result, last, twin[node], port)
        last = twin[exits[0]]
    for edge in readers:
        result = edits.connect(result, last, edge.target, edge.port)
    return _joined(result, _home(design, chosen), everything), everything


def extracted(design: Design, block_id: str) -> Design:
    """A block alone as a design of its own, at the origin, with the block around everything in it."""
    inside = design.folding.within[block_id]
    left, top, *_ = _box(design, inside)
    cards = {i: Card(c.name, c.x - left, c.y - top) for i, c in design.cards.items() if i in inside}
    kept = {i: b for i, b in design.blocks.items() if i == block_id or block_id in design.folding.around(i)}
    kept[block_id] = replace(kept[block_id], parent="", collapsed=False)
    name = kept[block_id].name
    return Design(design.graph.restricted(inside), cards, Recipe(), title=name, blocks=kept)


def place(design: Design, part: Design, position: tuple[float, float]) -> tuple[Design, list[str]]:
    """Put a block that was kept (a design with one block around everything) on the canvas, unwired and collapsed.
    Returns its nodes."""
    placed, nodes = merged(design, part, part.graph.ids, position)
    outer = placed.folding.owner
    block_id = _outermost(placed, outer[nodes[0]])
    folded = replace(placed.blocks[block_id], collapsed=True)
    return _with_block(placed, block_id, folded), nodes


def insert(design: Design, part: Design, edge: Edge, position: tuple[float, float]) -> tuple[Design, list[str]]:
    """Put a block that was kept into a wire; cards downstream in the same row make room. Returns its nodes, among them
    the projection of a shortcut where the block needs one there.

    Raises:
        EditRefused: the block has no open input or not exactly one output.
    """
    result, nodes = place(design, part, position)
    block_id = _outermost(result, result.folding.owner[nodes[0]])
    result = splice(result, edge, block_id, position)
    return result, [node.id for node in result.graph if node.id in result.folding.within[block_id]]


def splice(design: Design, edge: Edge, block_id: str, position: tuple[float, float]) -> Design:
    """Put a collapsed block that is on the canvas, unwired, into a wire; it moves to ``position`` and cards
    downstream in the same row make room.

    Raises:
        EditRefused: the block has no open input or not exactly one output, or the wire is its own.
    """
    nodes, bundle = design.folding.within[block_id], design.folding.bundle(edge)
    if edge.source in nodes or edge.target in nodes:
        raise EditRefused("A block cannot be put into its own wire.")
    exit_node = _only_exit(design, nodes)
    result = edits.move_shown(design, {block_id: position})
    result = _room_for(result, next(iter(nodes)), edge.target)
    result = _projected(_fed(result, edge.source, nodes), nodes)
    for wire in bundle:
        result = edits.connect(result, exit_node, wire.target, wire.port)
    owner = design.folding.owner
    home = owner.get(edge.source, "")
    return _joined(result, home if home == owner.get(edge.target) else "", result.folding.within[block_id])


def append(
    design: Design, part: Design, after: str, position: tuple[float, float] | None = None
) -> tuple[Design, list[str]]:
    """Put a block that was kept behind a layer and wire it to it. Returns its nodes, as ``insert`` does.

    Raises:
        EditRefused: the block has no open input.
    """
    x, y = design.place_of(after)
    place_at = position if position is not None else edits.free_place(design, x + COLUMN, y)
    result, nodes = place(design, part, place_at)
    block_id = _outermost(result, result.folding.owner[nodes[0]])
    result = _projected(_fed(result, after, nodes), nodes)
    return result, [node.id for node in result.graph if node.id in result.folding.within[block_id]]


def extent(design: Design, block_id: str) -> tuple[float, float, float, float]:
    """The cells that a block's shown cards take: left, top, right and bottom, a gap at the far sides included."""
    return _box(design, design.folding.within[block_id])


def _box(design: Design, nodes: Iterable[str]) -> tuple[float, float, float, float]:
    shown = {design.folding.shown(node) for node in nodes}
    places = [design.places[i] for i in shown]
    xs, ys = [x for x, _ in places], [y for _, y in places]
    return min(xs), min(ys), max(xs) + COLUMN, max(ys) + ROW


def _shift(design: Design, block_id: str, edge: float, top: float, bottom: float, by: float) -> Design:
    return _shift_right_of(design, design.folding.within[block_id], edge, top, bottom, by)


def _shift_right_of(design: Design, nodes: Iterable[str], edge: float, top: float, bottom: float, by: float) -> Design:
    """Move the cards right of ``edge``, in the rows between top and bottom, to the side."""
    own = {design.folding.shown(node) for node in nodes}
    beside = {
        shown: (x + by, y)
        for shown, (x, y) in design.places.items()
        if shown not in own and x >= edge - COLUMN / 2 and top - ROW / 2 < y < bottom - ROW / 2
    }
    return edits.move_shown(design, beside) if by and beside else design


def _room_below(design: Design, block_id: str) -> Design:
    """Move the rows down that lie where a block's lower rows are."""
    left, top, right, bottom = extent(design, block_id)
    own = design.folding.within[block_id]
    others = {i: place for i, place in design.places.items() if not design.folding.nodes_of(i) <= own}
    covered = [y for x, y in others.values() if left - COLUMN < x < right and top + ROW / 2 < y < bottom - ROW / 2]
    if not covered:
        return design
    return edits.move_shown(
        design, {i: (x, y + bottom - min(covered)) for i, (x, y) in others.items() if y > min(covered) - ROW / 2}
    )


def _room_for(design: Design, node: str, target: str) -> Design:
    (new_x, new_y), (first_x, first_y) = design.place_of(node), design.place_of(target)
    shift = new_x + COLUMN - first_x
    if abs(first_y - new_y) > ROW / 2 or not 0 < shift <= 2 * COLUMN:
        return design
    own = design.folding.shown(node)
    row = {
        shown: (x + shift, y)
        for shown, (x, y) in design.places.items()
        if shown != own and x >= first_x and abs(y - first_y) <= ROW / 2
    }
    return edits.move_shown(design, row)


def _ports_from_outside(design: Design, chosen: frozenset[str]) -> list[tuple[str, int]]:
    found: list[tuple[str, int]] = []
    for node in design.graph:
        if node.id in chosen:
            found += [(node.id, port) for port, source in enumerate(node.inputs) if source not in chosen]
            found += [(node.id, port) for port in range(len(node.inputs), node.layer.fewest_inputs)]
    return found


def _fed(design: Design, source: str, nodes: Iterable[str]) -> Design:
    """Wire every open input of some nodes to a source."""
    ports = _ports_from_outside(design, frozenset(nodes))
    if not ports:
        raise EditRefused("This block has no input, so nothing can be wired to it.")
    return connect_entry(design, source, Entry(tuple(ports)))


def _projected(design: Design, nodes: Iterable[str]) -> Design:
    """1×1 filters in the shortcuts of a block that has just been wired, where what comes from outside has other maps,
    or more rows and columns, than the branch it meets (He, Zhang, Ren and Sun, 2016)."""
    inside = frozenset(nodes)
    for node_id in design.graph.order:
        merge, known = design.graph[node_id], design.graph.inferred[node_id]
        if node_id not in inside or merge.layer.category != "merge" or known.error is None:
            continue
        if len(known.inputs) != 2 or any(len(shape) != 3 for shape in known.inputs):
            continue
        for port, source in enumerate(merge.inputs):
            shape, like = known.inputs[port], known.inputs[1 - port]
            stride = (-(-shape[0] // like[0]), -(-shape[1] // like[1]))
            if source in inside or merge.inputs[1 - port] not in inside or max(stride) > 64 or like[2] > 4096:
                continue
            filters = Conv2D(filters=like[2], kernel=(1, 1), stride=stride)
            after, _ = edits.insert_before(design, Edge(source, node_id, port), filters)
            design = after if after.graph.inferred[node_id].error is None else design
            break
    return design


def _parts(design: Design, chosen: frozenset[str]) -> tuple[set[str], frozenset[str]]:
    """The outermost blocks that are wholly among some nodes, and the nodes in none of these."""
    within = design.folding.within
    whole = {i for i in design.blocks if within[i] <= chosen}
    inner = {i for i in whole if design.blocks[i].parent not in whole}
    return inner, chosen.difference(*(within[i] for i in inner))


def _home(design: Design, chosen: frozenset[str]) -> str:
    """The block that some nodes, or the blocks they make up, lie in directly; "" where there is no single one."""
    inner, loose = _parts(design, chosen)
    homes = {design.blocks[i].parent for i in inner} | {design.folding.owner.get(node, "") for node in loose}
    return homes.pop() if len(homes) == 1 else ""


def _joined(design: Design, home: str, nodes: Iterable[str]) -> Design:
    """The design with some nodes, or the blocks they make up, in a block if they are in none."""
    if not home:
        return design
    inner, loose = _parts(design, frozenset(nodes))
    blocks, owner = dict(design.blocks), design.folding.owner
    for block_id in inner - {home}:
        if not blocks[block_id].parent:
            blocks[block_id] = replace(blocks[block_id], parent=home)
    free = {node for node in loose if node not in owner}
    blocks[home] = replace(blocks[home], members=blocks[home].members | free)
    return design.with_changes(blocks=blocks)


def _only_exit(design: Design, nodes: Iterable[str]) -> str:
    exits = [node for node in nodes if not design.graph.consumers[node]]
    if len(exits) != 1:
        raise EditRefused(
            "This block has {exits:# output|# outputs}; on a wire it needs exactly one.", exits=len(exits)
        )
    return exits[0]


def _outermost(design: Design, block_id: str) -> str:
    around = design.folding.around(block_id)
    return around[-1] if around else block_id


def _with_block(design: Design, block_id: str, block: Block) -> Design:
    return design.with_changes(blocks={**design.blocks, block_id: block})


def _fresh_name(design: Design, name: str) -> str:
    return unused(name, {block.name for block in design.blocks.values()}, " ")
