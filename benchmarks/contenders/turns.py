"""How a contender's process talks: it says when it is ready, then runs as many steps as each line on its input says.

Memory is counted from before the network was made, after imports and data, in this process and in those it has
started; the kernel's high-water mark is reset there (see proc(5), clear_refs).
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.contenders.networks import LAYERS, design_of, single_layer
from cnnstudio.design.value.design import Design
from cnnstudio.nn.arrays import Shape
from cnnstudio.nn.graph.graph import Graph
from cnnstudio.nn.graph.layer import Layer
from cnnstudio.nn.network.network import classifier


class Task:
    """What to do: a network, or in mode ``layer`` a single layer; fixed images and labels; the contender's settings."""

    def __init__(self) -> None:
        parser = argparse.ArgumentParser()
        parser.add_argument("network")
        parser.add_argument("mode", choices=("train", "infer", "layer"))
        parser.add_argument("batch", type=int)
        parser.add_argument("--threads", type=int, default=2)
        parser.add_argument("--format", default="")
        parser.add_argument("--compiled", default="")
        parser.add_argument("--models", type=Path, default=Path())
        self.asked = parser.parse_args()
        self.design = Design()
        self.training: bool = self.asked.mode == "train"
        self.batch: int = self.asked.batch
        draws = np.random.default_rng(0)
        if self.asked.mode == "layer":
            shape = LAYERS[self.asked.network][2]
        else:
            self.design = design_of(self.asked.network, self.asked.models)
            ends = classifier(self.graph)
            shape, (classes,) = self.graph.shape(ends.input), self.graph.shape(ends.softmax)
            self.labels: NDArray[np.int64] = draws.integers(0, classes, self.batch)
        self.images: NDArray[np.uint8] = draws.integers(0, 256, (self.batch, *shape), dtype=np.uint8)

    @property
    def graph(self) -> Graph:
        """The network that is trained or looked with."""
        return self.design.graph

    @property
    def layer(self) -> tuple[Layer, Shape]:
        """Mode ``layer``: the layer, and the shape (H, W, C) that it reads."""
        return single_layer(self.asked.network)

    @property
    def floats(self) -> NDArray[np.float32]:
        """The images as peers take them, (N, H, W, C) from 0 to 1."""
        return (self.images / np.float32(255)).astype(np.float32)


def take_turns(make: Callable[[], Callable[[], object]]) -> None:
    """Make the network, then run its step as often as each input line says; prints the seconds of every step."""
    for process in _processes():
        (process / "clear_refs").write_text("5")
    before = _memory("VmRSS")
    step = make()
    step()
    print(json.dumps("ready"), flush=True)
    for line in sys.stdin:
        seconds = []
        for _ in range(int(line)):
            begun = time.perf_counter()
            step()
            seconds.append(time.perf_counter() - begun)
        print(json.dumps({"seconds": seconds, "megabytes": (_memory("VmHWM") - before) / 1024}), flush=True)


def _memory(name: str) -> int:
    """Kilobytes of this process and of those it has started, as the kernel counts them; what they share counts once."""
    own, *others = [_status(process) for process in _processes()]
    return own[name] + sum(other[name] - other["RssShmem"] for other in others)


def _status(process: Path) -> dict[str, int]:
    lines = [line.split() for line in (process / "status").read_text().splitlines() if line.endswith(" kB")]
    return {name.rstrip(":"): int(kilobytes) for name, kilobytes, _ in lines}


def _processes() -> list[Path]:
    started = [tasks.read_text().split() for tasks in Path("/proc/self/task").glob("*/children")]
    return [Path("/proc/self"), *(Path("/proc") / number for numbers in started for number in numbers)]
