"""No picture that weights have learned from is ever validated on, whatever seed a run goes on under."""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from small_training import design_of, small_data, small_graph, small_project

from cnnstudio.data.dataset import DataSet
from cnnstudio.data.library import open_data
from cnnstudio.data.preparation.split import APART, Split, divided
from cnnstudio.nn.telling.told import worded
from cnnstudio.nn.training.events import EpochSoFar
from cnnstudio.project.file import load_project, save_project
from cnnstudio.project.project import Project, untrained
from cnnstudio.runs.recorder import Recorder, train_by, training_of, why_not_resumable
from cnnstudio.worker.training.next_run import NextRun, next_run

V1 = Path(__file__).parents[2] / "project" / "files" / "adamw_v1.cnn"


def trained(project: Project, data: DataSet) -> tuple[Project, NextRun]:
    """The project after its next run, and what that run was."""
    what = next_run(project, data)
    training, recorder = training_of(what.run, what.parameters), Recorder(what.run, what.weights)
    with closing(train_by(what.run.design.recipe, training, what.train, what.validation)) as events:
        for event in events:
            recorder.hear(event)
    run, weights = recorder.record(training.state())
    return project.with_changes(run=run, weights=weights), what


def with_seed(project: Project, seed: int) -> Project:
    recipe = project.design.recipe.replace(seed=seed)
    return project.edited(project.design.with_changes(recipe=recipe))


def test_going_on_under_other_seeds_validates_on_nothing_that_was_learned_from(tmp_path: Path) -> None:
    data, path = small_data(200), tmp_path / "small.cnn"
    project = small_project(epochs=1)
    learned: set[int] = set()
    for seed in (0, 1, 5, 2**63 - 1):
        project, what = trained(with_seed(project, seed), data)
        assert what.run.design.recipe.seed == seed
        learned |= set(what.train.indices.tolist())
        validated = set(what.validation.indices.tolist())
        assert len(validated) == 20 and not validated & learned
        save_project(project, path)
        project = load_project(path)


def test_a_file_from_before_the_split_had_a_seed_keeps_the_one_of_its_run(tmp_path: Path) -> None:
    """Also where the seed was changed after the run, or is changed after it was opened."""
    data = replace(small_data(40), fingerprint="fingerprint")
    expected = divided(data, Split(seed=5, equal=APART))
    loaded = load_project(V1)
    assert loaded.run is not None and loaded.design.recipe.seed == 5
    assert loaded.design.recipe.data.split == loaded.run.design.recipe.data.split == Split(seed=5, equal=APART)
    assert not why_not_resumable(loaded.run, loaded.design, loaded.weights, data.fingerprint)
    again = next_run(loaded, data)
    assert again.goes_on
    assert np.array_equal(again.validation.indices, expected[1].indices)

    meanwhile = tmp_path / "meanwhile.cnn"
    with zipfile.ZipFile(V1) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    design = json.loads(members["design.json"])
    design["recipe"]["seed"] = 8
    members["design.json"] = json.dumps(design).encode()
    manifest = json.loads(members["manifest.json"])
    manifest["members"]["design.json"] = hashlib.sha256(members["design.json"]).hexdigest()
    members["manifest.json"] = json.dumps(manifest).encode()
    with zipfile.ZipFile(meanwhile, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    for seed in (8, 9):
        what = next_run(with_seed(load_project(meanwhile), seed), data)
        assert what.run.step == 0
        assert not set(what.validation.indices.tolist()) & set(expected[0].indices.tolist())


def test_a_new_seed_gives_a_new_design_the_same_validation() -> None:
    data = small_data(200)
    parts = [next_run(small_project(seed=seed), data).validation.indices for seed in (0, 3)]
    assert np.array_equal(*parts)


def test_another_split_is_another_run() -> None:
    data = small_data(100)
    project, _ = trained(small_project(epochs=1), data)
    assert project.run is not None
    other = project.design.with_changes(recipe=project.design.recipe.choose(**{"data.split.share": 20}))
    assert "validation" in worded(why_not_resumable(project.run, other, project.weights, data.fingerprint))


@pytest.mark.slow
@pytest.mark.real_data
def test_mnist_trained_further_under_another_seed_is_validated_on_what_it_has_not_seen() -> None:
    data = open_data(Path(os.environ["CNNSTUDIO_REAL_DATA"]) / "mnist")
    design = design_of(small_graph(2, size=28, classes=10), epochs=1, batch_size=256)
    project, first = trained(untrained(design), data)
    what = next_run(with_seed(project, 1), data)
    assert not what.goes_on
    assert (len(what.train), len(what.validation)) == (54_000, 6_000)
    assert not np.isin(what.validation.indices, first.train.indices).any()
    by_run_seed = divided(data, Split(seed=1))[1].indices
    assert np.isin(by_run_seed, first.train.indices).mean() > 0.85, "what it would be by the seed of the run"


def with_epochs(project: Project, epochs: int) -> Project:
    return project.edited(project.design.with_changes(recipe=project.design.recipe.replace(epochs=epochs)))


def test_a_run_that_is_stopped_goes_on_to_the_end_it_had_until_other_epochs_are_asked_for(tmp_path: Path) -> None:
    """Trained for one epoch, then for three more; stopped in the second."""
    data, path = small_data(200), tmp_path / "small.cnn"
    project, _ = trained(small_project(epochs=1), data)
    begun = next_run(with_epochs(project, 3), data)
    assert begun.run.design.recipe.epochs == 4
    stopped = begun.run.with_changes(step=begun.run.step + begun.run.step // 2, epoch=EpochSoFar(1.0, 1, 50))
    weights = replace(project.weights, step=stopped.step)
    kept = with_epochs(project, 3).with_changes(run=stopped, weights=weights)
    save_project(kept, path)
    for now in (kept, load_project(path)):
        assert now.run is not None
        assert next_run(now, data).run.design.recipe.epochs == 4
        assert next_run(with_epochs(now, 2), data).run.design.recipe.epochs == 2
        assert next_run(with_epochs(now, 9), data).run.design.recipe.epochs == 9
        behind = next_run(with_epochs(now, 1), data).run.design.recipe.epochs
        assert behind == 2, "one has ended already, so one more is meant"


def test_a_run_as_long_as_one_may_be_is_followed_by_another() -> None:
    data = small_data(40)
    project, _ = trained(small_project(epochs=1), data)
    assert project.run is not None
    longest = project.run.design.with_changes(recipe=project.run.design.recipe.replace(epochs=10_000))
    history = replace(project.run.history, epochs=project.run.history.epochs * 10_000)
    ended = project.with_changes(run=project.run.with_changes(design=longest, history=history))
    after = next_run(ended, data)
    assert not after.goes_on and after.run.parent == project.run.id
