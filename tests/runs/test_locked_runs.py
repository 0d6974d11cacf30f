"""Runs with locks: written down, and gone on with."""

from __future__ import annotations

from pathlib import Path

import pytest
from projects import examples, small_design

from cnnstudio.design.edits.locking import lock, mute
from cnnstudio.design.format.strict import Checked, FileFormatError
from cnnstudio.nn.network.plan import default_plan
from cnnstudio.nn.parameters.locks import Locks
from cnnstudio.nn.training.events import Lock, Set, StepDone
from cnnstudio.nn.training.messages import to_json
from cnnstudio.project.file import load_project, save_project
from cnnstudio.project.history import run_from_json, run_to_json
from cnnstudio.project.project import Project, untrained
from cnnstudio.runs.recorder import Recorder, new_run, train_by, training_of, why_not_resumable

LOWER = Locks(frozenset({"conv2d_1", "batch_norm_1"}))


def driven(project: Project, commands: dict[int, Lock | Set], until: int = 99) -> Project:
    """The project after its run went on to step ``until``, with these commands after these steps."""
    assert project.run is not None
    training, recorder = training_of(project.run, project.weights.parameters), Recorder(project.run, project.weights)
    events = train_by(project.design.recipe, training, examples(36), examples(9))
    event = next(events, None)
    while event is not None:
        recorder.hear(event)
        if training.step >= until:
            break
        command = commands.get(event.step) if isinstance(event, StepDone) else None
        event = events.send(command) if command else next(events, None)
    events.close()
    run, weights = recorder.record(training.state())
    return Project(project.design, weights, run)


def fresh(optimizer: str = "adam") -> Project:
    project = untrained(small_design(optimizer))
    return project.with_changes(run=new_run(project.design, default_plan(project.design.graph, 2), "print"))


def test_locking_between_stop_and_train_goes_on_with_the_run() -> None:
    stopped = driven(fresh(), {}, until=4)
    assert stopped.run is not None
    design = lock(stopped.design, ["conv2d_1"])
    assert why_not_resumable(stopped.run, design, stopped.weights, "print") is None
    locked = driven(stopped.with_changes(design=design, run=stopped.run.with_changes(design=design)), {})
    told = driven(fresh(), {4: Lock(Locks(frozenset({"conv2d_1"})))})
    assert locked.weights.parameters.vector.tobytes() == told.weights.parameters.vector.tobytes()


def test_layers_that_were_locked_all_the_while_still_come_from_where_they_came_from(tmp_path: Path) -> None:
    first = driven(fresh(), {}, until=4)
    lower = ("batch_norm_1", "conv2d_1", "dense_1")
    assert first.run is not None and [first.weights.origin(node) for node in lower] == [first.run.id] * 3
    design = lock(first.design, lower)
    run = new_run(design, first.run.plan, "print", first.run, first.weights)
    begun = first.with_changes(design=design, run=run)
    second = driven(begun, {3: Lock(Locks(frozenset({"conv2d_1", "batch_norm_1"})))}, until=4)
    save_project(second, tmp_path / "half.cnn")
    for project in (second, driven(load_project(tmp_path / "half.cnn"), {5: Lock(Locks(frozenset({"conv2d_1"})))})):
        assert project.weights.run == run.id and project.weights.origin("conv2d_1") == first.run.id
        assert project.weights.origin("dense_1") == run.id
    assert second.weights.origin("batch_norm_1") == first.run.id != project.weights.origin("batch_norm_1")
    assert second.run is not None
    reset = second.with_changes(design=second.run.design).reset()
    assert reset.weights.origin("conv2d_1") == first.run.id and reset.weights.origin("dense_1") == ""


def test_a_run_that_learned_nothing_is_no_parent() -> None:
    first = driven(fresh(), {}, until=4)
    assert first.run is not None
    empty = new_run(first.design, first.run.plan, "print", first.run, first.weights)
    assert empty.parent == first.run.id
    weights = Recorder(empty, first.weights).record(training_of(empty, first.weights.parameters).state())[1]
    third = new_run(first.design, first.run.plan, "other", empty, weights)
    assert (third.parent, third.began) == (first.run.id, empty.began)


def test_a_muted_filter_stays_muted_in_every_run() -> None:
    project = fresh()
    design = mute(project.design, "conv2d_1", 1)
    ended = driven(project.with_changes(design=design, run=new_run(design, default_plan(design.graph), "print")), {})
    weights = ended.weights.parameters.arrays("conv2d_1")["weights"]
    assert not weights[1].any() and weights[0].any()


@pytest.mark.parametrize(
    "damage",
    [
        {"step": 2},
        {"kind": "stop"},
        {"step": 2, "kind": "stop"},
        {"step": -1, "kind": "set", "settings": {"optimizer.learning_rate": 0.1}},
        {"step": 2, "kind": "set", "settings": {"optimizer.learning_rate": 1e9}},
        {"step": 2, "kind": "set", "settings": {"optimizer.learning_rate": "nan"}},
        {"step": 2, "kind": "set", "settings": {"optimizer.momentum": 0.1}},
        {"step": 2, "kind": "set", "settings": {"seed": 1}},
        {"step": 2, "kind": "set", "settings": {"layer.conv2d_1.filters": 9}},
        {"step": 2, "kind": "set", "settings": {"batch_size": 0}},
        {"step": 2, "kind": "set", "settings": {"schedule": {"kind": "cosine", "last": 2}}},
        {"step": 2, "kind": "set", "settings": {"clipping": 1.0}, "place": {"epoch": -1, "picture": 0}},
        {"step": 2, "kind": "lock", "locks": {"locked": ["gone"]}},
        {"step": 2, "kind": "lock", "locks": {"muted": {"conv2d_1": [99]}}},
        {"step": 2, "kind": "lock", "locks": {"frozen": []}},
        {"step": 2, "kind": "lock", "locks": {}, "more": 1},
    ],
    ids=str,
)
def test_damaged_commands_in_a_record_are_refused(damage: dict[str, object]) -> None:
    run = driven(fresh(), {2: Lock(LOWER)}, until=4).run
    assert run is not None
    written = run_to_json(run)
    assert run_from_json(Checked(written, "f.cnn", "history.json"), run.design).history.commands == run.history.commands
    (command,) = written["commands"]
    assert {"step": 2, **to_json(Lock(LOWER))}.items() <= command.items(), "as engines in other processes are told"
    written["commands"] = [damage]
    with pytest.raises(FileFormatError, match="commands"):
        run_from_json(Checked(written, "f.cnn", "history.json"), run.design)
