"""Our engine as a program of its own: trains the run of a project file on the images beside it, told by its standard
streams."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np

from cnnstudio.data.dataset import Examples
from cnnstudio.nn.parameters.parameters import Snapshot, layouts
from cnnstudio.nn.training.events import Engine
from cnnstudio.project.file import load_project, save_project
from cnnstudio.project.project import Project
from cnnstudio.runs.piped import piped, serve
from cnnstudio.runs.recorder import train_by, training_of


def behind_a_pipe(folder: Path) -> Callable[..., Engine]:
    """What the driver begins: this program, which finds all it needs in ``folder``."""

    def begin(what, stopped) -> Engine:
        weights = Snapshot(what.parameters, what.run.id, what.run.step)
        save_project(Project(what.run.design, weights, what.run), folder / "run.cnn")
        for name, examples in (("train", what.train), ("validation", what.validation)):
            np.savez(folder / f"{name}.npz", pixels=examples.pixels, labels=examples.labels)
        # it finds what the tests find
        program = f"import sys; sys.path[:0] = {sys.path!r}; import engine_program as p; p.main({str(folder)!r})"
        return piped([sys.executable, "-c", program], layouts(what.run.design.graph), stopped)

    return begin


def _examples(path: Path) -> Examples:
    with np.load(path) as found:
        return Examples(found["pixels"], found["labels"])


def main(given: str) -> None:
    """What the program does."""
    assert "PySide6" not in sys.modules, "an engine needs no window"
    folder = Path(given)
    project = load_project(folder / "run.cnn")
    run = project.run
    assert run is not None
    training = training_of(run, project.weights.parameters)
    learning, validation = _examples(folder / "train.npz"), _examples(folder / "validation.npz")

    def begin(stopped: Callable[[], bool]) -> Engine:
        return train_by(run.design.recipe, training, learning, validation, stopped)

    serve(begin, sys.stdin.buffer, sys.stdout.buffer)
