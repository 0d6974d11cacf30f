"""How a design is to be trained."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from cnnstudio.nn.settings import Described, setting


@dataclass(frozen=True)
class Recipe(Described):
    """The settings of a training run; everything that decides its numbers besides the graph and the threads."""

    title: ClassVar[str] = "Recipe"

    data: str = setting("digits", "Data", "The images to learn from: a built-in set or a path.", type="text", high=4096)
    batch_size: int = setting(
        64,
        "Batch size",
        "How many images are looked at before the weights move once.",
        low=1,
        high=4096,
        unit="images",
    )
    epochs: int = setting(3, "Epochs", "How often the network sees the whole training set.", low=1, high=10_000)
    optimizer: str = setting(
        "adam",
        "Optimizer",
        "The rule that turns gradients into new weights.",
        type="choice",
        choices=("sgd", "adam"),
    )
    learning_rate: float = setting(
        0.001,
        "Learning rate",
        "How far the weights move at each step.",
        type="real",
        low=1e-8,
        high=100.0,
    )
    momentum: float = setting(
        0.9,
        "Momentum",
        "How much of its last move SGD carries into the next; Adam does not use it.",
        type="real",
        low=0.0,
        high=0.9999,
    )
    seed: int = setting(
        0,
        "Seed",
        "Decides the first weights, the order of the images and every other draw.",
        low=0,
        high=2**63 - 1,
    )
