"""Saving and opening .cnn files."""

import errno
import json
import math
import os
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from projects import PNG, examples, small_design, trained_project
from safetensors.numpy import load as read_by_the_library

from cnnstudio.data.preparation.choice import DataChoice
from cnnstudio.data.preparation.split import APART, Split
from cnnstudio.design.edits import edits
from cnnstudio.design.templates import template, template_names
from cnnstudio.nn.graph.layer import layer_kinds
from cnnstudio.nn.layers.input import Input
from cnnstudio.nn.parameters.locks import NO_LOCKS
from cnnstudio.nn.parameters.parameters import Snapshot
from cnnstudio.nn.rules.losses import CrossEntropy
from cnnstudio.nn.rules.optimizers import SGD, Adam, AdamW
from cnnstudio.nn.training.events import EpochDone, Finished, Lock, Set, StepDone
from cnnstudio.project import archive, history
from cnnstudio.project.archive import WEIGHTS
from cnnstudio.project.file import FileFormatError, SaveError, load_project, project_of, save_project
from cnnstudio.project.project import Project, untrained
from cnnstudio.project.since_training import since_training
from cnnstudio.project.tensors import slices, write_tensors
from cnnstudio.runs.recorder import new_run, train_by, training_of, why_not_resumable
from cnnstudio.runs.run import History, Place

FILES = Path(__file__).parent / "files"


def same(one: Project, other: Project) -> bool:
    """Whether two projects are equal to the last bit."""
    assert one.design == other.design
    assert one.weights.parameters.layout == other.weights.parameters.layout
    assert (one.weights.run, one.weights.step) == (other.weights.run, other.weights.step)
    assert one.weights.parameters.vector.tobytes() == other.weights.parameters.vector.tobytes()
    assert one.weights.parameters.state.tobytes() == other.weights.parameters.state.tobytes()
    assert one.thumbnail == other.thumbnail
    if one.run is None or other.run is None:
        return one.run is other.run
    assert one.run.design == other.run.design
    assert one.run.history == other.run.history
    assert one.run.plan == other.run.plan
    fields = ("id", "data", "step", "epoch")
    assert [getattr(one.run, f) for f in fields] == [getattr(other.run, f) for f in fields]
    if one.run.optimizer is None or other.run.optimizer is None:
        return one.run.optimizer is other.run.optimizer
    assert one.run.optimizer.step == other.run.optimizer.step
    assert one.run.optimizer.vectors.keys() == other.run.optimizer.vectors.keys()
    pairs = [(vector, other.run.optimizer.vectors[name]) for name, vector in one.run.optimizer.vectors.items()]
    return all(np.array_equal(a, b) for a, b in pairs)


@pytest.mark.parametrize("optimizer", ["adam", "sgd"])
def test_a_trained_project_comes_back_to_the_last_bit(tmp_path: Path, optimizer: str) -> None:
    project = trained_project(optimizer, stop_after=7)
    save_project(project, tmp_path / "a.cnn")
    opened = load_project(tmp_path / "a.cnn")
    assert same(project, opened)
    assert opened.run is not None
    assert opened.run.design is opened.design
    assert not opened.weights.parameters.vector.flags.writeable
    save_project(opened, tmp_path / "b.cnn")
    assert (tmp_path / "a.cnn").read_bytes() == (tmp_path / "b.cnn").read_bytes()


@pytest.mark.parametrize("name", template_names())
def test_an_untrained_template_comes_back(tmp_path: Path, name: str) -> None:
    save_project(untrained(template(name)), tmp_path / "a.cnn")
    assert same(load_project(tmp_path / "a.cnn"), untrained(template(name)))


def test_a_design_without_any_weights_comes_back(tmp_path: Path) -> None:
    design = edits.disconnect(template("first_conv"), template("first_conv").graph.edges[0])
    save_project(untrained(design), tmp_path / "a.cnn")
    with zipfile.ZipFile(tmp_path / "a.cnn") as archive:
        assert archive.namelist() == ["manifest.json", "design.json"]
    assert same(load_project(tmp_path / "a.cnn"), untrained(design))


def test_a_run_keeps_its_own_design_when_the_project_was_edited(tmp_path: Path) -> None:
    project = trained_project()
    dense = project.design.graph["dense_1"].layer.replace(units=4)
    edited = project.edited(edits.configure(project.design, "dense_1", dense))
    save_project(edited, tmp_path / "a.cnn")
    opened = load_project(tmp_path / "a.cnn")
    assert same(opened, edited)
    assert opened.run is not None
    assert opened.run.design == project.design


def test_what_is_opened_goes_on_like_what_was_never_closed(tmp_path: Path) -> None:
    whole, half = trained_project(), trained_project(stop_after=3)
    save_project(half, tmp_path / "a.cnn")
    opened = load_project(tmp_path / "a.cnn")
    assert opened.run is not None
    assert whole.run is not None
    training = training_of(opened.run, opened.weights.parameters)
    events = list(train_by(opened.run.design.recipe, training, examples(36), examples(9)))
    assert training.parameters.vector.tobytes() == whole.weights.parameters.vector.tobytes()
    again = [event for event in events if isinstance(event, EpochDone)]
    figures = ("epoch", "step", "train_loss", "train_accuracy", "validation_loss", "validation_accuracy")
    for one, other in zip(again, whole.run.history.epochs, strict=True):
        assert [getattr(one, f) for f in figures] == [getattr(other, f) for f in figures]


def test_the_zip_is_what_the_format_says(tmp_path: Path) -> None:
    project = trained_project()
    save_project(project, tmp_path / "a.cnn")
    with zipfile.ZipFile(tmp_path / "a.cnn") as archive:
        assert archive.testzip() is None
        infos = {info.filename: info for info in archive.infolist()}
        assert list(infos) == [
            "manifest.json", "design.json", "history.json", "optimizer.safetensors", "thumbnail.png",
            "weights.safetensors",
        ]  # fmt: skip
        assert {info.date_time for info in infos.values()} == {(1980, 1, 1, 0, 0, 0)}
        assert infos["weights.safetensors"].compress_type == zipfile.ZIP_STORED
        assert archive.read("thumbnail.png") == PNG
        weights = read_by_the_library(archive.read("weights.safetensors"))
    arrays = project.weights.parameters.arrays("conv2d_1")
    assert weights["conv2d_1.weights"].shape == (2, 3, 3, 1)
    assert np.array_equal(weights["conv2d_1.weights"], arrays["weights"])


def test_figures_that_are_no_number_stay_none(tmp_path: Path) -> None:
    project = trained_project()
    assert project.run is not None
    losses = np.array([1.5, np.nan, 0.1], np.float32)
    epoch = EpochDone(1, 3, math.nan, 0.5, math.nan, 0.25, 100.0, 1.0, 0.01)
    run = project.run.with_changes(history=History(losses, losses, (epoch,)))
    save_project(project.with_changes(run=run), tmp_path / "a.cnn")
    opened = load_project(tmp_path / "a.cnn")
    assert opened.run is not None
    assert np.array_equal(opened.run.history.losses, losses, equal_nan=True)
    assert math.isnan(opened.run.history.epochs[0].train_loss)
    save_project(opened, tmp_path / "b.cnn")
    assert (tmp_path / "a.cnn").read_bytes() == (tmp_path / "b.cnn").read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize("steps", [history.MOST_ENTRIES, history.MOST_ENTRIES + 1, 3 * history.MOST_ENTRIES + 5])
def test_long_runs_are_thinned_once_and_keep_their_length(tmp_path: Path, steps: int) -> None:
    project = trained_project()
    assert project.run is not None
    losses = np.linspace(2, 0.5, steps, dtype=np.float32)
    run = project.run.with_changes(history=History(losses, losses))
    save_project(project.with_changes(run=run), tmp_path / "a.cnn")
    opened = load_project(tmp_path / "a.cnn")
    assert opened.run is not None
    assert len(opened.run.history.losses) == steps
    assert np.abs(opened.run.history.losses - losses).max() < 1e-4
    assert np.array_equal(opened.run.history.losses, losses) == (steps <= history.MOST_ENTRIES)
    save_project(opened, tmp_path / "b.cnn")
    assert (tmp_path / "a.cnn").read_bytes() == (tmp_path / "b.cnn").read_bytes()


def test_an_optimizer_beyond_all_numbers_is_left_out(tmp_path: Path) -> None:
    project = trained_project()
    assert project.run is not None
    assert project.run.optimizer is not None
    broken = project.run.optimizer.copy()
    broken.vectors["square"][3] = np.inf
    save_project(project.with_changes(run=project.run.with_changes(optimizer=broken)), tmp_path / "a.cnn")
    opened = load_project(tmp_path / "a.cnn")
    assert opened.run is not None
    assert opened.run.optimizer is None


def test_weights_beyond_all_numbers_are_not_saved_over_good_ones(tmp_path: Path) -> None:
    project = trained_project()
    save_project(project, tmp_path / "a.cnn")
    parameters = project.weights.parameters.copy()
    parameters.vector[0] = np.nan
    with pytest.raises(SaveError, match=r"a\.cnn: It could not be saved\. The weights “conv2d_1\.weights”"):
        save_project(project.with_changes(weights=Snapshot(parameters)), tmp_path / "a.cnn")
    assert same(load_project(tmp_path / "a.cnn"), project)
    assert [path.name for path in tmp_path.iterdir()] == ["a.cnn"]


def test_what_a_reader_would_refuse_is_not_saved(tmp_path: Path) -> None:
    project = untrained(small_design())
    too_far = edits.move(project.design, {"conv2d_1": (1e9, 0)})
    with pytest.raises(SaveError, match="position"):
        save_project(project.edited(too_far), tmp_path / "a.cnn")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("name", "total"), [("small_v1.cnn", -2.4398), ("small_v2.cnn", -2.3966)])
def test_files_of_every_released_version_open(name: str, total: float) -> None:
    """These files are kept for ever; see ``make_sample.py`` beside them for what is in them."""
    project = load_project(FILES / name)
    assert project.design.graph.shape("softmax_1") == (3,)
    assert project.run is not None
    assert project.run.step == project.weights.step == 10
    assert project.run.optimizer is not None
    assert len(project.run.history.losses) == 10
    assert [epoch.epoch for epoch in project.run.history.epochs] == [1, 2]
    assert float(project.weights.parameters.vector.sum()) == pytest.approx(total, abs=1e-3)


def test_there_is_a_file_of_each_version() -> None:
    assert {path.name for path in FILES.glob("*.cnn")} >= {
        "small_v1.cnn", "adamw_v1.cnn", "small_v2.cnn", "everything_v2.cnn", "drawn_v2.cnn"
    }  # fmt: skip


def test_adamw_of_format_1_keeps_its_decay_of_0_and_goes_on_exactly() -> None:
    """The file was stopped in the second of its three epochs, after a new learning rate and a lock."""
    project = load_project(FILES / "adamw_v1.cnn")
    assert project.run is not None and project.run.design == project.design
    assert project.design.recipe.optimizer == AdamW(0.02, weight_decay=0.0)
    assert project.design.recipe.loss == CrossEntropy(0.1)
    rate, lock = project.run.history.commands
    assert (rate.step, rate.command) == (3, Set("optimizer.learning_rate", 0.02))
    assert (lock.step, lock.command) == (5, Lock(project.design.locks))
    assert why_not_resumable(project.run, project.design, project.weights, project.run.data) is None
    recipe = project.run.design.recipe
    rest, adam = (training_of(project.run, project.weights.parameters) for _ in range(2))
    list(train_by(recipe, rest, examples(36), examples(9)))
    list(train_by(replace(recipe, optimizer=Adam(0.02)), adam, examples(36), examples(9)))
    np.testing.assert_array_equal(rest.parameters.vector, adam.parameters.vector)  # which decays nothing
    begun = untrained(project.design.with_changes(locks=NO_LOCKS))
    design = begun.design.with_changes(recipe=project.design.recipe.choose(learning_rate=0.01))
    whole = training_of(new_run(design, project.run.plan, project.run.data), begun.weights.parameters)
    events, send = train_by(design.recipe, whole, examples(36), examples(9)), {3: rate.command, 5: lock.command}
    losses, event = [], next(events)
    while not isinstance(event, Finished):
        losses += [event.loss] if isinstance(event, StepDone) else []
        event = events.send(send.pop(event.step, None) if isinstance(event, StepDone) else None)
    # another processor rounds otherwise, and Adam makes much of it where a gradient is next to nothing
    np.testing.assert_allclose(losses[: project.run.step], project.run.history.losses, rtol=2e-2)
    assert rest.step == whole.step == 15


def test_what_format_2_brought_is_read_from_a_file_of_it() -> None:
    project = load_project(FILES / "everything_v2.cnn")
    run, recipe = project.run, project.design.recipe
    assert run is not None and run.best is not None
    assert project.design.classes == ("circle", "square", "star")
    assert recipe.data == DataChoice("digits", split=Split(20, 3, APART))
    assert recipe.optimizer == SGD(0.02, 0.8, True)
    assert recipe.loss == CrossEntropy(0.1, class_weights=(1.0, 2.0, 0.5))
    assert project.design.graph["input_1"].layer == Input(8, 8, 1, mean=0.25, deviation=0.5)
    assert (run.parent, run.began) == ("f" * 32, Place(2, 16))
    assert [told.step for told in run.history.commands] == [3]
    assert run.best.step == 5 != project.weights.step == 8


def test_what_came_to_format_2_later_is_read_from_a_file_of_it() -> None:
    project = load_project(FILES / "drawn_v2.cnn")
    (block,), (frame,), (note,) = (
        each.values() for each in (project.design.blocks, project.design.frames, project.design.notes)
    )
    assert (block.name, block.collapsed, frame.title) == ("Stage", True, "First stage")
    assert note.text == "Why 3×3?\nSee the article."
    assert project.design.locks.layers == {"conv2d_1"}
    assert dict(project.weights.origins) == {"conv2d_1": "e" * 32}
    assert project.run is not None and project.run.asked == 7


def test_a_run_keeps_its_parent_where_it_began_and_its_best_weights(tmp_path: Path) -> None:
    project = trained_project()
    assert project.run is not None
    best = replace(project.weights, step=5)
    run = project.run.with_changes(parent="a" * 32, began=Place(3, 7), best=best)
    save_project(project.with_changes(run=run), tmp_path / "a.cnn")
    opened = load_project(tmp_path / "a.cnn").run
    assert opened is not None and opened.best is not None
    assert (opened.parent, opened.began) == (run.parent, run.began)
    assert (opened.best.run, opened.best.step) == (best.run, 5)
    assert opened.best.parameters.vector.tobytes() == best.parameters.vector.tobytes()


def origins(project: Project) -> dict[str, str]:
    firsts = project.weights.parameters.layout.firsts
    return {slot.node: project.weights.origin(slot.node) for slot in firsts}


def edited_after_training() -> Project:
    """Only the normalization has kept the weights of the run: its four layers and one that was added."""
    project = trained_project()
    design, _ = edits.append(project.design, layer_kinds()["dense"](units=4))
    layer = design.graph["conv2d_1"].layer
    return project.edited(edits.configure(design, "conv2d_1", replace(layer, kernel=(5, 5))))


def test_a_file_tells_of_each_layer_which_run_its_weights_come_from(tmp_path: Path) -> None:
    project = edited_after_training()
    run = project.run.id
    assert origins(project) == {"conv2d_1": "", "batch_norm_1": run, "dense_1": "", "dense_2": ""}
    save_project(project, tmp_path / "a.cnn")
    opened = load_project(tmp_path / "a.cnn")
    assert origins(opened) == origins(project) and opened.weights.run == ""
    older = replace(project.weights, origins={"batch_norm_1": "e" * 32, "dense_1": run})
    save_project(project.with_changes(weights=older), tmp_path / "older.cnn")
    assert dict(load_project(tmp_path / "older.cnn").weights.origins) == older.origins, "told, not guessed"
    changes = since_training(opened)
    assert changes is not None and changes.anew == ("conv2d_1", "dense_1", "dense_2")
    again = new_run(opened.design, project.run.plan, project.run.data, opened.run, opened.weights)
    assert (again.parent, again.began) == (run, Place(2, 0)), "some of its layers go on from there"
    save_project(opened.with_changes(run=again), tmp_path / "b.cnn")
    assert load_project(tmp_path / "b.cnn").run.parent == run


def test_where_a_file_does_not_tell_where_weights_come_from_they_are_compared_with_the_seeds(tmp_path: Path) -> None:
    project, path = edited_after_training(), tmp_path / "a.cnn"
    save_project(project, path)
    version, members, _ = archive.read_archive(path, path.name)
    told = json.loads(members[WEIGHTS][8 : 8 + int.from_bytes(members[WEIGHTS][:8], "little")])["__metadata__"]
    parameters = project.weights.parameters
    arrays = slices(parameters.layout, parameters.vector) | slices(parameters.state_layout, parameters.state)
    before = write_tensors(arrays, {name: told[name] for name in ("run", "step")})
    opened = project_of(version, {**members, WEIGHTS: before}, path.name)
    assert origins(opened) == origins(project)
    for damage in ('{"x": ["gone"]}', '{"%s": ["dense_1"]}' % ("x" * 65), "[]", '{"x": "dense_1"}', "{", '{"x": [1]}'):
        with pytest.raises(FileFormatError, match="weights"):
            project_of(version, {**members, WEIGHTS: write_tensors(arrays, {**told, "origins": damage})}, path.name)


def test_the_names_of_the_classes_come_back(tmp_path: Path) -> None:
    project = untrained(small_design())
    named = project.with_changes(design=project.design.with_changes(classes=("bird", "cat", "Ünïcorn")))
    save_project(named, tmp_path / "a.cnn")
    assert load_project(tmp_path / "a.cnn").design.classes == ("bird", "cat", "Ünïcorn")


def test_a_missing_file_is_refused_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(FileFormatError, match=rf"no\.cnn: It cannot be read \({os.strerror(errno.ENOENT)}\)"):
        load_project(tmp_path / "no.cnn")
    with pytest.raises(FileFormatError, match="not a file"):
        load_project(tmp_path)
