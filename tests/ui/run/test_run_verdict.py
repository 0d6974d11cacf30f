"""All parts of the window say the same of a run, and it is true of the run that is shown."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from cnnstudio.design.edits import edits
from cnnstudio.runs.verdicts.rules import GOOD
from cnnstudio.runs.verdicts.wording import verdict_heading, verdict_text, verdict_words
from cnnstudio.ui.look import theme
from cnnstudio.ui.panels.bars.training_bar import TrainingBar
from tests.ui.training_parts import LONG, Parts, parts, unloaded  # noqa: F401


def code(parts: Parts) -> str:  # noqa: F811
    now = parts.run_control.verdict.now
    return now.code if now is not None else ""


def test_a_run_under_way_is_judged_as_it_goes(qtbot: QtBot, parts: Parts) -> None:  # noqa: F811
    assert code(parts) == ""
    parts.set_recipe(epochs=LONG)
    parts.run_control.train()
    qtbot.waitUntil(lambda: code(parts) == "learned")
    with qtbot.waitSignal(parts.session.finished):
        parts.run_control.stop()
    assert code(parts) == "learned", "and when it has ended"
    parts.run_control.reset()
    assert code(parts) == ""


@pytest.mark.parametrize(("rate", "colour"), [(0.05, "good"), (100.0, "warning")])
def test_only_a_good_run_is_green(qtbot: QtBot, qapp, parts: Parts, rate: float, colour: str) -> None:  # noqa: F811
    theme.apply(qapp, "light")
    bar = TrainingBar(parts.run_control, parts.looking)
    qtbot.addWidget(bar)
    parts.train(qtbot, epochs=6, learning_rate=rate)
    verdict = parts.run_control.verdict.now
    assert verdict is not None and (verdict.code in GOOD) == (colour == "good")
    assert bar.text.text() == f"6 epochs trained · {verdict_words(verdict).title}"
    assert getattr(theme.current(), colour).name() in bar.accuracy.styleSheet()


def test_a_network_whose_relus_are_all_silent_is_called_dead_here_as_by_train(
    qtbot: QtBot, parts: Parts  # noqa: F811
) -> None:  # fmt: skip
    parts.train(qtbot, epochs=6, learning_rate=100.0)
    qtbot.waitUntil(lambda: code(parts) == "dead")
    parts.train(qtbot, epochs=12)
    assert code(parts) != "", "and it is looked at again"
    parts.run_control.reset()
    assert code(parts) == ""


def test_summary_training_bar_status_bar_and_lesson_say_the_same(qtbot, open_window) -> None:
    window = open_window()
    design = window.document.project.design
    window.document.edit("Set", design.with_changes(recipe=design.recipe.choose(epochs=1, learning_rate=100.0)))
    qtbot.waitUntil(lambda: window.data.dataset is not None)
    window.document.select([])
    with qtbot.waitSignal(window.session.finished, timeout=60_000):
        window.run_control.train()
    verdict = window.run_control.verdict.now
    qtbot.waitUntil(lambda: window.run_control.verdict.now.code in ("diverging", "worse", "dead"))
    window.run_control.verdict.shutdown()
    verdict = window.run_control.verdict.now
    assert window.inspector.summary.advice.startswith(verdict_text(verdict))
    assert window.status.verdict.text() == verdict_heading(verdict)
    window.workspaces.show("Learn")
    assert window.learn.standing().verdict == verdict
    window.workspaces.show("Build")
    window.document.edit("Cut", edits.remove(window.document.project.design, ["softmax_1"]))
    assert window.status.verdict.text() == "", "that was another network"
