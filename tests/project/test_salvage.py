"""A file that is damaged where one can do without: design and weights come back, and what is missing is said."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from damage import DAMAGES, flipped, rewritten
from projects import examples, trained_project

import cnnstudio as cs
from cnnstudio.files.atomic import backup_path
from cnnstudio.nn.telling.told import worded
from cnnstudio.opening import open_design
from cnnstudio.project.archive import BEST, DESIGN, HISTORY, OPTIMIZER, THUMBNAIL, WEIGHTS
from cnnstudio.project.file import FileFormatError, load_project, salvage_project, save_project
from cnnstudio.project.project import Project
from cnnstudio.runs.recorder import new_run, train_by, training_of, why_not_resumable


@pytest.fixture
def saved(tmp_path: Path) -> tuple[Path, Project]:
    project = trained_project("adam")
    assert project.run is not None
    project = project.with_changes(run=project.run.with_changes(best=project.weights))
    save_project(project, tmp_path / "net.cnn")
    return tmp_path / "net.cnn", project


@pytest.mark.parametrize("how", DAMAGES)
def test_without_the_optimizers_memory_design_weights_and_figures_are_whole(
    saved: tuple[Path, Project], how: str
) -> None:
    path, project = saved
    DAMAGES[how](path, OPTIMIZER)
    with pytest.raises(FileFormatError):
        load_project(path)  # who wants all of it is not given less
    found, damage = salvage_project(path)
    assert [worded(sentence) for sentence in damage] == [
        "What the optimizer remembered is damaged and was left out. The design and its weights are whole; training "
        "goes on from them as a new run."
    ]
    assert found.design == project.design and found.thumbnail == project.thumbnail
    assert found.weights.parameters.vector.tobytes() == project.weights.parameters.vector.tobytes()
    assert found.weights.parameters.state.tobytes() == project.weights.parameters.state.tobytes()
    assert project.run is not None and found.run is not None
    assert found.run.history == project.run.history and found.run.best is not None
    assert found.run.optimizer is None


def test_it_trains_on_as_said_and_is_then_saved_whole(saved: tuple[Path, Project]) -> None:
    path, _ = saved
    flipped(path, OPTIMIZER)
    found, _ = salvage_project(path)
    design, run, weights = found.design, found.run, found.weights
    assert run is not None and why_not_resumable(run, design, weights, run.data) is not None
    again = new_run(design, run.plan, run.data, run, weights)
    training = training_of(again, weights.parameters)
    assert np.array_equal(training.parameters.vector, weights.parameters.vector)
    for _ in train_by(design.recipe, training, examples(36), examples(9)):
        pass
    assert training.step == 10
    save_project(found, path)
    assert load_project(path).design == design and not salvage_project(path)[1]


@pytest.mark.parametrize("member", [BEST, THUMBNAIL])
def test_other_parts_can_be_spared_too(saved: tuple[Path, Project], member: str) -> None:
    path, project = saved
    flipped(path, member)
    found, damage = salvage_project(path)
    assert len(damage) == 1 and found.run is not None and project.run is not None
    assert (found.run.best is None) == (member == BEST) and bool(found.thumbnail) == (member == BEST)
    assert found.run.optimizer is not None and project.run.optimizer is not None
    for name, vector in project.run.optimizer.vectors.items():
        assert np.array_equal(found.run.optimizer.vectors[name], vector)


def test_a_picture_that_is_none_is_left_out_though_its_checksum_is_right(saved: tuple[Path, Project]) -> None:
    path, project = saved
    rewritten(path, THUMBNAIL, lambda data: b"<svg/>")
    found, damage = salvage_project(path)
    assert found.thumbnail == b"" and found.design == project.design and len(damage) == 1


@pytest.mark.parametrize("member", [DESIGN, WEIGHTS, HISTORY])
def test_without_the_others_it_is_refused(saved: tuple[Path, Project], member: str) -> None:
    path, _ = saved
    rewritten(path, member, lambda data: data[:-8])
    with pytest.raises(FileFormatError, match=member):
        salvage_project(path)


def test_whoever_opens_it_is_told(saved: tuple[Path, Project]) -> None:
    path, project = saved
    flipped(path, OPTIMIZER)
    opened = open_design(path)
    assert opened.project is not None and len(opened.damage) == 1
    with pytest.warns(UserWarning, match=r"net\.cnn: What the optimizer remembered is damaged"):
        model = cs.load(path)
    pixels = examples(4).pixels
    assert np.array_equal(model.probabilities(pixels), cs.Model.of(project).probabilities(pixels))


def test_a_whole_file_is_opened_without_a_word(saved: tuple[Path, Project], recwarn: pytest.WarningsRecorder) -> None:
    path, _ = saved
    assert open_design(path).damage == ()
    cs.load(path)
    assert not recwarn.list


def test_a_save_over_it_keeps_what_was_there(saved: tuple[Path, Project]) -> None:
    path, _ = saved
    flipped(path, OPTIMIZER)
    before = path.read_bytes()
    save_project(salvage_project(path)[0], path)
    assert backup_path(path).read_bytes() == before
