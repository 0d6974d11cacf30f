"""Our engine in another process, driven by events and commands: the same session, the same bits."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from engine_program import behind_a_pipe
from pytestqt.qtbot import QtBot
from small_training import design_of, small_data, small_graph, small_project

from cnnstudio.data.preparation.split import divided
from cnnstudio.nn.arrays import Floats
from cnnstudio.nn.parameters.locks import Locks
from cnnstudio.nn.parameters.parameters import layouts
from cnnstudio.nn.telling.told import worded
from cnnstudio.nn.training.events import Commanded, EpochDone, Event, Lock, Set, StepDone
from cnnstudio.nn.training.plain import MessageError
from cnnstudio.project.project import Project, untrained
from cnnstudio.runs.piped import EngineLost, piped
from cnnstudio.runs.recorder import new_run, train_by, training_of
from cnnstudio.runs.run import Run
from cnnstudio.runs.wire import read_command, read_event
from cnnstudio.worker.jobs import Jobs
from cnnstudio.worker.training.session import TrainingSession

DATA = small_data()
LONG = 10_000


@pytest.fixture
def far(jobs: Jobs, tmp_path: Path) -> Iterator[TrainingSession]:
    """A session whose engine is another process."""
    made = TrainingSession(jobs, engine=behind_a_pipe(tmp_path))
    yield made
    made.shutdown()


def figures(events: list[Event]) -> list[object]:
    """What a run says, without how long it took."""
    return [
        (e.epoch, e.step, e.train_loss, e.train_accuracy, e.validation_loss, e.validation_accuracy, e.learning_rate)
        if isinstance(e, EpochDone)
        else e
        for e in events
    ]


def trained(qtbot: QtBot, session: TrainingSession, project: Project):
    with qtbot.waitSignal(session.finished) as blocker:
        session.start(project, DATA)
    return blocker.args


def until_step(qtbot: QtBot, session: TrainingSession, step: int) -> None:
    qtbot.waitUntil(lambda: session.status.value is not None and session.status.value.step >= step)


def replayed(project: Project, run: Run) -> Floats:
    """The parameters that the bare trainer has in this process after a run's steps, with its commands."""
    begun = new_run(project.design, run.plan, run.data)
    learning, validation = divided(DATA, project.design.recipe.data.split)
    training = training_of(begun, project.weights.parameters)
    engine = train_by(project.design.recipe, training, learning, validation)
    for event in engine:
        for told in run.history.commands:
            if isinstance(event, StepDone) and told.step == event.step:
                engine.send(told.command)
        if training.step == run.step:
            break
    engine.close()
    return training.parameters.vector


@pytest.mark.parametrize("optimizer", ["adam", "sgd"])
def test_another_process_gives_the_same_bits(qtbot: QtBot, session, far, optimizer: str) -> None:
    project = small_project(optimizer=optimizer, shift=1, flip="horizontal")
    (run, weights), (there, far_weights) = (trained(qtbot, s, project) for s in (session, far))
    assert figures(far.log.read()) == figures(session.log.read()) and len(far.log) == 18 + 2 + 2
    assert far_weights.parameters.vector.tobytes() == weights.parameters.vector.tobytes()
    assert (there.step, there.epoch, there.optimizer.step) == (run.step, run.epoch, run.optimizer.step)
    for name, vector in run.optimizer.vectors.items():
        assert there.optimizer.vectors[name].tobytes() == vector.tobytes()
    # what came through the pipe goes on here, in this process, as if it had never been away
    ends = [
        trained(qtbot, session, project.with_changes(run=run, weights=weights))
        for run, weights in ((run, weights), (there, far_weights))
    ]
    assert ends[0][1].parameters.vector.tobytes() == ends[1][1].parameters.vector.tobytes()


def test_pause_snapshots_commands_and_stop_reach_it(qtbot: QtBot, far) -> None:
    project = small_project(epochs=LONG)
    with qtbot.waitSignal(far.state_changed, check_params_cb=lambda state: state == "paused"):
        far.start(project, DATA)
        far.pause()
    seen = len(far.log)
    far.ask_snapshot()
    qtbot.waitUntil(lambda: far.latest.value is not None)
    assert len(far.log) == seen
    far.resume()
    until_step(qtbot, far, 3)
    far.adjust(Set("optimizer.learning_rate", 0.25))
    far.set_locks(Locks(frozenset({"conv"}), frozenset({("dense", 1)})))

    def commanded() -> list[Commanded]:
        return [event for event in far.log.read() if isinstance(event, Commanded)]

    wanted = {Set("optimizer.learning_rate", 0.25), Lock(Locks(frozenset({"conv"}), frozenset({("dense", 1)})))}
    qtbot.waitUntil(lambda: {told.command for told in commanded()} == wanted)
    until_step(qtbot, far, max(told.step for told in commanded()) + 5)
    with qtbot.waitSignal(far.recorded) as blocker:
        far.checkpoint()
    kept, at = blocker.args
    assert kept.design.locks.layers == {"conv"} and kept.design.recipe.optimizer.learning_rate == 0.25
    assert not at.parameters.arrays("dense")["weights"][1].any() and not at.parameters.vector.flags.writeable
    with qtbot.waitSignal(far.finished) as blocker:
        far.stop()
    run, weights = blocker.args
    assert run.step == weights.step >= kept.step and list(run.history.commands) == commanded()
    assert weights.parameters.vector.tobytes() == replayed(project, run).tobytes()


def test_what_it_cannot_train_is_said_in_its_words(qtbot: QtBot, far) -> None:
    graph = small_graph().restricted({"input", "conv", "relu"})
    with qtbot.waitSignal(far.failed) as blocker:
        far.start(untrained(design_of(graph)), DATA)
    assert "Softmax" in worded(blocker.args[0]) and far.state == "idle"


@pytest.mark.parametrize("program", ["pass", "print('Hello')", 'print(\'{"kind": "started", "step": -1}\')'])
def test_a_program_that_is_no_engine_is_an_error_for_people(qtbot: QtBot, jobs: Jobs, program: str) -> None:
    def begin(what, stopped):
        return piped([sys.executable, "-c", program], layouts(what.run.design.graph), stopped)

    session = TrainingSession(jobs, engine=begin)
    with qtbot.waitSignal(session.failed) as blocker:
        session.start(small_project(), DATA)
    assert worded(blocker.args[0]).startswith("The engine ") and "\n" not in worded(blocker.args[0])


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="only Linux says which children a process has")
def test_closing_ends_the_process(qtbot: QtBot, jobs: Jobs, far) -> None:
    before = _children()  # helpers of other runs rest until they are needed again
    far.start(small_project(epochs=LONG), DATA)
    until_step(qtbot, far, 5)
    children = _children() - before
    assert children
    assert far.end_now() is not None
    far.shutdown()
    assert not _children() & children


def _children() -> set[int]:
    return {
        int(line)
        for task in Path("/proc/self/task").iterdir()
        for line in (task / "children").read_text().split()
        if Path(f"/proc/{line}").exists()
    }


@pytest.mark.parametrize(
    "line",
    [
        b"[]\n", b"{}\n", b'{"kind": "go"}\n', b'{"kind": "set"}\n', b'{"kind": "set", "settings": []}\n',
        b'{"kind": "set", "settings": {"optimizer.learning_rate": true}}\n', b'{"kind": "set", "settings": {}}\n',
        b'{"kind": "set", "settings": {"optimizer.learning_rate": NaN}}\n',
        b'{"kind": "set", "settings": {"optimizer.learning_rate": 0.1, "more": 1}}\n',
        b'{"kind": "set", "settings": {"optimizer.learning_rate": 0.1}, "more": 1}\n',
        b'{"kind": "lock"}\n', b'{"kind": "lock", "locks": {"locked": "conv"}}\n',
        b'{"kind": "lock", "locks": {"muted": {"conv": [-1]}}}\n',
        b'{"kind": "stop"}', b'{"kind": "go_on", "x": 1}\n', b"\xff\n", b'{"kind": "started"}\n',
    ],
)  # fmt: skip
def test_what_is_no_command_is_refused(line: bytes) -> None:
    with pytest.raises(MessageError):
        read_command(io.BytesIO(line))


@pytest.mark.parametrize(
    "line",
    [
        b'{"kind": "snapshot_taken", "run": "", "step": 1}\n',
        b'{"kind": "snapshot_taken", "run": "", "step": 1, "bytes": 8}\n1234',
        b'{"kind": "snapshot_taken", "run": "", "step": 1, "bytes": 8}\n12345678',
        b'{"kind": "step_done", "step": 1, "epoch": 1, "loss": "much", "accuracy": 1}\n',
        b'{"kind": "finished", "step": 1, "stopped": 0}\n', b'{"kind": "set", "learning_rate": 0.1}\n',
    ],
)  # fmt: skip
def test_what_is_no_event_is_refused(line: bytes) -> None:
    with pytest.raises(MessageError):
        read_event(io.BytesIO(line), layouts(small_graph()))


def test_an_engine_that_is_gone_is_noticed_when_it_is_told_something() -> None:
    engine = piped([sys.executable, "-c", "print('{\"kind\": \"finished\", \"step\": 0, \"stopped\": false}')"],
                   layouts(small_graph()))  # fmt: skip
    next(engine)
    with pytest.raises(EngineLost):
        engine.send(Set("optimizer.learning_rate", 0.1))
        engine.send(Set("optimizer.learning_rate", 0.1))
