"""Keras as the judge of what is exported to it. It needs an environment with Keras and one of its backends, and is run
on request."""

from __future__ import annotations

import os
from importlib.util import find_spec
from typing import Any

import numpy as np
import pytest
from judged import Judged

from cnnstudio.exchange.certificate import STEP_RATE
from cnnstudio.exchange.keras.target import BACKENDS, KERAS

os.environ.setdefault("KERAS_BACKEND", next(filter(find_spec, BACKENDS), "tensorflow"))
keras = pytest.importorskip("keras")
# of what Keras does with its backends these warn
pytestmark = [pytest.mark.peer, pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")]

if not hasattr(keras, "Model"):
    pytest.skip("keras is there without its modules", allow_module_level=True)


class TestKeras(Judged):
    target = KERAS

    def logits(self, model: Any, images: np.ndarray) -> np.ndarray:
        found: np.ndarray = model.predict_on_batch(images)
        return found

    def step(self, model: Any, images: np.ndarray, said: np.ndarray) -> None:
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        model.compile(keras.optimizers.SGD(STEP_RATE), loss, run_eagerly=True)
        model.train_on_batch(images, said)

    def test_the_judge_is_keras(self) -> None:
        assert self.target.judge == "keras"
