"""Two designs side by side: which layers were added, removed or changed, their shapes and their costs."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from cnnstudio.design.analysis.analysis import Analysis, analyse
from cnnstudio.design.value.design import Design
from cnnstudio.nn.arrays import Shape
from cnnstudio.nn.graph.layer import Layer
from cnnstudio.nn.settings import Described, differences

Kind = Literal["same", "changed", "added", "removed"]


@dataclass(frozen=True)
class Side:
    """One layer of one of the designs."""

    node: str
    name: str
    layer: Layer
    shape: Shape | None
    parameters: int
    macs: int


@dataclass(frozen=True)
class Change:
    """A setting with two values: its title, before, after."""

    title: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Row:
    """A layer of the first design beside its counterpart in the second; one of them is None where there is none.

    ``changes`` are the settings that differ; ``rewired`` tells that it reads other layers.
    """

    kind: Kind
    first: Side | None
    second: Side | None
    changes: tuple[Change, ...] = ()
    rewired: bool = False

    @property
    def reshaped(self) -> bool:
        """Whether the layer is in both designs but gives another shape."""
        return self.first is not None and self.second is not None and self.first.shape != self.second.shape


@dataclass(frozen=True)
class Totals:
    """The sums of one design; ``training_bytes`` with its own batch size and optimizer."""

    layers: int
    parameters: int
    macs: int
    problems: int
    training_bytes: int


@dataclass(frozen=True)
class Comparison:
    """All rows in the order of the networks, the sums of both, and the settings of the recipe that differ."""

    rows: tuple[Row, ...]
    first: Totals
    second: Totals
    recipe: tuple[Change, ...]

    @property
    def equal(self) -> bool:
        """Whether the two compute and are trained alike."""
        return not self.recipe and all(row.kind == "same" for row in self.rows)

    def count(self, kind: Kind) -> int:
        """How many rows are of a kind."""
        return sum(row.kind == kind for row in self.rows)


def compare(first: Design, second: Design) -> Comparison:
    """What is different between two designs. Layers are matched by id where both designs know it as the same kind,
    else by kind and order."""
    one, two = analyse(first.graph), analyse(second.graph)
    pairs = _matched(first, second)
    back = {b: a for a, b in pairs.items()}
    rows: list[Row] = []
    waiting = list(_ordered(second))
    for node_id in _ordered(first):
        partner = pairs.get(node_id)
        if partner is None:
            rows.append(Row("removed", _side(first, one, node_id), None))
            continue
        while waiting and waiting[0] != partner and waiting[0] not in back:
            rows.append(Row("added", None, _side(second, two, waiting.pop(0))))
        if partner in waiting:
            waiting.remove(partner)
        rows.append(_row(_side(first, one, node_id), _side(second, two, partner), first, second, pairs))
    rows += [Row("added", None, _side(second, two, node_id)) for node_id in waiting]
    return Comparison(tuple(rows), _totals(first, one), _totals(second, two), _differences(first.recipe, second.recipe))


def _row(one: Side, two: Side, first: Design, second: Design, pairs: dict[str, str]) -> Row:
    locked = _locked(one.node in first.locks.layers, two.node in second.locks.layers)
    changes = (*_differences(one.layer, two.layer), *locked)
    before = [pairs.get(source, "") for source in first.graph[one.node].inputs]
    after = list(second.graph[two.node].inputs)
    # a layer put in between changes what its neighbour reads, and is a row of its own
    rewired = before != after and len(before) == len(after) and all(before) and set(after) <= set(pairs.values())
    rewired = rewired or len(before) != len(after)
    return Row("changed" if changes or rewired else "same", one, two, changes, rewired)


def _matched(first: Design, second: Design) -> dict[str, str]:
    """Which layer of the first design is which of the second."""
    ours, theirs = _ordered(first), _ordered(second)
    kinds = [first.graph[i].layer.kind for i in ours]
    others = [second.graph[i].layer.kind for i in theirs]
    same_id = {i for i in ours if i in second.graph and second.graph[i].layer.kind == first.graph[i].layer.kind}
    if 2 * len(same_id) >= min(len(ours), len(theirs)) and _in_order([i for i in ours if i in same_id], theirs):
        pairs = {i: i for i in same_id}
    else:
        pairs = {}
        for block in SequenceMatcher(None, kinds, others, autojunk=False).get_matching_blocks():
            for k in range(block.size):
                pairs[ours[block.a + k]] = theirs[block.b + k]
    return pairs


def _in_order(nodes: list[str], theirs: list[str]) -> bool:
    places = [theirs.index(node) for node in nodes]
    return places == sorted(places)


def _ordered(design: Design) -> list[str]:
    known = list(design.graph.order)
    return known + [node.id for node in design.graph.nodes if node.id in design.graph.cyclic]


def _side(design: Design, analysis: Analysis, node_id: str) -> Side:
    facts = analysis.layers[node_id]
    layer = design.graph[node_id].layer
    return Side(node_id, design.cards[node_id].name, layer, facts.shape, facts.parameters, facts.macs)


def _differences(one: Described, two: Described) -> tuple[Change, ...]:
    return tuple(Change(found.title, found.before, found.after) for found in differences(one, two))


def _locked(before: bool, after: bool) -> tuple[Change, ...]:
    return (Change("Locked", before, after),) if before != after else ()


def _totals(design: Design, analysis: Analysis) -> Totals:
    return Totals(
        len(design.graph),
        analysis.parameters,
        analysis.macs,
        len(analysis.problems),
        analysis.training_bytes(design.recipe.batch_size, len(design.recipe.optimizer.memory)),
    )
