"""A network of a thousand layers as volumes: what is out of sight or too small to be seen is not drawn."""

from __future__ import annotations

import time
from dataclasses import replace

from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QApplication

from cnnstudio.design.edits import edits
from cnnstudio.design.edits.copies import merged
from cnnstudio.design.templates import template
from cnnstudio.design.value.design import Design
from cnnstudio.export.figure import Line, Mark
from cnnstudio.export.inks import inks
from cnnstudio.export.volume_figure import View, volume_figure
from cnnstudio.export.volumes import volumes
from cnnstudio.project.project import untrained
from cnnstudio.ui.document.document import Document
from cnnstudio.ui.panels.volumes.view import SETTLED, VolumesView
from cnnstudio.worker.inspection import Inspection


def copies(layers: int) -> Design:
    """LeNet-5 again and again, at least so many layers."""
    base = design = template("lenet5")
    while len(design.graph) < layers:
        design, _ = merged(design, base, base.cards, (0, 10 * len(design.graph)))
    return design


def within(mark: Mark, room: tuple[float, float, float, float]) -> bool:
    points = mark.points if isinstance(mark, Line) else ((mark.x, mark.y),)
    return all(room[0] < x < room[2] and room[1] < y < room[3] for x, y in points)


def test_a_part_of_the_figure_shows_what_the_whole_shows_there() -> None:
    design = copies(100)
    names = {node: card.name for node, card in design.cards.items()}
    boxes, view = volumes(design.graph, names), View(scale=0.9)
    whole = volume_figure(boxes, names, inks("light"), view)
    room = (150.0, 300.0, 700.0, 800.0)
    part = volume_figure(boxes, names, inks("light"), replace(view, room=room))
    assert (part.width, part.height) == (whole.width, whole.height)
    assert len(part.marks) < len(whole.marks) / 2
    assert set(part.marks) <= set(whole.marks)
    inside = [mark for mark in whole.marks if within(mark, room)]
    assert len(inside) > 50
    assert [mark for mark in part.marks if mark in inside] == inside


def test_a_thousand_layers_turn_under_the_hand(qtbot) -> None:
    document, inspection = Document(untrained(copies(1000))), Inspection()
    view = VolumesView(document, inspection)
    qtbot.addWidget(view)
    view.resize(900, 280)
    view.show()
    qtbot.waitExposed(view)
    assert view.volumes
    for scale in (view.scale, 1.0):
        view.zoom(scale / view.scale, QPointF(450, 140))
        times = []
        for step in range(7):
            view.camera = view.camera.turned(3.0 - 6 * (step % 2), 1.0)
            begun = time.thread_time()
            view.update_figure()
            view.repaint()
            times.append(time.thread_time() - begun)
        assert min(times) < 0.033
    inspection.shutdown()


def test_small_boxes_far_away_can_still_be_clicked(qtbot) -> None:
    document, inspection = Document(untrained(copies(300))), Inspection()
    view = VolumesView(document, inspection)
    qtbot.addWidget(view)
    view.resize(900, 280)
    view.show()
    qtbot.waitExposed(view)
    box = next(mark for mark in view.figure.marks if mark.node.startswith("conv2d_2"))
    xs, ys = [x for x, _ in box.points], [y for _, y in box.points]
    at = view.corner + QPointF(sum(xs) / len(xs), sum(ys) / len(ys))
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=at.toPoint())
    assert document.selection == {box.node}
    inspection.shutdown()


def test_a_network_of_a_few_layers_shows_everything() -> None:
    design = template("lenet5")
    names = {node: card.name for node, card in design.cards.items()}
    figure = volume_figure(volumes(design.graph, names), names, inks("light"), View(scale=0.8))
    faces = [mark for mark in figure.marks if isinstance(mark, Line) and mark.closed and mark.node == "conv2d_1"]
    assert len(faces) == 3


def test_an_edit_that_took_as_long_as_the_wait_is_seen_before_the_volumes_follow(qtbot) -> None:
    document, inspection = Document(untrained(copies(150))), Inspection()
    view = VolumesView(document, inspection)
    qtbot.addWidget(view)
    view.resize(900, 280)
    view.show()
    qtbot.waitExposed(view)
    design, boxes = document.project.design, view.volumes
    document.edit("Remove", edits.remove(design, [design.graph.order[-1]]))
    over = time.monotonic() + SETTLED / 1000
    while time.monotonic() <= over:  # busy with the edit for as long
        pass
    QApplication.processEvents()
    assert view.volumes is boxes
    qtbot.waitUntil(lambda: view.volumes is not boxes)
    inspection.shutdown()
