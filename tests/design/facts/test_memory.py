"""What is said about memory, against what the engine takes."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from cnnstudio.design.analysis.analysis import analyse
from cnnstudio.design.templates import template
from cnnstudio.nn.network.network import compile_network
from cnnstudio.nn.parameters.parameters import initial_parameters
from cnnstudio.nn.rules.optimizers import Adam
from cnnstudio.nn.telling.phrases import bytes_text


@pytest.mark.parametrize("name", ["lenet5", "vgg_mini", "resnet_mini"])
def test_the_estimate_is_near_what_the_engine_takes(name: str) -> None:
    graph, batch = template(name).graph, 32
    shape = analyse(graph).layers["input_1"].shape
    assert shape is not None
    images, labels = np.zeros((batch, *shape), np.uint8), np.zeros(batch, np.int64)
    compile_network(graph, initial_parameters(graph, 0), 1, mode="train")  # what is imported here is no step's memory
    tracemalloc.start()
    parameters = initial_parameters(graph, 0).copy()
    state = Adam().start(parameters.vector.size)
    network = compile_network(graph, parameters, batch, mode="train")
    network.step(images, labels)
    taken = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert state.vectors
    assert 0.6 < analyse(graph).training_bytes(batch, slots=2) / taken < 1.5


def test_it_grows_with_the_batch_and_the_optimizer() -> None:
    analysis = analyse(template("lenet5").graph)
    assert analysis.activation_bytes(64) == 2 * analysis.activation_bytes(32)
    assert analysis.training_bytes(64, 2) > analysis.training_bytes(32, 2)
    assert analysis.training_bytes(32, 2) - analysis.training_bytes(32, 0) == 2 * analysis.weight_bytes


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, "0\u202fB"),
        (640, "640\u202fB"),
        (12_345, "12.3\u202fkB"),
        (4_560_000, "4.56\u202fMB"),
        (9.3e9, "9.3\u202fGB"),
    ],
)
def test_bytes_in_words(count: float, said: str) -> None:
    assert bytes_text(count) == said
