"""After an edit whose weights still fit, the curves of the run before are drawn paler, joined at the edit."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from pytestqt.qtbot import QtBot

from cnnstudio.design.edits import edits
from cnnstudio.nn.graph.graph import Edge
from cnnstudio.nn.graph.layer import layer_from_json
from cnnstudio.project.kept.run_before import run_before
from cnnstudio.ui.panels.curves.curves import CurvesPanel
from cnnstudio.ui.panels.curves.plot_axes import SECONDS
from tests.ui.screen import hover
from tests.ui.training_parts import Parts, parts, unloaded  # noqa: F401


def test_the_run_before_an_edit_is_joined_to_the_one_after_it(qtbot: QtBot, parts: Parts) -> None:  # noqa: F811
    panel = CurvesPanel(parts.run_control, looking=parts.looking)
    panel.resize(900, 270)
    qtbot.addWidget(panel)
    panel.show()
    qtbot.waitExposed(panel)
    parts.train(qtbot, epochs=3)
    first = parts.project.run
    assert first is not None and panel.data.before is None
    dropout = layer_from_json("dropout", {"rate": 0.1})
    design, _ = edits.insert(parts.project.design, Edge("flatten", "dense"), dropout, (0.0, 0.0))
    parts.document.edit("Insert", design)
    parts.train(qtbot, epochs=2)
    second = parts.project.run
    assert second is not None and second.parent == first.id
    qtbot.waitUntil(lambda: panel.data.before is not None)
    chart = panel.plots["loss"].chart
    before, _, now, _ = chart.lines
    assert before.after == -first.step and before.values.tolist() == first.history.losses.tolist()
    assert now.after == 0 and now.values.tolist() == second.history.losses.tolist()
    assert chart.seen.left == -first.step, "all of it is seen"
    drawn = chart.strokes[0]
    assert (drawn.places[-1], drawn.values[-1]) == (0.0, pytest.approx(first.history.losses[-1])), (
        "it ends where the other begins"
    )
    assert [mark.text for mark in chart.marks] == ["Dropout added"], "the edit is named"
    hover(chart.viewport(), QPointF(chart.x_of(-first.step / 2), 60).toPoint())
    assert panel.pointed_at == 0, "the crosshair reads the run that is shown"
    panel.run_time(SECONDS, False)
    shares = chart.shares_of(np.array([-first.step, 0.0, second.step]))
    assert (np.diff(shares) > 0).all()
    panel.run_time(SECONDS, True)
    assert chart.seen.left == 0, "powers of ten have no time before the beginning"
    panel.grab()
    panel.shutdown()


def test_what_the_other_run_did_after_this_one_had_left_it_is_not_its_past(qtbot: QtBot, parts: Parts) -> None:  # noqa: F811
    parts.train(qtbot, epochs=1)
    left = parts.project.run
    assert left is not None
    parts.train(qtbot, epochs=4)
    later = parts.project.run
    assert later is not None and later.id == left.id and later.step > left.step
    child = later.with_changes(id="child", parent=left.id, began=left.place)
    found = run_before(child)
    assert found is not None and found.design is not None
    assert found.history.losses.tolist() == left.history.losses.tolist()
    assert run_before(child.with_changes(parent="nobody")) is None and run_before(left) is None
