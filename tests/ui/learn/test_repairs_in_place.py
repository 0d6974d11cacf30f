"""In a lesson the repairs of a problem are offered on the canvas, and the lesson stays."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from cnnstudio.design.analysis.analysis import analyse
from cnnstudio.design.edits import edits


def spoil(window) -> None:
    design = window.document.project.design
    (flat,) = [node.id for node in design.graph.nodes if node.layer.kind == "flatten"]
    window.document.edit("Remove Flatten", edits.remove(design, [flat], rejoin=True))
    window.document.select([window.findings.open.node])
    QApplication.processEvents()


def test_the_link_offers_the_repairs_in_the_lesson_and_one_is_applied(learning, qtbot) -> None:
    window, bubble = learning, learning.problem_bubble
    spoil(window)
    assert bubble.isVisible()
    qtbot.mouseClick(bubble.link, Qt.MouseButton.LeftButton)
    assert window.workspaces.current == "Learn"
    rows = bubble.repairs.rows
    assert rows[0].hasFocus() and window.findings.preview is rows[0].repair
    assert bubble.isVisible() and window.canvas.viewport().rect().contains(bubble.geometry())
    QTest.keyClick(rows[0], Qt.Key.Key_Down)
    assert rows[1].hasFocus() and bubble.isVisible()
    qtbot.mouseClick(rows[1].button, Qt.MouseButton.LeftButton)
    assert not analyse(window.document.project.design.graph).problems
    assert window.workspaces.current == "Learn" and not bubble.isVisible() and window.canvas.hasFocus()


def test_ctrl_period_and_esc_do_so_by_keyboard(learning, qtbot) -> None:
    window, bubble = learning, learning.problem_bubble
    spoil(window)
    window.canvas.setFocus()
    QTest.keyClick(window.canvas, Qt.Key.Key_Period, Qt.KeyboardModifier.ControlModifier)
    assert window.workspaces.current == "Learn" and bubble.repairs.rows[0].hasFocus()
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert bubble.repairs is None and window.canvas.hasFocus() and bubble.link.isVisible()
    assert window.findings.preview is None
