"""How a network is computed, as a value: the same seed and plan give the same bits."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from cnnstudio.nn.graph.graph import Graph


def cores() -> int:
    """How many of the machine's cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def default_threads() -> int:
    """Two threads where the machine has them: more gain little, and their number decides the last bits."""
    return min(2, cores())


@dataclass(frozen=True)
class Plan:
    """How many ``threads`` share a batch, each in a process of its own, and by which algorithm each node is computed
    (by node id)."""

    threads: int = 1
    algorithms: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "algorithms", MappingProxyType(dict(self.algorithms)))


def default_plan(graph: Graph, threads: int = 1) -> Plan:
    """The usual algorithm of every layer."""
    return Plan(
        threads,
        {
            node_id: graph[node_id].layer.usual_algorithm(graph.inferred[node_id].inputs)
            for node_id in graph.computable.order
        },
    )


def reference_plan(graph: Graph) -> Plan:
    """One thread and the slow, obvious algorithm of every layer: what the others are tested against."""
    return Plan(1, {node.id: "reference" for node in graph})
