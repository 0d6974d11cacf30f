"""Everything a recipe says reaches the trainer, and a run stopped anywhere goes on exactly with all of it."""

from __future__ import annotations

from contextlib import closing
from itertools import islice

import numpy as np
import pytest

from cnnstudio.data.dataset import Examples
from cnnstudio.data.library import preview
from cnnstudio.design.templates import template
from cnnstudio.design.value.design import Card, Design
from cnnstudio.design.value.recipe import Recipe
from cnnstudio.nn.graph.graph import chain
from cnnstudio.nn.layers.convolution.conv2d import Conv2D
from cnnstudio.nn.layers.dense.dense import Dense
from cnnstudio.nn.layers.dense.flatten import Flatten
from cnnstudio.nn.layers.input import Input
from cnnstudio.nn.layers.softmax import Softmax
from cnnstudio.nn.network.plan import default_plan
from cnnstudio.nn.network.shard import never
from cnnstudio.nn.parameters.parameters import Parameters, Snapshot, initial_parameters
from cnnstudio.nn.training.events import Event, Finished, StepDone
from cnnstudio.runs.recorder import Recorder, new_run, train_by, training_of
from cnnstudio.runs.run import Run

GRAPH = chain(
    ("input", Input(8, 8, 1)),
    ("conv", Conv2D(3)),
    ("flatten", Flatten()),
    ("dense", Dense(3)),
    ("softmax", Softmax()),
)
PIXELS = np.random.default_rng(0).integers(0, 256, (60, 8, 8, 1)).astype(np.uint8)
LEARNING, VALIDATION = Examples(PIXELS[:50], np.arange(50) % 3), Examples(PIXELS[50:], np.arange(10) % 3)

EVERYTHING = Recipe().choose(
    batch_size=12,
    epochs=3,
    optimizer="adamw",
    learning_rate=0.01,
    schedule="cosine",
    warm_up=4,
    weight_decay=0.01,
    clipping=0.5,
    label_smoothing=0.1,
    flip="horizontal",
    shift=1,
    rotation=10.0,
    crop=0.1,
    brightness=0.2,
    cutout=2,
)


def go(run: Run, parameters: Parameters, cancelled=never) -> tuple[Run, Parameters, list[Event]]:
    training, recorder, events = training_of(run, parameters), Recorder(run, Snapshot(parameters)), []
    for event in train_by(run.design.recipe, training, LEARNING, VALIDATION, cancelled):
        recorder.hear(event)
        events.append(event)
    after, snapshot = recorder.record(training.state())
    return after, snapshot.parameters, events


def begin(recipe: Recipe) -> tuple[Run, Parameters]:
    design = Design(GRAPH, {node.id: Card(node.id) for node in GRAPH}, recipe)
    return new_run(design, default_plan(GRAPH), "images"), initial_parameters(GRAPH, 0)


def test_stopped_anywhere_and_resumed_is_the_same_run() -> None:
    whole, weights, _ = go(*begin(EVERYTHING))
    for stop_at in range(5, 400, 41):
        left = iter(range(stop_at))
        part, kept, events = go(*begin(EVERYTHING), cancelled=lambda left=left: next(left, None) is None)
        rest, ended, more = go(part, kept)
        assert isinstance(more[-1], Finished)
        assert rest.history.losses.tolist() == whole.history.losses.tolist()
        assert np.array_equal(ended.vector, weights.vector)
        assert any(isinstance(event, StepDone) for event in (*events, *more))


@pytest.mark.parametrize(
    "change",
    [
        {"optimizer": "sgd"},
        {"optimizer": "rmsprop"},
        {"schedule": "one_cycle"},
        {"warm_up": 0},
        {"weight_decay": 0.2},
        {"clipping": 0.01},
        {"label_smoothing": 0.0},
        {"loss": "mean_squared_error"},
        {"flip": "none"},
        {"shift": 0},
        {"rotation": 0.0},
        {"crop": 0.0},
        {"brightness": 0.0},
        {"cutout": 0},
        {"seed": 1},
        {"batch_size": 13},
        {"learning_rate": 0.02},
    ],
    ids=lambda change: next(iter(change)),
)
def test_every_setting_matters(change: dict[str, object]) -> None:
    _, weights, _ = go(*begin(EVERYTHING))
    _, other, _ = go(*begin(EVERYTHING.choose(**change)))
    assert np.isfinite(other.vector).all()
    assert not np.array_equal(weights.vector, other.vector)


def test_momentum_matters_where_there_is_any() -> None:
    _, weights, _ = go(*begin(EVERYTHING.choose(optimizer="sgd")))
    _, other, _ = go(*begin(EVERYTHING.choose(optimizer="sgd", momentum=0.5)))
    assert not np.array_equal(weights.vector, other.vector)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["vgg_mini", "resnet_mini", "inception_mini", "mobile_mini"])
def test_a_template_begins_to_learn_its_data_by_its_own_recipe(name: str) -> None:
    design = template(name)
    data = preview(design.recipe.data)
    run = new_run(design, default_plan(design.graph), data.fingerprint)
    training = training_of(run, initial_parameters(design.graph, 0))
    with closing(train_by(design.recipe, training, data.train, data.test)) as events:
        losses = list(islice((event.loss for event in events if isinstance(event, StepDone)), 20))
    assert np.mean(losses[-3:]) < 0.9 * np.mean(losses[:3])
