"""train and evaluate."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from programs import Said, program

from cnnstudio.data.library import open_data
from cnnstudio.data.preparation.augmentation import Augmentation
from cnnstudio.design.edits import edits
from cnnstudio.design.format.design_format import write_design
from cnnstudio.design.templates import template
from cnnstudio.design.value.design import Design
from cnnstudio.design.value.recipe import Recipe
from cnnstudio.nn.graph.graph import Edge
from cnnstudio.nn.graph.layer import layer_kinds
from cnnstudio.nn.network.plan import default_threads, reference_plan
from cnnstudio.nn.rules.losses import CrossEntropy
from cnnstudio.nn.rules.optimizers import SGD, AdamW, Optimizer
from cnnstudio.nn.rules.schedules import OneCycle
from cnnstudio.nn.training.evaluation import evaluate
from cnnstudio.project.archive import OPTIMIZER
from cnnstudio.project.file import load_project, salvage_project, save_project
from cnnstudio.project.kept.notes import NOTES, notes_of
from cnnstudio.project.project import Project, untrained
from cnnstudio.project.run_folder import runs_folder
from cnnstudio.runs.recorder import new_run
from cnnstudio.runs.run import Place
from tests.project.damage import DAMAGES

pytestmark = pytest.mark.slow  # each trains

Run = Callable[..., Said]
KEYS = ["epoch", "train_loss", "validation_loss", "validation_accuracy", "images_per_second", "seconds"]
TIMES = ("images_per_second", "seconds")


def lines(said: Said) -> list[dict[str, Any]]:
    return [json.loads(line) for line in said.out.splitlines()]


def timeless(said: Said) -> list[dict[str, Any]]:
    return [{key: value for key, value in line.items() if key not in TIMES} for line in lines(said)]


def plain() -> Design:
    """LeNet-5 with a learning rate that does not depend on how many epochs there will be in all."""
    return template("lenet5").with_changes(recipe=Recipe())


def vector(path: Path) -> bytes:
    return load_project(path).weights.parameters.vector.tobytes()


def vector_salvaged(path: Path) -> bytes:
    return salvage_project(path)[0].weights.parameters.vector.tobytes()


def test_json_is_one_object_a_line_for_each_epoch_and_the_test_accuracy(cnnstudio: Run, digits: Path) -> None:
    said = cnnstudio("train", "lenet5", "--data", digits, "--epochs", "2", "--json")
    assert (said.code, said.err) == (0, "")
    *epochs, judged, last = lines(said)
    assert list(judged) == ["verdict"]
    assert [list(epoch) for epoch in epochs] == [KEYS, KEYS]
    assert [epoch["epoch"] for epoch in epochs] == [1, 2]
    assert epochs[1]["train_loss"] < epochs[0]["train_loss"]
    assert list(last) == ["test_loss", "test_accuracy"]
    assert last["test_accuracy"] > 0.5


def test_out_holds_the_weights_that_were_tested_and_evaluate_agrees(
    cnnstudio: Run, digits: Path, tmp_path: Path
) -> None:
    path = tmp_path / "a.cnn"
    said = cnnstudio("train", "lenet5", "--data", digits, "--epochs", "1", "--json", "--out", path)
    tested = lines(said)[-1]
    again = cnnstudio("evaluate", path, "--json")
    assert (again.code, again.err) == (0, "")
    (result,) = lines(again)
    assert result == tested
    assert cnnstudio("evaluate", path, "--data", digits, "--json") == again
    project = load_project(path)
    assert project.design.recipe.data.source == str(digits)
    assert project.run is not None
    folder = runs_folder() / project.run.id
    (folder / NOTES).unlink()
    cnnstudio("evaluate", path)
    assert notes_of(folder).tests == {project.run.step: tested["test_accuracy"]}
    assert lines(cnnstudio("evaluate", folder, "--json")) == [tested], "its folder has all of it"
    refused = cnnstudio("train", folder, "--resume", "--epochs", "2")
    assert refused.code == 2 and "Give the name of a .cnn file" in refused.err
    assert project.run.plan.threads == default_threads()
    assert [epoch.epoch for epoch in project.run.history.epochs] == [1]
    (kept,) = (run for run in lines(cnnstudio("runs", "--json")) if run["id"] == project.run.id)
    assert list(kept) == [
        "id", "name", "design", "data", "seed", "epochs", "best_validation_accuracy", "test_accuracy", "began",
        "seconds", "parent", "ended", "starred", "note", "folder",
    ]  # fmt: skip
    assert (kept["epochs"], kept["test_accuracy"], kept["data"]) == (1, tested["test_accuracy"], str(digits))

    def told() -> str:
        """The line of this run: those of other tests may be listed with it."""
        (line,) = (line for line in cnnstudio("runs").out.splitlines() if kept["id"][:8] in line)
        return line

    assert "LeNet-5" in told() and Path(kept["folder"], "events.jsonl").is_file()
    assert ", best validation " in told() and "ended" not in told()
    summary = Path(kept["folder"], "summary.json")
    summary.write_text(json.dumps(json.loads(summary.read_text()) | {"ended": False}))
    assert told().endswith(", not ended")


def test_evaluate_says_that_a_network_is_not_trained(cnnstudio: Run, digits: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.cnn"
    cnnstudio("new", "lenet5", path)
    said = cnnstudio("evaluate", path, "--data", digits)
    assert said.code == 0 and said.out.startswith("The network is not trained")
    cnnstudio("train", path, "--data", digits, "--epochs", "1", "--out", path)
    assert "not trained" not in cnnstudio("evaluate", path).out


def test_evaluate_computes_by_the_plan_of_the_run(cnnstudio: Run, digits: Path, tmp_path: Path) -> None:
    """Another algorithm gives other last bits: the file says which one it was."""
    design, data = template("lenet5"), open_data(digits)
    plan = reference_plan(design.graph)
    design = design.with_changes(recipe=design.recipe.replace(data=str(digits)))
    project = untrained(design).with_changes(run=new_run(design, plan, data.fingerprint))
    save_project(project, tmp_path / "a.cnn")
    (said,) = lines(cnnstudio("evaluate", tmp_path / "a.cnn", "--json"))
    parameters = project.weights.parameters
    assert said["test_loss"] == evaluate(design.graph, parameters, data.test, plan=plan).loss
    assert said["test_loss"] != evaluate(design.graph, parameters, data.test).loss


def test_the_same_seed_and_threads_give_the_same_numbers(cnnstudio: Run, digits: Path, tmp_path: Path) -> None:
    command = ("train", "lenet5", "--data", digits, "--epochs", "1", "--json", "--threads", "2", "--seed")
    one = cnnstudio(*command, "7", "--out", tmp_path / "1.cnn")
    two = cnnstudio(*command, "7", "--out", tmp_path / "2.cnn")
    other = cnnstudio(*command, "8", "--out", tmp_path / "3.cnn")
    assert timeless(one) == timeless(two) != timeless(other)
    assert vector(tmp_path / "1.cnn") == vector(tmp_path / "2.cnn") != vector(tmp_path / "3.cnn")


@pytest.mark.parametrize("optimizer", ["adam", "sgd"])
def test_one_epoch_and_a_second_are_two_epochs_bit_for_bit(
    cnnstudio: Run, digits: Path, tmp_path: Path, optimizer: str
) -> None:
    start, whole, part, rest = (tmp_path / name for name in ("start.cnn", "whole.cnn", "part.cnn", "rest.cnn"))
    save_project(untrained(plain()), start)
    rate = "0.002" if optimizer == "adam" else "0.05"
    command = ("--data", digits, "--optimizer", optimizer, "--learning-rate", rate, "--json", "--epochs")
    at_once = cnnstudio("train", start, *command, "2", "--out", whole)
    first = cnnstudio("train", start, *command, "1", "--out", part)
    second = cnnstudio("train", part, "--resume", "--epochs", "2", "--json", "--out", rest)
    assert timeless(at_once) == [timeless(first)[0], *timeless(second)]
    assert vector(whole) == vector(rest)
    one, other = load_project(whole).run, load_project(rest).run
    assert one is not None
    assert other is not None
    assert one.history.losses.tobytes() == other.history.losses.tobytes()
    assert one.optimizer is not None
    assert other.optimizer is not None
    assert all(np.array_equal(v, other.optimizer.vectors[n]) for n, v in one.optimizer.vectors.items())


def test_a_finished_run_is_only_tested_again(cnnstudio: Run, digits: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.cnn"
    first = cnnstudio("train", "lenet5", "--data", digits, "--epochs", "1", "--json", "--out", path)
    again = cnnstudio("train", path, "--resume", "--json")
    assert again.code == 0
    assert lines(again) == lines(first)[-2:]


def test_a_file_starts_from_the_seed_without_resume(cnnstudio: Run, digits: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.cnn"
    first = cnnstudio("train", "lenet5", "--data", digits, "--epochs", "1", "--json", "--out", path)
    assert timeless(cnnstudio("train", path, "--json")) == timeless(first)


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--threads", "1"], "--threads is 1 now, and the run was begun with 2."),
        (["--optimizer", "sgd"], "--optimizer is sgd now, and the run was begun with adam."),
        (["--seed", "5"], "--seed is 5 now, and the run was begun with 0."),
        (["--set", "shift=2"], "--set augmentation.shift is 2 now, and the run was begun with 0."),
        (["--data", "digits"], "The images of --data digits are not those the run learned from."),
    ],
)
def test_a_run_goes_on_with_its_own_options_alone(
    cnnstudio: Run, digits: Path, tmp_path: Path, options: list[str], reason: str
) -> None:
    path = tmp_path / "a.cnn"
    save_project(untrained(plain()), path)
    command = ("train", path, "--data", digits, "--epochs", "1", "--threads", "2", "--json", "--out", path)
    first = cnnstudio(*command)
    before = path.read_bytes()
    said = cnnstudio("train", path, "--resume", *options, "--epochs", "2", "--json")
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith(f"{path}: {reason}") and said.err.count("\n") == 1
    assert path.read_bytes() == before
    begun = ("--threads", "2", "--batch-size", "64", "--optimizer", "adam", "--set", "shift=0", "--data", digits)
    again = cnnstudio("train", path, "--resume", *begun, "--json")
    assert (again.code, lines(again)) == (0, lines(first)[-2:])


def test_only_a_file_with_a_network_can_be_gone_on_with(cnnstudio: Run) -> None:
    said = cnnstudio("train", "lenet5", "--resume")
    assert said.code == 2 and "There is nothing to go on from." in said.err


def test_an_edited_design_keeps_what_still_fits(cnnstudio: Run, digits: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.cnn"
    cnnstudio("train", "lenet5", "--data", digits, "--epochs", "1", "--json", "--out", path)
    project = load_project(path)
    wider = project.design.graph["dense_2"].layer.replace(units=90)
    save_project(project.edited(edits.configure(project.design, "dense_2", wider)), path)
    said = cnnstudio("train", path, "--resume", "--json", "--out", tmp_path / "b.cnn")
    assert said.code == 0
    assert "The layers have been changed since they were trained." in said.err
    further = load_project(tmp_path / "b.cnn").run
    assert project.run is not None and further is not None
    assert (further.parent, further.began) == (project.run.id, Place(1, 0))


@pytest.mark.parametrize(("batch_size", "says"), [(1, "With one image a batch"), (899, "900 images in batches of 899")])
def test_batch_norm_over_one_number_is_said_once_and_counts_for_nothing(
    cnnstudio: Run, digits: Path, tmp_path: Path, batch_size: int, says: str
) -> None:
    """Behind a Dense layer a batch of one image has no variance: validation must not divide by it."""
    design = template("lenet5")
    design, _ = edits.insert(design, Edge("dense_2", "relu_4"), layer_kinds()["batch_norm"](), (0.0, 0.0))
    (tmp_path / "a.json").write_bytes(write_design(design))
    options = ("--data", digits, "--epochs", 1, "--batch-size", batch_size, "--threads", 1, "--json")
    said = cnnstudio("train", tmp_path / "a.json", *options)
    assert said.code == 0
    assert said.err.count(says) == 1 and said.err.startswith("Batch norm: ") and said.err.count("\n") == 1
    assert lines(said)[0]["validation_loss"] < 10


def test_people_read_a_heading_a_line_an_epoch_and_the_result(cnnstudio: Run, digits: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.cnn"
    said = cnnstudio("train", "lenet5", "--data", digits, "--epochs", "1", "--threads", "1", "--out", path)
    heading, epoch, result, judged, saved = said.out.splitlines()
    assert heading == (f"LeNet-5 on {digits.name}: 900 training, 100 validation and 200 test images; 1 thread, seed 0.")
    assert epoch.startswith("epoch 1 of 1: loss ")
    assert epoch.endswith("\u202fs")
    assert result.startswith("Test accuracy ") and judged.startswith("Better than guessing. ")
    assert saved == f"Saved {path}."
    assert "training:   0%" in said.err, "the progress bar"
    assert " left" in said.err
    evaluated = cnnstudio("evaluate", path).out
    assert evaluated == result + "\n"


def test_a_loss_beyond_all_numbers_is_said_and_the_last_good_weights_are_kept(
    cnnstudio: Run, digits: Path, tmp_path: Path
) -> None:
    path = tmp_path / "a.cnn"
    options = ("--data", digits, "--optimizer", "sgd", "--learning-rate", "100", "--json")
    said = cnnstudio("train", "lenet5", *options, "--out", path)
    assert said.code == 1
    assert "The loss grew beyond all numbers at step" in said.err
    kept = lines(cnnstudio("evaluate", path, "--json"))[-1]
    assert lines(said)[-1]["test_accuracy"] == kept["test_accuracy"]
    assert kept["test_loss"] < 10, "the weights of the step before it are no good either"


def test_data_of_another_size_or_other_classes_is_refused_with_the_numbers(
    cnnstudio: Run, digits: Path, tmp_path: Path
) -> None:
    said = cnnstudio("train", "article", "--data", digits)
    assert said.code == 2
    assert "article: The data has images of 28×28×1, the Input layer takes 32×32×3." in said.err
    design = template("lenet5")
    fewer = edits.configure(design, "dense_3", design.graph["dense_3"].layer.replace(units=7))
    save_project(untrained(fewer), tmp_path / "a.cnn")
    said = cnnstudio("evaluate", tmp_path / "a.cnn", "--data", digits)
    assert said.code == 2
    assert "The data has 10 classes, but the network ends in 7 numbers." in said.err


def test_where_the_result_cannot_be_saved_exit_is_1(cnnstudio: Run, digits: Path) -> None:
    said = cnnstudio("train", "lenet5", "--data", digits, "--epochs", "1", "--json", "--out", "/proc/a.cnn")
    assert said.code == 1
    assert "/proc/a.cnn: It could not be saved" in said.err


def test_the_picture_in_a_file_stays_in_it(cnnstudio: Run, digits: Path, tmp_path: Path) -> None:
    picture = b"\x89PNG\r\n\x1a\n..."
    fresh = untrained(template("lenet5"))
    save_project(Project(fresh.design, fresh.weights, thumbnail=picture), tmp_path / "a.cnn")
    path = tmp_path / "b.cnn"
    cnnstudio("train", tmp_path / "a.cnn", "--data", digits, "--epochs", "1", "--json", "--out", path)
    assert load_project(path).thumbnail == picture


def environment(**changes: str) -> dict[str, str]:
    return {**os.environ, **changes}


@pytest.mark.skipif(os.name == "nt", reason="Ctrl+C reaches a process differently there")
def test_ctrl_c_ends_after_the_step_saves_and_can_be_resumed(cnnstudio: Run, digits: Path, tmp_path: Path) -> None:
    start, path = tmp_path / "start.cnn", tmp_path / "a.cnn"
    save_project(untrained(plain()), start)
    command = [sys.executable, "-m", "cnnstudio", "train", str(start), "--data", str(digits), "--epochs", "9999"]
    process = subprocess.Popen(
        [*command, "--json", "--out", str(path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        process.stdout.readline()  # the first epoch is over
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    finally:
        process.kill()
    assert process.returncode == 130, err
    assert err.count("\n") == 1
    assert f"cnnstudio train {path} --resume goes on from there." in err
    run = load_project(path).run
    assert run is not None
    assert run.step == len(run.history.losses) >= 15
    epochs = run.step // 15 + 1
    options = ("--data", digits, "--epochs", epochs, "--json", "--out")
    resumed = cnnstudio("train", path, "--resume", *options, tmp_path / "b.cnn")
    whole = cnnstudio("train", start, *options, tmp_path / "c.cnn")
    assert resumed.code == whole.code == 0
    assert vector(tmp_path / "b.cnn") == vector(tmp_path / "c.cnn")


def test_a_reader_that_goes_away_is_no_error_message(digits: Path) -> None:
    command = [sys.executable, "-m", "cnnstudio", "train", "lenet5", "--data", str(digits), "--json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(30) == 141


def test_the_command_line_never_imports_qt(digits: Path, tmp_path: Path) -> None:
    script = """
import sys
from cnnstudio.__main__ import main
for command in (["templates"], ["new", "lenet5", sys.argv[2] + "/n.cnn"], ["check", "lenet5"],
                ["train", "lenet5", "--data", sys.argv[1], "--epochs", "1", "--out", sys.argv[2] + "/a.cnn"],
                ["evaluate", sys.argv[2] + "/a.cnn"], ["check", "nothing"], ["--help"]):
    keep, sys.argv = sys.argv, ["cnnstudio", *command]
    main()
    sys.argv = keep
loaded = [name for name in sys.modules if name.split(".")[0] in ("PySide6", "shiboken6")]
assert "cnnstudio.nn.training.trainer" in sys.modules
assert loaded == [], loaded
"""
    command = [sys.executable, "-c", script, str(digits), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def test_a_terminal_with_few_characters_gets_others_instead() -> None:
    said = program("check", "first_conv", env=environment(PYTHONIOENCODING="ascii"))
    assert said.code == 0
    assert "28x28x6" in said.out
    assert "352 800" in said.out
    assert program("check", "nö", env=environment(PYTHONIOENCODING="ascii")).code == 2


@pytest.mark.parametrize(
    "around",
    [{"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}],
    ids=["ascii", "C"],
)
def test_thousands_stay_apart_where_a_thin_space_cannot_be_written(around: dict[str, str], tmp_path: Path) -> None:
    design = tmp_path / "classes.json"
    value = json.loads(write_design(template("first_conv")))
    value["design"]["classes"] = ["c"] * 10_001
    design.write_text(json.dumps(value), encoding="utf-8")
    said = program("check", design, env=environment(**around))
    assert (said.code, said.out) == (2, "")
    assert "The list has 10 001 entries; 0 to 10 000 are allowed." in said.err
    said = program("check", "first_conv", env=environment(**around))
    assert said.code == 0 and "352 800" in said.out
    facts = json.loads(program("check", "first_conv", "--json", env=environment(**around)).out)
    assert facts["macs"] == 352_800


@pytest.mark.slow
def test_the_built_in_digits_are_learned_from_the_first_command_of_the_readme() -> None:
    said = program("train", "lenet5", "--epochs", "1", "--json", timeout=110)
    assert said.code == 0, said.err
    assert lines(said)[-1]["test_accuracy"] > 0.9


def test_another_optimizer_brings_its_own_decay_and_rate(cnnstudio: Run, digits: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.cnn"
    save_project(untrained(plain()), path)

    def optimizer(*options: str | Path) -> Optimizer:
        said = cnnstudio("train", *options, "--data", digits, "--epochs", "1", "--out", path)
        assert said.code == 0, said.err
        return load_project(path).design.recipe.optimizer

    found = optimizer(path, "--optimizer", "adamw")
    assert (found.weight_decay, found.learning_rate) == (0.01, 0.001)
    found = optimizer(path, "--optimizer", "sgd")
    assert (found.weight_decay, found.learning_rate) == (0.0, 0.01)
    found = optimizer(path, "--optimizer", "adamw", "--set", "weight_decay=0", "--learning-rate", "0.01")
    assert (found.weight_decay, found.learning_rate) == (0.0, 0.01)


def test_a_run_with_adamw_that_never_decayed_goes_on_exactly(cnnstudio: Run, digits: Path, tmp_path: Path) -> None:
    recipe = Recipe(optimizer=AdamW(weight_decay=0.0), data=str(digits))
    save_project(untrained(plain().with_changes(recipe=recipe)), tmp_path / "old.cnn")
    options = ("--data", digits, "--threads", "1", "--optimizer", "adamw")
    cnnstudio("train", tmp_path / "old.cnn", *options, "--epochs", "2", "--out", tmp_path / "whole.cnn")
    cnnstudio("train", tmp_path / "old.cnn", *options, "--epochs", "1", "--out", tmp_path / "half.cnn")
    half = ("train", tmp_path / "half.cnn", "--resume", *options, "--epochs", "2", "--out", tmp_path / "both.cnn")
    said = cnnstudio(*half)
    assert said.code == 0 and "new run" not in said.err
    assert load_project(tmp_path / "both.cnn").design.recipe.optimizer.weight_decay == 0.0
    assert vector(tmp_path / "both.cnn") == vector(tmp_path / "whole.cnn")


def test_any_setting_of_the_recipe_can_be_given(cnnstudio: Run, digits: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.cnn"
    settings = ("--set", "rotation=12", "--set", "shift=2", "--set", "schedule=one_cycle", "--set", "warm_up=3")
    command = ("train", "lenet5", "--data", digits, "--epochs", "1", "--json")
    varied = cnnstudio(*command, *settings, "--out", path)
    recipe = load_project(path).design.recipe
    assert recipe.augmentation == Augmentation(rotation=12.0, shift=2)
    assert recipe.schedule == OneCycle(warm_up=3)
    assert timeless(varied) == timeless(cnnstudio(*command, *settings))
    assert timeless(varied) != timeless(cnnstudio(*command))


def test_settings_lead_into_the_values_of_the_recipe(cnnstudio: Run, digits: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.cnn"
    settings = ("optimizer.nesterov=true", "schedule.first=0.1", "loss.class_weights=balanced", "optimizer=sgd")
    settings = (*settings, "optimizer.momentum=0.5", "schedule=one_cycle")
    options = [word for text in settings for word in ("--set", text)]
    said = cnnstudio("train", "lenet5", "--data", digits, "--epochs", "1", "--json", *options, "--out", path)
    assert said.code == 0, said.err
    design = load_project(path).design
    # the template's own learning rate is none of Adam's, so it stays
    assert design.recipe.optimizer == SGD(0.002, 0.5, True)
    assert design.recipe.schedule == OneCycle(first=0.1)
    assert design.recipe.loss == CrossEntropy(class_weights="balanced")
    assert design.classes == tuple("0123456789")
    weights = ",".join(["2"] + ["1"] * 9)
    said = cnnstudio("train", path, "--epochs", "1", "--json", "--set", f"class_weights={weights}", "--out", path)
    assert said.code == 0, said.err
    assert load_project(path).design.recipe.loss.class_weights == (2.0, *[1.0] * 9)


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        ("speed=3", "no setting called “speed”"),
        ("optimizer=sgdd", "optimizer must be one of sgd, rmsprop, adam, adamw, not “sgdd”"),
        ("optimizer.nesterov=true", "Adam has no setting called “nesterov”, but SGD has: choose optimizer=sgd."),
        ("optimizer.speed=3", "Adam has no setting called “speed”: there are learning_rate, weight_decay, beta1"),
        ("loss.class_weights=1;2", "class weights must be numbers with commas between them, not “1;2”"),
        ("loss.class_weights=1,2", "The loss has 2 class weights, but the network ends in 10 numbers."),
        ("shift", "must be a number, not “”"),
        ("shift=far", "must be a number, not “far”"),
        ("shift=1000", "shift must be a whole number from 0 to 64, not 1000"),
        ("schedule=wild", "schedule must be one of"),
    ],
)
def test_settings_that_make_no_sense_are_one_line(cnnstudio: Run, setting: str, says: str) -> None:
    refused = cnnstudio("train", "lenet5", "--set", setting)
    assert refused.code == 2
    assert refused.err.count("\n") == 1
    assert says in refused.err


def test_images_that_are_gone_are_named_with_what_to_do_and_known_elsewhere(
    cnnstudio: Run, digits: Path, tmp_path: Path
) -> None:
    home, file = tmp_path / "home", tmp_path / "a.cnn"
    shutil.copytree(digits, home)
    options = ("--batch-size", 300, "--threads", 1)
    assert cnnstudio("train", "lenet5", "--data", home, "--epochs", 1, *options, "--out", file).code == 0
    home.rename(tmp_path / "elsewhere")
    for command in (("evaluate", file), ("train", file, "--resume")):
        said = cnnstudio(*command)
        assert said.code == 2
        assert said.err == (
            f"{file}: There are no images at {home}, where the design looks for them. Say where they are with --data.\n"
        )
    said = cnnstudio("train", file, "--resume", "--data", tmp_path / "elsewhere", "--epochs", 2)
    assert said.code == 0 and "goes on after step 3" in said.out


def test_the_closing_lines_say_whether_it_has_learned(cnnstudio: Run, digits: Path) -> None:
    dead = ("train", "lenet5", "--data", digits, "--epochs", "1", "--set", "learning_rate=100")
    said = cnnstudio(*dead)
    assert said.code == 0 and said.out.splitlines()[-1].startswith("The network is dead. A whole layer of ReLUs")
    assert lines(cnnstudio(*dead, "--json"))[-2]["verdict"] == "dead"
    good = cnnstudio("train", "lenet5", "--data", digits, "--epochs", "1")
    assert good.out.splitlines()[-1].startswith("Better than guessing. After one epoch ")


def test_a_range_test_proposes_a_rate_by_the_seed_and_keeps_nothing(cnnstudio: Run, digits: Path) -> None:
    said = cnnstudio("train", "lenet5", "--data", digits, "--lr-range", "--json")
    assert (said.code, said.err) == (0, "")
    *tried, last = lines(said)
    assert set(tried[0]) == {"learning_rate", "loss", "smoothed_loss"} and set(last) == {"proposed_learning_rate"}
    assert tried[0]["learning_rate"] < last["proposed_learning_rate"] < tried[-1]["learning_rate"]
    assert cnnstudio("train", "lenet5", "--data", digits, "--lr-range", "--json").out == said.out
    words = cnnstudio("train", "lenet5", "--data", digits, "--lr-range")
    assert words.code == 0 and f"--learning-rate {last['proposed_learning_rate']:g}" in words.out
    refused = cnnstudio("train", "lenet5", "--data", digits, "--lr-range", "--out", digits.parent / "kept.cnn")
    assert refused.code == 2 and "leave --out out" in refused.err and not (digits.parent / "kept.cnn").exists()


@pytest.mark.parametrize("how", DAMAGES)
def test_a_file_without_its_optimizers_memory_is_evaluated_and_trained_on(
    cnnstudio: Run, digits: Path, tmp_path: Path, how: str
) -> None:
    path = tmp_path / "a.cnn"
    assert cnnstudio("train", "lenet5", "--data", digits, "--epochs", "1", "--out", path, "--json").code == 0
    whole = cnnstudio("evaluate", path, "--json")
    DAMAGES[how](path, OPTIMIZER)
    before = vector_salvaged(path)
    said = cnnstudio("evaluate", path, "--json")
    assert (said.code, said.out) == (0, whole.out)
    sentence = f"{path}: What the optimizer remembered is damaged and was left out."
    assert said.err.startswith(sentence) and said.err.count("\n") == 1
    said = cnnstudio("train", path, "--resume", "--epochs", "1", "--json")
    assert said.code == 0 and sentence in said.err and "Begins a new run from the weights in the file." in said.err
    project = load_project(path)
    assert project.run is not None and project.run.optimizer is not None and project.run.parent
    assert vector(path) != before
