"""The glossary in the window: searched, linked, drawn, and opened from whatever is on the screen."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QCursor, QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QToolTip, QVBoxLayout, QWidget

from cnnstudio.lessons.glossary import glossary, term
from cnnstudio.nn.graph.layer import layer_kinds
from cnnstudio.ui.learn.examples.number_grids import GRIDS
from cnnstudio.ui.learn.examples.softmax_sliders import SoftmaxSliders
from cnnstudio.ui.shell.sheets.glossary_sheet import GlossaryBook, TermPage, linked
from cnnstudio.ui.telling.glossary_help import term_in, term_of
from cnnstudio.ui.widgets.overlay import Overlay
from cnnstudio.ui.widgets.term_text import LessonText

#: tooltips, without a screen; a mark of the whole module would be hidden by that of the session
QUIET = pytest.mark.qt_log_ignore("does not support (raise|propagateSizeHints)")


@pytest.fixture
def book(window) -> GlossaryBook:
    window.commands.action("glossary").trigger()
    return window.findChild(GlossaryBook)


def test_every_page_can_be_opened_and_its_example_is_drawn(book, qtbot):
    drawn = 0
    for known in glossary():
        book.open_term(known.name)
        page = book.page
        assert page.term is known
        assert page.isVisible()
        if known.example:
            QApplication.processEvents()
            picture = page.example.grab().toImage()
            colours = {picture.pixel(x, y) for x in range(0, picture.width(), 3) for y in range(0, picture.height(), 3)}
            assert len(colours) > 3, known.name
            drawn += 1
    assert drawn > 30


def test_words_are_found_and_the_best_page_opens(book, qtbot):
    qtbot.keyClicks(book.search, "feature maps")
    assert book.shown == ["feature map"]
    assert book.page.term.name == "feature map"
    book.search.setText("logarithm")
    assert "cross-entropy" in book.shown
    book.search.setText("xyzzy")
    assert book.shown == []
    assert book.nothing.isVisible()
    book.search.setText("pool")
    assert book.page.term.name == "pooling"
    qtbot.keyClick(book.search, Qt.Key.Key_Down)
    assert book.list.hasFocus()
    qtbot.keyClick(book.list, Qt.Key.Key_Up)
    assert book.page.term.name == book.shown[book.shown.index("pooling") - 1]


def test_links_lead_on_and_back(book, qtbot):
    book.open_term("filter")
    text = next(text for text in book.page.findChildren(LessonText) if "[weights]" in text.words)
    text.linkActivated.emit("weight")
    assert book.page.term.name == "weight"
    qtbot.mouseClick(book.back, Qt.MouseButton.LeftButton)
    assert book.page.term.name == "filter"
    own = term("filter")
    assert linked("A filter has weights and weights.", own) == "A filter has [weights] and weights."


def test_no_term_stands_alone(qtbot):
    """Every page names another term or is named by one."""
    for known in glossary():
        page = TermPage(known)
        qtbot.addWidget(page)
        assert any("[" in text.words for text in page.findChildren(LessonText)), known.name


def test_the_examples_count_right():
    dot, pooled = GRIDS["dot"](), GRIDS["max"]()
    pixels, weights, products, result = (grid.numbers for grid in dot.grids)
    assert np.array_equal(products, pixels * weights)
    assert result.item() == (pixels * weights).sum() + 2
    assert pooled.grids[1].numbers.tolist() == [[7, 6], [8, 9]]
    assert GRIDS["average"]().grids[1].numbers.tolist() == [[4.25, 2.75], [3.25, 4.75]]


def test_softmax_can_be_tried_out(qtbot):
    sliders = SoftmaxSliders()
    qtbot.addWidget(sliders)
    before = sliders.probabilities
    qtbot.keyClick(sliders.sliders[2], Qt.Key.Key_End)
    after = sliders.probabilities
    assert after[2] > before[2] and after[0] < before[0]
    assert sum(after) == pytest.approx(1)


def test_f1_opens_the_page_of_what_is_asked_about_in_one_sheet(learning, qtbot):
    window = learning
    QCursor.setPos(window.mapToGlobal(QPoint(-50, -50)))  # the pointer asks about nothing
    window.learn.show_lesson("zero_padding")
    box = window.learn.current.live[0].boxes["dilation"]
    box.setFocus()
    assert term_of(box, window) is term("dilation")
    window.learn.show_lesson("learning")
    assert term_of(window.learn.current.live[0].picture, window) is term("gradient descent")
    window.learn.show_lesson("zero_padding")
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_F1)
    book = window.findChild(GlossaryBook)
    assert book.page.term.name == "dilation"
    assert not book.back.isVisible()
    window.learn.term_asked.emit("stride")
    assert book.page.term.name == "stride"
    assert len([sheet for sheet in window.findChildren(Overlay) if sheet.findChild(GlossaryBook)]) == 1
    qtbot.keyClick(book.search, Qt.Key.Key_Escape)
    assert box.hasFocus()


@QUIET
def test_labels_without_a_tooltip_explain_their_term(window):
    label = next(label for label in window.status.findChildren(QLabel) if "MACs" in label.text())
    at = label.rect().center()
    QApplication.sendEvent(label, QHelpEvent(QEvent.Type.ToolTip, at, label.mapToGlobal(at)))
    assert term("MAC").sentence in QToolTip.text()
    assert "F1" in QToolTip.text()
    assert term_of(label, window) is term("MAC")
    QToolTip.hideText()


def test_every_kind_of_layer_leads_to_a_page():
    for kind in layer_kinds().values():
        assert term(kind.title) or term_in(kind.sentence), kind.title


@QUIET
def test_shift_tab_leaves_a_text_that_begins_with_a_term(qtbot):
    """Qt comes back to such a link again and again."""
    whole = QWidget()
    column = QVBoxLayout(whole)
    before, text, after = QLineEdit(), LessonText("[bias] and [filter], two words"), QLineEdit()
    for widget in (before, text, after):
        column.addWidget(widget)
    qtbot.addWidget(whole)
    whole.show()
    whole.activateWindow()
    qtbot.waitUntil(whole.isActiveWindow)
    after.setFocus()
    seen = []
    while QApplication.focusWidget() is not before and len(seen) < 9:
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Backtab)
        seen.append(text.selectedText() if QApplication.focusWidget() is text else "")
    assert QApplication.focusWidget() is before and {"bias", "filter"} <= set(seen)
