"""Time along the curves: in whatever it is counted, each step has its place, and no peak is lost."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from pytestqt.qtbot import QtBot

from cnnstudio.nn.training.events import EpochDone, Event, Started, StepDone
from cnnstudio.ui.panels.curves.curves import CurvesPanel
from cnnstudio.ui.panels.curves.plot_axes import EPOCHS, SECONDS, STEPS, UNITS, Epochs, TimeScale
from cnnstudio.worker.lanes import Log
from tests.ui.screen import hover
from tests.ui.training_parts import Parts, parts, unloaded  # noqa: F401

#: two epochs that took 10 s and 30 s, of 100 steps each
SECONDS_OF = ((0.0, 100.0, 200.0), (0.0, 10.0, 40.0))


@pytest.mark.parametrize(("unit", "logarithmic"), list(itertools.product(UNITS, (False, True))))
def test_each_step_has_a_place_and_each_place_its_step(unit: str, logarithmic: bool) -> None:
    scale = TimeScale(unit, logarithmic, SECONDS_OF)
    steps = np.array([1.0, 2.0, 50.0, 100.0, 150.0, 200.0, 260.0])
    places = scale.places(steps)
    assert (np.diff(places) > 0).all()
    assert scale.steps(places) == pytest.approx(steps)
    ticks = scale.ticks(
        scale.place(0.0), scale.place(250.0), 600, Epochs((100, 200), 100), lambda text: 7.0 * len(text)
    )
    assert len(ticks) >= 2 and len({tick.text for tick in ticks}) == len(ticks)


def test_seconds_are_those_of_the_epochs_and_steps_where_nobody_knows_them() -> None:
    scale = TimeScale(SECONDS, seconds=SECONDS_OF)
    assert [scale.place(step) for step in (50.0, 100.0, 150.0, 250.0)] == pytest.approx([5, 10, 25, 55])
    assert TimeScale(SECONDS).counted == STEPS and TimeScale(SECONDS).place(7.0) == 7.0
    ticks = scale.ticks(0.0, 40.0, 400, Epochs(), lambda text: 7.0 * len(text))
    assert [tick.text for tick in ticks][:2] == ["0", "10\u202fs"]


def test_the_curves_count_time_as_is_chosen_and_lose_no_peak(qtbot: QtBot, parts: Parts) -> None:  # noqa: F811
    panel = CurvesPanel(parts.run_control)
    panel.resize(900, 270)
    qtbot.addWidget(panel)
    panel.show()
    qtbot.waitExposed(panel)
    count = 30_000
    losses = np.full(count, 1.0)
    losses[[2, 40, 5000, 29_000]] = 9.0, 8.0, 7.0, 6.0  # in decades of their own
    made: list[Event] = [Started(0, count // 3, 3, 10)]
    for step, loss in enumerate(losses.tolist(), start=1):
        made.append(StepDone(step, 1 + 3 * (step - 1) // count, loss, 0.5))
        if step % (count // 3) == 0:
            made.append(EpochDone(3 * step // count, step, 1.0, 0.5, 1.0, 0.5, 1000, 4.0 * step / count, 0.01))
    log: Log[Event] = Log()
    log.extend(made)
    parts.session.log = log
    panel.follow()
    chart = panel.plots["loss"].chart
    for unit, logarithmic in itertools.product((STEPS, SECONDS, EPOCHS), (True, False)):
        panel.more.units[unit].trigger()
        if panel.more.powers.isChecked() != logarithmic:
            panel.more.powers.trigger()
        assert chart.time.unit == unit and chart.time.logarithmic == logarithmic
        assert chart.seen.left == 0 and chart.seen.right >= count
        places, values = chart.strokes[0].places, chart.strokes[0].values
        seen = {6.0, 7.0, 9.0} | ({8.0} if logarithmic else set())  # evenly it shares its pixel with a higher one
        assert seen <= set(values.tolist()) and len(values) < 4 * chart.area.width()
        assert (np.diff(places) >= 0).all()
        at = chart.x_of(5001)
        assert chart.step_at(at) == pytest.approx(5001) and chart.area.left() < at < chart.area.right()
        there = QPointF(at, 60).toPoint()
        hover(chart.viewport(), there)
        assert panel.pointed_at == round(chart.step_at(there.x()))
        panel.grab()
    panel.more.powers.trigger()
    third = chart.x_of(3) - chart.area.left()
    assert third > chart.area.width() / 8, "the beginning has room"
