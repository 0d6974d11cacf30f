"""Columns beside the canvas and the stage: what stands in them is never wider than they are, so nothing is cut."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSpinBox, QApplication

from cnnstudio.ui.panels.inspector.inspector import Inspector
from cnnstudio.ui.widgets.layouts.scrolled_column import ScrolledColumn


def test_no_number_of_a_layer_is_cut_in_a_small_window(open_window, qtbot) -> None:
    window = open_window(size=(1100, 700))
    for mode in ("Build", "Learn"):
        window.workspaces.show(mode)
        (inspector,) = (found for found in window.findChildren(Inspector) if found.isVisible())
        for node in ["", *window.document.project.design.graph.order]:
            window.document.select([node] if node else [])
            column = inspector.findChild(ScrolledColumn)
            qtbot.waitUntil(lambda column=column: column.widget().width() <= column.viewport().width(), timeout=3000)
        window.document.select([])
    QTest.mouseClick(inspector.summary.recipe.button, Qt.MouseButton.LeftButton)
    assert any(field.isVisible() for field in inspector.summary.recipe.findChildren(QAbstractSpinBox))
    bar = column.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.isVisible() and column.widget().width() == column.viewport().width(), timeout=3000)


def test_what_is_beside_the_stage_fits_while_numbers_are_predicted(open_window, qtbot) -> None:
    window = open_window(size=(1100, 700))
    window.workspaces.show("Explain")
    page = window.explain
    qtbot.waitUntil(lambda: page.place.ready)
    side = page.side
    page.go_to("dense_1")
    QTest.mouseClick(side.predict_toggle, Qt.MouseButton.LeftButton)
    card = side.predict_card
    assert card.field.hasFocus(), "what was ticked is answered next"
    hint = card.field.fontMetrics().horizontalAdvance(card.field.placeholderText())
    assert "How many parameters" in card.text.words and card.field.width() > hint + 16
    QTest.keyClicks(card.field, "3")
    QTest.keyClick(card.field, Qt.Key.Key_Return)
    assert card.reply.isVisible() and side.widget().width() == side.viewport().width()
    window.samples.show_among(range(100, 340), "Mistake")
    QApplication.processEvents()
    assert side.widget().width() == side.viewport().width()
    heading = side.image_card.heading
    assert heading.width() >= heading.fontMetrics().horizontalAdvance(heading.text())
