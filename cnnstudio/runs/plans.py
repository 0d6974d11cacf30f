"""Plans that were found good on this machine, remembered, so that they are timed once."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import platform
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from platformdirs import user_cache_dir

from cnnstudio.files.atomic import replace_file
from cnnstudio.files.plain import read_plain
from cnnstudio.nn.graph.graph import Graph
from cnnstudio.nn.network.plan import Plan
from cnnstudio.nn.network.shard import never
from cnnstudio.nn.network.tuning import tuned_plan

#: the most threads that may share a batch
MOST_THREADS = 256
_LARGEST = 1 << 20

_log = logging.getLogger(__name__)


def plan_for(graph: Graph, batch_size: int, threads: int, cancelled: Callable[[], bool] = never) -> Plan:
    """The remembered plan for training this graph here, or one that is timed now and remembered.

    A memory that cannot be read or written costs the time of timing again, nothing else.

    Raises:
        Abandoned: ``cancelled`` returned true while timing.
    """
    path = _folder() / f"{_key(graph, batch_size, threads)}.json"
    algorithms = _remembered(path, graph)
    if algorithms is not None:
        return Plan(threads, algorithms)
    plan = tuned_plan(graph, batch_size, threads, cancelled)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        data = json.dumps(dict(plan.algorithms), sort_keys=True).encode()
        replace_file(path, lambda file: file.write(data), lambda written: None, backup=False)
    except OSError as error:
        _log.info("The plan could not be remembered: %s", error)
    return plan


def remembered_plan(graph: Graph, batch_size: int, threads: int) -> Plan | None:
    """The plan that was found good for this graph on this machine; None where nothing was timed yet."""
    algorithms = _remembered(_folder() / f"{_key(graph, batch_size, threads)}.json", graph)
    return None if algorithms is None else Plan(threads, algorithms)


def _folder() -> Path:
    return Path(os.environ.get("CNNSTUDIO_CACHE") or user_cache_dir("cnnstudio", appauthor=False)) / "plans"


def _key(graph: Graph, batch_size: int, threads: int) -> str:
    """What a plan depends on: the layers and their order, the batch, this processor and this NumPy."""
    layers = [[node.id, node.layer.kind, node.layer.to_json(), node.inputs] for node in graph]
    machine = [platform.machine(), platform.processor(), _processor(), np.__version__]
    text = json.dumps([layers, batch_size, threads, machine], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return ""
    return next((line for line in lines if line.startswith("model name")), "")


def _remembered(path: Path, graph: Graph) -> dict[str, str] | None:
    """The algorithms in a file, if it is one of ours for this graph."""
    try:
        found: Any = json.loads(read_plain(path, _LARGEST))
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or set(found) != set(graph.computable.order):
        return None
    for node_id, name in found.items():
        if not isinstance(name, str) or not graph[node_id].layer.knows_algorithm(name):
            return None
    return found
