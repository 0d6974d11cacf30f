"""Copies of layers, within a design or from another one. Values in, values out."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType

from cnnstudio.design.value.design import Card, Design
from cnnstudio.design.value.drawn import Block
from cnnstudio.nn.graph import Graph, Node


def duplicated(design: Design, nodes: Iterable[str], by: tuple[float, float]) -> tuple[Design, list[str]]:
    """The design with copies of some layers ``by`` further on, and the copies' ids. Wires among them are kept."""
    return merged(design, design, nodes, by)


def merged(
    design: Design,
    other: Design,
    nodes: Iterable[str],
    by: tuple[float, float],
    incoming: Mapping[str, tuple[str, ...]] = MappingProxyType({}),
) -> tuple[Design, list[str]]:
    """``design`` with copies of some layers of ``other``, shifted ``by``, and the copies' ids in the order of
    ``other``. Wires among them are kept, and so are blocks that are copied whole; ``incoming`` names for some of the
    layers the inputs they had, also in ``design``, which are wired again."""
    chosen = set(nodes)
    ids = set(design.ids)
    names = {card.name for card in design.cards.values()}
    fresh: dict[str, str] = {}
    for node in other.graph:
        if node.id in chosen:
            fresh[node.id] = unused(f"{node.layer.kind}_1", ids, "_")
            ids.add(fresh[node.id])
    incoming_ids = {s for sources in incoming.values() for s in sources if s in design.graph}
    cards, added = dict(design.cards), []
    for node in other.graph:
        if node.id not in chosen:
            continue
        card = other.cards[node.id]
        name = unused(card.name, names, " ")
        names.add(name)
        cards[fresh[node.id]] = Card(name, card.x + by[0], card.y + by[1])
        sources = [
            fresh.get(source, source if source in incoming_ids else "") for source in incoming.get(node.id, node.inputs)
        ]
        added.append(Node(fresh[node.id], node.layer, tuple(s for s in sources if s)))
    graph = Graph((*design.graph.nodes, *added))
    blocks = {**design.blocks, **_copied_blocks(other, fresh, ids, {b.name for b in design.blocks.values()})}
    return design.with_changes(graph=graph, cards=cards, blocks=blocks), list(fresh.values())


def _copied_blocks(other: Design, fresh: Mapping[str, str], ids: set[str], names: set[str]) -> dict[str, Block]:
    whole = [i for i in other.blocks if other.folding.within[i] <= fresh.keys()]
    renamed: dict[str, str] = {}
    for block_id in whole:
        renamed[block_id] = unused("block_1", ids, "_")
        ids.add(renamed[block_id])
    copies = {}
    for block_id in whole:
        block = other.blocks[block_id]
        name = unused(block.name, names, " ")
        names.add(name)
        copies[renamed[block_id]] = replace(
            block,
            name=name,
            members=frozenset(fresh[node] for node in block.members),
            parent=renamed.get(block.parent, ""),
        )
    return copies


def unused(name: str, taken: Container[str], joint: str) -> str:
    """The name, or the name with the next free number: “Conv 2D” has a 2 that is none of ours."""
    if name not in taken:
        return name
    stem, number = name, 2
    head, _, tail = name.rpartition(joint)
    if head and tail.isdecimal() and len(tail) < 6:
        stem, number = head, int(tail) + 1
    while f"{stem}{joint}{number}" in taken:
        number += 1
    return f"{stem}{joint}{number}"
