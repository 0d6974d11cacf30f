"""How long LeNet-5 takes to 99 % on MNIST's test images, beside PyTorch with the same recipe; and how far we get.

    python benchmarks/mnist.py --mnist FOLDER [--peers torch] [--best] [--json]

Both start from the same weights, see the same batches and use Adam with the same annealed rate; epochs alternate
between the two processes, and only training is timed. ``--best`` trains the template ``vgg_digits`` by its own recipe.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import numpy as np

from benchmarks.rows import Row, report
from cnnstudio.data.dataset import DataSet
from cnnstudio.data.preparation.split import Split, divided
from cnnstudio.data.readers.idx import open_idx
from cnnstudio.design.templates import template
from cnnstudio.nn.network.plan import default_threads
from cnnstudio.nn.parameters.parameters import initial_parameters
from cnnstudio.nn.randomness import draws
from cnnstudio.nn.rules.schedules import Cosine
from cnnstudio.nn.training.evaluation import evaluate
from cnnstudio.nn.training.events import EpochDone
from cnnstudio.runs.plans import plan_for
from cnnstudio.runs.recorder import new_run, train_by, training_of

EPOCHS, BATCH, RATE, GOAL = 16, 64, 0.003, 0.99
DESIGN = template("lenet5")
RECIPE = DESIGN.recipe.choose(epochs=EPOCHS, batch_size=BATCH, learning_rate=RATE, schedule="cosine")


def ours(data: DataSet) -> Iterator[tuple[float, float]]:
    """Seconds of training and test accuracy, epoch by epoch."""
    design = DESIGN.with_changes(recipe=RECIPE)
    learning, validation = divided(data, Split(seed=RECIPE.seed))
    plan = plan_for(design.graph, BATCH, default_threads())
    training = training_of(new_run(design, plan, data.fingerprint), initial_parameters(design.graph, RECIPE.seed))
    begun, seconds = time.perf_counter(), 0.0
    for event in train_by(RECIPE, training, learning, validation.take(slice(0, 1))):
        if isinstance(event, EpochDone):
            seconds += time.perf_counter() - begun
            yield seconds, evaluate(design.graph, training.parameters, data.test).accuracy
            begun = time.perf_counter()


def torch(data: DataSet) -> Iterator[tuple[float, float]]:
    """The same in PyTorch, in its best setting for this network."""
    import torch
    from torch import nn

    from benchmarks.contenders.pytorch import Network

    learning, _ = divided(data, Split(seed=RECIPE.seed))
    network = Network(DESIGN.graph)
    weights = initial_parameters(DESIGN.graph, RECIPE.seed)
    with torch.no_grad():
        for node_id, layer in network.layers.items():
            arrays = weights.arrays(node_id)
            if "weights" not in arrays:
                continue
            order = (0, 3, 1, 2) if arrays["weights"].ndim == 4 else (0, 1)
            values = arrays["weights"].transpose(order).copy()
            if node_id == "dense_1":  # our Flatten counts rows, columns, channels; PyTorch's channels first
                values = arrays["weights"].reshape(-1, 5, 5, 16).transpose(0, 3, 1, 2).reshape(-1, 400).copy()
            layer.weight.copy_(torch.from_numpy(values))
            layer.bias.copy_(torch.from_numpy(arrays["bias"].copy()))
    network = network.to(memory_format=torch.channels_last)
    optimizer = torch.optim.Adam(network.parameters(), RATE)
    entry = DESIGN.graph["input_1"].layer
    steps = -(-len(learning) // BATCH)

    def batch(pixels: np.ndarray) -> torch.Tensor:
        images = torch.from_numpy(pixels).permute(0, 3, 1, 2).to(torch.float32)
        return images.div_(255).sub_(entry.mean).div_(entry.deviation).contiguous(memory_format=torch.channels_last)

    torch.set_num_threads(_best_threads(network, batch(learning.read(np.arange(BATCH)))))
    seconds, step = 0.0, 0
    for epoch in range(1, EPOCHS + 1):
        begun = time.perf_counter()
        order = draws(RECIPE.seed, "order", epoch).permutation(len(learning))
        for first in range(0, len(learning), BATCH):
            chosen = order[first : first + BATCH]
            optimizer.param_groups[0]["lr"] = RATE * Cosine().factor(step, EPOCHS * steps)
            optimizer.zero_grad()
            logits = network(batch(learning.read(chosen)))
            nn.functional.cross_entropy(logits, torch.from_numpy(learning.labels[chosen])).backward()
            optimizer.step()
            step += 1
        seconds += time.perf_counter() - begun
        with torch.inference_mode():
            parts = np.array_split(np.arange(len(data.test)), 40)
            found = [network(batch(data.test.read(part))).argmax(1).numpy() for part in parts]
        yield seconds, float(np.mean(np.concatenate(found) == data.test.labels))


def _best_threads(network: Any, images: Any) -> int:
    """One thread or two, whichever passes a batch back and forth faster: PyTorch's best setting."""
    import torch

    seconds = {}
    for threads in (1, default_threads()):
        torch.set_num_threads(threads)
        for _ in range(30):
            begun = time.perf_counter()
            network(images).sum().backward()
            seconds[threads] = min(seconds.get(threads, 1e9), time.perf_counter() - begun)
    return min(seconds, key=lambda threads: seconds[threads])


def race(names: list[str], folder: str) -> list[Row]:
    """Epochs in turns; a row for each contender's time to the goal, and the ratio."""
    environment = {name: value for name, value in os.environ.items() if name != "OPENBLAS_CORETYPE"}
    command = [sys.executable, __file__, "--mnist", folder, "--contender"]
    runs = {
        name: subprocess.Popen([*command, name], stdin=-1, stdout=-1, text=True, cwd=ROOT, env=environment)
        for name in names
    }
    reached: dict[str, float] = {}
    best, whole = dict.fromkeys(names, 0.0), dict.fromkeys(names, 0.0)
    for _ in range(EPOCHS):
        for name, process in runs.items():
            print("go", file=process.stdin, flush=True)
            seconds, accuracy = json.loads(process.stdout.readline())
            best[name], whole[name] = max(best[name], accuracy), seconds
            if accuracy >= GOAL:
                reached.setdefault(name, seconds)
    for process in runs.values():
        process.stdin.close()
        process.wait()
    rows = [Row(f"mnist/lenet5/{name}/test_accuracy", 100 * best[name], "%") for name in names]
    rows += [Row(f"mnist/lenet5/{name}/seconds_to_99", reached.get(name, math.inf), "s") for name in names]
    if "torch" in names:
        rows.append(Row("mnist/lenet5/ratio_of_all_epochs", whole["torch"] / whole["ours"], "×", "≥ 1.0"))
        ratio = reached.get("torch", math.inf) / reached["ours"] if "ours" in reached else 0.0
        rows.append(Row("mnist/lenet5/ratio_to_99", ratio, "×", "≥ 1.0"))
    return rows


def best_rows(folder: str) -> list[Row]:
    """What our best template reaches by its own recipe, through the command line."""
    begun = time.perf_counter()
    command = [sys.executable, "-m", "cnnstudio", "train", "vgg_digits", "--data", folder, "--json"]
    environment = {name: value for name, value in os.environ.items() if name != "OPENBLAS_CORETYPE"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    accuracy = json.loads(done.stdout.splitlines()[-1])["test_accuracy"]
    return [
        Row("mnist/vgg_digits/test_accuracy", 100 * accuracy, "%", "≥ 99.5"),
        Row("mnist/vgg_digits/seconds", time.perf_counter() - begun, "s", "≤ 600"),
    ]


def main() -> None:
    """Race, or be one of the contenders."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    real = os.environ.get("CNNSTUDIO_REAL_DATA", "")
    parser.add_argument("--mnist", default=str(Path(real) / "mnist") if real else None, required=not real)
    parser.add_argument("--peers", default="", help="torch, where it is installed")
    parser.add_argument("--best", action="store_true")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--contender", choices=("ours", "torch"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.contender:
        epochs = {"ours": ours, "torch": torch}[asked.contender](open_idx(asked.mnist))
        for _ in sys.stdin:
            print(json.dumps(next(epochs)), flush=True)
        return
    rows = race(["ours", *(["torch"] if "torch" in asked.peers else [])], asked.mnist)
    report(rows + (best_rows(asked.mnist) if asked.best else []), asked.json)


if __name__ == "__main__":
    main()
