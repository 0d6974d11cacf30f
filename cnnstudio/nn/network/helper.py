"""The process that computes a share of somebody else's batches.

It says when it is ready. It is told to ``make`` networks, to ``run`` its share of one, and to ``drop`` them; it ends
when nobody is left to tell it anything. Where shares meet, both sides send their figures.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
from pathlib import Path
from typing import Any

from cnnstudio.nn.arrays import Doubles
from cnnstudio.nn.network.blueprint import Blueprint
from cnnstudio.nn.network.channel import (
    ABANDONED,
    ANSWER,
    FIGURES,
    ORDER,
    Channel,
    ChannelClosed,
    SharedArrays,
    figures_message,
    take_figures,
)
from cnnstudio.nn.network.network import network_from
from cnnstudio.nn.network.shard import Abandoned
from cnnstudio.nn.network.threads import one_blas_thread
from cnnstudio.nn.parameters.parameters import Parameters, layouts


class Share:
    """One network, and which share of its batches is computed here."""

    def __init__(self, number: int, blueprint: Blueprint, arrays: SharedArrays) -> None:
        self.arrays = arrays
        learned, kept = layouts(blueprint.graph)
        self.network = network_from(blueprint, Parameters(learned, arrays["vector"], kept, arrays["state"]))
        self.shard = self.network.shard(number, arrays["total"] if blueprint.mode == "train" else None)

    def run(self, channel: Channel, seed: int, step: int) -> None:
        """Compute the share, and say what came of it.

        Raises:
            Abandoned: whoever asked does not want it any more.
        """
        network, shard, arrays = self.network, self.shard, self.arrays
        network.take_batch(arrays["images"], arrays["labels"], seed, step, lambda: bool(arrays["cancelled"][0]))
        for stage, node_id in shard.stages:
            stage()
            if node_id is not None:
                self._meet(network.common[node_id], channel)
        if network.mode == "eval":
            for node_id in network.outputs:
                arrays[f"output {node_id}"][...] = shard.outputs[node_id]
        channel.tell(ANSWER, total=shard.loss.total, correct=shard.loss.correct)

    def _meet(self, figures: Doubles, channel: Channel) -> None:
        """Send the own row of ``figures`` (shares, n), and wait for the others."""
        channel.send(FIGURES, figures_message(figures, self.shard.number))
        for _ in range(len(figures) - 1):
            kind, data = channel.receive()
            if kind == ABANDONED:
                raise Abandoned
            take_figures(figures, data)


def main() -> None:
    """Obey until the other side is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever stops a program at the keyboard stops this with it
    channel = Channel(0, os.dup(1))
    os.dup2(2, 1)  # what anybody prints is no message
    shares: dict[int, Share] = {}
    with one_blas_thread(), contextlib.suppress(ChannelClosed):
        channel.send(ANSWER)
        while True:
            kind, data = channel.receive()
            if kind == ORDER:
                _obey(json.loads(data), channel, shares)


def _obey(order: dict[str, Any], channel: Channel, shares: dict[int, Share]) -> None:
    match order["do"]:
        case "make":
            fields = {name: (tuple(shape), dtype) for name, (shape, dtype) in order["fields"].items()}
            arrays = SharedArrays(Path(order["path"]), fields)
            arrays.forget()
            try:
                shares[order["network"]] = Share(order["share"], Blueprint.from_json(order["blueprint"]), arrays)
                channel.tell(ANSWER)
            except (KeyError, ValueError):  # a kind of layer or loss that only the other side knows
                channel.send(ABANDONED)
        case "run":
            try:
                shares[order["network"]].run(channel, order["seed"], order["step"])
            except Abandoned:
                channel.send(ABANDONED)
        case "drop":
            for number in order["networks"]:
                if number in shares:
                    shares.pop(number).network.close()
