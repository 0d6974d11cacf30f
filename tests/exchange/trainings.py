"""Whole trainings that an exported network repeats: recipes that spare nothing, and what the engine makes of them."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from exportables import drawn

from cnnstudio.data.preparation.augmentation import Augmentation
from cnnstudio.data.preparation.split import held_back
from cnnstudio.design.value.recipe import Recipe
from cnnstudio.exchange.exportable import Exportable
from cnnstudio.nn.parameters.locks import Locks
from cnnstudio.nn.parameters.parameters import initial_parameters
from cnnstudio.nn.rules.losses import CrossEntropy, MeanSquaredError
from cnnstudio.nn.rules.optimizers import SGD, Adam, AdamW, RMSProp
from cnnstudio.nn.rules.schedules import Cosine, OneCycle, Plateau, Step
from cnnstudio.nn.training.events import EpochDone
from cnnstudio.nn.training.trainer import Training
from cnnstudio.runs.recorder import train_by
from tests.nn.networks import Blobs, small_classifier

SMALL = Recipe(epochs=3, batch_size=16)
RECIPES = {
    "as it begins": SMALL.replace(optimizer=Adam(0.01), schedule=OneCycle()),
    "everything": SMALL.replace(
        optimizer=SGD(0.05, 0.9, nesterov=True, weight_decay=0.01),
        clipping=0.5,
        seed=7,
        schedule=Cosine(warm_up=5),
        loss=CrossEntropy(0.1, class_weights="balanced"),
        augmentation=Augmentation(shift=1, flip="horizontal", brightness=0.2, rotation=5.0),
    ),
    "squares": SMALL.replace(
        optimizer=RMSProp(0.002), schedule=Step(), loss=MeanSquaredError(class_weights=(1.0, 2.0, 3.0, 4.0))
    ),
    "rare classes": SMALL.replace(optimizer=Adam(0.01), drawing="balanced"),
    "decay apart": SMALL.replace(optimizer=AdamW(0.01, weight_decay=0.1), schedule=Plateau(patience=0)),
}
LOCKS = {"free": Locks(), "still": Locks(frozenset({"dense"}), frozenset({("conv", 1)}))}


def to_train(recipe: str, locks: str) -> Exportable:
    """A network with every kind that draws while it trains, before its training."""
    graph, still = small_classifier(0.3), LOCKS[locks]
    design = drawn(graph).with_changes(recipe=RECIPES[recipe], locks=still)
    return Exportable(design, initial_parameters(graph, 1).muting(still.filters))


def trained_here(network: Exportable, folder: Path) -> tuple[list[EpochDone], Exportable]:
    """What the engine tells of its epochs and the network it makes; the data come to lie in the folder."""
    data, recipe = Blobs(150), network.design.recipe
    kept = held_back(len(data), recipe.data.split)
    learning, validation = Blobs(0), Blobs(0)
    for part, which in ((learning, ~kept), (validation, kept)):
        part.pixels, part.labels = data.pixels[which], data.labels[which]
    training = Training.begin(network.graph, network.parameters, recipe.optimizer, locks=network.design.locks)
    with closing(train_by(recipe, training, learning, validation)) as events:
        told = [event for event in events if isinstance(event, EpochDone)]
    nothing = {"x_validation": data.pixels[:0], "y_validation": data.labels[:0]}
    np.savez(
        folder / "data.npz", x_train=data.pixels, y_train=data.labels, x_test=data.pixels, y_test=data.labels,
        classes=np.array(list("abcd")), **nothing,
    )  # fmt: skip
    return told, Exportable(network.design, training.parameters)


def trained_there(folder: Path) -> list[dict[str, Any]]:
    """What ``train.py`` tells of its epochs, which are those of the engine."""
    command = [sys.executable, "train.py", "--data", "data.npz", "--json"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    *epochs, test = [json.loads(line) for line in done.stdout.splitlines()]
    assert test.keys() == {"test_loss", "test_accuracy"}
    return epochs


def told_the_same(ours: list[EpochDone], theirs: list[dict[str, Any]]) -> None:
    for one, other in zip(ours, theirs, strict=True):
        assert other["train_loss"] == pytest.approx(one.train_loss, rel=2e-3)
        assert other["validation_loss"] == pytest.approx(one.validation_loss, rel=2e-3)
