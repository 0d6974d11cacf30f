"""The engine against its peers: the same networks, trained side by side.

    python benchmarks/engine.py [--peers torch,torch-compiled,keras,jax,onnxruntime] [--networks lenet5,resnet18,…]
                                [--modes train,infer,layer,compile] [--size 224] [--json]

Every contender is a process of its own that waits between its turns; the turns are interleaved, so that a machine
that slows down slows all of them. A row's ratio is the fastest peer's time ÷ ours (above 1: we are faster), the
median over the rounds; its spread is the ratio's interquartile range. Peers must be installed where this runs.
onnxruntime only looks at pictures; its ratio is a row of its own, ``ort_ratio``. Rows of ``layer`` are one layer
forward and backward on one thread. ``share`` is how much of the machine's limit is reached: multiplications of the
network's own, three of them for one of its forward pass in training, against large products on both cores in the same
rounds.
The rows of ``compile`` say how long our plan and network take, for every template.

Every contender has its best setting. A variable that pins OpenBLAS to the kernels of one processor model is therefore
taken out of the environment: it would hold NumPy alone to half of the machine's speed.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.compiling import compile_rows
from benchmarks.contenders.networks import KNOWN, LAYERS, design_of, write_models
from benchmarks.contenders.products import SIDE
from benchmarks.rows import Row, report
from cnnstudio.design.templates import template_names

NETWORKS = ("lenet5", "article", "vgg_mini", "resnet_mini")
SETTINGS = {
    "ours": [["--threads", "2"]],
    "torch": [
        ["--threads", threads, "--format", order]
        for threads in ("1", "2")
        for order in ("channels_last", "channels_first")
    ],
    "keras": [[]],
    "jax": [[]],
    "torch-compiled": [["--threads", "2", "--format", "channels_last", "--compiled", "yes"]],
    "onnxruntime": [["--threads", "2"]],
    "products": [[]],
}
MODULES = {"torch": "pytorch", "torch-compiled": "pytorch", "onnxruntime": "ort"}
#: one thread each, where a single layer is looked at
ALONE = {
    "ours": [["--threads", "1"]],
    "torch": [["--threads", "1", "--format", order] for order in ("channels_last", "channels_first")],
}
#: what is promised of a ratio
GOALS = {"train": "≥ 1.25", "layer": "≥ 1.0"}
#: batch sizes for looking at pictures
LOOKING = ("1", "128")
LAYER_BATCH = 32
PEERS = SETTINGS.keys() - {"ours", "products"}
#: seconds of one turn, roughly
TURN = 0.4


class Contender:
    """One process with one network."""

    def __init__(
        self, name: str, settings: list[str], network: str, mode: str, batch: int, models: Path = Path()
    ) -> None:
        self.name = " ".join([name, *settings[1::2]])
        module = f"benchmarks.contenders.{MODULES.get(name, name)}"
        command = [sys.executable, "-m", module, network, mode, str(batch), "--models", str(models), *settings]
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd=Path(__file__).resolve().parent.parent,
            env={name: value for name, value in os.environ.items() if name != "OPENBLAS_CORETYPE"},
        )
        self.megabytes = 0.0
        self.rounds: list[float] = []
        self.steps = 2
        if self._answer() != "ready":
            raise RuntimeError(f"{self.name} did not start")

    def turn(self, record: bool) -> None:
        """Run some steps; a round's time is the median of its steps."""
        assert self.process.stdin is not None
        print(self.steps, file=self.process.stdin, flush=True)
        answer = self._answer()
        seconds = statistics.median(answer["seconds"])
        self.megabytes = answer["megabytes"]
        self.steps = max(2, min(200, int(TURN / seconds)))
        if record:
            self.rounds.append(seconds)

    def _answer(self):
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            code = self.process.wait()
            raise RuntimeError(f"{self.name} ended with exit code {code}: can {sys.executable} import all it needs?")
        return json.loads(line)

    def end(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait()


def compare(network: str, mode: str, batch: int, peers: list[str], rounds: int, models: Path = Path()) -> list[Row]:
    """All rows of one network or layer, mode and batch size."""
    settings = ALONE if mode == "layer" else SETTINGS
    able = [peer for peer in peers if peer in settings and (mode == "infer" or peer != "onnxruntime")]
    names = ["ours", *able, *(["products"] if peers and mode != "layer" else [])]
    contenders = [
        Contender(name, setting, network, mode, batch, models) for name in names for setting in settings[name]
    ]
    for number in range(rounds + 2):
        for contender in contenders:
            contender.turn(record=number >= 2)
    for contender in contenders:
        contender.end()
    ours, name = contenders[0], f"{mode}/{network}/{batch}"
    rows = []
    for contender in contenders:
        if contender.name != "products":
            place = name if contender is ours else f"{name}/{contender.name.replace(' ', '-')}"
            rows.append(Row(f"{place}/ms", 1000 * statistics.median(contender.rounds), "ms"))
            rows.append(Row(f"{place}/memory", contender.megabytes, "MB"))
    others = [other for other in contenders[1:] if other.name.split()[0] not in ("onnxruntime", "products")]
    if others:
        rows += _ratios(name, ours, others, mode)
    for other in contenders:
        if other.name.startswith("onnxruntime"):
            ratio = statistics.median(_by_round(other, ours))
            rows.append(Row(f"{name}/ort_ratio", ratio, "×", "≥ 0.4" if batch == 1 else "≥ 0.85"))
        elif other.name == "products":
            rate = 2 * SIDE**3 * 2 / statistics.median(other.rounds)
            rows.append(Row("limit/products", rate / 1e9, "GFLOP/s"))
            rows.append(Row(f"{name}/share", _operations(network, mode, batch, models) / _seconds(ours) / rate, "of 1"))
    return rows


def _ratios(name: str, ours: Contender, others: list[Contender], mode: str) -> Iterator[Row]:
    """Against the fastest of the others."""
    best = min(others, key=_seconds)
    ratios = _by_round(best, ours)
    low, _, high = statistics.quantiles(ratios, n=4)
    yield Row(f"{name}/ratio", statistics.median(ratios), "×", GOALS.get(mode, ""))
    yield Row(f"{name}/ratio_spread", high - low, "×")
    if mode == "train":
        yield Row(f"{name}/memory_ratio", ours.megabytes / max(best.megabytes, 1e-9), "×", "≤ 1.0")


def _seconds(contender: Contender) -> float:
    return statistics.median(contender.rounds)


def _by_round(theirs: Contender, ours: Contender) -> list[float]:
    return [other / own for other, own in zip(theirs.rounds, ours.rounds, strict=True)]


def _operations(network: str, mode: str, batch: int, models: Path) -> float:
    """Floating-point operations of one step: two for each multiplication and addition."""
    graph = design_of(network, models).graph
    once = sum(node.layer.macs(graph.inferred[node.id].inputs) for node in graph)
    return 2.0 * once * batch * (3 if mode == "train" else 1)


def _measured(asked: argparse.Namespace, mode: str, peers: list[str], models: Path) -> Iterator[list[Row]]:
    """The rows of one mode, as they are found."""
    chosen = [name for name in asked.networks.split(",") if name]
    if mode == "compile":
        for network in chosen or template_names():
            yield compile_rows([network])
        return
    if mode == "layer":
        for layer in [name for name in chosen if name in LAYERS] or LAYERS:
            yield compare(layer, mode, LAYER_BATCH, peers, asked.rounds)
        return
    for network in chosen or NETWORKS:
        sized = f"{network}@{asked.size}" if asked.size and network not in KNOWN else network
        for batch in (asked.batches or ("32,128" if mode == "train" else ",".join(LOOKING))).split(","):
            yield compare(sized, mode, int(batch), peers, asked.rounds, models)


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", default="", help=f"comma-separated: {', '.join(sorted(PEERS))}")
    parser.add_argument("--networks", default="", help=f"by default {', '.join(NETWORKS)}; to compile, all templates")
    parser.add_argument("--modes", default="train,infer,compile")
    parser.add_argument("--batches", default="", help="by default 32,128 for training and 1,128 for looking")
    parser.add_argument("--size", type=int, default=0, help="side of the pictures, instead of the template's")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    peers = [peer for peer in asked.peers.split(",") if peer]
    if unknown := set(peers) - PEERS:
        parser.error(f"there is no peer called {', '.join(unknown)}; choose from {', '.join(sorted(PEERS))}")
    if asked.rounds < 2:
        parser.error("a spread needs at least 2 rounds")
    rows: list[Row] = []
    with TemporaryDirectory() as folder:
        write_models(asked.networks.split(","), Path(folder))
        for mode in asked.modes.split(","):
            for found in _measured(asked, mode, peers, Path(folder)):
                rows += found
                if not asked.json:
                    report(found, as_json=False)
    if asked.json:
        report(rows, as_json=True)


if __name__ == "__main__":
    try:
        main()
    except RuntimeError as error:
        sys.exit(str(error))
