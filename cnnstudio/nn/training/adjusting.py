"""What a run may change on its way, in a network and its optimizer, by name; what its loop keeps it changes there."""

from __future__ import annotations

from cnnstudio.nn.graph.graph import Graph
from cnnstudio.nn.rules.optimizers import Optimizer
from cnnstudio.nn.settings import SettingError
from cnnstudio.nn.training.events import LAYER, OPTIMIZER, Value


def adjusted(graph: Graph, optimizer: Optimizer, name: str, value: Value) -> tuple[Graph, Optimizer]:
    """Both with the setting that ``Set`` calls ``name`` changed: "optimizer.momentum", "layer.dropout_1.rate".

    Raises:
        SettingError: there is none that a run may change, or it cannot be this.
    """
    if name.startswith(OPTIMIZER):
        path = name.removeprefix(OPTIMIZER)
        optimizer.setting_at(path)  # refuses what there is not
        return graph, optimizer.replace(**{path: value})
    node_id, _, path = name.removeprefix(LAYER).rpartition(".")
    if name.startswith(LAYER) and node_id in graph and path in graph[node_id].layer.adjustable:
        return graph.with_layer(node_id, graph[node_id].layer.replace(**{path: value})), optimizer
    raise SettingError("A run cannot change “{name}” on its way.", name=name)
