"""What a network is compiled from, as a value that another process can be told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from cnnstudio.nn.graph.graph import Graph, Node
from cnnstudio.nn.graph.layer import layer_from_json
from cnnstudio.nn.network.plan import Plan
from cnnstudio.nn.ops.operation import Mode
from cnnstudio.nn.rules.losses import CROSS_ENTROPY, LOSSES, Loss


@dataclass(frozen=True)
class Blueprint:
    """All that ``compile_network`` is given but the parameters; see there."""

    graph: Graph
    batch_size: int
    mode: Mode
    plan: Plan
    outputs: tuple[str, ...] = ()
    loss: Loss = CROSS_ENTROPY
    locked: frozenset[str] = frozenset()

    def to_json(self) -> dict[str, Any]:
        """The blueprint as JSON values."""
        return {
            "nodes": [
                {"id": node.id, "kind": node.layer.kind, "settings": node.layer.to_json(), "inputs": list(node.inputs)}
                for node in self.graph
            ],
            "batch_size": self.batch_size,
            "mode": self.mode,
            "threads": self.plan.threads,
            "algorithms": dict(self.plan.algorithms),
            "outputs": list(self.outputs),
            "loss": {"kind": self.loss.kind, "settings": self.loss.to_json()},
            "locked": sorted(self.locked),
        }

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Blueprint:
        """The blueprint that ``to_json`` wrote.

        Raises:
            SettingError, KeyError: it describes a layer or loss that there is not.
        """
        return cls(
            Graph(tuple(_nodes(values["nodes"]))),
            values["batch_size"],
            values["mode"],
            Plan(values["threads"], values["algorithms"]),
            tuple(values["outputs"]),
            LOSSES[values["loss"]["kind"]].from_json(values["loss"]["settings"]),
            frozenset(values["locked"]),
        )


def _nodes(found: list[dict[str, Any]]) -> Iterable[Node]:
    for node in found:
        yield Node(node["id"], layer_from_json(node["kind"], node["settings"]), tuple(node["inputs"]))
