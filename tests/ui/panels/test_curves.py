"""The curves: every step of the log, nothing twice, and readable."""

from __future__ import annotations

import csv
import itertools
import math
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from cnnstudio.nn.parameters.locks import Locks
from cnnstudio.nn.training.events import Commanded, EpochDone, Event, Lock, Set, Started, StepDone
from cnnstudio.runs.verdicts.chance import Chance
from cnnstudio.ui.look import theme
from cnnstudio.ui.panels.curves.chart import Chart, Line, Range
from cnnstudio.ui.panels.curves.curve_data import CurveData
from cnnstudio.ui.panels.curves.curve_export import ENDINGS
from cnnstudio.ui.panels.curves.curves import CurvesPanel
from cnnstudio.ui.panels.curves.marks import Mark, marks_of
from cnnstudio.ui.panels.curves.plot_axes import Epochs, epoch_ticks, nice, value_ticks
from cnnstudio.ui.panels.curves.thinned import thinned
from cnnstudio.worker.lanes import Log
from tests.ui.screen import hover
from tests.ui.training_parts import LONG, Parts, parts, unloaded  # noqa: F401


@pytest.fixture
def panel(qtbot: QtBot, parts: Parts) -> CurvesPanel:  # noqa: F811
    made = CurvesPanel(parts.run_control)
    made.resize(900, 270)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    return made


def events(count: int, per_epoch: int) -> list[Event]:
    made: list[Event] = [Started(0, per_epoch, count // per_epoch, 64)]
    for step in range(1, count + 1):
        epoch = (step - 1) // per_epoch + 1
        made.append(StepDone(step, epoch, 2.0 * math.exp(-step / 100) + 0.01, 1 - math.exp(-step / 100)))
        if step % per_epoch == 0:
            made.append(EpochDone(epoch, step, 0.1, 0.9, 0.2 / epoch, 0.9, 1000, 1.0, 0.01))
    return made


def fill(parts: Parts, panel: CurvesPanel, made: list[Event]) -> None:  # noqa: F811
    log: Log[Event] = Log()
    log.extend(made)
    parts.session.log = log
    panel.follow()


def turn_wheel(widget: QWidget, at: QPointF, by: int) -> None:
    event = QWheelEvent(
        at, QPointF(widget.mapToGlobal(at.toPoint())), QPoint(), QPoint(0, by),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(widget, event)


def held_move(widget: QWidget, to: QPoint) -> QMouseEvent:
    return QMouseEvent(
        QEvent.Type.MouseMove, QPointF(to), QPointF(widget.mapToGlobal(to)),
        Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip


def test_every_step_of_a_real_run_is_drawn(qtbot: QtBot, parts: Parts, panel: CurvesPanel) -> None:  # noqa: F811
    assert panel.stack.currentWidget() is panel.empty
    parts.train(qtbot)
    run = parts.project.run
    assert panel.stack.currentWidget() is panel.curves
    assert len(run.history.losses) == 18
    assert np.array_equal(panel.plots["loss"].chart.lines[0].values, run.history.losses)
    validation = panel.plots["accuracy"].chart.lines[-1]
    assert validation.steps.tolist() == [9, 18]
    assert validation.values.tolist() == [e.validation_accuracy for e in run.history.epochs]


def test_curves_grow_while_it_trains(qtbot: QtBot, parts: Parts, panel: CurvesPanel) -> None:  # noqa: F811
    parts.set_recipe(epochs=LONG)
    parts.run_control.train()
    qtbot.waitUntil(lambda: len(panel.data.loss) > 20)
    seen = len(panel.data.loss)
    qtbot.waitUntil(lambda: len(panel.data.loss) > seen)
    parts.run_control.stop()
    qtbot.waitUntil(lambda: not parts.session.active)
    assert np.array_equal(panel.data.loss.raw, parts.project.run.history.losses)


def test_reset_empties_them_and_undo_brings_them_back(qtbot: QtBot, parts: Parts, panel: CurvesPanel) -> None:  # noqa: F811
    parts.train(qtbot)
    losses = panel.data.loss.raw.copy()
    parts.run_control.reset()
    assert panel.stack.currentWidget() is panel.empty and len(panel.data.loss) == 0
    parts.document.history.undo()
    assert np.array_equal(panel.data.loss.raw, losses) and len(panel.data.epochs) == 2


def test_the_axis_ends_with_the_epoch_and_a_zoom_is_kept_until_double_click(
    qtbot: QtBot,
    parts: Parts,  # noqa: F811
    panel: CurvesPanel,
) -> None:
    made = events(250, 100)
    fill(parts, panel, made[:30])
    chart = panel.plots["loss"].chart
    assert 100 <= chart.seen.right < 110
    parts.session.log.extend(made[30:])
    panel.follow()
    assert 300 <= chart.seen.right < 310
    at = QPointF(round(chart.x_of(200)), round(chart.area.center().y()))
    step = chart.step_at(at.x())
    for _ in range(5):
        turn_wheel(chart.viewport(), at, 120)
    zoomed = chart.seen
    assert zoomed.right - zoomed.left < 120 and chart.x_of(step) == pytest.approx(at.x(), abs=0.5)
    parts.session.log.extend([StepDone(251, 3, 0.5, 0.5)])
    panel.follow()
    assert chart.seen == zoomed
    qtbot.mousePress(chart.viewport(), Qt.MouseButton.LeftButton, pos=at.toPoint())
    moved = at.toPoint() + QPoint(40, 0)
    QApplication.sendEvent(chart.viewport(), held_move(chart.viewport(), moved))
    qtbot.mouseRelease(chart.viewport(), Qt.MouseButton.LeftButton, pos=moved)
    assert chart.seen.left < zoomed.left
    assert chart.x_of(step) == pytest.approx(moved.x(), abs=1)  # what was taken hold of follows the pointer
    qtbot.mouseDClick(chart.viewport(), Qt.MouseButton.LeftButton, pos=at.toPoint())
    assert chart.seen.left == 0 and chart.seen.right >= 300


def test_the_crosshair_reads_the_step_under_the_pointer_in_both_plots(
    qtbot: QtBot,
    parts: Parts,  # noqa: F811
    panel: CurvesPanel,
) -> None:
    fill(parts, panel, events(200, 100))
    view = panel.plots["loss"]
    hover(view.chart.viewport(), QPointF(view.chart.x_of(120), 40).toPoint())
    step = view.step
    assert step in range(119, 122)
    loss = panel.data.loss
    assert view.readout.text() == (f"batch {loss.raw[step - 1]:.4g} · validation 0.1")
    other = panel.plots["accuracy"]
    assert other.step == step and "%" in other.readout.text() and other.chart.crosshair[0] == step
    QApplication.sendEvent(view.chart, QEvent(QEvent.Type.Leave))
    assert view.chart.crosshair is None
    assert view.readout.text() == "" and view.legend.isVisible()


def test_what_was_done_on_the_way_is_marked(qtbot: QtBot, parts: Parts, panel: CurvesPanel) -> None:  # noqa: F811
    parts.set_recipe(epochs=LONG)
    parts.run_control.train()
    qtbot.waitUntil(lambda: len(panel.data.loss) > 5)
    parts.session.adjust(Set("optimizer.learning_rate", 0.0125))
    qtbot.waitUntil(lambda: any("0.0125" in mark.text for mark in panel.plots["loss"].chart.marks))
    parts.session.pause()
    qtbot.waitUntil(lambda: parts.session.state == "paused")
    marks = panel.plots["accuracy"].chart.marks
    assert [mark.text for mark in marks] == ["learning rate 0.0125", "paused"]
    assert marks[0].step < marks[1].step == len(panel.data.loss)
    panel.plots["accuracy"].pointed.emit(marks[0].step)
    assert panel.plots["loss"].readout.text().endswith("learning rate 0.0125")
    parts.run_control.stop()
    qtbot.waitUntil(lambda: not parts.session.active)
    parts.run_control.reset()
    assert not panel.plots["loss"].chart.marks


def test_marks_say_what_changed() -> None:
    commands = [
        Commanded(4, Set("optimizer.learning_rate", 0.1)), Commanded(4, Set("optimizer.learning_rate", 0.05)),
        Commanded(7, Lock(Locks(frozenset({"a"})))), Commanded(9, Lock(Locks(frozenset({"a", "b", "c"})))),
        Commanded(12, Lock(Locks(frozenset(), frozenset({("b", 1)})))),
    ]  # fmt: skip
    assert [(mark.step, mark.text) for mark in marks_of(commands, {"a": "Conv 2D 1"})] == [
        (4, "learning rate 0.05"), (7, "Conv 2D 1 locked"), (9, "2 layers locked"),
        (12, "1 filter muted, 3 layers unlocked"),
    ]  # fmt: skip


def test_the_logarithmic_scale_shows_what_is_small(qtbot: QtBot, parts: Parts, panel: CurvesPanel) -> None:  # noqa: F811
    fill(parts, panel, events(300, 100))
    view = panel.plots["loss"]
    view.log_button.click()
    low, high = view.chart.seen.low, view.chart.seen.high
    assert low < -1 < 0 < high
    ticks = value_ticks(low, high, 180, percent=False, logarithmic=True)
    assert (0.0, "1") in [(tick.at, tick.text) for tick in ticks]
    panel.grab()
    view.log_button.click()
    assert view.chart.seen.low == 0


@pytest.mark.parametrize(("low", "high"), [(0, 1), (1, 2.5), (0, 0.013), (0, 7), (0.2, 0.4), (0, 230)])
def test_a_label_says_where_its_line_is(low: float, high: float) -> None:
    for size in (90, 130, 180, 260, 400):
        ticks = value_ticks(low, high, size, percent=False, logarithmic=False)
        assert len(ticks) > 1
        assert all(math.isclose(float(tick.text), tick.at, abs_tol=1e-9) for tick in ticks)


def test_losses_that_are_no_numbers_leave_gaps(qtbot: QtBot, parts: Parts, panel: CurvesPanel) -> None:  # noqa: F811
    made = events(40, 20)
    made.insert(10, StepDone(10, 1, math.nan, 0.5))
    made.insert(11, StepDone(11, 1, math.inf, 0.5))
    fill(parts, panel, made)
    assert math.isfinite(panel.data.loss.smooth[-1])
    chart = panel.plots["loss"].chart
    assert math.isfinite(chart.seen.low) and math.isfinite(chart.seen.high)
    panel.grab()
    drawn = chart.strokes[0]
    assert drawn.places.tolist() == list(range(1, 43))
    assert np.flatnonzero(~np.isfinite(drawn.values)).tolist() == [9, 10]


def test_one_plot_at_a_time_where_there_is_little_room(
    qtbot: QtBot,
    parts: Parts,  # noqa: F811
    panel: CurvesPanel,
) -> None:
    fill(parts, panel, events(40, 20))
    assert all(plot.isVisible() for plot in panel.plots.values()) and not panel.switch.isVisible()
    panel.resize(500, 270)
    qtbot.waitUntil(lambda: panel.switch.isVisible())
    assert panel.plots["loss"].isVisible() and not panel.plots["accuracy"].isVisible()
    panel.switches["accuracy"].click()
    assert panel.plots["accuracy"].isVisible() and panel.switch.isVisible() and not panel.plots["loss"].isVisible()
    assert len(panel.plots["accuracy"].chart.lines[0].values) == 40


def test_epochs_are_named_and_labels_do_not_touch() -> None:
    few = epoch_ticks(0, 300, 400, Epochs(steps=100), width)
    assert [(tick.at, tick.text, tick.line) for tick in few] == [
        (50, "epoch 1", 100), (150, "epoch 2", 200), (250, "epoch 3", 300)
    ]  # fmt: skip
    others = epoch_ticks(0, 9, 400, Epochs((5, 8), 1), width)
    assert [(tick.text, tick.line) for tick in others] == [("epoch 2", 8)], "batches of several sizes"
    many = epoch_ticks(0, 10_000, 400, Epochs(steps=100), width)
    pixels = [(tick.at * 400 / 10_000, width(tick.text)) for tick in many]
    assert len(many) > 2
    assert all(a + w / 2 < b - v / 2 for (a, w), (b, v) in itertools.pairwise(pixels))


def width(text: str) -> float:
    return 6.0 * len(text)


def test_of_a_hundred_thousand_steps_few_are_drawn(qtbot: QtBot, parts: Parts, panel: CurvesPanel) -> None:  # noqa: F811
    fill(parts, panel, events(100_000, 1000))
    panel.grab()
    parts.session.log.append(StepDone(100_001, 101, 0.01, 1.0))
    panel.follow()
    assert panel.data.loss.raw[-1] == np.float32(0.01)
    assert len(thinned(panel.data.loss.raw, 0, 100_001, 400)[0]) < 1000


def test_no_peak_is_lost_where_there_are_more_steps_than_pixels() -> None:
    values = np.sin(np.arange(50_000) / 900).astype(np.float32)
    values[31_337], values[40_000] = 9.0, math.nan
    places, shown = thinned(values, 0, 50_000, 300)
    assert len(shown) < 1000 and np.nanmax(shown) == 9.0
    assert abs(places[np.nanargmax(shown)] - 31_337) < 200
    grown = np.concatenate([values, values[:40]])
    again = thinned(grown, 0, len(grown), 300)[1]
    assert np.array_equal(shown[:600], again[:600], equal_nan=True)  # nothing flickers as it grows


def test_a_smoothed_curve_is_a_mean_without_bias_and_off_by_itself() -> None:
    values = [5.0, 1.0, math.nan, 2.0, 4.0]
    data = CurveData()
    data.add([StepDone(step, 1, value, 0.5) for step, value in enumerate(values[:3], start=1)])
    assert np.array_equal(data.loss.smooth, [5.0, 1.0, 1.0])
    data.smoothing = 0.9
    data.add([StepDone(step, 1, value, 0.5) for step, value in enumerate(values[3:], start=4)])
    weights = 0.9 ** np.arange(3, -1, -1)  # the newest counts most
    assert data.loss.smooth[0] == 5.0, "the first value is its own mean"
    assert data.loss.smooth[-1] == pytest.approx(weights @ [5.0, 1.0, 2.0, 4.0] / weights.sum())
    assert np.array_equal(data.loss.raw, np.float32(values), equal_nan=True)


def test_what_is_seen_and_what_is_known_are_written_to_files(
    parts: Parts,  # noqa: F811
    panel: CurvesPanel,
    tmp_path: Path,
) -> None:
    fill(parts, panel, events(40, 20))
    for ending in ENDINGS:
        panel.write(str(tmp_path / f"curves{ending}"))
    with (tmp_path / "curves.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [float(row["batch_loss"]) for row in rows] == pytest.approx(panel.data.loss.raw.tolist())
    assert [row["step"] for row in rows if row["validation_loss"]] == ["20", "40"]
    assert {row["epoch"] for row in rows[:20]} == {"1"} and rows[20]["epoch"] == "2"
    picture = QImage(str(tmp_path / "curves.png"))
    assert picture.width() == 2 * panel.curves.width()
    svg = (tmp_path / "curves.svg").read_text()
    assert "<svg" in svg and "epoch 1" in svg and svg.count("<path") + svg.count("<polyline") > 4
    panel.write(str(tmp_path / "none" / "curves.csv"))
    assert "could not be written" in parts.notices.by_urgency[0].text


def test_a_line_stands_where_guessing_is(qtbot: QtBot, parts: Parts, panel: CurvesPanel) -> None:  # noqa: F811
    parts.train(qtbot)
    panel.follow()
    value, text = panel.plots["loss"].chart.level
    chance = parts.run_control.verdict.chance
    assert value == chance.loss and text.startswith(f"guessing: {value:.4g}")
    assert panel.plots["accuracy"].chart.level[0] == chance.share
    panel.plots["loss"].show_guessing(Chance.even(10))
    assert panel.plots["loss"].chart.level[1] == "guessing: 2.303 = log of 10 classes"


def test_what_is_written_on_a_chart_hides_no_curve(qtbot: QtBot, qapp) -> None:
    """A run that is no better than guessing lies where “guessing” stands, and begins where its marks are."""
    theme.apply(qapp, "light")
    chart = Chart(percent=False)
    qtbot.addWidget(chart)
    chart.resize(360, 160)
    chart.show()
    chart.show_range(Range(0, 400, 0, 3))
    ink = QColor(255, 0, 255)
    noise = np.random.default_rng(0).normal(0, 0.05, 400).astype(np.float32)

    def inked(values: np.ndarray, *marks: Mark) -> tuple[int, QImage]:
        chart.show_lines([Line(values, ink)], marks, chart.seen)
        picture = chart.grab().toImage()
        places = itertools.product(range(picture.width()), range(picture.height()))
        return sum(picture.pixelColor(x, y) == ink for x, y in places), picture

    marks = (Mark(2, "learning rate 5"), Mark(12, "paused"))
    for values in (2.3 + noise, 2.9 + noise):
        chart.show_level(math.nan, "")
        bare, before = inked(values)
        chart.show_level(2.3, "guessing: 2.3")
        written, after = inked(values, *marks)
        assert written == bare > 300 and before != after


@pytest.mark.parametrize("width", [300, 900])
def test_a_curve_that_grew_on_the_screen_looks_as_one_that_is_painted_whole(qtbot: QtBot, width: int) -> None:
    """Of a step that is added only the end is painted, and nothing before it becomes another."""
    chart = Chart(percent=False)
    qtbot.addWidget(chart)
    chart.resize(width, 200)
    chart.show()
    qtbot.waitExposed(chart)
    noise = np.random.default_rng(0).random(1600)
    mean = np.convolve(noise, np.ones(9) / 9, mode="same")
    chart.show_range(Range(0, 1600, 0, 1))
    for count in range(1, 1600, 23):
        ends = np.arange(60, count, 60)
        raw, smooth = Line(noise[:count], QColor(255, 0, 0, 90)), Line(mean[:count], QColor("red"), smooth=True)
        dots = Line(noise[ends], QColor("orange"), steps=ends, dots=True)
        chart.show_lines([raw, smooth, dots], (), chart.seen)
        QApplication.processEvents()
        shown = chart.screen().grabWindow(chart.winId()).toImage()
        # the offscreen platform takes as many pixels as at 1
        assert shown == chart.grab().toImage().copy(shown.rect()).convertToFormat(shown.format()), count


def test_words_give_way_to_a_curve_that_grows(qtbot: QtBot) -> None:
    """They stand where they would if all of it had been there from the beginning."""
    losses = np.full(400, 2.45) + np.random.default_rng(0).normal(0, 0.05, 400)

    def shown(*counts: int) -> QImage:
        chart = Chart(percent=False)
        qtbot.addWidget(chart)
        chart.resize(360, 160)
        chart.show()
        chart.show_level(2.3, "guessing: 2.3")
        for count in counts:
            chart.show_lines([Line(losses[:count], QColor("red"))], (), Range(0, 400, 0, 3))
            QApplication.processEvents()
        return chart.grab().toImage()

    assert shown(20, 150, 300, 400) == shown(400) != shown(20)


def test_a_chart_that_was_given_another_size_looks_as_one_made_of_it(qtbot: QtBot) -> None:
    losses = np.random.default_rng(0).random(500)

    def chart(width: int, height: int) -> Chart:
        made = Chart(percent=False)
        qtbot.addWidget(made)
        made.resize(width, height)
        made.show()
        made.show_lines([Line(losses, QColor("red"))], (), Range(0, 500, 0, 1))
        QApplication.processEvents()
        return made

    changed = chart(400, 200)
    for size in ((700, 200), (700, 300), (300, 300), (300, 120)):
        changed.resize(*size)
        QApplication.processEvents()
        assert changed.grab().toImage() == chart(*size).grab().toImage()


def test_an_exported_picture_is_as_sharp_as_its_file(qtbot: QtBot) -> None:
    """Labels, words and curves have the points of the file, not those of the screen, each four times."""
    chart = Chart(percent=False)
    qtbot.addWidget(chart)
    chart.resize(360, 160)
    chart.show()
    chart.show_level(2.3, "guessing: 2.3")
    chart.show_range(Range(0, 400, 0, 3))
    chart.grab()
    picture = QImage(720, 320, QImage.Format.Format_RGB32)
    picture.setDevicePixelRatio(2)
    QWidget.render(chart, picture, QPoint())
    points = np.frombuffer(picture.constBits(), np.uint32).reshape(320, 720)
    blocks = points.reshape(160, 2, 360, 2)
    finer = (blocks != blocks[:, :1, :, :1]).any((1, 3))
    left = math.ceil(chart.area.left())
    assert finer[:, : left - 2].any(), "labels"
    assert finer[:130, left + 200 :].sum() > 40, "words"


def test_data_takes_only_what_can_be_drawn() -> None:
    data = CurveData()
    assert not data.add([Started(0, 10, 1, 64)])
    assert data.add([StepDone(1, 1, 0.5, 0.5)])
    assert len(data.loss) == len(data.accuracy) == 1


def test_nice_steps() -> None:
    assert [nice(v) for v in (0.03, 0.11, 0.2, 1.2, 2.2, 4, 7)] == pytest.approx([0.05, 0.2, 0.2, 2, 2.5, 5, 10])


@pytest.mark.parametrize("height", [110, 150, 200, 270, 400])
@pytest.mark.parametrize("low", [0.9, 0.95, 0.999])
def test_labels_on_the_left_are_whole_at_every_height(
    qtbot: QtBot,
    parts: Parts,  # noqa: F811
    panel: CurvesPanel,
    height: int,
    low: float,
) -> None:
    fill(parts, panel, events(250, 100))
    panel.resize(900, height)
    for plot in panel.plots.values():
        chart = plot.chart
        chart.show_range(Range(0.0, 250.0, low, low + (1 - low) * 1.03))
        axis = chart.value_axis
        widest = max(
            QFontMetricsF(theme.tabular(theme.small_font())).horizontalAdvance(tick.text)
            for tick in axis.ticks_of(chart.seen.low, chart.seen.high, chart.area.height())
        )
        assert axis.room >= widest + 6 and chart.area.left() == axis.room
        qtbot.waitUntil(lambda axis=axis: axis.width() == axis.room)


@pytest.mark.parametrize("width", [260, 300, 400, 620, 900])
def test_the_validation_under_the_pointer_is_never_cut(
    qtbot: QtBot,
    parts: Parts,  # noqa: F811
    panel: CurvesPanel,
    width: int,
) -> None:
    fill(parts, panel, events(250, 100))
    panel.resize(width, 200)
    for name in panel.plots:
        panel.choose(name)
        plot = panel.plots[name]
        plot.point_at(150)
        plot.head.activate()
        shown, figure = plot.readout.shown(), plot.readout.text().rpartition(" ")[2]
        assert "…" not in shown and f" {figure}" in shown


def test_single_values_that_are_one_block_are_faint_so_that_the_mean_is_seen(parts: Parts, panel: CurvesPanel) -> None:  # noqa: F811
    opaque = []
    for count in (200, 20_000):
        fill(parts, panel, events(count, 100))
        panel.more.weights[0.9].trigger()
        raw, smooth, _ = panel.plots["accuracy"].chart.lines
        assert smooth.colour.alpha() == 255
        opaque.append(raw.colour.alpha())
    assert opaque[1] < opaque[0] / 2
