"""The session: real training on the worker, watched and steered from the window's thread."""

from __future__ import annotations

import math
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QThread
from pytestqt.qtbot import QtBot
from small_training import design_of, small_data, small_graph, small_project

from cnnstudio.data.dataset import DataSet
from cnnstudio.data.preparation.split import divided
from cnnstudio.nn.graph.graph import chain
from cnnstudio.nn.graph.layer import layer_from_json
from cnnstudio.nn.network.plan import default_plan
from cnnstudio.nn.parameters.locks import Locks
from cnnstudio.nn.parameters.parameters import Snapshot
from cnnstudio.nn.telling.told import told, worded
from cnnstudio.nn.training.evaluation import evaluate
from cnnstudio.nn.training.events import Commanded, EpochDone, Event, Finished, Lock, Set, Started, StepDone
from cnnstudio.nn.training.trainer import train
from cnnstudio.project.kept.runs import kept_runs
from cnnstudio.project.project import Project, untrained
from cnnstudio.project.run_folder import lines_of
from cnnstudio.runs.recorder import new_run, training_of
from cnnstudio.runs.run import Run
from cnnstudio.worker.jobs import Job, Jobs, Steps
from cnnstudio.worker.training.next_run import next_run
from cnnstudio.worker.training.pace import Status
from cnnstudio.worker.training.session import TrainingSession
from cnnstudio.worker.training.until import ONE_BATCH, ONE_EPOCH, Until
from cnnstudio.worker.wording import job_words
from tests.worker.threads import heavy

LONG = 10_000


@pytest.fixture(scope="module")
def data() -> DataSet:
    return small_data()


def steps(events: list[Event]) -> list[StepDone]:
    return [event for event in events if isinstance(event, StepDone)]


def finish(qtbot: QtBot, session: TrainingSession, project: Project, data: DataSet) -> tuple[Run, Snapshot]:
    with qtbot.waitSignal(session.finished) as blocker:
        session.start(project, data)
    run, weights = blocker.args
    return run, weights


def until_step(qtbot: QtBot, session: TrainingSession, step: int) -> None:
    def there() -> bool:
        status = session.status.value
        return status is not None and status.step >= step

    qtbot.waitUntil(there)


def headless(project: Project, data: DataSet) -> tuple[list[Event], Any]:
    """The same training without window, session or thread."""
    recipe = project.design.recipe
    run = new_run(project.design, default_plan(project.design.graph), data.fingerprint)
    training = training_of(run, project.weights.parameters)
    examples, validation = divided(data, project.design.recipe.data.split)
    events = train(
        training, examples, validation,
        batch_size=recipe.batch_size, epochs=recipe.epochs, seed=recipe.seed,
    )  # fmt: skip
    return list(events), training


def test_a_run_gives_the_same_numbers_as_the_bare_trainer_and_loses_no_event(
    qtbot: QtBot, session: TrainingSession, data: DataSet
) -> None:
    project = small_project()
    states: list[str] = []
    session.state_changed.connect(states.append)
    run, weights = finish(qtbot, session, project, data)
    expected, training = headless(project, data)
    events = session.log.read()
    assert steps(events) == steps(expected)
    assert [type(event) for event in events] == [type(event) for event in expected]
    assert np.array_equal(weights.parameters.vector, training.parameters.vector)
    assert states == ["loading", "running", "idle"]
    assert run.step == weights.step == 18 and weights.run == run.id and run.data == data.fingerprint
    assert run.history.losses.tolist() == [np.float32(done.loss) for done in steps(events)]
    assert [done.epoch for done in run.history.epochs] == [1, 2]


def test_signals_come_in_the_windows_thread(qtbot: QtBot, session: TrainingSession, data: DataSet) -> None:
    heard: list[QThread] = []
    session.state_changed.connect(lambda _: heard.append(QThread.currentThread()))
    session.finished.connect(lambda *_: heard.append(QThread.currentThread()))
    finish(qtbot, session, small_project(), data)
    assert len(heard) == 4 and set(heard) == {QThread.currentThread()}


def test_pause_stands_still_and_resume_changes_nothing(qtbot: QtBot, session: TrainingSession, data: DataSet) -> None:
    project = small_project(epochs=40)
    with qtbot.waitSignal(session.state_changed, check_params_cb=lambda state: state == "paused"):
        session.start(project, data)
        session.pause()
    seen = len(session.log)
    session.ask_snapshot()
    qtbot.waitUntil(lambda: session.latest.value is not None)
    assert len(session.log) == seen
    with qtbot.waitSignal(session.finished) as blocker:
        session.resume()
    _, training = headless(project, data)
    assert np.array_equal(blocker.args[1].parameters.vector, training.parameters.vector)


def test_stop_keeps_what_was_learned_and_train_goes_on_to_the_same_end(
    qtbot: QtBot, session: TrainingSession, data: DataSet
) -> None:
    project = small_project(epochs=60)
    session.start(project, data)
    until_step(qtbot, session, 12)
    with qtbot.waitSignal(session.finished) as blocker:
        session.stop()
        assert session.state == "stopping"
    run, weights = blocker.args
    assert 12 <= run.step < 540 and weights.step == run.step and session.state == "idle"
    stopped = project.with_changes(run=run, weights=weights)
    run, weights = finish(qtbot, session, stopped, data)
    expected, training = headless(project, data)
    assert np.array_equal(weights.parameters.vector, training.parameters.vector)
    assert steps(session.log.read()) == steps(expected)
    assert run.history.epochs[-1].validation_loss == expected[-2].validation_loss  # type: ignore[union-attr]
    means = [(done.epoch, done.train_loss, done.train_accuracy) for done in run.history.epochs]
    bare = [e for e in expected if isinstance(e, EpochDone)]
    assert means == [(done.epoch, done.train_loss, done.train_accuracy) for done in bare]


def test_a_finished_run_is_trained_further_as_if_it_had_been_longer(
    qtbot: QtBot, session: TrainingSession, data: DataSet
) -> None:
    project = small_project(epochs=2)
    run, weights = finish(qtbot, session, project, data)
    again, further = finish(qtbot, session, project.with_changes(run=run, weights=weights), data)
    assert again.id == run.id and again.step == 36 and again.design.recipe.epochs == 4
    _, training = headless(small_project(epochs=4), data)
    assert np.array_equal(further.parameters.vector, training.parameters.vector)
    assert len(steps(session.log.read())) == 36


@pytest.mark.parametrize("change", [{"optimizer": "sgd"}, {"seed": 3}])
def test_another_recipe_begins_a_new_run_with_the_weights_kept(
    qtbot: QtBot, session: TrainingSession, data: DataSet, change: dict[str, Any]
) -> None:
    project = small_project()
    run, weights = finish(qtbot, session, project, data)
    design = project.design.with_changes(recipe=project.design.recipe.choose(**change))
    other = project.with_changes(design=design, run=run, weights=weights)
    again, further = finish(qtbot, session, other, data)
    assert again.id != run.id and len(again.history.epochs) == 2
    _, training = headless(other, data)
    assert np.array_equal(further.parameters.vector, training.parameters.vector)
    assert steps(session.log.read())[0].step == 1


def test_the_learning_rate_changes_while_it_runs(qtbot: QtBot, session: TrainingSession, data: DataSet) -> None:
    session.start(small_project(epochs=LONG), data)
    until_step(qtbot, session, 3)
    session.adjust(Set("optimizer.learning_rate", 0.5))
    session.adjust(Set("optimizer.learning_rate", 0.25))

    def commanded() -> list[Set]:
        return [event.command for event in session.log.read() if isinstance(event, Commanded)]  # type: ignore[misc]

    qtbot.waitUntil(lambda: Set("optimizer.learning_rate", 0.25) in commanded())
    with qtbot.waitSignal(session.finished) as blocker:
        session.stop()
    assert blocker.args[0].design.recipe.optimizer.learning_rate == 0.25


def test_what_was_changed_while_it_stood_still_is_told_like_what_was_changed_on_the_way(
    qtbot: QtBot, session: TrainingSession, data: DataSet
) -> None:
    project = small_project(epochs=LONG)
    session.start(project, data)
    until_step(qtbot, session, 3)
    with qtbot.waitSignal(session.finished) as blocker:
        session.stop()
    run, weights = blocker.args
    recipe = project.design.recipe.choose(learning_rate=0.125)
    session.start(
        project.with_changes(run=run, weights=weights).edited(project.design.with_changes(recipe=recipe)), data
    )
    until_step(qtbot, session, run.step + 1)
    seen = [event for event in session.log.read() if isinstance(event, Commanded)]
    assert seen == [Commanded(run.step, Set("optimizer.learning_rate", 0.125), run.place)]
    with qtbot.waitSignal(session.finished) as blocker:
        session.stop()
    assert blocker.args[0].history.commands == tuple(seen)


def test_layers_are_locked_while_it_runs(qtbot: QtBot, session: TrainingSession, data: DataSet) -> None:
    session.start(small_project(epochs=LONG), data)
    until_step(qtbot, session, 3)
    session.set_locks(Locks(frozenset({"conv", "elsewhere"})))
    wanted = Lock(Locks(frozenset({"conv"})))
    qtbot.waitUntil(lambda: any(isinstance(e, Commanded) and e.command == wanted for e in session.log.read()))
    seen = []
    for _ in range(2):
        with qtbot.waitSignal(session.recorded) as blocker:
            session.checkpoint()
        seen.append(blocker.args)
        until_step(qtbot, session, seen[0][0].step + 5)
    (first, before), (second, after) = seen
    assert second.step > first.step and second.design.locks == wanted.locks
    for name, array in before.parameters.arrays("conv").items():
        assert array.tobytes() == after.parameters.arrays("conv")[name].tobytes()
    assert (before.parameters.arrays("dense")["weights"] != after.parameters.arrays("dense")["weights"]).any()
    assert [told.command for told in second.history.commands] == [wanted]
    session.stop()
    qtbot.waitUntil(lambda: not session.active)


@pytest.mark.parametrize("batch_size", [10, 90])
def test_divergence_says_one_sentence_and_keeps_weights_that_work(
    qtbot: QtBot, session: TrainingSession, data: DataSet, batch_size: int
) -> None:
    linear = chain(
        ("input", layer_from_json("input", {"height": 8, "width": 8, "channels": 1})),
        ("flatten", layer_from_json("flatten", {})),
        *((f"dense {i}", layer_from_json("dense", {"units": 8})) for i in range(3)),
        ("last", layer_from_json("dense", {"units": 3})),
        ("softmax", layer_from_json("softmax", {})),
    )
    project = untrained(design_of(linear, optimizer="sgd", learning_rate=1.0, epochs=500, batch_size=batch_size))
    with qtbot.waitSignals([(session.finished, "finished"), (session.failed, "failed")]) as blocker:
        session.start(project, data)
    run, weights = next(s.args for s in blocker.all_signals_and_args if len(s.args) == 2)
    (why,) = next(s.args for s in blocker.all_signals_and_args if len(s.args) == 1)
    sentence = worded(why)
    assert "grew beyond all numbers" in sentence and "below 1." in sentence and "\n" not in sentence
    assert np.isfinite(weights.parameters.vector).all()
    # With one step an epoch there are bad weights to fall back on at every step.
    first = steps(session.log.read())[0].loss
    assert evaluate(linear, weights.parameters, data.train).loss <= 10 * first
    assert run.step == weights.step == len(run.history.losses)
    assert np.isfinite(run.history.losses).all()
    assert all(math.isfinite(done.validation_loss) for done in run.history.epochs)
    # What is kept can be trained on, with more patience.
    calmer = project.design.with_changes(recipe=project.design.recipe.choose(learning_rate=0.01, epochs=3))
    again, _ = finish(qtbot, session, project.with_changes(design=calmer, run=run, weights=weights), data)
    assert math.isfinite(again.history.losses[-1])
    assert [done.step for done in steps(session.log.read())] == list(range(1, again.step + 1))


def test_a_checkpoint_is_a_moment_from_which_the_run_goes_on_exactly(
    qtbot: QtBot, session: TrainingSession, data: DataSet
) -> None:
    project = small_project(epochs=30)
    session.start(project, data)
    with qtbot.waitSignal(session.recorded) as blocker:
        session.checkpoint()
    run, weights = blocker.args
    vector = weights.parameters.vector.copy()
    qtbot.waitUntil(lambda: not session.active)
    assert weights.step == run.step and np.array_equal(weights.parameters.vector, vector)
    _, end = finish(qtbot, session, project.with_changes(run=run, weights=weights), data)
    _, training = headless(project, data)
    assert np.array_equal(end.parameters.vector, training.parameters.vector)


def test_snapshots_come_when_asked_for_and_not_faster_than_ten_a_second(
    qtbot: QtBot, session: TrainingSession, data: DataSet
) -> None:
    session.start(small_project(epochs=LONG), data)
    until_step(qtbot, session, 20)
    assert session.latest.value is None
    begun = time.monotonic()

    def three() -> bool:
        session.ask_snapshot()
        return session.latest.count >= 3

    qtbot.waitUntil(three)
    assert time.monotonic() - begun >= 0.2
    assert session.latest.value is not None and session.latest.value.step > 20
    session.stop()


def test_a_run_that_cannot_be_says_why(qtbot: QtBot, session: TrainingSession, data: DataSet) -> None:
    graph = small_graph().restricted({"input", "conv", "relu"})
    project = Project(design_of(graph), small_project().weights)
    with qtbot.waitSignal(session.failed) as blocker:
        session.start(project, data)
    assert "Softmax" in worded(blocker.args[0])
    assert session.state == "idle"


def test_training_waits_its_turn_and_can_be_stopped_while_it_waits(
    qtbot: QtBot, jobs: Jobs, session: TrainingSession, data: DataSet
) -> None:
    def busy(job: Job) -> Steps:
        while not job.cancelled():
            yield

    other = jobs.submit(told("reading", source="Busy"), busy)
    session.start(small_project(), data)
    assert [job_words(job.title) for job in jobs.queue] == [
        "Reading Busy",
        "Training small",
    ] and session.state == "loading"
    session.stop()
    with qtbot.waitSignal(session.state_changed, check_params_cb=lambda state: state == "idle"):
        other.cancel()
    assert len(session.log) == 0


def test_other_jobs_run_while_training_is_paused(
    qtbot: QtBot, jobs: Jobs, session: TrainingSession, data: DataSet
) -> None:
    def short(_job: Job) -> Steps:
        yield
        return "done"

    with qtbot.waitSignal(session.state_changed, check_params_cb=lambda state: state == "paused"):
        session.start(small_project(epochs=LONG), data)
        session.pause()
    job = jobs.submit(told("reading", source="Short"), short)
    with qtbot.waitSignal(job.done):
        pass
    assert session.state == "paused"
    with qtbot.waitSignal(session.finished):
        session.stop()


def test_a_closing_window_gets_the_run_at_once(
    qtbot: QtBot, jobs: Jobs, session: TrainingSession, data: DataSet
) -> None:
    heard: list[object] = []
    session.finished.connect(lambda *values: heard.append(values))
    session.start(small_project(epochs=LONG), data)
    until_step(qtbot, session, 5)
    ended = session.end_now()
    assert ended is not None and ended[0].step >= 5 and session.state == "idle"
    session.shutdown()
    assert not heavy().running
    qtbot.wait(1)  # lets what was queued arrive
    assert heard == [] and session.end_now() is None


def test_shutdown_ends_a_paused_run(qtbot: QtBot, jobs: Jobs, session: TrainingSession, data: DataSet) -> None:
    with qtbot.waitSignal(session.state_changed, check_params_cb=lambda state: state == "paused"):
        session.start(small_project(epochs=LONG), data)
        session.pause()
    session.shutdown()
    assert not heavy().running


def test_an_earlier_run_is_shown_by_its_history(qtbot: QtBot, session: TrainingSession, data: DataSet) -> None:
    run, _ = finish(qtbot, session, small_project(), data)
    live = [e for e in session.log.read() if not isinstance(e, Started | Finished)]
    session.show_history(None)
    assert session.log.read() == []
    session.show_history(run)
    shown = session.log.read()
    assert [type(event) for event in shown] == [type(event) for event in live]
    assert [(e.step, e.epoch) for e in steps(shown)] == [(e.step, e.epoch) for e in steps(live)]


def test_the_status_counts_down(qtbot: QtBot, session: TrainingSession, data: DataSet) -> None:
    run, _ = finish(qtbot, session, small_project(epochs=3), data)
    status = session.status.value
    assert status is not None
    assert (status.step, status.steps, status.epoch, status.epochs) == (27, 27, 3, 3)
    assert status.seconds_left == 0.0 and status.images_per_second > 0
    assert status.validation_accuracy == run.history.epochs[-1].validation_accuracy


def test_it_is_held_after_a_batch_after_an_epoch_and_where_it_is_good_enough(
    qtbot: QtBot, session: TrainingSession, data: DataSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And all it said until then is on the disk: its process may be killed there."""
    monkeypatch.setenv("CNNSTUDIO_DATA", str(tmp_path))

    def held(at: Until) -> Status:
        with qtbot.waitSignal(session.state_changed, check_params_cb=lambda state: state == "paused"):
            if session.active:
                session.resume(at)
            else:
                session.start(small_project(epochs=500), data, until=at)
        assert session.status.value is not None
        (run,) = kept_runs()
        written = [line["step"] for line in lines_of(run.folder) if line["kind"] == "step_done"]
        assert (run.epochs, written[-1]) == (epochs(), session.status.value.step)
        return session.status.value

    def epochs() -> int:
        return sum(isinstance(event, EpochDone) for event in session.log.read())

    def last() -> Event:
        return [event for event in session.log.read() if not isinstance(event, Commanded)][-1]

    assert [held(ONE_BATCH).step for _ in range(3)] == [1, 2, 3]
    assert held(ONE_EPOCH).epoch == 1 and isinstance(last(), EpochDone)
    assert held(Until("epoch", 3)).epoch == 3 and isinstance(last(), EpochDone)
    held(Until("accuracy", 0.9))
    done = last()
    assert isinstance(done, EpochDone) and done.validation_accuracy >= 0.9
    session.ask_snapshot()  # whoever looks does not let it go on
    qtbot.waitUntil(lambda: session.latest.value is not None and session.latest.value.step == done.step)
    assert session.state == "paused" and last() == done
    finish_now(qtbot, session)


def finish_now(qtbot: QtBot, session: TrainingSession) -> None:
    with qtbot.waitSignal(session.finished):
        session.stop()


def test_what_it_was_told_behind_a_record_it_is_told_again_if_its_process_dies(
    qtbot: QtBot, session: TrainingSession, data: DataSet
) -> None:
    project = small_project(epochs=500)
    session.start(project, data, until=Until("epoch", 2))
    qtbot.waitUntil(lambda: session.state == "paused")
    with qtbot.waitSignal(session.recorded) as kept:
        session.checkpoint()
    session.adjust(Set("clipping", 0.5))
    session.resume(Until("epoch", 4))
    qtbot.waitUntil(lambda: session.status.value is not None and session.status.value.epoch == 4)
    run, weights = kept.args
    again = next_run(project.with_changes(run=run, weights=weights), data)
    assert [told.command for told in again.run.ahead] == [Set("clipping", 0.5)]
    other = project.design.with_changes(recipe=project.design.recipe.replace(clipping=2.0))
    decided = next_run(project.with_changes(design=other, run=run, weights=weights), data)
    assert decided.run.ahead == () and decided.run.history.commands[-1].command == Set("clipping", 2.0)
    finish_now(qtbot, session)
    assert next_run(project.with_changes(run=run, weights=weights), data).run.ahead == ()


def test_a_run_that_is_watched_says_what_it_looks_like_inside_and_takes_the_same_course(
    qtbot: QtBot, session: TrainingSession, data: DataSet
) -> None:
    project = small_project(epochs=12)
    session.watch("conv")
    run, weights = finish(qtbot, session, project, data)
    expected, training = headless(project, data)
    events = session.log.read()
    assert steps(events) == steps(expected), "the lane that forgets nothing keeps nothing of what was measured"
    assert np.array_equal(weights.parameters.vector, training.parameters.vector)
    newest = session.measured.value
    assert newest is not None and newest.measured is not None
    assert set(newest.measured.figures) == {"conv", "dense"}
    assert newest.measured.arrays["weights"].shape == (2, 3, 3, 1)
    (kept,) = (one for one in kept_runs() if one.id == run.id)
    written = [line for line in lines_of(kept.folder) if "measured" in line]
    assert len(written) == session.measured.count and written[-1]["step"] == newest.step
    assert written[-1]["measured"]["layers"].keys() == {"conv", "dense"}
    session.watch(None)
    finish(qtbot, session, project, data)
    assert session.measured.count == 0
