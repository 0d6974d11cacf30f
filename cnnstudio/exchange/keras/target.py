"""Keras 3 as a target: a folder with ``model.py``, ``train.py``, ``keyed.py``, the weights and the certificate."""

from __future__ import annotations

from cnnstudio.exchange.code.framework import framework
from cnnstudio.exchange.keras.training import train_code
from cnnstudio.exchange.keras.writing import model_code, state

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


KERAS = framework(
    "keras", "Keras 3", "keras", _SCRIPT, model_code=model_code, train_code=train_code, state=state, backends=BACKENDS,
)  # fmt: skip
