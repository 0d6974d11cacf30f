"""A finished run that goes on begins its schedule anew: that is marked, and the rate can be held instead."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from cnnstudio.nn.rules.schedules import CONSTANT
from cnnstudio.nn.telling.phrases import amount
from cnnstudio.nn.telling.told import worded
from cnnstudio.nn.training.events import Commanded, EpochDone, Set
from cnnstudio.runs.restarts import begins_anew, rate_to_hold, restarts
from cnnstudio.ui.panels.curves.curves import CurvesPanel
from tests.ui.training_parts import LONG, Parts, parts, unloaded  # noqa: F401

BY_HAND = Commanded(30, Set("optimizer.learning_rate", 0.9))


def rates(*found: float) -> list[EpochDone]:
    return [EpochDone(n, 10 * n, 1.0, 0.5, 1.0, 0.5, 1.0, 1.0, rate) for n, rate in enumerate(found, start=1)]


def test_only_a_rate_that_rises_after_it_fell_began_anew() -> None:
    assert [done.epoch for done in restarts(rates(0.9, 0.5, 0.0, 0.8, 0.4, 0.0, 0.7))] == [3, 6]
    assert restarts(rates(0.1, 0.4, 0.9, 0.5, 0.1)) == [], "one cycle rises first"
    assert restarts(rates(0.5, 0.5, 0.5)) == []
    assert restarts(rates(0.9, 0.5, 0.1, 0.9), [Commanded(30, Set("optimizer.learning_rate", 0.9))]) == [], (
        "somebody set it"
    )


def test_a_run_that_goes_on_says_so_and_holds_the_rate_if_that_is_wanted(qtbot: QtBot, parts: Parts) -> None:  # noqa: F811
    control, panel = parts.run_control, CurvesPanel(parts.run_control)
    qtbot.addWidget(panel)
    assert control.why_not_hold()
    parts.train(qtbot, epochs=4, learning_rate=0.01, schedule="cosine")
    run = parts.project.run
    assert run is not None and begins_anew(run, run.design.recipe.schedule)
    held = rate_to_hold(run)
    assert 0 < held < 0.005
    parts.set_recipe(epochs=LONG - 100)
    control.train()
    qtbot.waitUntil(lambda: bool(parts.notices.current))
    (notice,) = parts.notices.current

    def marks() -> list[tuple[int, str]]:
        panel.follow()
        return [(mark.step, mark.text) for mark in panel.plots["loss"].chart.marks]

    longer = f"{amount(4 + LONG - 100, 'epoch')} in all"
    qtbot.waitUntil(lambda: marks() == [(36, longer), (36, "schedule began anew")])
    assert notice.action is not None
    notice.action()  # ends what has just begun, and goes on
    assert parts.session.active and parts.project.design.recipe.schedule == CONSTANT
    assert parts.project.design.recipe.optimizer.learning_rate == held
    qtbot.waitUntil(lambda: parts.session.state == "running")  # stopped before it has begun, it has no end to tell
    with qtbot.waitSignal(parts.session.finished):
        control.stop()
    now = parts.project.run
    assert now is not None and now.id == run.id, "it is the same run"
    assert now.history.epochs[-1].learning_rate <= 0.01 and control.why_not_hold()
    qtbot.waitUntil(lambda: not parts.notices.current)


def test_what_is_held_is_what_is_trained_with(qtbot: QtBot, parts: Parts) -> None:  # noqa: F811
    parts.train(qtbot, epochs=4, learning_rate=0.01, schedule="cosine")
    run = parts.project.run
    held = rate_to_hold(run)
    parts.run_control.hold_rate()
    assert worded(parts.document.to_undo).startswith("Hold the learning rate at ")
    parts.train(qtbot)
    after = parts.project.run
    assert after.id == run.id and {done.learning_rate for done in after.history.epochs[4:]} == {held}
