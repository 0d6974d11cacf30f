"""A design: an immutable value that the canvas shows, the engine runs and the file stores."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType
from typing import Any, ClassVar

from cnnstudio.design.value.drawn import Block, Frame, Note
from cnnstudio.design.value.first_recipe import following
from cnnstudio.design.value.folding import Folding
from cnnstudio.design.value.recipe import FIRST_RECIPE, Recipe
from cnnstudio.nn.graph.graph import Graph
from cnnstudio.nn.parameters.locks import NO_LOCKS, Locks
from cnnstudio.nn.telling.told import Sentence

#: how many blocks may lie within each other
DEEPEST = 32


@dataclass(frozen=True)
class Card:
    """How one layer lies on the canvas: its name and the position of its top left corner in scene units."""

    name: str
    x: float = 0.0
    y: float = 0.0


@dataclass(frozen=True)
class Design:
    """Graph, layout and recipe. Every edit makes a new one; see ``cnnstudio.design.edits.edits``.

    ``frames``, ``notes`` and ``blocks`` are there for people; the engine sees the flat graph alone.

    Raises:
        ValueError: the cards are not exactly the graph's nodes, or the blocks are no tree of non-empty, disjoint
            sets of them (a bug in the caller).
    """

    graph: Graph = field(default_factory=Graph)
    cards: Mapping[str, Card] = field(default_factory=dict)
    recipe: Recipe = FIRST_RECIPE
    title: str = ""
    frames: Mapping[str, Frame] = field(default_factory=dict)
    notes: Mapping[str, Note] = field(default_factory=dict)
    blocks: Mapping[str, Block] = field(default_factory=dict)
    #: what training leaves alone
    locks: Locks = NO_LOCKS
    #: what the answers are called, in the order of the classes; () while nobody knows
    classes: tuple[str, ...] = ()

    #: how notebooks show one; whoever can draw it says so
    shown: ClassVar[Callable[[Design], str] | None] = None

    def _repr_html_(self) -> str | None:
        return None if Design.shown is None else Design.shown(self)

    def __post_init__(self) -> None:
        if self.cards.keys() != self.graph.ids:
            raise ValueError("every node of a design has one card")
        for name in ("cards", "frames", "notes", "blocks"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))
        if self.blocks and (fault := block_fault(self.graph, self.blocks)):
            raise ValueError(fault)

    @cached_property
    def ids(self) -> frozenset[str]:
        """The ids of everything: layers, frames, notes and blocks."""
        return self.graph.ids.union(self.frames, self.notes, self.blocks)

    @cached_property
    def folding(self) -> Folding:
        """What the collapsed blocks leave to be seen."""
        return Folding(self.graph, self.blocks)

    @cached_property
    def places(self) -> Mapping[str, tuple[float, float]]:
        """The top left corner of every card that is shown; that of a collapsed block is its layers'."""
        folding, found = self.folding, dict[str, tuple[float, float]]()
        for node_id, card in self.cards.items():
            shown = folding.shown(node_id)
            x, y = found.get(shown, (card.x, card.y))
            found[shown] = min(x, card.x), min(y, card.y)
        return found

    def place_of(self, node_id: str) -> tuple[float, float]:
        """The corner of the card that stands for a node."""
        return self.places[self.folding.shown(node_id)]

    def with_changes(self, **changes: Any) -> Design:
        """The same design with some fields replaced. Where the graph changes, blocks and locks lose the nodes and
        filters that are gone, and what nobody has chosen of the recipe follows it."""
        if "graph" in changes and "recipe" not in changes:
            changes["recipe"] = following(self.recipe, self.graph, changes["graph"])
        if "graph" in changes and "blocks" not in changes and self.blocks:
            changes["blocks"] = remaining(self.blocks, changes["graph"])
        if "graph" in changes and "locks" not in changes and self.locks:
            changes["locks"] = _remaining_locks(self.locks, changes["graph"])
        return replace(self, **changes)


def remaining(blocks: Mapping[str, Block], graph: Graph) -> dict[str, Block]:
    """The blocks with the nodes of a graph alone; those that become empty are gone."""
    kept = {
        block_id: block if block.members <= graph.ids else replace(block, members=block.members & graph.ids)
        for block_id, block in blocks.items()
    }
    full: set[str] = set()
    for block_id, block in kept.items():
        while block.members and block_id and block_id not in full:
            full.add(block_id)
            block_id = kept[block_id].parent
    return {block_id: block for block_id, block in kept.items() if block_id in full}


def _remaining_locks(locks: Locks, graph: Graph) -> Locks:
    kept = locks.within(graph.ids)
    there = frozenset((i, n) for i, n in kept.filters if n < getattr(graph[i].layer, "filters", n + 1))
    return kept if there == kept.filters else replace(kept, filters=there)


def block_fault(graph: Graph, blocks: Mapping[str, Block]) -> Sentence | None:
    """Why these cannot be the blocks of a graph, in one sentence, or None."""
    seen: set[str] = set()
    for block_id, block in blocks.items():
        if block_id in graph:
            return Sentence("The block “{block_id}” has the id of a layer.", block_id=block_id)
        if block.parent and block.parent not in blocks:
            return Sentence(
                "The block “{block_id}” lies in “{parent}”, which is not there.", block_id=block_id, parent=block.parent
            )
        if not block.members <= graph.ids:
            return Sentence("The block “{block_id}” has a layer that is not there.", block_id=block_id)
        if seen & block.members:
            return Sentence("The block “{block_id}” has a layer that another block has too.", block_id=block_id)
        seen |= block.members
        above, steps = block.parent, 0
        while above:
            above, steps = blocks[above].parent if above in blocks else "", steps + 1
            if steps > DEEPEST:
                return Sentence(
                    "The block “{block_id}” lies within itself, or in more than {deepest} others.",
                    block_id=block_id,
                    deepest=DEEPEST,
                )
    if remaining(blocks, graph).keys() != blocks.keys():
        return Sentence("A block has no layers.")
    return None
