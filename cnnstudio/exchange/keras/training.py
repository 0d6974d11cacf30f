"""The text of ``train.py``: the recipe of a design, carried out by Keras with the draws it has here."""

from __future__ import annotations

from cnnstudio.data.preparation.split import TOGETHER
from cnnstudio.design.value.recipe import Recipe
from cnnstudio.exchange.code.framework import Written, block, class_weights_code, decayed_arrays, ending_code
from cnnstudio.exchange.code.schedule import schedule_code
from cnnstudio.exchange.code.spelling import remark, spelt
from cnnstudio.exchange.exportable import Exportable
from cnnstudio.exchange.keras.kinds import Made
from cnnstudio.exchange.keras.recipes import LOSSES, rule_lines
from cnnstudio.exchange.keras.writing import written
from cnnstudio.nn.layers.normalization._leaving_out import LeavingOut
from cnnstudio.nn.training.order import BALANCED

_HEAD = '''
"""Trains {title} as its recipe says, with any backend of Keras. It needs keras, numpy and safetensors.

    python train.py --data FILE.npz [--epochs {epochs}] [--json]

FILE.npz is what `cnnstudio data PATH --to FILE.npz` writes. What comes of it is trained.safetensors, which
load("trained.safetensors") of model.py reads.
"""

import argparse
import json
{math}import time
{partial}from operator import attrgetter
from pathlib import Path

import keras
import keyed
import numpy as np
from keras import {imported}
from model import WEIGHTS, load
from safetensors.numpy import load_file, save_file

SEED, BATCH, EPOCHS = {seed}, {batch}, {epochs}
TRAINED = Path(__file__).with_name("trained.safetensors")
'''

_TOGETHER = '        kept = keyed.together(data["x_train"], kept)\n'

_DROPOUT = '''
#: layers that leave numbers out, and what their draws are keyed with
DROPOUTS = {dropouts}


class Draws:
    step = 0


def with_keyed_dropout(model):
    """The network whose layers leave out what is drawn for a step: the same numbers, whatever trains."""
    for name, key in DROPOUTS.items():
        layer = getattr(model, name)
        layer.call = partial(left_out, layer.rate, key, isinstance(layer, layers.SpatialDropout2D))
    return model


def left_out(rate, key, maps, x, training=False):
    if not training:
        return x
    count, *places, channels = x.shape
    shape = (count, *(1 if maps else place for place in places), channels)
    return x * ops.convert_to_tensor(keyed.kept(SEED, Draws.step, key, shape, rate))
'''

_WEIGHTS = '''
def class_weights(labels, classes):
    """How much an image counts by its class; over the training images 1 on average."""
    counts = np.bincount(labels, minlength=classes)
    weights = {weights}
    return (weights * len(labels) / (weights @ counts)).astype(np.float32)
'''

_DECAYING = """\
            # a backend may hand its own variables to a step, and those have no path
            self.decaying = [each.path in self.decayed for each in variables]
"""

_REST = '''
class Rule(keras.optimizers.Optimizer):
    """{rule}, as CNN Studio has it."""

    def __init__(self, rate, model):
        super().__init__({made})
{given}
    def build(self, variables):
        if not self.built:
            super().build(variables)
            self.kept = [
                [self.add_variable_from_reference(each, name) for each in variables] for name in {memory}
            ]
{decaying}{muting}
    def update_step(self, gradient, variable, rate):
        place = self._get_variable_index(variable)
        {remembered} = (kept[place] for kept in self.kept)
{lines}
        self.assign_sub(variable, move)


def losses_of(labels, logits):
    """The loss of each image: (N,)."""
    labels = ops.reshape(ops.cast(labels, "int32"), (-1,))
    return {losses}


def prepared(model):
    """The network, ready to learn."""
{still}    rule = Rule({rate}, model)
    # whatever the backend, each step runs as it is written: its draws depend on the step
    model.compile(rule, losses_of, run_eagerly=True)
    return model


def step_on({arguments}):
    """One step on a batch: the sum of the losses before it."""
{before}    model.optimizer.learning_rate = rate
    model.reset_metrics()
    return float(model.train_on_batch(images, labels{weighed})) * len(labels)


def as_input(images):
    """uint8 to float32 from 0 to 1: (N, H, W, C)."""
    return images.astype(np.float32) / 255


def evaluated(model, images, labels):
    """Mean loss and accuracy."""
    loss, right = 0.0, 0
    for first in range(0, len(images), 256):
        truth = labels[first : first + 256]
        logits = model.predict_on_batch(as_input(images[first : first + 256]))
        loss += float(ops.sum(losses_of(ops.convert_to_tensor(truth), ops.convert_to_tensor(logits))))
        right += int((logits.argmax(1) == truth).sum())
    return loss / len(images), right / len(images)


def read(path):
    """The arrays of a data set; validation is a share of the training images where none is given."""
    with np.load(path) as file:
        data = {{name: file[name] for name in file.files}}
    if not len(data["y_validation"]):
        kept = keyed.held_back({split_seed}, len(data["y_train"]), {share})
{together}        for part in "xy":
            given = data[f"{{part}}_train"]
            data[f"{{part}}_validation"], data[f"{{part}}_train"] = given[kept], given[~kept]
    return data


def train(model, data, epochs, tell):
    """Train, and tell the figures of each epoch."""
    images, labels = data["x_train"], data["y_train"]
    per_epoch = -(-len(labels) // BATCH)
    validation_losses, base = [], {rate}
{setup}    for epoch in range(1, epochs + 1):
        begun, loss = time.perf_counter(), 0.0
        order = {order}
        for number in range(per_epoch):
            step = (epoch - 1) * per_epoch + number
            chosen = order[number * BATCH : (number + 1) * BATCH]
            shown, truth = {shown}, labels[chosen]
            rate = base * factor(step, epochs * per_epoch, validation_losses)
            loss += step_on({handed})
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

def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", required=True, metavar="FILE.npz")
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    options = parser.parse_args()

    def tell(figures):
        if options.json:
            print(json.dumps(figures), flush=True)
        else:
            print(", ".join(f"{{name}} {{value:.4g}}" for name, value in figures.items()), flush=True)

    model, data = prepared({loaded}), read(options.data)
    train(model, data, options.epochs, tell)
    state = {{name: ops.convert_to_numpy(attrgetter(name)(model)) for name in load_file(WEIGHTS)}}
    save_file({{name: np.ascontiguousarray(array) for name, array in state.items()}}, TRAINED)
    if len(data["y_test"]):
        loss, accuracy = evaluated(model, data["x_test"], data["y_test"])
        tell({{"test_loss": loss, "test_accuracy": accuracy}})


if __name__ == "__main__":
    main()
'''

_MUTING = """
    def apply(self, gradients, variables=None):
        # muted filters stay zero
        variables = self._trainable_variables if variables is None else list(variables)
        masks = [self.masks.get(each.path) for each in variables]
        gradients = [each if mask is None else each * mask for each, mask in zip(gradients, masks, strict=True)]
        return super().apply(gradients, variables)
"""


def train_code(network: Exportable) -> str:
    """``train.py``, for the network as it is written in ``model.py``. It depends on the design alone.

    Raises:
        GraphError, ExportRefused: as ``written``.
    """
    found, recipe = written(network), network.design.recipe
    dropouts = {found.names[node.id]: node.id for node in network.nodes if isinstance(node.layer, LeavingOut)}
    locked = tuple(found.names[node.id] for node in network.nodes if node.id in network.design.locks.layers)
    muted, decayed = _muted(network, found), decayed_arrays(network, found)
    weighed, varied = recipe.loss.class_weights != "equal", recipe.augmentation.changes
    schedule, balanced, rule = schedule_code(recipe.schedule), recipe.drawing == BALANCED, recipe.optimizer
    still = [f"    for name in {spelt(locked)}:", "        getattr(model, name).trainable = False"] if locked else []
    setup = [
        *(['    weights = class_weights(labels, len(data["classes"]))'] if weighed else []),
        *(["    vary = keyed.Augmenter(keyed.Augmentation(), SEED, len(labels))"] if varied else []),
    ]
    arguments = {
        "model": "model", "images": "shown", "labels": "truth", "rate": "rate",
        **({"step": "step"} if dropouts else {}), **({"weights": "weights"} if weighed else {}),
    }  # fmt: skip
    clipping = f", global_clipnorm={spelt(recipe.clipping)}" if recipe.clipping else ""
    rest = _REST.format(
        rule=rule.title,
        made=f'rate, name="rule"{clipping}',
        given=block([*_given_to_rule(muted, decayed)]),
        memory=spelt(rule.memory),
        remembered=f"{', '.join(rule.memory)}{',' * (len(rule.memory) == 1)}",
        decaying=_DECAYING if decayed else "",
        muting=_MUTING if muted else "",
        lines="\n".join(f"        {line}" for line in _lines(recipe, bool(decayed))),
        losses=LOSSES[recipe.loss.kind](recipe.loss),
        rate=spelt(rule.learning_rate),
        still=block(still),
        arguments=", ".join(arguments),
        handed=", ".join(arguments.values()),
        before="    Draws.step = step\n" if dropouts else "",
        weighed=", weights[labels]" if weighed else "",
        split_seed=recipe.data.split.seed,
        share=recipe.data.split.share,
        together=_TOGETHER if recipe.data.split.equal == TOGETHER else "",
        setup=block(setup),
        order="keyed.balanced_order(SEED, epoch, labels)" if balanced else "keyed.order(SEED, epoch, len(labels))",
        shown="as_input(vary(images[chosen], chosen, epoch))" if varied else "as_input(images[chosen])",
        ending=ending_code(recipe),
        loaded="with_keyed_dropout(load())" if dropouts else "load()",
    )  # fmt: skip
    head = _HEAD.format(
        title=remark(network.design.title) or "a network", math="import math\n" if "math." in schedule else "",
        partial="from functools import partial\n" if dropouts else "",
        imported="layers, ops" if dropouts else "ops", seed=recipe.seed, batch=recipe.batch_size, epochs=recipe.epochs,
    )  # fmt: skip
    keys = ", ".join(f"{spelt(layer)}: {spelt(key)}" for layer, key in dropouts.items())
    parts = [
        head,
        *([_DROPOUT.format(dropouts=f"{{{keys}}}")] if dropouts else []),
        schedule,
        *([_WEIGHTS.format(weights=class_weights_code(recipe))] if weighed else []),
        rest,
    ]
    return "\n\n\n".join(part.strip() for part in parts) + "\n"


def _lines(recipe: Recipe, decays: bool) -> list[str]:
    """What becomes of a weight at a step: decay, before or apart from the rule, and the rule."""
    rule, lines = recipe.optimizer, rule_lines(recipe.optimizer)
    if not decays:
        return lines
    decay = spelt(rule.weight_decay)
    if rule.decays_apart:
        return [*lines, "if self.decaying[place]:", f"    move = move + rate * {decay} * variable"]
    return ["if self.decaying[place]:", f"    gradient = gradient + {decay} * variable", *lines]


def _given_to_rule(muted: dict[str, str], decayed: list[str]) -> list[str]:
    """Lines that find out which variables decay, and which of their filters stay zero."""
    lines = []
    if decayed:
        lines += [
            f"        names = {spelt(tuple(decayed))}",
            "        self.decayed = {attrgetter(name)(model).path for name in names}",
        ]
    if muted:
        lines.append("        self.masks = {}")
    for name, filters in muted.items():
        lines += [
            f"        mask = np.ones(model.{name}.shape, np.float32)",
            f"        mask[{filters}] = 0",
            f"        self.masks[model.{name}.path] = mask",
        ]
    return lines


def _muted(network: Exportable, found: Written[Made]) -> dict[str, str]:
    """The names of the arrays with muted filters, and what stands between the brackets that pick these out."""
    muted: dict[str, str] = {}
    for node in network.nodes:
        numbers, name = tuple(sorted(network.design.locks.muted(node.id))), found.names[node.id]
        for ours, learned in found.made.arrays.get(name, {}).items():
            if numbers and ours in ("weights", "bias"):
                plain = ours == "bias"
                muted[f"{name}.{learned.called}"] = f"..., {spelt(numbers)}" if plain else learned.filters(numbers)
    return muted
