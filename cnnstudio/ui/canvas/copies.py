"""Copies of layers: duplicated in place, or as JSON text on the clipboard. Values in, values out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from PySide6.QtCore import QPointF

from cnnstudio.design.design import Card, Design
from cnnstudio.nn.graph import Graph, Node


def duplicated(design: Design, nodes: Iterable[str], by: QPointF) -> tuple[Design, list[str]]:
    """The design with copies of some layers ``by`` further on, and the copies' ids. Wires among them are kept."""
    return merged(design, design, nodes, by)


def merged(
    design: Design,
    other: Design,
    nodes: Iterable[str],
    by: QPointF,
    incoming: Mapping[str, tuple[str, ...]] = MappingProxyType({}),
) -> tuple[Design, list[str]]:
    """``design`` with copies of some layers of ``other``, shifted ``by``, and the copies' ids. Wires among them are
    kept; ``incoming`` names for some of the layers the inputs they had, also in ``design``, which are wired again."""
    chosen = set(nodes)
    ids = {node.id for node in design.graph}
    names = {card.name for card in design.cards.values()}
    fresh: dict[str, str] = {}
    for node in other.graph:
        if node.id in chosen:
            fresh[node.id] = _unused(f"{node.layer.kind}_1", ids, "_")
            ids.add(fresh[node.id])
    incoming_ids = {s for sources in incoming.values() for s in sources if s in design.graph}
    cards, added = dict(design.cards), []
    for node in other.graph:
        if node.id not in chosen:
            continue
        card = other.cards[node.id]
        name = _unused(card.name, names, " ")
        names.add(name)
        cards[fresh[node.id]] = Card(name, card.x + by.x(), card.y + by.y())
        sources = [
            fresh.get(source, source if source in incoming_ids else "") for source in incoming.get(node.id, node.inputs)
        ]
        added.append(Node(fresh[node.id], node.layer, tuple(s for s in sources if s)))
    graph = Graph((*design.graph.nodes, *added))
    return design.with_changes(graph=graph, cards=cards), list(fresh.values())


def _unused(name: str, taken: set[str], joint: str) -> str:
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
