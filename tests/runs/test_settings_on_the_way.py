"""The law of what is changed on the way: whatever a run is told, wherever it is killed, it goes on to the same bits."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from projects import examples, small_design

from cnnstudio.design.edits import edits
from cnnstudio.design.value.design import Design
from cnnstudio.nn.graph.graph import Edge
from cnnstudio.nn.graph.layer import layer_kinds
from cnnstudio.nn.network.plan import default_plan
from cnnstudio.nn.parameters.locks import NO_LOCKS, Locks
from cnnstudio.nn.rules.schedules import Constant, Cosine, OneCycle, Plateau
from cnnstudio.nn.rules.schedules import Step as Stairs
from cnnstudio.nn.training.events import Commanded, EpochDone, Finished, Lock, MeasureStep, Place, Set, StepDone
from cnnstudio.project.file import load_project, save_project
from cnnstudio.project.project import Project, untrained
from cnnstudio.runs.adjusting import after, going_on
from cnnstudio.runs.recorder import Recorder, new_run, steps_in_all, train_by, training_of, why_not_resumable
from cnnstudio.runs.replaying import replayed

IMAGES, EPOCHS = 36, 3
Told = dict[int, list[Set | Lock]]


def design() -> Design:
    small = small_design("sgd")
    (edge,) = (e for e in small.graph.edges if e.target.startswith("dense"))
    found, node = edits.insert(small, Edge(edge.source, edge.target), layer_kinds()["dropout"](rate=0.2), (0.0, 0.0))
    assert node == "dropout_1"
    return found.with_changes(recipe=found.recipe.choose(epochs=EPOCHS))


def fresh() -> Project:
    project = untrained(design())
    return project.with_changes(run=new_run(project.design, default_plan(project.design.graph, 2), "print"))


def driven(
    project: Project, told: Told, until: int = 999, kept_at: int = -1, watched: bool = False
) -> tuple[Project, Project]:
    """The project after its run went on to step ``until`` and was told this after these steps, as it was kept at
    another step with all that it was told since; and as it was at its end. Where it is watched, each step is
    measured."""
    run = project.run
    assert run is not None
    training, recorder = training_of(run, project.weights.parameters), Recorder(run, project.weights)
    engine = replayed(train_by(run.design.recipe, training, examples(IMAGES), examples(9)), run.ahead)
    event, kept = next(engine), project

    def now() -> Project:
        record, weights = recorder.record(training.state())
        return Project(record.design, weights, record)

    while True:
        recorder.hear(event)
        if isinstance(event, StepDone):
            if event.step == kept_at:
                kept = now()
            for command in told.get(event.step, ()):
                recorder.hear(engine.send(command))
        if isinstance(event, Finished) or training.step >= until:
            break
        event = engine.send(MeasureStep() if watched else None)
    engine.close()
    ended = now()
    assert kept.run is not None and ended.run is not None
    ahead = ended.run.history.commands[len(kept.run.history.commands) :]
    return kept.with_changes(run=kept.run.with_changes(ahead=ahead)), ended


def through_a_file(project: Project) -> Project:
    """As it is after a save; what is ahead of a run is no part of a file."""
    with tempfile.TemporaryDirectory() as folder:
        save_project(project, Path(folder) / "a.cnn")
        found = load_project(Path(folder) / "a.cnn")
    assert found.run is not None and project.run is not None
    assert found.run.history.commands == project.run.history.commands and found.run.place == project.run.place
    return found.with_changes(run=found.run.with_changes(ahead=project.run.ahead))


def alike(one: Project, two: Project) -> bool:
    assert one.run is not None and two.run is not None and one.run.optimizer and two.run.optimizer
    assert one.run.history.losses.tolist() == two.run.history.losses.tolist()
    assert one.run.history.commands == two.run.history.commands
    assert [figures(done) for done in one.run.history.epochs] == [figures(done) for done in two.run.history.epochs]
    assert (one.run.place, one.run.epoch, one.run.design) == (two.run.place, two.run.epoch, two.run.design)
    assert one.run.optimizer.vectors["velocity"].tobytes() == two.run.optimizer.vectors["velocity"].tobytes()
    assert one.weights.parameters.state.tobytes() == two.weights.parameters.state.tobytes()
    return one.weights.parameters.vector.tobytes() == two.weights.parameters.vector.tobytes()


def figures(done: EpochDone) -> tuple[object, ...]:
    """Without how long it took."""
    return done.epoch, done.step, done.train_loss, done.validation_loss, done.learning_rate, done.batch_size


rate = st.floats(1e-4, 0.1)
commands = st.one_of(
    rate.map(lambda value: Set("optimizer.learning_rate", value)),
    st.sampled_from([0.0, 0.5, 0.95]).map(lambda value: Set("optimizer.momentum", value)),
    st.sampled_from([0.0, 0.01]).map(lambda value: Set("optimizer.weight_decay", value)),
    st.booleans().map(lambda value: Set("optimizer.nesterov", value)),
    st.sampled_from([0.0, 0.1]).map(lambda value: Set("clipping", value)),
    st.sampled_from([Constant(), Cosine(), OneCycle(warm_up=4), Plateau(patience=0), Stairs()]).map(
        lambda value: Set("schedule", value)
    ),
    st.sampled_from([0.0, 0.1, 0.6]).map(lambda value: Set("layer.dropout_1.rate", value)),
    st.sampled_from([5, 8, 12, 36, 50]).map(lambda value: Set("batch_size", value)),
    st.sampled_from([1, 2, 3, 4]).map(lambda value: Set("epochs", value)),
    st.sampled_from([0, 1, 2]).map(lambda value: Set("early_stopping", value)),
    st.sampled_from([Lock(Locks(frozenset({"conv2d_1"}))), Lock(NO_LOCKS)]),
)


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@example([(2, Set("batch_size", 12)), (3, Set("optimizer.momentum", 0.5))], 4, 1)  # kept between both
@given(st.lists(st.tuples(st.integers(1, 14), commands), max_size=6), st.integers(1, 14), st.integers(0, 6))
def test_whatever_is_changed_and_wherever_it_is_killed_a_run_goes_on_to_the_same_bits(
    plan: list[tuple[int, Set | Lock]], killed: int, lost: int
) -> None:
    told: Told = {}
    for step, command in plan:
        told.setdefault(step, []).append(command)
    begun = fresh()
    _, whole = driven(begun, told)
    assert whole.run is not None and begun.run is not None
    kept, _ = driven(begun, told, until=killed, kept_at=killed - lost)
    _, ended = driven(through_a_file(kept), {step: all_ for step, all_ in told.items() if step > killed}, watched=True)
    assert alike(ended, whole)
    assert steps_in_all(whole.run, IMAGES) == whole.run.step


def test_another_batch_size_is_that_of_the_epochs_after_this_one_and_the_schedule_goes_on_where_it_was() -> None:
    told: Told = {2: [Set("batch_size", 12)], 7: [Set("batch_size", 36)]}
    _, ended = driven(fresh(), told)
    assert ended.run is not None
    epochs = ended.run.history.epochs
    assert [(done.step, done.batch_size) for done in epochs] == [(5, 8), (8, 12), (9, 36)]
    assert [told.place for told in ended.run.history.commands] == [Place(0, 16), Place(1, 24)]
    _, even = driven(fresh(), {})
    assert even.run is not None
    # a cosine is over at the end, however many steps there were
    assert epochs[-1].learning_rate == even.run.history.epochs[-1].learning_rate == 0.0


def test_early_stopping_ends_a_run_that_gets_no_better_and_more_epochs_are_waited_for_anew() -> None:
    told: Told = {1: [Set("early_stopping", 1), Set("optimizer.learning_rate", 0.0), Set("epochs", 9)]}
    _, ended = driven(fresh(), told)
    assert ended.run is not None and ended.run.place == Place(2), "the second epoch is as good as the first"
    assert ended.run.design.recipe.epochs == 2 and ended.run.history.commands[-1].command == Set("epochs", 2)
    more = ended.run.design.with_changes(recipe=ended.run.design.recipe.replace(epochs=9))
    _, again = driven(ended.with_changes(run=going_on(ended.run, more)), {})
    assert again.run is not None and again.run.place == Place(4)


def test_settings_that_are_changed_while_it_rests_are_told_where_it_stands_and_leave_the_run_what_it_is() -> None:
    _, stopped = driven(fresh(), {}, until=4)
    run = stopped.run
    assert run is not None
    asked: list[Set | Lock] = [
        Set("clipping", 0.1), Set("batch_size", 12), Set("optimizer.momentum", 0.5), Set("layer.dropout_1.rate", 0.6),
    ]  # fmt: skip
    now = run.design
    for command in asked:
        now = after(now, command)
    assert why_not_resumable(run, now, stopped.weights, "print") is None
    _, rested = driven(stopped.with_changes(design=now, run=going_on(run, now)), {})
    _, told = driven(fresh(), {4: asked})
    assert told.run is not None and rested.run is not None
    assert {c.command for c in told.run.history.commands} == {c.command for c in rested.run.history.commands}
    assert {(c.step, c.place) for c in rested.run.history.commands} == {(4, Place(0, 32))}
    assert rested.weights.parameters.vector.tobytes() == told.weights.parameters.vector.tobytes()


def test_who_decides_anew_is_told_no_more_of_what_was_decided_before() -> None:
    told: Told = {3: [Set("clipping", 0.1)], 6: [Set("clipping", 0.2)]}
    kept, _ = driven(fresh(), told, until=8, kept_at=2)
    assert kept.run is not None and [c.step for c in kept.run.ahead] == [3, 6]
    _, ended = driven(kept, {4: [Set("clipping", 0.3)]})
    assert ended.run is not None
    found = [(c.step, c.command) for c in ended.run.history.commands if isinstance(c, Commanded)]
    assert found == [(3, Set("clipping", 0.1)), (4, Set("clipping", 0.3))]
