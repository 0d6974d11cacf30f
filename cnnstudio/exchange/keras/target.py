"""Keras 3 as a target: a folder with ``model.py``, ``train.py``, ``keyed.py``, the weights and the certificate."""

from __future__ import annotations

from collections.abc import Mapping

from cnnstudio.exchange.code.keyed import keyed_for
from cnnstudio.exchange.code.target import CodeTarget, in_folder
from cnnstudio.exchange.exportable import Exportable
from cnnstudio.exchange.keras.training import train_code
from cnnstudio.exchange.keras.writing import WEIGHTS, model_code, state
from cnnstudio.project.tensors import write_tensors

#: one of them computes for Keras
BACKENDS = ("tensorflow", "jax", "torch")

_SCRIPT = """
import json
import os
import platform
from importlib.util import find_spec

os.environ.setdefault("KERAS_BACKEND", next(filter(find_spec, BACKENDS)))
os.environ["KERAS_HOME"] = os.getcwd()

import keras
import numpy as np
import train
from model import load

with np.load("given.npz") as given:
    images, labels, seed, rate = given["images"], given["labels"], int(given["seed"]), float(given["rate"])


def logits_of(model):
    return np.concatenate([model.predict_on_batch(images[first : first + 32]) for first in range(0, len(images), 32)])


found = {"logits": logits_of(load())}
train.SEED = seed
model = getattr(train, "with_keyed_dropout", lambda model: model)(load())
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
model.compile(keras.optimizers.SGD(rate), loss, run_eagerly=True)
model.train_on_batch(images[: len(labels)], labels)
found["after_step"] = logits_of(model)
np.savez("found.npz", **found)
with open("versions.json", "w") as file:
    told = f"{keras.__version__} ({keras.backend.backend()})"
    json.dump({"keras": told, "python": platform.python_version()}, file)
""".replace("BACKENDS", repr(BACKENDS))


def _code(network: Exportable) -> Mapping[str, str]:
    return {"model.py": model_code(network), "train.py": train_code(network), "keyed.py": keyed_for(network)}


KERAS = CodeTarget(
    name="keras",
    title="Keras 3",
    code=_code,
    weights=lambda network: {WEIGHTS: write_tensors(state(network), {})},
    code_files=("model.py", "train.py", "keyed.py"),
    weight_files=(WEIGHTS,),
    place=in_folder,
    script=_SCRIPT,
    packages=("keras", "safetensors"),
    backends=BACKENDS,
    trains=True,
    folder=True,
)
