"""How long a design takes from the wish to train it to its first step: its plan, timed or remembered, its network, here
and in the helper that shares its batches, and that step.

    python -m benchmarks.compiling TEMPLATE

prints the seconds in a process of its own, as a user's first run has it; imports, here and in the helper, are not
counted. What is remembered lies where ``CNNSTUDIO_CACHE`` says.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import numpy as np

from benchmarks.rows import Row
from cnnstudio.design.templates import template
from cnnstudio.nn.network.network import compile_network
from cnnstudio.nn.network.plan import default_threads
from cnnstudio.nn.network.team import Team
from cnnstudio.nn.network.threads import one_blas_thread
from cnnstudio.nn.parameters.parameters import initial_parameters
from cnnstudio.runs.plans import plan_for

#: processes for each template: each time the first of a cache, then one that finds what that one remembered
REPEATS = 3


def compile_rows(names: list[str]) -> list[Row]:
    """The first time with this design on this machine, and any later one; the median of some."""
    rows = []
    for name in names:
        found: dict[str, list[float]] = {"first": [], "remembered": []}
        for _ in range(REPEATS):
            with tempfile.TemporaryDirectory() as cache:
                for when in found:
                    found[when].append(_seconds_in_a_process(name, cache))
        for when, goal in (("first", "≤ 3"), ("remembered", "≤ 0.5")):
            rows.append(Row(f"compile/{name}/{when}", statistics.median(found[when]), "s", goal))
    return rows


def _seconds_in_a_process(name: str, cache: str) -> float:
    command = [sys.executable, "-m", "benchmarks.compiling", name]
    environment = {key: value for key, value in os.environ.items() if key != "OPENBLAS_CORETYPE"}
    environment["CNNSTUDIO_CACHE"] = cache
    return float(subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout)


def seconds_to_compile(name: str) -> float:
    """Until a template has made a step with a batch of its recipe; one that is no classifier only looks at them."""
    design = template(name)
    graph, batch_size, threads = design.graph, design.recipe.batch_size, default_threads()
    parameters = initial_parameters(graph, design.recipe.seed)
    trains = any(node.layer.kind == "softmax" for node in graph)
    (entry,) = [graph.shape(node.id) for node in graph if node.layer.kind == "input"]
    images, labels = np.zeros((batch_size, *entry), np.uint8), np.zeros(batch_size, np.int64)
    with one_blas_thread(), Team(threads) as team:
        team.wait()
        begun = time.perf_counter()
        plan = plan_for(graph, batch_size, threads)
        network = compile_network(graph, parameters, batch_size, mode="train" if trains else "eval", plan=plan)
        if trains:
            network.step(images, labels, team=team)
        else:
            network.forward(images, team=team)
        return time.perf_counter() - begun


if __name__ == "__main__":
    print(seconds_to_compile(sys.argv[1]))
