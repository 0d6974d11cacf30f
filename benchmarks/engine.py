"""The engine against its peers: the same networks, trained side by side.

    python benchmarks/engine.py [--peers torch,keras,jax] [--networks lenet5,…] [--modes train,infer,compile] [--json]

Every contender is a process of its own that waits between its turns; the turns are interleaved, so that a machine
that slows down slows all of them. A row's ratio is the fastest peer's time ÷ ours (above 1: we are faster), the
median over the rounds; its spread is the ratio's interquartile range. Peers must be installed where this runs. The
rows of ``compile`` say how long our plan and network take, for every template.

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

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.compiling import compile_rows
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
}
MODULES = {"torch": "pytorch"}
#: seconds of one turn, roughly
TURN = 0.4


class Contender:
    """One process with one network."""

    def __init__(self, name: str, settings: list[str], network: str, mode: str, batch: int) -> None:
        self.name = " ".join([name, *settings[1::2]])
        module = f"benchmarks.contenders.{MODULES.get(name, name)}"
        command = [sys.executable, "-m", module, network, mode, str(batch), *settings]
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


def compare(network: str, mode: str, batch: int, peers: list[str], rounds: int) -> list[Row]:
    """All rows of one network, mode and batch size."""
    contenders = [
        Contender(name, settings, network, mode, batch) for name in ["ours", *peers] for settings in SETTINGS[name]
    ]
    for number in range(rounds + 2):
        for contender in contenders:
            contender.turn(record=number >= 2)
    for contender in contenders:
        contender.end()
    ours, *others = contenders
    name = f"{mode}/{network}/{batch}"
    rows = []
    for contender in contenders:
        place = name if contender is ours else f"{name}/{contender.name.replace(' ', '-')}"
        rows.append(Row(f"{place}/ms", 1000 * statistics.median(contender.rounds), "ms"))
        rows.append(Row(f"{place}/memory", contender.megabytes, "MB"))
    if not others:
        return rows
    best = min(others, key=lambda other: statistics.median(other.rounds))
    ratios = [theirs / mine for theirs, mine in zip(best.rounds, ours.rounds, strict=True)]
    low, _, high = statistics.quantiles(ratios, n=4)
    goal = "≥ 1.0" if mode == "train" else ""
    rows.append(Row(f"{name}/ratio", statistics.median(ratios), "×", goal))
    rows.append(Row(f"{name}/ratio_spread", high - low, "×"))
    if mode == "train":
        memory = ours.megabytes / max(best.megabytes, 1e-9)
        rows.append(Row(f"{name}/memory_ratio", memory, "×", "≤ 1.0"))
    return rows


def _measured(mode: str, networks: list[str], batches: list[str], peers: list[str], rounds: int) -> Iterator[list[Row]]:
    """The rows of one mode, as they are found."""
    if mode == "compile":
        for network in networks or template_names():
            yield compile_rows([network])
        return
    for network in networks or NETWORKS:
        for batch in batches if mode == "train" else ("1", "1000"):
            yield compare(network, mode, int(batch), peers, rounds)


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", default="", help="comma-separated: torch, keras, jax")
    parser.add_argument("--networks", default="", help=f"by default {', '.join(NETWORKS)}; to compile, all templates")
    parser.add_argument("--modes", default="train,infer,compile")
    parser.add_argument("--batches", default="32,128", help="batch sizes for training")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    peers = [peer for peer in asked.peers.split(",") if peer]
    if unknown := {*peers, "ours"} - SETTINGS.keys():
        parser.error(f"there is no peer called {', '.join(unknown)}; choose from torch, keras, jax")
    if asked.rounds < 2:
        parser.error("a spread needs at least 2 rounds")
    chosen = [network for network in asked.networks.split(",") if network]
    rows: list[Row] = []
    for mode in asked.modes.split(","):
        for found in _measured(mode, chosen, asked.batches.split(","), peers, asked.rounds):
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
