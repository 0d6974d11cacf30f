"""What refusals of the library advise, each tried; an expression in the advice is computed as it stands."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np

import cnnstudio as cs
from cnnstudio.design.value.recipe import Recipe
from cnnstudio.nn.graph.graph import Node
from cnnstudio.nn.graph.layer import layer_kinds
from tests.remedies.command_trials import own_code
from tests.remedies.data_trials import Do
from tests.remedies.sentences import words_of

KINDS = layer_kinds()
IMAGES = np.random.default_rng(2).integers(0, 256, (20, 8, 8), dtype=np.uint8)
LABELS = np.arange(20) % 2
UNIT = IMAGES / 255


def small(*, channels: int = 1, units: int = 2) -> cs.Model:
    return cs.Model([cs.Input(8, 8, channels), cs.Flatten(), cs.Dense(units), cs.Softmax()])


def large() -> cs.Model:
    return cs.Model([cs.Input(40, 40, 3), cs.Flatten(), cs.Dense(210), cs.Dense(2), cs.Softmax()])


def fit(images: Any = IMAGES, labels: Any = LABELS, *, channels: int = 1, **how: Any) -> Do:
    def do(folder: Path) -> None:
        small(channels=channels, units=how.pop("units", 2)).fit(images, labels, **{"epochs": 1, **how})

    return do


def taken(images: Any = IMAGES, labels: Any = LABELS, *, channels: int = 1) -> Do:
    """The expression that the refusal gives, computed and given."""

    def do(folder: Path) -> None:
        words = words_of(fit(images, labels, channels=channels), folder)
        advised = re.findall(r"[Gg]ive ((?:images|labels|\().+?)(?:, and|, where|\.$)", words)[-1]
        x = np.asarray(images).astype(float)
        found = eval(advised, {"images": images, "labels": labels, "x": x})
        units = re.search(r"the last Dense layer (\d+) units", words)
        given = (images, found) if "labels" in advised else (found, labels)
        small(channels=channels, units=int(units[1]) if units else 2).fit(*given, epochs=1)

    return do


def units_as_said(folder: Path) -> None:
    words = words_of(fit(labels=LABELS * 6), folder)
    units = re.search(r"Give the last Dense layer (\d+) units", words)
    assert units is not None
    small(units=int(units[1])).fit(IMAGES, LABELS * 6, epochs=1)


def both(*given: Any) -> Do:
    return lambda folder: small().fit(*given, epochs=1)


def stack(*layers: Any) -> Do:
    return lambda folder: cs.Model(list(layers))


def graph(*nodes: tuple[str, str, dict[str, Any], str]) -> Do:
    """Nodes by name, kind, settings and the names they read."""

    def do(folder: Path) -> None:
        made = [Node(name, KINDS[kind](**settings), tuple(reads.split())) for name, kind, settings, reads in nodes]
        cs.Model(cs.Graph(tuple(made)))

    return do


def image(height: int = 8, width: int = 8, channels: int = 1) -> tuple[str, str, dict[str, Any], str]:
    return "image", "input", {"height": height, "width": width, "channels": channels}, ""


def merged(kind: str, *nodes: tuple[str, str, dict[str, Any], str]) -> Do:
    """A merge of the branches “a” and “b”."""
    return graph(image(), *nodes, ("merge", kind, {}, "a b"))


def over(kind: str, height: int = 8, channels: int = 1, **settings: Any) -> Do:
    """One layer behind an image."""
    return graph(image(height, height, channels), ("layer", kind, settings, "image"))


def conv(name: str, reads: str = "image", **settings: Any) -> tuple[str, str, dict[str, Any], str]:
    return name, "conv2d", {"filters": 4, **settings}, reads


def diverging(rate: float) -> Do:
    def do(folder: Path) -> None:
        # without an activation nothing can die, so the weights of two layers drive each other up
        linear = cs.Model([cs.Input(8, 8, 1), cs.Flatten(), cs.Dense(32), cs.Dense(2), cs.Softmax()])
        given = {"optimizer": "sgd", "momentum": 0.99, "epochs": 50, "batch_size": 5}
        linear.fit(IMAGES, LABELS, learning_rate=rate, **given)

    return do


SAME = {"padding": "same"}
VOLUME, VECTOR = conv("a", **SAME), ("b", "flatten", {}, "image")
SPARED = {"epochs": 1}
TRIALS: dict[str, tuple[Do, str, Do]] = {
    # images
    "from −1 to 1": (fit(IMAGES / 127.5 - 1), "Give (images + 1.0) / 2.", taken(IMAGES / 127.5 - 1)),
    "from −½ to ½": (fit(UNIT - 0.5), "Give (images + 0.5) / 1.", taken(UNIT - 0.5)),
    "signed bytes": (fit(IMAGES.astype(int) - 128), "Give (images + 128.0) / 255.", taken(IMAGES.astype(int) - 128)),
    "bytes as fractions": (fit(IMAGES.astype(float)), "Give images / 255.", taken(IMAGES.astype(float))),
    "16 bits": (fit(IMAGES.astype(int) * 257), "Give images / 65535.", taken(IMAGES.astype(int) * 257)),
    "a little over": (fit(UNIT * 1.2), "Give images.clip(0, 1).", taken(UNIT * 1.2)),
    "standardised": (
        fit((IMAGES - IMAGES.mean()) / 30),
        "Give (x - x.min()) / (x.max() - x.min()), where x = images.astype(float).",
        taken((IMAGES - IMAGES.mean()) / 30),
    ),
    "a single one": (
        lambda folder: small().predict(IMAGES[0]),
        "give images[None]",
        lambda folder: small().predict(eval("images[None]", {"images": IMAGES[0]})),
    ),
    "channels first": (
        fit(np.stack([IMAGES] * 3, 1), channels=3),
        "give images.transpose(0, 2, 3, 1)",
        taken(np.stack([IMAGES] * 3, 1), channels=3),
    ),
    "no labels": (both(IMAGES), "give them as fit(images, labels)", both(IMAGES, LABELS)),
    # labels
    "rows of labels": (fit(labels=np.eye(2)[LABELS]), "give labels.argmax(1)", taken(labels=np.eye(2)[LABELS])),
    "labels from 5": (fit(labels=LABELS + 5), "Give labels - 5", taken(labels=LABELS + 5)),
    "labels from −1": (fit(labels=LABELS - 1), "Give labels + 1", taken(labels=LABELS - 1)),
    "more classes than units": (fit(labels=LABELS * 6), "Give the last Dense layer 7 units", units_as_said),
    "both": (
        fit(labels=LABELS * 6 - 3),
        "Give labels + 3, and the last Dense layer 7 units",
        taken(labels=LABELS * 6 - 3),
    ),
    "one class": (fit(labels=LABELS * 0), "Give at least two classes", fit()),
    # recipes, runs and exports
    "no such target": (
        lambda folder: small().export(folder / "a.onnx", "fortran"),
        "Name one of the targets: ",
        lambda folder: small().export(folder / "a.onnx", "onnx"),
    ),
    "an export in the way": (
        lambda folder: small().export(own_code(folder)),
        "Choose another place",
        lambda folder: small().export(own_code(folder).with_name("other.py")),
    ),
    "an export in the way, replaced": (
        lambda folder: small().export(own_code(folder)),
        "or say replace=True",
        lambda folder: small().export(own_code(folder), replace=True),
    ),
    "too large for a header in C": (
        lambda folder: large().export(folder / "a.h"),
        "Export it as ONNX",
        lambda folder: large().export(folder / "a.onnx"),
    ),
    "another optimizer's setting": (
        lambda folder: Recipe().choose(optimizer="adam", nesterov=True),
        "choose optimizer=sgd",
        lambda folder: Recipe().choose(optimizer="sgd", nesterov=True),
    ),
    "grown beyond all numbers": (diverging(100.0), "try a learning rate below 100", diverging(0.01)),
    # networks
    "a merge in a stack": (
        stack(cs.Input(8, 8, 1), KINDS["add"]()),
        "give Model a cs.Graph",
        merged("add", conv("a", **SAME), conv("b", **SAME)),
    ),
    "a convolution of a vector": (
        stack(cs.Input(8, 8, 1), cs.Flatten(), cs.Conv2D(4)),
        "Place it before the Flatten layer",
        stack(cs.Input(8, 8, 1), cs.Conv2D(4), cs.Flatten()),
    ),
    "Dense on a volume": (
        stack(cs.Input(8, 8, 1), cs.Dense(4)),
        "Insert a Flatten layer before it",
        stack(cs.Input(8, 8, 1), cs.Flatten(), cs.Dense(4)),
    ),
    "no answer": (
        lambda folder: cs.Model([cs.Input(8, 8, 1)]).fit(IMAGES, LABELS, epochs=1),
        "add Flatten, Dense and Softmax layers",
        fit(),
    ),
    "a volume and a vector": (
        merged("add", VOLUME, VECTOR),
        "Insert a Flatten or global pooling layer behind the volume",
        merged("add", conv("c", filters=1, **SAME), ("a", "flatten", {}, "c"), VECTOR),
    ),
    "a volume and a vector, merged before": (
        merged("add", VOLUME, VECTOR),
        "or merge before it is flattened",
        graph(
            image(), conv("a", **SAME), conv("b", **SAME), ("merge", "add", {}, "a b"), ("f", "flatten", {}, "merge")
        ),
    ),
    "other units": (
        merged(
            "add", ("f", "flatten", {}, "image"), ("a", "dense", {"units": 5}, "f"), ("b", "dense", {"units": 7}, "f")
        ),
        "the same number of units, for example 5",
        merged(
            "add", ("f", "flatten", {}, "image"), ("a", "dense", {"units": 5}, "f"), ("b", "dense", {"units": 5}, "f")
        ),
    ),
    "other sizes": (
        merged("concatenate", conv("a", stride=(2, 2)), conv("b", **SAME)),
        "Use the same strides and pooling on both branches, and padding “same”",
        merged("concatenate", conv("a", **SAME), conv("b", **SAME)),
    ),
    "other channels": (
        merged("add", conv("a", **SAME), conv("b", filters=6, **SAME)),
        "with a 1×1 kernel and 4 filters on the second branch",
        merged("add", conv("a", **SAME), conv("c", filters=6, **SAME), conv("b", "c", kernel=(1, 1))),
    ),
    "a large window": (over("conv2d", kernel=(9, 9)), "Use a smaller kernel", over("conv2d", kernel=(5, 5))),
    "a large window, padded": (
        over("conv2d", kernel=(9, 9)),
        "more padding",
        over("conv2d", kernel=(9, 9), padding="same"),
    ),
    "a large window behind pooling": (
        stack(cs.Input(8, 8, 1), cs.MaxPool2D(), cs.Conv2D(4, (5, 5))),
        "or less pooling and stride before it",
        stack(cs.Input(8, 8, 1), cs.Conv2D(4, (5, 5))),
    ),
    "windows of padding": (
        over("max_pool2d", padding=(2, 0, 0, 0)),
        "Use less padding than the window is wide",
        over("max_pool2d", padding=(1, 0, 0, 0)),
    ),
    "padding that cuts all off": (
        over("conv_transpose2d", 2, filters=2, kernel=(2, 2), stride=(1, 1), padding=(2, 2, 2, 2)),
        "Use less padding",
        over("conv_transpose2d", 2, filters=2, kernel=(2, 2), stride=(1, 1), padding=(0, 0, 0, 0)),
    ),
    "cropped away": (over("crop2d", top=4, bottom=4), "Cut off less", over("crop2d", top=1, bottom=1)),
    "groups": (
        over("conv2d", channels=4, filters=4, groups=3),
        "Choose a number that divides both",
        over("conv2d", channels=4, filters=4, groups=2),
    ),
    "groups of a norm": (
        over("group_norm", channels=4, groups=3),
        "Choose a number that divides them",
        over("group_norm", channels=4, groups=2),
    ),
    "too much padding": (
        over("conv2d", channels=3, kernel=(11, 11), dilation=(512, 512), padding="same"),
        "a smaller kernel",
        over("conv2d", channels=3, kernel=(1, 1), dilation=(512, 512), padding="same"),
    ),
    "too large a volume": (
        over("conv2d", 1024, filters=2048, padding="same"),
        "fewer maps or a smaller image",
        over("conv2d", 64, filters=16, padding="same"),
    ),
}
