"""A run keeps the weights of the epoch after which its validation loss was lowest, however often it is stopped."""

from __future__ import annotations

from contextlib import closing
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from small_training import small_data, small_project

from cnnstudio.data.preparation.split import divided
from cnnstudio.nn.network.plan import default_plan
from cnnstudio.nn.parameters.parameters import Snapshot
from cnnstudio.nn.training.events import EpochDone, Finished, StateTaken, Stop, TakeState
from cnnstudio.project.file import load_project, save_project
from cnnstudio.project.project import Project
from cnnstudio.runs.fallback import Fallback, record_of, watched
from cnnstudio.runs.recorder import Recorder, new_run, train_by, training_of

DATA = small_data()


def begun(**recipe: object) -> Project:
    """With a learning rate at which the validation loss goes up and down."""
    project = small_project(**({"epochs": 8, "learning_rate": 0.3} | recipe))
    run = new_run(project.design, default_plan(project.design.graph), DATA.fingerprint)
    return project.with_changes(run=run)


def trained(project: Project, stop: int = 0) -> tuple[Project, dict[int, Snapshot]]:
    """Train, up to the end of epoch ``stop`` where one is given; and the weights at the end of each epoch."""
    run, found = project.run, {}
    assert run is not None
    recorder = Recorder(run, project.weights)
    engine = train_by(
        run.design.recipe, training_of(run, project.weights.parameters), *divided(DATA, run.design.recipe.data.split)
    )
    with closing(watched(engine, recorder, Fallback(recorder, 0.3))) as events:
        event = next(events)
        while not isinstance(event, Finished):
            if isinstance(event, EpochDone):
                state = events.send(TakeState())
                assert isinstance(state, StateTaken)
                found[event.epoch] = state.state.snapshot
                event = events.send(Stop() if event.epoch == stop else None)
            else:
                event = next(events)
        run, weights = record_of(events, recorder)
    return project.with_changes(run=run, weights=weights), found


def lowest(project: Project) -> int:
    """The epoch after which the validation loss was lowest, the first of several."""
    assert project.run is not None
    losses = [epoch.validation_loss for epoch in project.run.history.epochs]
    assert any(a < b for a, b in pairwise(losses)), "it must get worse in between to show anything"
    return 1 + int(np.argmin(losses))


def test_the_best_weights_are_those_of_the_epoch_with_the_lowest_validation_loss() -> None:
    project, ends = trained(begun())
    run, epoch = project.run, lowest(project)
    assert run is not None and run.best is not None and run.best_epoch == epoch
    assert epoch < len(ends), "the last is not the best here"
    assert run.best.parameters.vector.tobytes() == ends[epoch].parameters.vector.tobytes()
    assert (run.best.run, run.best.step) == (run.id, ends[epoch].step)
    assert project.weights.parameters.vector.tobytes() == ends[len(ends)].parameters.vector.tobytes()


@pytest.mark.parametrize("stop", [1, 3, 5])
def test_a_run_that_was_stopped_and_saved_keeps_them_and_goes_on_to_the_same_bits(stop: int, tmp_path: Path) -> None:
    project = begun()
    whole, _ = trained(project)
    part, _ = trained(project, stop)
    save_project(part, tmp_path / "part.cnn")
    opened = load_project(tmp_path / "part.cnn")
    assert opened.run is not None and opened.run.best is not None and part.run is not None
    assert opened.run.best_epoch == part.run.best_epoch <= stop
    rest, _ = trained(opened)
    assert rest.run is not None and whole.run is not None
    assert rest.run.best is not None and whole.run.best is not None
    assert rest.run.best_epoch == whole.run.best_epoch == lowest(whole)
    assert rest.run.best.parameters.vector.tobytes() == whole.run.best.parameters.vector.tobytes()
    assert rest.weights.parameters.vector.tobytes() == whole.weights.parameters.vector.tobytes()


def test_a_run_of_before_has_none_until_an_epoch_is_better_than_all_it_had() -> None:
    part, _ = trained(begun(), 5)
    assert part.run is not None
    rest, _ = trained(part.with_changes(run=part.run.with_changes(best=None)))
    assert rest.run is not None
    assert (rest.run.best is not None) == (lowest(rest) > 5)
    assert rest.run.best_epoch in (0, lowest(rest))


def test_keeping_them_costs_no_copy_of_its_own() -> None:
    """Where the last epoch was the best, its weights are there once."""
    project, _ = trained(begun(learning_rate=0.01), 1)
    assert project.run is not None and project.run.best is not None
    recorder = Recorder(project.run, project.weights)
    fallback = Fallback(recorder, 0.01)
    run = project.run
    engine = train_by(
        run.design.recipe, training_of(run, project.weights.parameters), *divided(DATA, run.design.recipe.data.split)
    )
    with closing(watched(engine, recorder, fallback)) as events:
        event = next(events)
        while not (isinstance(event, EpochDone) and event.epoch == 2):
            event = next(events)
        next(events)  # the step after it has measured its loss: it is good to fall back on
        assert fallback.good is not None and fallback.good[0].best is not None
        assert fallback.good[1].parameters is fallback.good[0].best.parameters
