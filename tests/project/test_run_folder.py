"""What is written down of a run: all of it, line by line, and what was lost is trained again."""

from __future__ import annotations

import json
import os
import re
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from projects import examples, small_design
from safetensors.numpy import load_file

from cnnstudio.nn.network.plan import default_plan
from cnnstudio.nn.training.evaluation import Evaluation
from cnnstudio.nn.training.events import Commanded, Finished, Set, StepDone
from cnnstudio.project import run_folder, runs_budget
from cnnstudio.project.kept.evaluations import evaluations_in, keep_test, kept_evaluation
from cnnstudio.project.kept.looks import looks_at
from cnnstudio.project.kept.notes import note, note_test, notes_of
from cnnstudio.project.kept.runs import kept_runs, told_ahead
from cnnstudio.project.project import Project, untrained
from cnnstudio.project.run_folder import RunFolder, lines_of, runs_folder
from cnnstudio.runs.fallback import Fallback, record_of, watched
from cnnstudio.runs.recorder import Recorder, new_run, train_by, training_of
from cnnstudio.runs.replaying import replayed

DOCS = Path(__file__).resolve().parents[2] / "docs" / "runs.md"


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CNNSTUDIO_DATA", str(tmp_path))
    monkeypatch.setattr(run_folder, "FLUSH", 0.0)


def fresh() -> Project:
    project = untrained(small_design())
    return project.with_changes(run=new_run(project.design, default_plan(project.design.graph), "print"))


def driven(project: Project, until: int = 999, told: dict[int, Set] | None = None) -> tuple[Project, RunFolder]:
    """Drive its run as a window does; to the end, or until its process is gone."""
    run = project.run
    assert run is not None
    recorder = Recorder(run, project.weights)
    fallback = Fallback(recorder, 0.1)
    folder = RunFolder(run, project.weights, fallback)
    engine = train_by(project.design.recipe, training_of(run, project.weights.parameters), examples(36), examples(9))
    engine = replayed(engine, told_ahead(run))
    with closing(watched(engine, recorder, fallback, folder)) as events:
        event = next(events)
        while not isinstance(event, Finished) and not (isinstance(event, StepDone) and event.step == until):
            command = (told or {}).get(event.step) if isinstance(event, StepDone) else None
            event = events.send(command)
        run, weights = record_of(events, recorder)
        if isinstance(event, Finished):
            folder.finish(run, weights)
        folder.close()
    return Project(run.design, weights, run), folder


def curves(folder: Path) -> tuple[dict[int, float], dict[int, float]]:
    """What the lines of the documentation read."""
    (code,) = re.findall(r"```python\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    assert len([line for line in code.splitlines() if line]) <= 14
    names: dict[str, object] = {}
    exec(code, names)
    found = names["curves"]
    assert callable(found)
    return found(folder)


def test_a_run_is_written_down_whole_and_the_documentation_reads_it() -> None:
    project, folder = driven(fresh())
    run = project.run
    assert run is not None and run.best is not None
    steps, epochs = curves(folder.path)
    assert list(steps) == list(range(1, 11)) and np.array_equal(np.float32(list(steps.values())), run.history.losses)
    assert list(epochs.values()) == [done.validation_accuracy for done in run.history.epochs]
    names = {f"weights-{step}.safetensors" for step in (0, run.best.step)} | {"state-10.safetensors"}
    assert {path.name for path in folder.path.glob("*.safetensors")} == names
    last = load_file(folder.path / "state-10.safetensors")
    for node, name in (("conv2d_1", "weights"), ("batch_norm_1", "scale")):
        assert np.array_equal(last[f"{node}.{name}"], project.weights.parameters.arrays(node)[name])
    assert "memory/mean/conv2d_1.weights" in last
    about = json.loads((folder.path / "run.json").read_text())
    assert about["data"] == "print" and about["design"]["recipe"]["seed"] == 5 and about["versions"]["numpy"]
    for weights, data in (
        (project.weights, "other pictures"),
        (project.weights.changed(project.weights.parameters), "print"),
    ):
        note_test(run, weights, data, 0.9)
    assert not notes_of(folder.path).tests, "they are no result of this run"
    note_test(run, project.weights, "print", 0.5)
    (kept,) = kept_runs()
    best = max(done.validation_accuracy for done in run.history.epochs)
    assert (kept.id, kept.design, kept.seed, kept.epochs) == (run.id, "Small", 5, 2)
    assert (kept.best_validation_accuracy, kept.test_accuracy, kept.folder) == (best, 0.5, folder.path)
    assert told_ahead(run) == (), "it came to rest"


def said(seed: int = 0) -> Evaluation:
    """What some network says to nine images of three classes."""
    random = np.random.default_rng(seed)
    shares = random.dirichlet(np.ones(3), 9).astype(np.float32)
    return Evaluation(random.integers(0, 3, 9), shares.argmax(1), shares, -np.log(shares[:, 0]))


def test_what_was_said_to_the_test_images_is_kept_with_the_run_and_is_of_no_other_weights() -> None:
    project, folder = driven(fresh())
    run, graph, weights, found = project.run, project.design.graph, project.weights, said()
    assert run is not None and looks_at("print") == 0
    keep_test(run, graph, weights, "print", found)
    assert looks_at("print") == 1 and notes_of(folder.path).tests == {run.step: found.accuracy}
    again = kept_evaluation(run, graph, weights, "print")
    assert again is not None and (again.accuracy, again.loss) == (found.accuracy, found.loss)
    assert np.array_equal(again.probabilities, found.probabilities)
    other = weights.parameters.copy()
    other.vector[0] += 1
    gone_on_otherwise = replace(weights, parameters=other)
    assert kept_evaluation(run, graph, gone_on_otherwise, "print") is None, "of the same step, but others"
    assert kept_evaluation(run, graph, weights, "other pictures") is None
    with closing(open_folder_again(project)):
        assert kept_evaluation(run, graph, weights, "print") is not None, "a run that goes on leaves it there"
    assert [(step, each.accuracy) for step, each in evaluations_in(folder.path, "print")] == [
        (run.step, found.accuracy)
    ]
    (path,) = folder.path.glob("test-*.safetensors")
    whole = path.read_bytes()
    for damaged in (whole[:-4], whole[:40], b"", whole.replace(b'"images":"9"', b'"images":"7"')):
        path.write_bytes(damaged)
        assert kept_evaluation(run, graph, weights, "print") is None


def open_folder_again(project: Project) -> RunFolder:
    """As whoever goes on with its run does, and writes down where it stands."""
    assert project.run is not None
    fallback = Fallback(Recorder(project.run, project.weights), 0.1)
    folder = RunFolder(project.run, project.weights, fallback)
    folder.finish(project.run, project.weights)
    return folder


def test_what_a_killed_run_was_told_behind_its_state_is_ahead_of_it_and_its_lines_are_void() -> None:
    begun = fresh()
    told = {2: Set("clipping", 0.1), 6: Set("clipping", 0.2)}
    kept, folder = driven(begun, until=4, told=told)
    lost, _ = driven(begun, until=8, told=told)  # the very same run, further
    run = kept.run
    assert run is not None and lost.run is not None
    (ahead,) = told_ahead(run)
    assert (ahead.step, ahead.command) == (6, told[6])
    with (folder.path / "events.jsonl").open("ab") as file:
        file.write(b'{"kind": "step_d')  # where it was killed
    ended, again = driven(kept)
    assert again.path == folder.path and ended.run is not None
    steps, epochs = curves(folder.path)
    assert np.array_equal(np.float32(list(steps.values())), ended.run.history.losses) and len(epochs) == 2
    assert kept_runs()[0].epochs == 2
    text = (folder.path / "events.jsonl").read_text()
    assert sum(json.loads(line).get("step") == 7 and "loss" in line for line in text.splitlines()) == 2, "then as now"


def test_who_goes_on_before_the_end_of_a_run_leaves_its_folder_as_it_is() -> None:
    half, _ = driven(fresh(), until=3)
    _, first = driven(half)
    before = (first.path / "events.jsonl").read_bytes()
    _, second = driven(half)
    assert second.path != first.path and (first.path / "events.jsonl").read_bytes() == before
    assert list(curves(second.path)[0]) == list(range(1, 11)), "it has what was before, too"


def test_where_no_folder_has_it_a_record_is_written_out_from_what_was_told_before_its_first_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    half, _ = driven(fresh(), until=3)
    assert half.run is not None
    told = Commanded(0, Set("clipping", 0.5))
    run = half.run.with_changes(history=replace(half.run.history, commands=(told,)))
    monkeypatch.setenv("CNNSTUDIO_DATA", str(tmp_path / "elsewhere"))
    with closing(RunFolder(run, half.weights, Fallback(Recorder(run, half.weights), 0.1))) as folder:
        pass
    assert [line["kind"] for line in lines_of(folder.path)] == ["commanded", *3 * ["step_done"]]


def test_two_that_train_the_same_run_write_into_folders_of_their_own() -> None:
    project = fresh()
    assert project.run is not None
    fallback = Fallback(Recorder(project.run, project.weights), 0.1)
    one = RunFolder(project.run, project.weights, fallback)
    two = RunFolder(project.run, project.weights, fallback)
    assert one.path != two.path and one.refused is two.refused is None
    one.close()
    two.close()


def test_without_a_place_a_run_is_trained_all_the_same_and_it_is_said(tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("a file")
    project, folder = driven(fresh())
    assert project.run is not None and project.run.step == 10
    assert folder.refused is not None and kept_runs() == [] and runs_folder().is_file()


def test_beyond_the_budget_weights_of_the_oldest_go_and_what_was_said_stays() -> None:
    folders = [driven(fresh())[1].path for _ in range(3)]
    (_, under_way) = driven(fresh(), until=2)
    for age, path in enumerate(folders):
        os.utime(path / "summary.json", (age, age))
    weights = [sum(file.stat().st_size for file in path.glob("*.safetensors")) for path in folders]
    project = fresh()
    assert project.run is not None
    still = RunFolder(project.run, project.weights, Fallback(Recorder(project.run, project.weights), 0.1))
    runs_budget.set_budget(runs_budget.taken() - weights[0] // 2)
    runs_budget.keep_within_budget()
    left = [bool(list(path.glob("*.safetensors"))) for path in (*folders, still.path)]
    assert left == [False, True, True, True] and runs_budget.taken() <= runs_budget.budget()
    assert list(curves(folders[0])[0]) == list(range(1, 11)) and len(kept_runs()) == 5
    between = [folders[1] / "weights-3.safetensors", folders[2] / "state-3.safetensors"]
    for path in between:
        path.write_bytes(b"a state that is none of these")
    note(folders[1], starred=True)
    runs_budget.set_budget(runs_budget.taken() - 1)
    runs_budget.keep_within_budget()
    assert [path.exists() for path in between] == [True, False], "the star keeps all"
    assert len(list(folders[2].glob("*.safetensors"))) == 3, "first, best and last stay"
    note(folders[1], starred=False)
    runs_budget.set_budget(0)
    runs_budget.keep_within_budget()
    assert list(still.path.glob("*.safetensors")), "it is under way"
    assert not list(under_way.path.glob("*.safetensors"))
    still.close()
