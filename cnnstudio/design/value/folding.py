"""What of a design is shown: the cards that stand for collapsed blocks, and where wires meet them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from cnnstudio.design.value.drawn import Block
from cnnstudio.nn.graph.graph import Edge, Graph


@dataclass(frozen=True)
class Entry:
    """An input port of a card: the inputs (node, port) that a wire drawn to it feeds, all from the same source."""

    targets: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Folding:
    """How blocks fold the cards of a graph. Ids of blocks and nodes never meet."""

    graph: Graph
    blocks: Mapping[str, Block]

    @cached_property
    def owner(self) -> Mapping[str, str]:
        """The innermost block of every node that is in one."""
        return {node: block_id for block_id, block in self.blocks.items() for node in block.members}

    @cached_property
    def children(self) -> Mapping[str, tuple[str, ...]]:
        """The blocks directly within each block."""
        found: dict[str, list[str]] = {block_id: [] for block_id in self.blocks}
        for block_id, block in self.blocks.items():
            if block.parent:
                found[block.parent].append(block_id)
        return {block_id: tuple(inner) for block_id, inner in found.items()}

    @cached_property
    def within(self) -> Mapping[str, frozenset[str]]:
        """All nodes in each block, those of blocks within it included."""

        def collect(block_id: str) -> frozenset[str]:
            return self.blocks[block_id].members.union(*(collect(inner) for inner in self.children[block_id]))

        return {block_id: collect(block_id) for block_id in self.blocks}

    @cached_property
    def collapsed(self) -> tuple[str, ...]:
        """The collapsed blocks that lie in no other collapsed one: each is a card."""
        return tuple(i for i, block in self.blocks.items() if block.collapsed and self._visible(block.parent))

    @cached_property
    def expanded(self) -> tuple[str, ...]:
        """The blocks that are drawn as an outline around their cards, outer ones first."""
        open_ones = [i for i, block in self.blocks.items() if not block.collapsed and self._visible(block.parent)]
        return tuple(sorted(open_ones, key=lambda i: len(self.around(i))))

    @cached_property
    def hidden(self) -> Mapping[str, str]:
        """For each node inside a collapsed block the block whose card stands for it."""
        return {node: block_id for block_id in self.collapsed for node in self.within[block_id]}

    def shown(self, node: str) -> str:
        """The id of the card that stands for a node: its own or that of a collapsed block."""
        return self.hidden.get(node, node)

    def nodes_of(self, shown: str) -> frozenset[str]:
        """The nodes that a card stands for."""
        return self.within[shown] if shown in self.within else frozenset({shown})

    def around(self, block_id: str) -> tuple[str, ...]:
        """The blocks around a block, from the inside out."""
        found: list[str] = []
        while block_id := self.blocks[block_id].parent:
            found.append(block_id)
        return tuple(found)

    def entries(self, shown: str) -> tuple[Entry, ...]:
        """The input ports of a card. A block has one for each layer outside that feeds it, and one for all inputs
        that still miss a wire; a merging layer always has one more than it has wires."""
        return self._block_entries[shown] if shown in self.within else self._node_entries(shown)

    def exits(self, shown: str) -> tuple[str, ...]:
        """The nodes whose outputs leave a card: those read from outside, and ends that nobody reads."""
        return self._block_exits[shown] if shown in self.within else (shown,)

    def entry_of(self, edge: Edge) -> int:
        """At which input port of its target's card a wire ends."""
        shown = self.shown(edge.target)
        if shown == edge.target:
            return edge.port
        return self._places[shown][edge.target, edge.port]

    def bundle(self, edge: Edge) -> tuple[Edge, ...]:
        """The wires that are drawn as one with this wire, itself included: same source, same collapsed block."""
        shown = self.shown(edge.target)
        if shown == edge.target:
            return (edge,)
        inside = self.within[shown]
        return tuple(e for e in self.graph.edges if e.source == edge.source and e.target in inside)

    def is_inner(self, edge: Edge) -> bool:
        """Whether a wire runs inside a collapsed block and is not shown."""
        return edge.target in self.hidden and self.hidden.get(edge.source) == self.hidden[edge.target]

    def _visible(self, block_id: str) -> bool:
        while block_id:
            if self.blocks[block_id].collapsed:
                return False
            block_id = self.blocks[block_id].parent
        return True

    def _node_entries(self, node_id: str) -> tuple[Entry, ...]:
        node = self.graph[node_id]
        layer, wires = node.layer, len(node.inputs)
        ports = max(layer.fewest_inputs, min(layer.most_inputs, wires + 1) if layer.most_inputs > 1 else 0)
        return tuple(Entry(((node_id, port),)) for port in range(ports))

    @cached_property
    def _block_entries(self) -> Mapping[str, tuple[Entry, ...]]:
        return {block_id: self._entries_into(self.within[block_id]) for block_id in self.blocks}

    @cached_property
    def _block_exits(self) -> Mapping[str, tuple[str, ...]]:
        consumers = self.graph.consumers
        return {
            block_id: tuple(
                node.id
                for node in self.graph
                if node.id in inside and (not consumers[node.id] or any(c not in inside for c in consumers[node.id]))
            )
            for block_id, inside in self.within.items()
        }

    @cached_property
    def _places(self) -> Mapping[str, Mapping[tuple[str, int], int]]:
        """For each block which of its entries feeds an input of a node in it."""
        return {
            block_id: {target: place for place, entry in enumerate(entries) for target in entry.targets}
            for block_id, entries in self._block_entries.items()
        }

    def _entries_into(self, inside: frozenset[str]) -> tuple[Entry, ...]:
        by_source: dict[str, list[tuple[str, int]]] = {}
        missing: list[tuple[str, int]] = []
        for node in self.graph:
            if node.id not in inside:
                continue
            for port, source in enumerate(node.inputs):
                if source not in inside:
                    by_source.setdefault(source, []).append((node.id, port))
            missing += [(node.id, port) for port in range(len(node.inputs), node.layer.fewest_inputs)]
        groups = [*by_source.values(), *([missing] if missing else [])]
        return tuple(Entry(tuple(group)) for group in groups)
