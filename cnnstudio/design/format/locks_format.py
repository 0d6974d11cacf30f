"""Locks as JSON, and back again with every value checked. Designs without any do not name them."""

from __future__ import annotations

from collections.abc import Mapping

from cnnstudio.design.format.strict import Checked
from cnnstudio.nn.graph.graph import Graph
from cnnstudio.nn.parameters.locks import LOCKED, MUTED, Locks

_MOST_FILTERS = 1 << 20


def locks_from_json(fields: Mapping[str, Checked], graph: Graph) -> Locks:
    """What ``Locks.to_json`` wrote.

    Raises:
        FileFormatError: anything in it is not as it should be.
    """
    layers: set[str] = set()
    filters: set[tuple[str, int]] = set()
    if LOCKED in fields:
        for item in fields[LOCKED].items(len(graph)):
            node = _known(item, item.text(64, 1), graph)
            if node in layers:
                item.refuse("A layer is named twice.")
            layers.add(node)
    if MUTED in fields:
        for node, numbers in fields[MUTED].mapping().items():
            _known(numbers, node, graph)
            most = _filters(graph, node)
            for item in numbers.items(most, 1):
                filters.add((node, item.integer(0, most - 1)))
    return Locks(frozenset(layers), frozenset(filters))


def are_of(graph: Graph, locks: Locks) -> bool:
    """Whether the graph has every layer and filter that is locked."""
    muted = all(node in graph and 0 <= number < _filters(graph, node) for node, number in locks.filters)
    return muted and all(node in graph for node in locks.layers)


def _filters(graph: Graph, node: str) -> int:
    return min(getattr(graph[node].layer, "filters", _MOST_FILTERS), _MOST_FILTERS)


def _known(found: Checked, node: str, graph: Graph) -> str:
    if node not in graph:
        found.refuse("The design has no such layer.")
    return node
