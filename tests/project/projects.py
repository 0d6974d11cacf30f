"""Small projects for the tests of files, made without any random draw of this process."""

import numpy as np

from cnnstudio.data.dataset import Examples, keyed
from cnnstudio.design.edits import edits
from cnnstudio.design.value.design import Design
from cnnstudio.design.value.recipe import Recipe
from cnnstudio.nn.graph.layer import layer_kinds
from cnnstudio.nn.network.plan import default_plan
from cnnstudio.project.project import Project, untrained
from cnnstudio.runs.recorder import Recorder, new_run, train_by, training_of

PNG = b"\x89PNG\r\n\x1a\n and so on"


def small_design(optimizer: str = "adam", norm: bool = True) -> Design:
    """8×8×1 → conv (→ batch norm, which keeps state) → ReLU → pool → flatten → dense → 3 classes."""
    recipe = Recipe().choose(
        batch_size=8, epochs=2, optimizer=optimizer, learning_rate=0.001, schedule="cosine", warm_up=3, seed=5
    )
    design = Design(title="Small", recipe=recipe)
    kinds = layer_kinds()
    stack = [kinds["input"](height=8, width=8), kinds["conv2d"](filters=2)]
    if norm and "batch_norm" in kinds:
        stack.append(kinds["batch_norm"]())
    stack += [kinds["relu"](), kinds["max_pool2d"](), kinds["flatten"](), kinds["dense"](units=3), kinds["softmax"]()]
    for layer in stack:
        design, _ = edits.append(design, layer)
    return design


def examples(count: int) -> Examples:
    """Noise with labels 0, 1, 2."""
    draw = keyed(1, "test images", count)
    pixels = draw.integers(0, 256, (count, 8, 8, 1)).astype(np.uint8)
    return Examples(pixels, np.arange(count) % 3)


def trained_project(optimizer: str = "adam", *, stop_after: int = 10_000, norm: bool = True) -> Project:
    """A project after two epochs of five steps, or fewer steps."""
    project = untrained(small_design(optimizer, norm))
    design = project.design
    run = new_run(design, default_plan(design.graph, threads=2), "fingerprint").with_changes(id="0123456789abcdef")
    training, recorder = training_of(run, project.weights.parameters), Recorder(run, project.weights)
    events = train_by(design.recipe, training, examples(36), examples(9))
    for event in events:
        recorder.hear(event)
        if training.step >= stop_after:
            break
    events.close()
    run, weights = recorder.record(training.state())
    return Project(design, weights, run, PNG)
