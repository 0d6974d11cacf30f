"""How long a design takes from the wish to train it to its first step: its plan, timed or remembered, and its network.

    python -m benchmarks.compiling TEMPLATE

prints the seconds in a process of its own, as a user's first run has it; imports are not counted. What is remembered
lies where ``CNNSTUDIO_CACHE`` says.
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

from benchmarks.rows import Row
from cnnstudio.design.templates import template
from cnnstudio.nn.network import compile_network
from cnnstudio.nn.parameters import initial_parameters
from cnnstudio.nn.plan import default_threads
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
    """Plan and network of a template for the batches of its recipe; one that is no classifier only looks at them."""
    design = template(name)
    batch_size, threads = design.recipe.batch_size, default_threads()
    parameters = initial_parameters(design.graph, design.recipe.seed)
    mode = "train" if any(node.layer.kind == "softmax" for node in design.graph) else "eval"
    begun = time.perf_counter()
    plan = plan_for(design.graph, batch_size, threads)
    compile_network(design.graph, parameters, batch_size, mode=mode, plan=plan)
    return time.perf_counter() - begun


if __name__ == "__main__":
    print(seconds_to_compile(sys.argv[1]))
