"""The curves: every step of the log, nothing twice, and readable."""

from __future__ import annotations

import math
import time

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from pytestqt.qtbot import QtBot

from cnnstudio.nn.trainer import EpochDone, Event, Started, StepDone
from cnnstudio.training.lanes import Log
from cnnstudio.ui.panels.curve_data import CurveData, Series
from cnnstudio.ui.panels.curves import CurvesPanel
from cnnstudio.ui.panels.plot_axes import nice
from tests.ui.training_parts import LONG, Parts, hover, parts, unloaded  # noqa: F401


@pytest.fixture
def panel(qtbot: QtBot, parts: Parts) -> CurvesPanel:  # noqa: F811
    made = CurvesPanel(parts.desk)
    made.resize(900, 270)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    return made


def events(count: int, per_epoch: int) -> list[Event]:
    made: list[Event] = [Started(0, per_epoch, count // per_epoch)]
    for step in range(1, count + 1):
        epoch = (step - 1) // per_epoch + 1
        made.append(StepDone(step, epoch, 2.0 * math.exp(-step / 100) + 0.01, 1 - math.exp(-step / 100)))
        if step % per_epoch == 0:
            made.append(EpochDone(epoch, step, 0.1, 0.9, 0.2 / epoch, 0.9, 1000, 1.0, 0.01))
    return made


def fill(panel: CurvesPanel, made: list[Event]) -> None:
    log: Log[Event] = Log()
    log.extend(made)
    panel._desk.session.log = log
    panel.follow()


def test_every_step_of_a_real_run_is_drawn(qtbot: QtBot, parts: Parts, panel: CurvesPanel) -> None:  # noqa: F811
    assert panel._stack.currentWidget() is panel.empty
    parts.train(qtbot)
    run = parts.project.run
    assert panel._stack.currentWidget() is panel.curves
    x, y = panel.plots["loss"]._raw.getOriginalDataset()
    assert np.array_equal(x, np.arange(1, 19)) and np.array_equal(y, run.history.losses)
    x, y = panel.plots["accuracy"]._validation.getOriginalDataset()
    assert x.tolist() == [9, 18] and y.tolist() == [e.validation_accuracy for e in run.history.epochs]


def test_curves_grow_while_it_trains(qtbot: QtBot, parts: Parts, panel: CurvesPanel) -> None:  # noqa: F811
    parts.set_recipe(epochs=LONG)
    parts.desk.train()
    qtbot.waitUntil(lambda: len(panel.data.loss) > 20)
    seen = len(panel.data.loss)
    qtbot.waitUntil(lambda: len(panel.data.loss) > seen)
    parts.desk.stop()
    qtbot.waitUntil(lambda: not parts.session.active)
    assert np.array_equal(panel.data.loss.raw, parts.project.run.history.losses)


def test_reset_empties_them_and_undo_brings_them_back(qtbot: QtBot, parts: Parts, panel: CurvesPanel) -> None:  # noqa: F811
    parts.train(qtbot)
    losses = panel.data.loss.raw.copy()
    parts.desk.reset()
    assert panel._stack.currentWidget() is panel.empty and len(panel.data.loss) == 0
    parts.document.undo_stack.undo()
    assert np.array_equal(panel.data.loss.raw, losses) and len(panel.data.epochs) == 2


def test_the_axis_ends_with_the_epoch_and_a_zoom_is_kept_until_double_click(qtbot: QtBot, panel: CurvesPanel) -> None:
    made = events(250, 100)
    fill(panel, made[:30])
    box = panel.plots["loss"].plot.getPlotItem().getViewBox()
    assert 100 <= box.viewRange()[0][1] < 110
    panel._desk.session.log.extend(made[30:])
    panel.follow()
    assert 300 <= box.viewRange()[0][1] < 310
    box.setRange(xRange=(50, 60))
    box.sigRangeChangedManually.emit([True, True])
    panel._desk.session.log.extend([StepDone(251, 3, 0.5, 0.5)])
    panel.follow()
    assert 49 < box.viewRange()[0][0] < 51
    panel.plots["loss"].plot.reset.emit()
    assert box.viewRange()[0][0] == 0


def test_the_crosshair_reads_the_step_under_the_pointer_in_both_plots(qtbot: QtBot, panel: CurvesPanel) -> None:
    fill(panel, events(200, 100))
    view = panel.plots["loss"]
    box = view.plot.getPlotItem().getViewBox()
    at = view.plot.mapFromScene(box.mapViewToScene(QPointF(120, 0.5)))

    def there() -> bool:
        hover(view.plot.viewport(), at)  # the plot ignores moves that follow each other too fast
        return view._step in range(117, 124)

    qtbot.waitUntil(there)
    step = view._step
    loss = panel.data.loss
    assert view.readout.text() == (
        f"batch {loss.raw[step - 1]:.4g} · smoothed {loss.smooth[step - 1]:.4g} · validation 0.1"
    )
    other = panel.plots["accuracy"]
    assert other._step == step and "%" in other.readout.text() and other._pill.toPlainText() == f"step {step}"
    view.plot.left.emit()
    assert view.readout.text() == "" and view.legend.isVisible()


def test_the_logarithmic_scale_shows_what_is_small(qtbot: QtBot, panel: CurvesPanel) -> None:
    fill(panel, events(300, 100))
    view = panel.plots["loss"]
    view.log_button.click()
    low, high = view.plot.getPlotItem().getViewBox().viewRange()[1]
    assert low < -1 < 0 < high
    ticks = view.value_axis.tickValues(low, high, 180)[0][1]
    assert "1" in view.value_axis.tickStrings(ticks, 1.0, 1.0)
    view.log_button.click()
    assert view.plot.getPlotItem().getViewBox().viewRange()[1][0] == 0


def test_losses_that_are_no_numbers_leave_gaps(qtbot: QtBot, panel: CurvesPanel) -> None:
    made = events(40, 20)
    made.insert(10, StepDone(10, 1, math.nan, 0.5))
    made.insert(11, StepDone(11, 1, math.inf, 0.5))
    fill(panel, made)
    assert math.isfinite(panel.data.loss.smooth[-1])
    assert all(math.isfinite(v) for v in panel.plots["loss"].plot.getPlotItem().getViewBox().viewRange()[1])
    panel.grab()


def test_one_plot_at_a_time_where_there_is_little_room(qtbot: QtBot, panel: CurvesPanel) -> None:
    fill(panel, events(40, 20))
    assert all(plot.isVisible() for plot in panel.plots.values()) and not panel.switch.isVisible()
    panel.resize(500, 270)
    qtbot.waitUntil(lambda: panel.switch.isVisible())
    assert panel.plots["loss"].isVisible() and not panel.plots["accuracy"].isVisible()
    panel.switches["accuracy"].click()
    assert panel.plots["accuracy"].isVisible() and panel.switch.isVisible() and not panel.plots["loss"].isVisible()
    assert len(panel.plots["accuracy"]._raw.getOriginalDataset()[0]) == 40


def test_epochs_are_named_and_labels_do_not_touch(qtbot: QtBot, panel: CurvesPanel) -> None:
    axis = panel.plots["loss"].epoch_axis
    axis.per_epoch = 100
    assert axis.every(0, 300, 400) == 1
    assert axis.tickValues(0, 300, 400) == [(100, [100.0, 200.0, 300.0])]
    assert axis.every(0, 10_000, 400) >= 20


def test_a_hundred_thousand_steps_are_drawn_quickly(qtbot: QtBot, panel: CurvesPanel) -> None:
    fill(panel, events(100_000, 1000))
    panel.grab()
    log = panel._desk.session.log
    times = []
    for step in range(100_001, 100_006):
        log.append(StepDone(step, 101, 0.01, 1.0))
        begun = time.perf_counter()
        panel.follow()
        times.append(time.perf_counter() - begun)
    assert min(times) < 0.05
    assert len(panel.plots["loss"]._raw.getData()[0]) < 5000


def test_the_smoothed_curve_follows_a_fall_and_calms_noise() -> None:
    series = Series()
    for step in range(2000):
        series.append(math.exp(-step / 30) + (0.1 if step % 2 else -0.1))
    assert len(series.raw) == len(series.smooth) == 2000
    assert abs(series.smooth[60] - math.exp(-2)) < 0.2
    assert np.std(series.smooth[1000:]) < 0.01 < np.std(series.raw[1000:])


def test_data_takes_only_what_can_be_drawn() -> None:
    data = CurveData()
    assert not data.add([Started(0, 10, 1)])
    assert data.add([StepDone(1, 1, 0.5, 0.5)])
    assert len(data.loss) == len(data.accuracy) == 1


def test_nice_steps() -> None:
    assert [nice(v) for v in (0.03, 0.11, 0.2, 1.2, 2.2, 4, 7)] == pytest.approx([0.05, 0.2, 0.2, 2, 2.5, 5, 10])
