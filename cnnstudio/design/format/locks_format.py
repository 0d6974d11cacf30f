"""Locks as JSON, and back again with every value checked. Designs without any do not name them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cnnstudio.design.format.strict import Checked
from cnnstudio.nn.graph import Graph
from cnnstudio.nn.locks import Locks

#: the optional entries of a design
LOCKED, MUTED = "locked", "muted"
_MOST_FILTERS = 1 << 20


def locks_to_json(locks: Locks) -> dict[str, Any]:
    """``{"locked": [ids], "muted": {id: [numbers of filters, from 0]}}``, each only where there are any."""
    written: dict[str, Any] = {}
    if locks.layers:
        written[LOCKED] = sorted(locks.layers)
    if locks.filters:
        nodes = sorted({node for node, _ in locks.filters})
        written[MUTED] = {node: sorted(locks.muted(node)) for node in nodes}
    return written


def locks_from_json(fields: Mapping[str, Checked], graph: Graph) -> Locks:
    """What ``locks_to_json`` wrote.

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
            most = min(getattr(graph[node].layer, "filters", _MOST_FILTERS), _MOST_FILTERS)
            for item in numbers.items(most, 1):
                filters.add((node, item.integer(0, most - 1)))
    return Locks(frozenset(layers), frozenset(filters))


def _known(found: Checked, node: str, graph: Graph) -> str:
    if node not in graph:
        found.refuse("The design has no such layer.")
    return node
