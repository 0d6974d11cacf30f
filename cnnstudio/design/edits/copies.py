"""Copies of layers, within a design or from another one. Values in, values out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType

from cnnstudio.design.value.design import Card, Design
from cnnstudio.design.value.drawn import Block
from cnnstudio.nn.graph.graph import Graph, Node


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
    ids = Taken(design.ids)
    names = Taken(card.name for card in design.cards.values())
    fresh: dict[str, str] = {}
    for node in other.graph:
        if node.id in chosen:
            fresh[node.id] = ids.take(f"{node.layer.kind}_1", "_")
    incoming_ids = {s for sources in incoming.values() for s in sources if s in design.graph}
    cards, added = dict(design.cards), []
    for node in other.graph:
        if node.id not in chosen:
            continue
        card = other.cards[node.id]
        name = names.take(card.name, " ")
        cards[fresh[node.id]] = Card(name, card.x + by[0], card.y + by[1])
        sources = [
            fresh.get(source, source if source in incoming_ids else "") for source in incoming.get(node.id, node.inputs)
        ]
        added.append(Node(fresh[node.id], node.layer, tuple(s for s in sources if s)))
    graph = Graph((*design.graph.nodes, *added))
    blocks = {**design.blocks, **_copied_blocks(other, fresh, ids, Taken(b.name for b in design.blocks.values()))}
    return design.with_changes(graph=graph, cards=cards, blocks=blocks), list(fresh.values())


def _copied_blocks(other: Design, fresh: Mapping[str, str], ids: Taken, names: Taken) -> dict[str, Block]:
    whole = [i for i in other.blocks if other.folding.within[i] <= fresh.keys()]
    renamed = {block_id: ids.take("block_1", "_") for block_id in whole}
    copies = {}
    for block_id in whole:
        block = other.blocks[block_id]
        name = names.take(block.name, " ")
        copies[renamed[block_id]] = replace(
            block,
            name=name,
            members=frozenset(fresh[node] for node in block.members),
            parent=renamed.get(block.parent, ""),
        )
    return copies


def unused(name: str, taken: Iterable[str], joint: str) -> str:
    """The name, or the name with the next free number: “Conv 2D” has a 2 that is none of ours."""
    return Taken(taken).take(name, joint)


class Taken:
    """Names that are in use. Thousands of new ones take no longer than they are many: from each number that was found
    taken it is remembered where to go on (as in the union-find of Tarjan, 1975)."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = set(names)
        self._after: dict[str, dict[int, int]] = {}

    def take(self, name: str, joint: str) -> str:
        """The name, or the name with the next free number, which is taken then."""
        if name in self._names:
            stem, number = name, 2
            head, _, tail = name.rpartition(joint)
            if head and tail.isdecimal() and len(tail) < 6:
                stem, number = head, int(tail) + 1
            name = f"{stem}{joint}{self._free(f'{stem}{joint}', number)}"
        self._names.add(name)
        return name

    def _free(self, stem: str, number: int) -> int:
        after, passed = self._after.setdefault(stem, {}), list[int]()
        while number in after or f"{stem}{number}" in self._names:
            passed.append(number)
            number = after.get(number, number + 1)
        after.update(dict.fromkeys(passed, number))
        return number
