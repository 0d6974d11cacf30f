"""The text of ``train.py``: the recipe of a design, carried out by PyTorch with the draws it has here."""

from __future__ import annotations

from cnnstudio.data.preparation.split import TOGETHER
from cnnstudio.exchange.code.framework import Written, block, class_weights_code, decayed_arrays, ending_code
from cnnstudio.exchange.code.schedule import schedule_code
from cnnstudio.exchange.code.spelling import remark, spelt
from cnnstudio.exchange.exportable import Exportable
from cnnstudio.exchange.torch.kinds import Made
from cnnstudio.exchange.torch.recipes import LOSSES, optimizer_code
from cnnstudio.exchange.torch.writing import written
from cnnstudio.nn.layers.normalization._leaving_out import LeavingOut
from cnnstudio.nn.parameters.locks import Locks
from cnnstudio.nn.training.order import BALANCED

_HEAD = '''
"""Trains {title} as its recipe says. It needs torch, numpy and safetensors.

    python train.py --data FILE.npz [--epochs {epochs}] [--json]

FILE.npz is what `cnnstudio data PATH --to FILE.npz` writes. What comes of it is trained.safetensors, which
load("trained.safetensors") of model.py reads.
"""

import argparse
import json
{math}import time
from pathlib import Path

import keyed
import numpy as np
import torch
from model import {name}, load
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn import functional as F

SEED, BATCH, EPOCHS = {seed}, {batch}, {epochs}
TRAINED = Path(__file__).with_name("trained.safetensors")
'''

_TOGETHER = '        kept = keyed.together(data["x_train"], kept)\n'

_DROPOUT = '''
#: layers that leave numbers out, and what their draws are keyed with
DROPOUTS = {dropouts}


class Dropout(nn.Module):
    """Leaves out what is drawn for this step: the same numbers, whatever trains."""

    step = 0

    def __init__(self, rate: float, key: str, maps: bool) -> None:
        super().__init__()
        self.rate, self.key, self.maps = rate, key, maps

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        count, channels, *places = x.shape
        shape = (count, *(1 if self.maps else place for place in places), channels)
        kept = torch.from_numpy(keyed.kept(SEED, Dropout.step, self.key, shape, self.rate))
        return x * (kept.movedim(-1, 1)).to(x)


def with_keyed_dropout(model: {name}) -> {name}:
    """The network with draws that are keyed."""
    for name, key in DROPOUTS.items():
        layer = getattr(model, name)
        setattr(model, name, Dropout(layer.p, key, isinstance(layer, nn.Dropout2d)))
    return model
'''

_WEIGHTS = '''
def class_weights(labels: np.ndarray, classes: int) -> Tensor:
    """How much an image counts by its class; over the training images 1 on average."""
    counts = np.bincount(labels, minlength=classes)
    weights = {weights}
    return torch.tensor(weights * len(labels) / (weights @ counts), dtype=torch.float32)
'''

_REST = '''
def losses_of(logits: Tensor, labels: Tensor) -> Tensor:
    """The loss of each image: (N,)."""
    return {losses}


def optimizer_of(model: {name}) -> torch.optim.Optimizer:
{groups}
    return {optimizer}


def step_on({arguments}) -> tuple[float, int]:
    """One step on a batch: the sum of the losses before it, and how many answers were right."""
    model.train()
{before}    for group in optimizer.param_groups:
        group["lr"] = rate
    logits = model(images)
    losses = losses_of(logits, labels){weighed}
    optimizer.zero_grad()
    losses.mean().backward()
{between}    optimizer.step()
    return float(losses.detach().sum()), int((logits.argmax(1) == labels).sum())


def as_input(images: np.ndarray) -> Tensor:
    """uint8 (N, H, W, C) to float32 (N, C, H, W) from 0 to 1."""
    return torch.from_numpy(np.ascontiguousarray(images.transpose(0, 3, 1, 2))).float() / 255


@torch.no_grad()
def evaluated(model: {name}, images: np.ndarray, labels: np.ndarray) -> tuple[float, float]:
    """Mean loss and accuracy."""
    model.eval()
    loss, right = 0.0, 0
    for first in range(0, len(images), 256):
        truth = torch.from_numpy(labels[first : first + 256])
        logits = model(as_input(images[first : first + 256]))
        loss += float(losses_of(logits, truth).sum())
        right += int((logits.argmax(1) == truth).sum())
    return loss / len(images), right / len(images)


def read(path: str) -> dict[str, np.ndarray]:
    """The arrays of a data set; validation is a share of the training images where none is given."""
    with np.load(path) as file:
        data = {{name: file[name] for name in file.files}}
    if not len(data["y_validation"]):
        kept = keyed.held_back({split_seed}, len(data["y_train"]), {share})
{together}        for part in "xy":
            given = data[f"{{part}}_train"]
            data[f"{{part}}_validation"], data[f"{{part}}_train"] = given[kept], given[~kept]
    return data


def train(model: {name}, data: dict[str, np.ndarray], epochs: int, tell) -> None:
    """Train, and tell the figures of each epoch."""
    images, labels = data["x_train"], data["y_train"]
    per_epoch = -(-len(labels) // BATCH)
    optimizer, validation_losses = optimizer_of(model), []
    base = optimizer.param_groups[0]["lr"]
{setup}    for epoch in range(1, epochs + 1):
        begun, loss, right = time.perf_counter(), 0.0, 0
        order = {order}
        for number in range(per_epoch):
            step = (epoch - 1) * per_epoch + number
            chosen = order[number * BATCH : (number + 1) * BATCH]
            shown, truth = {shown}, torch.from_numpy(labels[chosen])
            rate = base * factor(step, epochs * per_epoch, validation_losses)
            batch = step_on({given})
            loss, right = loss + batch[0], right + batch[1]
        validation = evaluated(model, data["x_validation"], data["y_validation"])
        validation_losses.append(validation[0])
        seconds = time.perf_counter() - begun
        tell(
            {{
                "epoch": epoch,
                "train_loss": loss / len(labels),
                "validation_loss": validation[0],
                "validation_accuracy": validation[1],
                "images_per_second": len(labels) / seconds,
                "seconds": seconds,
            }}
        )
{ending}

def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", required=True, metavar="FILE.npz")
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    options = parser.parse_args()

    def tell(figures: dict[str, float]) -> None:
        if options.json:
            print(json.dumps(figures), flush=True)
        else:
            print(", ".join(f"{{name}} {{value:.4g}}" for name, value in figures.items()), flush=True)

    model, data = {loaded}, read(options.data)
    train(model, data, options.epochs, tell)
    save_file(model.state_dict(), TRAINED)
    if len(data["y_test"]):
        loss, accuracy = evaluated(model, data["x_test"], data["y_test"])
        tell({{"test_loss": loss, "test_accuracy": accuracy}})


if __name__ == "__main__":
    main()
'''


def train_code(network: Exportable) -> str:
    """``train.py``, for the network as it is written in ``model.py``. It depends on the design alone.

    Raises:
        GraphError, ExportRefused: as ``written``.
    """
    found, recipe = written(network), network.design.recipe
    dropouts = {found.names[node.id]: node.id for node in network.nodes if isinstance(node.layer, LeavingOut)}
    locked, muted = _still(network, found)
    weighed, varied = recipe.loss.class_weights != "equal", recipe.augmentation.changes
    schedule, balanced = schedule_code(recipe.schedule), recipe.drawing == BALANCED
    name = found.name
    weights = class_weights_code(recipe)
    setup = [
        *(['    weights = class_weights(labels, len(data["classes"]))'] if weighed else []),
        *(["    vary = keyed.Augmenter(keyed.Augmentation(), SEED, len(labels))"] if varied else []),
    ]
    before = [
        *([f"    for name in {spelt(locked)}:", "        getattr(model, name).eval()"] if locked else []),
        *(["    Dropout.step = step"] if dropouts else []),
    ]
    between = [
        *_muting(muted),
        *(
            [f"    nn.utils.clip_grad_norm_(model.parameters(), {spelt(recipe.clipping)})"] if recipe.clipping else []
        ),
    ]  # fmt: skip
    arguments = {
        f"model: {name}": "model",
        "optimizer: torch.optim.Optimizer": "optimizer",
        "images: Tensor": "shown",
        "labels: Tensor": "truth",
        "rate: float": "rate",
        **({"step: int": "step"} if dropouts else {}),
        **({"weights: Tensor": "weights"} if weighed else {}),
    }
    rest = _REST.format(
        name=name,
        losses=LOSSES[recipe.loss.kind](recipe.loss),
        ending=ending_code(recipe),
        groups="\n".join(_groups(network, found, locked)),
        optimizer=optimizer_code(recipe.optimizer),
        arguments=", ".join(arguments),
        given=", ".join(arguments.values()),
        before=block(before),
        weighed=" * weights[labels]" if weighed else "",
        between=block(between),
        split_seed=recipe.data.split.seed,
        share=recipe.data.split.share,
        together=_TOGETHER if recipe.data.split.equal == TOGETHER else "",
        setup=block(setup),
        order="keyed.balanced_order(SEED, epoch, labels)" if balanced else "keyed.order(SEED, epoch, len(labels))",
        shown="as_input(vary(images[chosen], chosen, epoch))" if varied else "as_input(images[chosen])",
        loaded="with_keyed_dropout(load())" if dropouts else "load()",
    )
    head = _HEAD.format(
        title=remark(network.design.title) or "a network",
        math="import math\n" if "math." in schedule else "",
        name=name,
        seed=recipe.seed,
        batch=recipe.batch_size,
        epochs=recipe.epochs,
    )
    keys = ", ".join(f"{spelt(layer)}: {spelt(key)}" for layer, key in dropouts.items())
    parts = [
        head,
        *([_DROPOUT.format(name=name, dropouts=f"{{{keys}}}")] if dropouts else []),
        schedule,
        *([_WEIGHTS.format(weights=weights)] if weighed else []),
        rest,
    ]
    return "\n\n\n".join(part.strip() for part in parts) + "\n"


def _still(network: Exportable, found: Written[Made]) -> tuple[tuple[str, ...], dict[str, tuple[int, tuple[int, ...]]]]:
    """The names of locked layers, and of the arrays with muted filters: along which axis, and which."""
    locks: Locks = network.design.locks
    locked = tuple(found.names[node.id] for node in network.nodes if node.id in locks.layers)
    muted: dict[str, tuple[int, tuple[int, ...]]] = {}
    for node in network.nodes:
        numbers = tuple(sorted(locks.muted(node.id)))
        for ours, learned in found.made.arrays.get(found.names[node.id], {}).items():
            if numbers and ours in ("weights", "bias"):
                axis = learned.axes.index(0) if learned.axes else 0
                muted[f"{found.names[node.id]}.{learned.called}"] = (axis, numbers)
    return locked, muted


def _muting(muted: dict[str, tuple[int, tuple[int, ...]]]) -> list[str]:
    """Lines that leave filters as they are, which are zero."""
    if not muted:
        return []
    values = ", ".join(f"{spelt(name)}: {spelt(where)}" for name, where in muted.items())
    return [
        "    # muted filters stay zero",
        f"    for name, (axis, filters) in {{{values}}}.items():",
        "        gradient = model.get_parameter(name).grad",
        "        if gradient is not None:",
        "            gradient.index_fill_(axis, torch.tensor(filters), 0)",
    ]


def _groups(network: Exportable, found: Written[Made], locked: tuple[str, ...]) -> list[str]:
    """Lines that lay what learns into groups: what decays, and the rest."""
    lines = (
        [f"    for name in {spelt(locked)}:", "        getattr(model, name).requires_grad_(False)"] if locked else []
    )
    decay = network.design.recipe.optimizer.weight_decay
    if not decay:
        return [*lines, "    groups = [parameter for parameter in model.parameters() if parameter.requires_grad]"]
    return [
        *lines,
        f"    decayed = {spelt(tuple(decayed_arrays(network, found)))}",
        "    learning = [(name, each) for name, each in model.named_parameters() if each.requires_grad]",
        "    groups = [",
        '        {"params": [each for name, each in learning if name in decayed], "weight_decay": '
        f"{spelt(decay)}}},",
        '        {"params": [each for name, each in learning if name not in decayed], "weight_decay": 0.0},',
        "    ]",
    ]  # fmt: skip
