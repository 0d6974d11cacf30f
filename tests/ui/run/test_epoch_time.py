"""The predicted time of an epoch in the status bar."""

from __future__ import annotations

import pytest

from cnnstudio.design.edits import edits
from cnnstudio.design.edits.locking import lock
from cnnstudio.ui.run.epoch_time import duration


def predicted(window) -> bool:
    return window.epoch_time.text.startswith("about")


def test_it_is_predicted_and_forgotten_with_the_design(window, qtbot):
    qtbot.waitUntil(lambda: predicted(window))
    assert window.status.epoch.text() == window.epoch_time.text
    assert "steps" in window.epoch_time.reason
    text, design = window.epoch_time.text, window.document.project.design
    layer = design.graph["conv2d_1"].layer.replace(filters=12)
    window.document.edit("Filters", edits.configure(design, "conv2d_1", layer))
    assert not window.status.epoch.isVisible()
    window.document.history.undo()
    assert window.status.epoch.text() == text
    window.document.edit("Lock", lock(design, ["conv2d_1", "conv2d_2"]))
    assert not window.status.epoch.isVisible(), "with the lower layers locked there is less to do"
    window.document.history.undo()
    assert window.status.epoch.text() == text


def test_train_cancels_the_timing_and_afterwards_it_says_how_far_off_it_was(window, qtbot):
    qtbot.waitUntil(lambda: predicted(window))
    design = window.document.project.design
    recipe = design.recipe.replace(epochs=1, batch_size=128)
    window.document.edit("Recipe", design.with_changes(recipe=recipe))
    qtbot.waitUntil(lambda: any(job.title.code == "timing" for job in window.jobs.queue))
    window.run_control.train()
    qtbot.waitUntil(lambda: window.session.state == "running")
    assert all(job.title.code != "timing" for job in window.jobs.queue if job.state == "running")
    window.run_control.stop()
    qtbot.waitUntil(lambda: not window.session.active)
    qtbot.waitUntil(lambda: predicted(window))
    window.run_control.train()
    qtbot.waitUntil(lambda: window.session.active)
    qtbot.waitUntil(lambda: not window.session.active)
    assert window.status.epoch.text().partition(",")[0].endswith("per epoch") and not predicted(window)
    assert "measured" in window.epoch_time.reason
    took = window.status.epoch.text().partition(" per")[0]
    window.run_control.reset(new_seed=True)
    assert window.status.epoch.text() == f"about {took} per epoch", "a run that is gone was expected to do nothing"
    qtbot.waitUntil(lambda: any("seed is 1 now" in notice.text for notice in window.notices.current))
    window.document.history.undo()
    assert window.status.epoch.text().startswith(took)
    assert not any("seed" in notice.text for notice in window.notices.current)


def test_an_edit_gives_up_what_is_being_timed(window, qtbot):
    qtbot.waitUntil(lambda: any(job.title.code == "timing" for job in window.jobs.queue))
    (job,) = [job for job in window.jobs.queue if job.title.code == "timing"]
    design = window.document.project.design
    window.document.edit("Delete", edits.remove(design, ["flatten_1"], rejoin=True))
    qtbot.waitUntil(lambda: job.over)
    assert job.state == "cancelled"
    assert window.epoch_time.text == ""


def test_a_closed_window_times_nothing(open_window, qtbot):
    window = open_window()
    qtbot.waitUntil(lambda: window.epoch_time._rest.isActive())
    window.discard()
    qtbot.waitUntil(lambda: not window.epoch_time._rest.isActive())
    assert window.epoch_time.estimate is None


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.0123, "12\u202fms"),
        (0.83, "0.83\u202fs"),
        (4.04, "4\u202fs"),
        (42.4, "42\u202fs"),
        (130, "2\u202fmin 10\u202fs"),
        (3900, "1\u202fh 5\u202fmin"),
    ],
)
def test_times_as_people_say_them(seconds, said):
    assert duration(seconds) == said


@pytest.mark.parametrize("width", [1440, 1100, 900])
def test_the_status_bar_cuts_nothing_off(open_window, width):
    window = open_window(size=(width, 700))
    status = window.status
    status.show_epoch_time("12 min 40 s per epoch, expected 14\u202fmin", "why")
    assert window.width() == width
    parts = (status.problems, status.parameters, status.macs, status.epoch, status.memory, status.saved)
    shown = [part for part in parts if part.isVisible()]
    status.layout().activate()
    assert {status.problems, status.parameters, status.saved} <= set(shown)
    assert all(part.width() >= part.sizeHint().width() for part in shown)
    assert len(shown) == len(parts) if width == 1440 else len(shown) >= 4


def test_while_it_trains_an_epoch_takes_what_the_time_left_is_reckoned_with(window, qtbot):
    qtbot.waitUntil(lambda: predicted(window))
    design = window.document.project.design
    window.document.edit("Set", design.with_changes(recipe=design.recipe.choose(epochs=1000)))
    window.run_control.train()
    qtbot.waitUntil(lambda: window.status.epoch.text().endswith("per epoch") and not predicted(window))
    window.run_control.train_or_pause()
    qtbot.waitUntil(lambda: window.session.state == "paused")
    status = window.session.status.value
    assert status.seconds_left == pytest.approx(1000 * status.epoch_seconds, rel=0.02)
    assert window.epoch_time.text == f"{duration(status.epoch_seconds)} per epoch"
